import pg from 'pg';
import type { Statement } from '../../src/platform/group-commit/book-table-store.js';

/** A connection to the database outside the service, as with psql. */
export class SqlSession {
  private constructor(private readonly client: pg.Client) {}

  static async at(url: string): Promise<SqlSession> {
    const client = new pg.Client({ connectionString: url, application_name: 'psql' });
    client.on('error', () => undefined);
    await client.connect();
    return new SqlSession(client);
  }

  async query<Row = unknown>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    return (await this.client.query(text, values as unknown[])).rows as Row[];
  }

  /** For a superuser only: one transaction with triggers and foreign keys switched off. */
  async tamper(...statements: readonly (readonly [text: string, values?: readonly unknown[]])[]): Promise<void> {
    await this.query('BEGIN');
    // Also on the nodes if books are distributed; without Citus the setting has no effect.
    await this.query('SET LOCAL citus.propagate_set_commands = local');
    await this.query('SET LOCAL session_replication_role = replica');
    try {
      for (const [text, values] of statements) await this.query(text, values);
    } catch (error) {
      await this.rollback();
      throw error;
    }
    await this.query('COMMIT');
  }

  /** Runs statements as the service does: in one transaction, which may be open already. */
  async together(statements: readonly Statement[]): Promise<void> {
    const isOpen = this.client.getTransactionStatus() !== 'I';
    if (!isOpen) await this.query('BEGIN');
    try {
      for (const { text, values } of statements) await this.query(text, values);
      if (!isOpen) await this.query('COMMIT');
    } catch (error) {
      if (!isOpen) await this.rollback();
      throw error;
    }
  }

  /** Locks the books of these merchants until `rollback`. */
  async lock(...merchants: { readonly id: string }[]): Promise<void> {
    await this.query('BEGIN');
    // One statement for each book: distributed books may be on several nodes.
    for (const id of merchants.map((merchant) => merchant.id).sort())
      await this.query('SELECT FROM books WHERE merchant_id = $1 FOR UPDATE', [id]);
  }

  async rollback(): Promise<void> {
    await this.query('ROLLBACK');
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
