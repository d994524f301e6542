import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DISTRIBUTED_NAMES } from '../../migrations/tables.js';
import { createCitusDatabase, createDistributedDatabase, describeOnCitus } from '../support/citus.js';
import type { TestDatabase } from '../support/postgres-server.js';
import { SqlSession } from '../support/sql-session.js';

const SHARDS = 4;

interface OnShard {
  readonly success: boolean;
  readonly result: string;
}

describeOnCitus('a new database on nodes', () => {
  let database: TestDatabase;
  let psql: SqlSession;

  beforeAll(async () => {
    database = await createDistributedDatabase(SHARDS);
    psql = await SqlSession.at(database.superuserUrl);
  }, 120_000);

  afterAll(async () => {
    await psql?.close();
    await database?.drop();
  });

  it('leaves nothing behind where it cannot be made', async () => {
    let name = '';
    const failing = (node: string): Promise<string> => {
      name = new URL(node).pathname.slice(1);
      return Promise.reject(new Error('no way there'));
    };
    await expect(createCitusDatabase(failing)).rejects.toThrow('no way there');
    expect(await psql.query('SELECT FROM pg_database WHERE datname = $1', [name])).toEqual([]);
  });

  const onShards = (table: string, command: string): Promise<OnShard[]> =>
    psql.query<OnShard>('SELECT success, result FROM run_command_on_shards($1, $2)', [table, command]);

  it('has all tables of the list in as many shards, those of a book on one node', async () => {
    const found = await psql.query<{ name: string; shards: string; colocated: boolean }>(
      `SELECT table_name::text AS name, shard_count::text AS shards,
         colocation_id = (SELECT colocation_id FROM citus_tables WHERE table_name = 'books'::regclass) AS colocated
       FROM citus_tables ORDER BY 1`,
    );
    expect(found).toEqual(
      [...DISTRIBUTED_NAMES].sort().map((name) => ({ name, shards: String(SHARDS), colocated: true })),
    );
  });

  it.each(DISTRIBUTED_NAMES)('guards each shard of %s as the table itself', async (table) => {
    const guards = (of: string): string => `
      SELECT string_agg(g, ' ' ORDER BY g) AS guards FROM (
        SELECT regexp_replace(tgname, '_[0-9]+$', '') || tgenabled::text FROM pg_trigger
        WHERE tgrelid = '${of}'::regclass AND NOT tgisinternal AND NOT tgname ~ 'never_emptied'
        UNION ALL
        SELECT regexp_replace(conname, '_[0-9]+$', '') || convalidated::text FROM pg_constraint
        WHERE conrelid = '${of}'::regclass
      ) AS guards(g)`;
    const [whole] = await psql.query<{ guards: string }>(guards(table));
    const shards = await onShards(table, guards('%1$s'));
    expect(shards).toEqual(Array.from({ length: SHARDS }, () => ({ success: true, result: whole!.guards ?? '' })));
  });

  it('refuses on each shard what is refused in the table', async () => {
    for (const table of ['books', 'ledger_transactions', 'ledger_entries', 'payout_events', 'payment_events'])
      for (const { success, result } of await onShards(table, 'DELETE FROM %s'))
        expect([success, result]).toEqual([false, expect.stringMatching(/DELETE on .* is refused: it is append-only/)]);
  });

  it('finds on each shard the ledger that must hold what is paid out', async () => {
    const refused = await onShards(
      'payouts',
      `INSERT INTO %s (merchant_id, id, bank_account_id, recipient_name, recipient_vpa, amount_paise, mode, status,
         attempts, next_step, next_attempt_at, inquiries, needs_attention, bank_disagrees, events, created_at, updated_at)
       SELECT i, i, i, 'Asha', 'a@b', 100, 'UPI', 'pending', 0, 'submit', now(), 0, false, false, 0, now(), now()
       FROM gen_random_uuid() AS i`,
    );
    for (const { success, result } of refused)
      expect([success, result]).toEqual([false, expect.stringMatching(/nothing is held for /)]);
  });
});
