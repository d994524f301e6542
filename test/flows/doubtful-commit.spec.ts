import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FundMerchant } from '../../src/modules/ledger/ledger.public.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { expectProblem } from '../support/http-test-client.js';

let bahi: Bahi;
let acme: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open();
  acme = await bahi.aMerchant({ rupees: 1_000 });
  await bahi.psql.query(`CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE WARNING 'the standby has not got it'; RETURN NULL; END $$`);
});

afterAll(() => bahi.close());

/** Imitates a server whose wait for its standby was interrupted: inserts are committed, but with a warning. */
async function whileCommitsAreDoubtful<T>(table: string, work: () => Promise<T>): Promise<T> {
  // Without distributed books the setting has no effect.
  await bahi.psql.query('SET citus.enable_unsafe_triggers = on');
  await bahi.psql.query(`CREATE CONSTRAINT TRIGGER warns AFTER INSERT ON ${table} DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION warn()`);
  try {
    return await work();
  } finally {
    await bahi.psql.query(`DROP TRIGGER warns ON ${table}`);
  }
}

describe('a commit that the database warns of', () => {
  it('of a payout is answered 503, and its repeat answers what has really happened', async () => {
    const payOut = () => acme.payOut(10, { key: 'doubtful' });
    expectProblem(await whileCommitsAreDoubtful('payouts', payOut), 503, 'overloaded');
    const repeated = await payOut();
    expect([repeated.status, repeated.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    const { body } = await acme.api.get('/payouts');
    expect(body.results.map(({ id }: { id: string }) => id)).toEqual([repeated.body.id]);
    expect(await acme.balance()).toEqual({ available: 990, held: 10 });
    expect((await payOut()).text).toBe(repeated.text);
  });

  it('of a refusal that its key remembers is answered 503 too, and the repeat with the refusal', async () => {
    const payOut = () => acme.payOut(1_000_000, { key: 'refused' });
    expectProblem(await whileCommitsAreDoubtful('idempotency_keys', payOut), 503, 'overloaded');
    const repeated = await payOut();
    expect([repeated.status, repeated.body.code]).toEqual([422, 'insufficient_funds']);
    expect(repeated.headers.get('idempotent-replayed')).toBe('true');
  });

  it('of a single statement beside the write path is answered 503, though it is there', async () => {
    const operator = bahi.asOperator();
    const add = () => operator.post('/routing-rules', { priority: 10, gateway: 'bank-simulator', percentage: 1 });
    expectProblem(await whileCommitsAreDoubtful('routing_rules', add), 503, 'overloaded');
    expect((await operator.get('/routing-rules')).body.results).toHaveLength(1);
    // The connection continues with statements that are certain.
    expect((await add()).status).toBe(201);
  });

  it('of a transaction beside it as well', async () => {
    const add = () => bahi.asOperator().post('/merchants', { name: 'Zen', email: 'ops@zen.example' });
    expectProblem(await whileCommitsAreDoubtful('merchants', add), 503, 'overloaded');
  });

  it('of what the role bahi_admin alone may write as well', async () => {
    const money = { amountPaise: 5_00n, reason: 'test', actor: 'system', key: 'doubtful' };
    const fund = () => bahi.service.get(FundMerchant).execute({ merchantId: acme.id, ...money });
    const before = await acme.balance();
    const doubted = whileCommitsAreDoubtful('ledger_transactions', fund);
    await expect(doubted).rejects.toMatchObject({ mayHaveCommitted: true });
    await fund();
    expect(await acme.balance()).toEqual({ ...before, available: before.available + 5 });
  });

  it('is none of which it only says why it is planned as it is, as a coordinator does of rows from nowhere', async () => {
    const ids = [randomUUID(), randomUUID()];
    const insertion = 'INSERT INTO books (merchant_id) SELECT * FROM unnest($1::uuid[])';
    await bahi.service.get(Database).query(insertion, [ids]);
    expect(await bahi.count('books WHERE merchant_id = ANY($1)', [ids])).toBe(2);
  });
});
