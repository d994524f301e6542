import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { configFrom } from '../../src/main/settings.js';
import { verify } from '../../src/main/commands/verify.js';
import { finding } from '../../src/modules/ledger/domain/audit.js';
import { VerifyRecord } from '../../src/modules/ledger/ledger.public.js';
import { SettlePayout } from '../../src/modules/payouts/application/settle-payout.js';
import { Bahi } from '../support/bahi.js';
import type { Client, Json } from '../support/client.js';
import type { Merchant } from '../support/merchant.js';

let bahi: Bahi;
let operator: Client;
let acme: Merchant;
let contradicted: string;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
  operator = bahi.asOperator();
  acme = await bahi.aMerchant({ rupees: 100, accounts: ['0001', '0002'] });
});

afterAll(() => bahi.close());

/** Runs `bahi verify` in this process. @returns its exit code and its lines */
async function runVerify(merchantId: string | null = null): Promise<{ code: number; lines: string[] }> {
  const { appUrl, ownerUrl, adminUrl } = bahi.urls;
  const environment = { DATABASE_URL: appUrl, MIGRATION_DATABASE_URL: ownerUrl, ADMIN_DATABASE_URL: adminUrl };
  const lines: string[] = [];
  const given = { merchantId, head: null, since: null, resume: null };
  const code = await verify(configFrom({ ...environment, LOG_LEVEL: 'fatal' }), given, (line) => lines.push(line));
  return { code, lines };
}

async function bankSays(id: string, utr: string): Promise<void> {
  const call = { kind: 'inquiry', gateway: 'bank-simulator', attempt: 1, askedAtMs: performance.now() } as const;
  await bahi.service.get(SettlePayout).execute(acme.id, id, call, { kind: 'succeeded', utr });
}

const runs = async (): Promise<Json[]> => (await operator.get('/verify-runs')).body.results as Json[];
const findings = async (query = ''): Promise<Json[]> =>
  (await operator.get(`/findings${query}`)).body.results as Json[];
const state = async (): Promise<Json> => (await acme.api.get('/ledger/verification')).body;

describe('what verify has found', () => {
  it('is nothing before it has run', async () => {
    expect(await runs()).toEqual([]);
    expect(await findings()).toEqual([]);
    expect(await state()).toEqual({
      ...{ merchant_id: acme.id, status: 'never', verified_at: null, verified_head: null },
      ...{ unread_transactions: 0, findings: 0, acknowledged: 0, head: expect.stringMatching(/^1:[0-9a-f]{64}$/) },
    });
  });

  it('is kept with when it ran and what it covered, and each merchant sees its own head', async () => {
    await acme.until((await acme.aPayout(10)).id, 'completed');
    const { code } = await runVerify();
    expect(code).toBe(0);

    const [run, ...more] = await runs();
    expect(more).toEqual([]);
    expect(run).toMatchObject({
      ...{ status: 'complete', merchant_id: null, books: 1, partly_read_books: 0, findings: 0, acknowledged: 0 },
      ...{ started_by: expect.stringMatching(/^command-line:/), finished_at: expect.any(String) },
    });
    expect((await operator.get(`/verify-runs/${run.id}`)).body).toEqual(run);
    const now = await state();
    expect(now).toMatchObject({
      status: 'ok',
      unread_transactions: 0,
      head: expect.stringMatching(/^3:[0-9a-f]{64}$/),
    });
    expect(now.verified_head).toBe(now.head);
    await acme.until((await acme.aPayout(10)).id, 'completed');
    const later = await state();
    expect(later).toMatchObject({ status: 'ok', verified_head: now.head });
    expect(later.head).not.toBe(now.head);
  });

  it('keeps the id of a finding while it is the same, and shows who has acknowledged it at once', async () => {
    const { id } = await acme.aPayout(10, { to: '0002' });
    contradicted = id;
    await acme.until(id, 'failed');
    await bankSays(id, '632812345678');
    expect((await runVerify()).code).toBe(1);
    const [found] = await findings();
    expect(found).toMatchObject({
      ...{ merchant_id: acme.id, code: 'BANK_DISAGREES', finding: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ...{ detail: `payout ${id} is failed, but the bank says otherwise`, acknowledgement: null },
      particulars: { code: 'bank_says_otherwise', values: { subject: 'payout', id, status: 'failed' } },
    });
    expect(await state()).toMatchObject({ status: 'wrong', findings: 1, acknowledged: 0 });
    expect((await runVerify(acme.id)).code).toBe(1);
    const [again] = await findings();
    expect(again).toEqual({ ...found, verify_run_id: again.verify_run_id, last_found_at: again.last_found_at });
    expect(again.last_found_at > found.last_found_at).toBe(true);
    expect(again.verify_run_id).toBe((await runs())[0].id);

    const reason = 'The bank has confirmed its mistake by mail.';
    const given = await operator.post('/acknowledgements', { finding: found.finding, reason }, { merchant: acme });
    expect(given).toMatchObject({ status: 200, body: { particulars: found.particulars } });

    const { acknowledged_by, created_at } = given.body;
    const acknowledgement = { acknowledged_by, created_at, reason };
    expect(await findings()).toEqual([{ ...again, acknowledgement }]);
    expect(await findings('?is_acknowledged=true')).toHaveLength(1);
    expect((await operator.get('/acknowledgements')).body.results).toEqual([given.body]);
    expect(await findings('?is_acknowledged=false')).toEqual([]);
    expect((await runVerify()).code).toBe(0);
    const { particulars } = found;
    expect(await findings()).toMatchObject([{ id: found.id, particulars, acknowledgement }]);
    expect(await state()).toMatchObject({ status: 'ok', findings: 0, acknowledged: 1 });
  });

  it('has no particulars of what a version kept that had the sentence alone, until it is verified again', async () => {
    const [{ particulars, detail }] = await findings();
    await bahi.psql.query('UPDATE verify_findings SET particulars = NULL');
    expect(await findings()).toMatchObject([{ detail, particulars: null }]);
    await runVerify();
    expect(await findings()).toMatchObject([{ detail, particulars }]);
  });

  it('is a new finding when something new has happened, beside what was acknowledged', async () => {
    const [before] = await findings();
    await bankSays(contradicted, '632899999999');
    expect((await runVerify()).code).toBe(1);

    const [found, ...more] = await findings();
    expect(more).toEqual([]);
    expect(found.acknowledgement).toBeNull();
    expect([found.id, found.finding]).not.toEqual([before.id, before.finding]);
    const acknowledgements = (await operator.get('/acknowledgements', { merchant: acme })).body.results;
    // Its evidence has changed: the last verification no longer has the acknowledged finding.
    const { finding, detail } = before;
    expect(acknowledgements).toMatchObject([{ finding, detail, particulars: null }]);
  });

  it('has what is computed too, which nobody may acknowledge, and forgets what is right again', async () => {
    const change = `UPDATE ledger_transactions SET actor = $2 WHERE merchant_id = $1 AND seq = 1`;
    const actor = (
      await bahi.psql.query<{ actor: string }>(
        'SELECT actor FROM ledger_transactions WHERE merchant_id = $1 AND seq = 1',
        [acme.id],
      )
    )[0]!.actor;
    await bahi.psql.tamper([change, [acme.id, 'another']]);
    await runVerify();
    expect(await findings(`?merchant_id=${acme.id}`)).toContainEqual(
      expect.objectContaining({
        ...{ code: 'HASH_MISMATCH', finding: null, acknowledgement: null },
        particulars: { code: 'transaction_changed', values: { seq: 1 } },
      }),
    );
    await bahi.psql.tamper([change, [acme.id, actor]]);
    await runVerify();
    expect((await findings()).map(({ code }) => code)).toEqual(['BANK_DISAGREES']);
  });

  it('stays where it rests on other books too and was looked for in part, and the book is as verified as before', async () => {
    const other = await bahi.aMerchant();
    const record = bahi.service.get(VerifyRecord);
    const recordRun = async (head: string, ...codes: ('PROVIDER_ID_REUSED' | 'HELD_MISMATCH')[]): Promise<Json[]> => {
      const particulars = { code: 'book_unreadable', values: { error: head } } as const;
      const found = { findings: codes.map((code) => finding(code, other.id, particulars)), acknowledged: [], more: 0 };
      const book = { merchantId: other.id, head, unread: 0, isSearchPartial: head !== 'whole' };
      await record.recordBook(await record.begin(other.id, 'test'), { ...found, ...book });
      return findings(`?merchant_id=${other.id}`);
    };
    const last = async (): Promise<Json> => (await other.api.get('/ledger/verification')).body;
    expect(await recordRun('in part')).toEqual([]);
    expect(await last()).toMatchObject({ status: 'never' });

    const [shared, held] = (await recordRun('whole', 'PROVIDER_ID_REUSED', 'HELD_MISMATCH')).reverse();
    expect([shared.code, held.code]).toEqual(['PROVIDER_ID_REUSED', 'HELD_MISMATCH']);
    const whole = await last();
    expect(await recordRun('in part')).toEqual([shared]);
    expect(await last()).toEqual({ ...whole, findings: 1 });
    expect((await runs())[0]).toMatchObject({ partly_read_books: 1 });
    expect(await recordRun('whole')).toEqual([]);
    expect(await last()).toMatchObject({ status: 'ok' });
  });

  it('is not kept where nothing can be written, and verified all the same', async () => {
    const before = await runs();
    await bahi.psql.query('REVOKE INSERT ON verify_runs FROM bahi_app');
    const { code, lines } = await runVerify();
    await bahi.psql.query('GRANT INSERT ON verify_runs TO bahi_app');

    expect(code).toBe(1);
    expect(lines.filter((line) => line.includes('are not recorded'))).toHaveLength(1);
    expect(lines.at(-1)).toContain('2 books verified');
    expect(await runs()).toEqual(before);
  });

  it('is for operators, but for the state of a merchant’s own book', async () => {
    const fiaz = await bahi.aMerchant();
    for (const path of ['/verify-runs', `/verify-runs/${randomUUID()}`, '/findings'])
      expect((await fiaz.api.get(path)).body.code).toBe('forbidden');
    expect((await fiaz.api.get('/ledger/verification')).body).toMatchObject({ merchant_id: fiaz.id, status: 'never' });
    expect((await fiaz.api.get(`/ledger/verification?merchant_id=${acme.id}`)).body.code).toBe('forbidden');
    expect((await operator.get('/ledger/verification', { merchant: acme })).body).toMatchObject({ status: 'wrong' });
    expect((await operator.get('/ledger/verification')).body.code).toBe('validation_failed');
    expect((await operator.get('/ledger/verification', { merchant: { id: randomUUID() } })).status).toBe(404);
    expect((await operator.get(`/verify-runs/${randomUUID()}`)).status).toBe(404);
    expect(await findings(`?merchant_id=${fiaz.id}`)).toEqual([]);
  });
});
