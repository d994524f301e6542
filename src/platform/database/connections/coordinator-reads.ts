import { sqlStateOf } from '../errors/sql-state.js';
import type { Sql } from '../statements/sql.js';
import type { Connection } from './connection.js';

/**
 * What batches that go past the coordinator still read there, on one connection for all: those of the pool may all be lent
 * to readers. Opened when something needs it.
 */
export class CoordinatorReads implements Sql {
  private current: Connection | null = null;
  private opening: Promise<Connection> | null = null;

  constructor(private readonly connect: () => Promise<Connection>) {}

  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const connection = await this.connected();
    try {
      return await connection.query<Row>(text, values);
    } catch (error) {
      // Nothing was heard of the server: it may be at it still.
      if (sqlStateOf(error) === null) await connection.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await (this.current ?? (await this.opening?.catch(() => null)))?.close();
  }

  private async connected(): Promise<Connection> {
    if (this.current?.alive) return this.current;
    this.opening ??= this.connect().finally(() => (this.opening = null));
    return (this.current = await this.opening);
  }
}
