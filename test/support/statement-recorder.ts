import { AsyncLocalStorage } from 'node:async_hooks';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { StatementGroup } from '../../src/platform/database/statements/statement-group.js';

/** The statements that the current call has sent so far. */
const recording = new AsyncLocalStorage<string[]>();

/** What a connection sends when it is opened, during whichever call comes first. */
const WHEN_OPENED = /pg_is_in_recovery\(\) AS in_recovery|^\s*SELECT set_config\('synchronous_commit', 'on', false\)/;

let watched = false;

/**
 * From now on the driver records each statement that was caused by a recorded call, whichever connection carries it.
 */
function watchDriver(): void {
  if (watched) return;
  watched = true;
  const prototype = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
  const { query } = prototype;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const [first] = args;
    const text = typeof first === 'string' ? first : (first as { text?: string } | undefined)?.text;
    if (text !== undefined && !(first instanceof StatementGroup)) note(text);
    return query.apply(this, args);
  };
  const { add } = StatementGroup.prototype;
  // A group is sent later, for several callers at once.
  StatementGroup.prototype.add = function (name, text, values) {
    note(text);
    return add.call(this, name, text, values);
  };
}

function note(text: string): void {
  if (!WHEN_OPENED.test(text)) recording.getStore()?.push(text);
}

/** Runs `work` and returns the statements that it has sent, in order; an async generator is run to its end. */
export async function statementsOf(work: () => unknown): Promise<string[]> {
  watchDriver();
  const sent: string[] = [];
  await recording.run(sent, async () => {
    const result = await work();
    if (isAsyncIterable(result)) await toItsEnd(result);
  });
  return sent;
}

export async function toItsEnd(items: AsyncIterable<unknown>): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true);
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

type Methods = Record<string, (...args: unknown[]) => unknown>;

/** A part of an infrastructure folder that sends statements: a class, or an object of functions. */
interface Sender {
  readonly file: string;
  readonly name: string;
  readonly methods: Methods;
}

/** How SQL appears in a source: a connection, a repository of the object mapper, or a statement. */
const SENDS =
  /\b(sql|database|reads|lists|rows|refundRows|repository)\.(query|read|transaction|find|createQueryBuilder)|[.]sql\b/;

/** Framework hooks; their work is done by other methods. */
const HOOKS = new Set([
  'constructor',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
  'onModuleInit',
  'onApplicationBootstrap',
]);

/** Methods of infrastructure that were not called during any recording. */
export class Coverage {
  private readonly missing = new Set<string>();

  private constructor(senders: readonly Sender[]) {
    for (const { file, name, methods } of senders) {
      for (const method of Object.getOwnPropertyNames(methods))
        this.watch(methods, method, `${file}: ${name}.${method}`);
    }
  }

  /**
   * Covers every file in every module's infrastructure folder, except the stores of the write path, which are tested
   * elsewhere.
   */
  static async ofInfrastructure(): Promise<Coverage> {
    const senders: Sender[] = [];
    for (const file of infrastructureFiles()) {
      const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
      for (const [name, value] of Object.entries(exported)) {
        const methods = sendingMethods(value);
        if (methods !== null) senders.push({ file, name, methods });
      }
    }
    return new Coverage(senders);
  }

  get uncalled(): string[] {
    return [...this.missing].sort();
  }

  private watch(methods: Methods, method: string, label: string): void {
    const original = Object.getOwnPropertyDescriptor(methods, method)!.value as Methods[string] | undefined;
    if (typeof original !== 'function' || HOOKS.has(method)) return;
    this.missing.add(label);
    const { missing } = this;
    methods[method] = function (this: unknown, ...args: unknown[]) {
      if (recording.getStore() !== undefined) missing.delete(label);
      return original.apply(this, args);
    };
  }
}

function infrastructureFiles(): string[] {
  return readdirSync('src/modules').flatMap((module) => {
    const folder = join('src/modules', module, 'infrastructure');
    const files = readdirSync('src/modules/' + module).includes('infrastructure') ? readdirSync(folder) : [];
    return files.filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts')).map((file) => join(folder, file));
  });
}

function sendingMethods(value: unknown): Methods | null {
  const methods = typeof value === 'function' ? (value.prototype as Methods | undefined) : (value as Methods | null);
  if (methods === undefined || methods === null || typeof methods !== 'object') return null;
  const own = Object.values(Object.getOwnPropertyDescriptors(methods)).map(({ value: member }) => member as unknown);
  const isStore = 'load' in methods && own.some((member) => typeof member === 'function' && member.name === 'load');
  if (isStore) return null;
  return own.some((member) => typeof member === 'function' && SENDS.test(member.toString())) ? methods : null;
}

const CLAUSE =
  /^(SELECT|FROM|WHERE|GROUP BY|ORDER BY|LIMIT|HAVING|LEFT JOIN|CROSS JOIN|FULL JOIN|JOIN|UNION|SET|VALUES|ON CONFLICT|RETURNING|INSERT|UPDATE)\b/;
const LINE_LENGTH = 120;

/** Formats a statement for reading: single spaces, a line for each clause, long lines wrapped. */
export function formatted(statement: string): string {
  const flat = statement
    .replace(/--[^\n]*\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  let inText = false;
  for (let i = 0; i < flat.length; i++) {
    const character = flat[i]!;
    if (character === "'") inText = !inText;
    if (!inText && character === '(') depth++;
    if (!inText && character === ')') depth--;
    const follows = flat.slice(i + 1, i + 20);
    // "LEFT JOIN" and "DO UPDATE SET" are one clause each.
    if (character === ' ' && !inText && CLAUSE.test(follows) && !/( LEFT| CROSS| FULL| DO)$/.test(flat.slice(0, i))) {
      lines.push(line);
      line = ' '.repeat(2 + 2 * depth);
    } else {
      line += character;
    }
  }
  return [...lines, line].map(wrapped).join('\n');
}

function wrapped(line: string): string {
  const indent = line.length - line.trimStart().length;
  const lines: string[] = [];
  let rest = line;
  while (rest.length > LINE_LENGTH) {
    const at = rest.lastIndexOf(' ', LINE_LENGTH);
    if (at <= indent + 4) break;
    lines.push(rest.slice(0, at));
    rest = `${' '.repeat(indent + 4)}${rest.slice(at + 1)}`;
  }
  return [...lines, rest].join('\n');
}
