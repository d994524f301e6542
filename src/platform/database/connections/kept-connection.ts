import { sqlStateOf } from '../errors/sql-state.js';
import type { Sql } from '../statements/sql.js';
import type { Connection } from './connection.js';

/**
 * One connection outside the pool, opened when it is needed, for short statements that must not wait for others:
 * readers of a node that hangs may have taken all connections of the pool.
 */
export class KeptConnection implements Sql {
  private current: Connection | null = null;
  private opening: Promise<Connection> | null = null;

  constructor(private readonly connect: () => Promise<Connection>) {}

  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const connection = await this.connected();
    try {
      return await connection.query<Row>(text, values);
    } catch (error) {
      // The server has not answered, and may still be executing the statement.
      if (sqlStateOf(error) === null) await connection.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const { current, opening } = this;
    this.current = null;
    await (current ?? (await opening?.catch(() => null)))?.close();
  }

  private async connected(): Promise<Connection> {
    if (this.current?.alive) return this.current;
    this.opening ??= this.connect().finally(() => (this.opening = null));
    this.current = await this.opening;
    return this.current;
  }
}
