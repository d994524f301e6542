import pg from 'pg';
import { ServerClient, type ServerClientConfig } from '../servers/server-client.js';
import { nameOf } from '../statements/prepared-query.js';
import { isStalePlan } from '../statements/statement-group.js';

/** What a connection of reads needs besides: each statement is planned for the values at hand, as if it had no name. */
export const PLANNED_EACH_TIME = '-c plan_cache_mode=force_custom_plan';

/**
 * How many different statements a connection keeps parsed. Callers choose the filters of lists, so the number is
 * limited; statements beyond it are parsed each time.
 */
const KEPT_STATEMENTS = 100;

const IS_READ = /^\s*(SELECT|WITH)\b/;

/**
 * A client that keeps its reads parsed. The object mapper and the pools of lists give their statements no names, and
 * the server would parse the text again each time, which takes it longer than reading a page.
 */
export class ReadingClient extends ServerClient {
  private readonly kept = new Set<string>();
  /** Part of the statements' names: after a migration all of them are prepared again. */
  private generation = 0;

  constructor(config: ServerClientConfig) {
    super(config);
    // The driver's types describe each way of calling it apart.
    const query = (statement: unknown, values?: unknown, callback?: unknown): unknown =>
      super.query(statement as string, values as unknown[], callback as () => void);
    const named = (statement: unknown, values: unknown, callback: unknown): unknown => {
      if (typeof statement !== 'string' || !this.keeps(statement)) return query(statement, values, callback);
      const answer = this.read(query, { text: statement, values: values as unknown[] });
      if (typeof callback !== 'function') return answer;
      // The pool calls it in this way.
      const done = callback as (error: Error | null, result?: unknown) => void;
      return void answer.then((result) => done(null, result), done);
    };
    this.query = named as pg.Client['query'];
  }

  private keeps(text: string): boolean {
    if (this.kept.size < KEPT_STATEMENTS && IS_READ.test(text)) this.kept.add(text);
    return this.kept.has(text);
  }

  private async read(query: (config: pg.QueryConfig) => unknown, { text, values }: pg.QueryConfig): Promise<unknown> {
    try {
      return await query({ name: `${nameOf(text)}-${this.generation}`, text, values });
    } catch (error) {
      if (!isStalePlan(error)) throw error;
      this.generation++;
      return query({ text, values });
    }
  }
}
