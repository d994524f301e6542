import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { verify } from '../../src/main/commands/verify.js';
import { configFrom } from '../../src/main/settings.js';
import { finding } from '../../src/modules/ledger/domain/audit.js';
import { VerifyRecord } from '../../src/modules/ledger/ledger.public.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';

let bahi: Bahi;
let acme: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open();
  acme = await bahi.aMerchant();
});

afterAll(() => bahi.close());

/** A run that finds these in the book. */
async function record(...errors: string[]): Promise<void> {
  const findings = errors.map((error) =>
    finding('UNREADABLE', acme.id, { code: 'book_unreadable', values: { error } }),
  );
  const found = { findings, acknowledged: [], more: 0 };
  const record = bahi.service.get(VerifyRecord);
  const runId = await record.begin(acme.id, 'test');
  await record.recordBook(runId, { merchantId: acme.id, head: 'x', unread: 0, isSearchPartial: false, ...found });
}

it('keeps what two runs find at once in one book, though each forgets what the other keeps', async () => {
  await record('first', 'second');
  // Both runs have to forget this one, the last in every order; while it is locked here, neither gets any further.
  await bahi.psql.query(
    `INSERT INTO verify_findings (merchant_id, digest, id, run_id, code, detail, first_found_at, last_found_at)
     SELECT merchant_id, repeat('f', 64), gen_random_uuid(), run_id, code, 'held', first_found_at, last_found_at
     FROM verify_findings WHERE merchant_id = $1 LIMIT 1`,
    [acme.id],
  );
  const holder = await bahi.sqlSession();
  await holder.query('BEGIN');
  await holder.query(`SELECT FROM verify_findings WHERE digest = repeat('f', 64) FOR UPDATE`);
  const both = Promise.all([record('first'), record('second')]);
  await bahi.waitingFor('verify_findings', { connections: 2 });
  await holder.query('COMMIT');
  await both;
  expect(await bahi.count('verify_findings WHERE merchant_id = $1', [acme.id])).toBe(1);
});

it('knows what an earlier version has kept again, though that named and worded it otherwise', async () => {
  const zen = await bahi.aMerchant();
  const values = { seq: 4, account: 'available', balance_paise: '88100', sum_paise: '88000' };
  const found = [
    finding('BALANCE_MISMATCH', zen.id, { code: 'balance_differs', values }),
    finding('SEQUENCE_GAP', zen.id, { code: 'transaction_out_of_sequence', values: { seq: 4, previous_seq: 2 } }),
  ];
  const recordAgain = async () => {
    const book = { merchantId: zen.id, head: 'x', unread: 0, isSearchPartial: false, acknowledged: [], more: 0 };
    const record = bahi.service.get(VerifyRecord);
    await record.recordBook(await record.begin(zen.id, 'test'), { ...book, findings: found });
    return bahi.psql.query<{ id: string; code: string; detail: string; first_found_at: Date }>(
      'SELECT id, code, detail, first_found_at FROM verify_findings WHERE merchant_id = $1 ORDER BY code',
      [zen.id],
    );
  };
  const before = await recordAgain();
  expect(before.map(({ detail }) => detail)).toEqual([
    'transaction 4 shows the balance ₹881.00 on available, but the entries up to there add up to ₹880.00',
    'transaction 4 follows transaction 2',
  ]);
  const olderDetail = 'transaction 4 shows 88100 paise on available; its entries up to there sum to 88000';
  await bahi.psql.query(
    `UPDATE verify_findings SET digest = encode(sha256(convert_to(code || id, 'UTF8')), 'hex'),
       detail = CASE code WHEN 'BALANCE_MISMATCH' THEN $2 ELSE detail END,
       particulars = CASE code WHEN 'BALANCE_MISMATCH' THEN particulars END
     WHERE merchant_id = $1`,
    [zen.id, olderDetail],
  );
  expect(await recordAgain()).toEqual(before);
  expect(await recordAgain()).toEqual(before);
});

it('is kept of a book before the file of --resume has the book: who goes on with the file leaves it out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bahi-resume-'));
  const file = join(folder, 'point');
  const { appUrl, ownerUrl } = bahi.urls;
  const config = configFrom({ DATABASE_URL: appUrl, MIGRATION_DATABASE_URL: ownerUrl, LOG_LEVEL: 'fatal' });
  const holder = await bahi.sqlSession();
  await holder.query('BEGIN');
  await holder.query('SELECT FROM verified_books FOR UPDATE');
  const run = verify(config, { merchantId: acme.id, head: null, since: null, resume: file }, () => undefined);
  await bahi.waitingFor('verified_books');
  expect(readFileSync(file, 'utf8')).not.toContain('"book"');
  await holder.query('COMMIT');
  expect(await run).toBe(0);
  rmSync(folder, { recursive: true });
});
