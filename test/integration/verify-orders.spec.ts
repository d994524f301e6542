import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reversal, settlement } from '../../src/modules/ledger/domain/ledger.js';
import { checkPayouts } from '../../src/modules/payouts/infrastructure/payout-check.js';
import { nextId } from '../../src/shared/ids.js';
import { Money } from '../../src/shared/money.js';
import { Intruder } from '../support/intruder.js';
import { bank, RUPEE, VerifiedBooks } from '../support/verified-books.js';
import { TestBooks } from '../support/write-path.js';
import type { TestMerchant } from '../support/write-process.js';

let books: VerifiedBooks;

beforeAll(async () => {
  books = await VerifiedBooks.open();
});

afterAll(() => books.close());

describe('HELD_MISMATCH', () => {
  it('finds a payout whose amount was changed', async () => {
    const merchant = await books.aBook();
    await books.tamper(['UPDATE payouts SET amount_paise = amount_paise + 1 WHERE id = $1', [merchant.pending]]);
    expect(await books.codesOf(merchant)).toContain('HELD_MISMATCH');
  });

  it('finds an open payout that was removed', async () => {
    const merchant = await books.aBook();
    await books.tamper(['DELETE FROM payouts WHERE id = $1', [merchant.pending]]);
    expect(await books.codesOf(merchant)).toContain('HELD_MISMATCH');
  });

  it('finds a payout that ended without its money', async () => {
    const merchant = await books.aBook();
    await books.tamper([
      `UPDATE payouts SET status = 'cancelled', next_step = NULL, next_attempt_at = NULL WHERE id = $1`,
      [merchant.pending],
    ]);
    expect(await books.codesOf(merchant)).toContain('HELD_MISMATCH');
  });
});

describe('PAYOUT_MISMATCH', () => {
  const detailsOf = async (merchant: TestMerchant, code: string): Promise<string[]> =>
    (await books.verify(merchant)).findings.filter((finding) => finding.code === code).map(({ detail }) => detail);

  it.each([
    [
      'pending',
      `SET status = 'completed', utr = 'UTR1', next_step = NULL, next_attempt_at = NULL`,
      /payout_hold for it instead of payout_hold, payout_settlement/,
    ],
    [
      'completed',
      `SET status = 'failed', failure = '{}'`,
      /payout_hold, payout_settlement for it instead of payout_hold, payout_release/,
    ],
    [
      'completed',
      `SET status = 'reversed', failure = '{}'`,
      /instead of payout_hold, payout_settlement, payout_reversal/,
    ],
    ['pending', `SET recipient_account_number = '50100099990001'`, /differs from what was requested/],
    ['completed', `SET recipient_name = 'Eve'`, /differs from what was requested/],
    [
      'pending',
      'SET amount_paise = amount_paise + 1',
      /its payout_hold .* moved available −₹10\.00, held ₹10\.00 instead of/,
    ],
  ] as const)('finds that a %s one was changed: %s', async (which, change, detail) => {
    const merchant = await books.aBook();
    await books.tamper([`UPDATE payouts ${change} WHERE id = $1`, [merchant[which]]]);
    const details = await detailsOf(merchant, 'PAYOUT_MISMATCH');
    expect(details).toContainEqual(expect.stringMatching(detail));
    for (const found of details) expect(found).toContain(merchant[which]);
  });

  it('finds that one was invented, and that one was removed', async () => {
    const merchant = await books.aBook();
    const invented = nextId(Date.now());
    await books.tamper(
      ['CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT * FROM payouts WHERE id = $1', [merchant.completed]],
      ['UPDATE copied SET id = $1, utr = $2', [invented, `INV${invented.slice(-9).toUpperCase()}`]],
      ['INSERT INTO payouts SELECT * FROM copied'],
    );
    expect(await detailsOf(merchant, 'PAYOUT_MISMATCH')).toEqual([expect.stringContaining(`${invented} is completed`)]);
    await books.tamper(
      ['DELETE FROM payouts WHERE id = ANY($1)', [[invented, merchant.completed]]],
      ['DELETE FROM payout_events WHERE payout_id = $1', [merchant.completed]],
    );
    const gone = `for payout ${merchant.completed}, which does not exist`;
    expect(await detailsOf(merchant, 'PAYOUT_MISMATCH')).toEqual([
      `the ledger has a payout_hold ${gone}`,
      `the ledger has a payout_settlement ${gone}`,
    ]);
  });

  it('finds an end that somebody with the password of the service wrote, and who posted for it', async () => {
    const merchant = await books.aBook();
    const intruder = new Intruder(await books.sqlSession('app'));
    await intruder.query(
      `UPDATE payouts SET status = 'completed', utr = 'INVENTED1', next_step = NULL, next_attempt_at = NULL WHERE id = $1`,
      [merchant.pending],
    );
    expect(await books.codesOf(merchant)).toEqual(['HELD_MISMATCH', 'PAYOUT_MISMATCH', 'TIMELINE_MISMATCH']);
    await intruder.post(merchant.id, settlement(merchant.pending, Money.ofPaise(10n * RUPEE), 'bank:test'));
    expect(await books.codesOf(merchant)).toEqual(['TIMELINE_MISMATCH']);
  });
});

it.each([
  ['under its id in capitals', (id: string) => ({ type: 'payout', id: id.toUpperCase() }) as const],
  ['under its id as that of an adjustment', (id: string) => ({ type: 'adjustment', id }) as const],
])('finds money that came back of a payout %s', async (_how, causeOf) => {
  const merchant = await books.aBook();
  const intruder = new Intruder(await books.sqlSession('app'));
  const posting = reversal(merchant.completed, Money.ofPaise(1_000_000n * RUPEE), 'bank:test', 1);
  await intruder.post(merchant.id, { ...posting, cause: causeOf(merchant.completed) });
  expect(await books.codesOf(merchant)).toEqual(['PAYOUT_MISMATCH']);
});

it('finds a book that cannot be read, and what else is wrong with it, and reads the others', async () => {
  const merchant = await books.aBook();
  await books.tamper([`UPDATE payout_events SET at = 'infinity' WHERE payout_id = $1 AND seq = 1`, [merchant.pending]]);
  expect(await books.codesOf(merchant)).toEqual(['UNREADABLE']);
  await books.tamper([
    `UPDATE ledger_transactions SET reason = 'forged' WHERE merchant_id = $1 AND seq = 1`,
    [merchant.id],
  ]);
  expect(await books.codesOf(merchant)).toEqual(['HASH_MISMATCH', 'UNREADABLE']);
  expect(await books.codesOf(await books.aBook())).toEqual([]);
});

it('finds a contradiction of the bank that somebody took back', async () => {
  const merchant = await books.aBook();
  await books.service.change(merchant, merchant.completed, (it, now) => {
    it.contradict({ bank_says: { kind: 'not_found' } }, { now, actor: 'bank:test' });
  });
  expect(await books.codesOf(merchant)).toEqual(['BANK_DISAGREES']);
  const intruder = new Intruder(await books.sqlSession('app'));
  await intruder.query('UPDATE payouts SET bank_disagrees = false WHERE id = $1', [merchant.completed]);
  expect(await books.codesOf(merchant)).toEqual(['TIMELINE_MISMATCH']);
});

it('takes no adjustment for a line of the order under whose id it was made', async () => {
  const merchant = await books.aBook();
  await books.service.fund(merchant, RUPEE, merchant.completed);
  expect(await books.codesOf(merchant)).toEqual([]);
});

describe('TIMELINE_MISMATCH', () => {
  it.each([
    [
      'completed',
      `DELETE FROM payout_events WHERE payout_id = $1 AND seq = 2`,
      /has event 3 where event 2 is expected/,
    ],
    [
      'completed',
      `DELETE FROM payout_events WHERE payout_id = $1 AND seq = 3`,
      /has 2 events, although 3 were counted/,
    ],
    [
      'completed',
      `UPDATE payout_events SET data = '{"utr":"ANOTHER"}' WHERE payout_id = $1 AND seq = 3`,
      /its UTR differs/,
    ],
    ['pending', `UPDATE payout_events SET actor = 'merchant:another' WHERE payout_id = $1`, /names another requester/],
    [
      'pending',
      `UPDATE payout_events SET to_status = 'processing' WHERE payout_id = $1`,
      /event 1 .* to processing, which is not allowed after nothing/,
    ],
    [
      'pending',
      `INSERT INTO payout_events (merchant_id, payout_id, seq, type, from_status, to_status, at, actor, data)
       SELECT merchant_id, payout_id, 2, 'payout.cancelled', 'pending', 'cancelled', now(), 'merchant:test', '{}'
       FROM payout_events WHERE payout_id = $1`,
      /its timeline ends with the status cancelled/,
    ],
  ] as const)('finds that the lines of a %s one were tampered with: %s', async (which, statement, detail) => {
    const merchant = await books.aBook();
    await books.tamper([statement, [merchant[which]]]);
    const { findings } = await books.verify(merchant);
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['TIMELINE_HASH_MISMATCH', 'TIMELINE_MISMATCH']));
    expect(findings.map((finding) => finding.detail)).toContainEqual(expect.stringMatching(detail));
  });

  it('finds a line that somebody with the password of the service has appended', async () => {
    const merchant = await books.aBook();
    const intruder = new Intruder(await books.sqlSession('app'));
    await intruder.query(
      `INSERT INTO payout_events (merchant_id, payout_id, seq, type, from_status, to_status, at, actor, reason, data)
       VALUES ($1, $2, 4, 'payout.bank_answered', 'completed', 'completed', now(), 'bank:test', 'forged', '{}')`,
      [merchant.id, merchant.completed],
    );
    expect(await books.codesOf(merchant)).toEqual(['TIMELINE_HASH_MISMATCH', 'TIMELINE_MISMATCH']);
  });
});

describe('BANK_DISAGREES', () => {
  it('finds a payout that the bank has contradicted after its end', async () => {
    const merchant = await books.aBook();
    await books.service.change(merchant, merchant.completed, (payout, now) =>
      payout.contradict({ bank_says: 'no' }, bank(now)),
    );
    const { findings } = await books.verify(merchant);
    expect(findings).toMatchObject([{ code: 'BANK_DISAGREES', merchantId: merchant.id }]);
    expect(findings[0]!.detail).toContain(merchant.completed);
  });
});

describe('UTR_REUSED', () => {
  it('finds two payouts that share a UTR, also of two merchants', async () => {
    const [merchant, other] = [await books.aBook(), await books.aBook()];
    const utr = `SHARED${Date.now()}`;
    for (const { completed } of [merchant, other])
      await books.tamper(['UPDATE payouts SET utr = $2 WHERE id = $1', [completed, utr]]);
    const findings = (await books.verify(merchant)).findings.filter(({ code }) => code === 'UTR_REUSED');
    expect(findings).toMatchObject([{ merchantId: merchant.id }]);
    expect(findings[0]!.detail).toContain(other.completed);
    for (const { completed } of [merchant, other])
      await books.tamper([
        'UPDATE payouts SET utr = $2 WHERE id = $1',
        [completed, `UTR${completed.slice(-12).toUpperCase()}`],
      ]);
    expect(await books.codesOf(merchant)).toEqual([]);
  });
});

describe('the UTRs of a book', () => {
  const OTHERS = 20_000;

  it('are looked up one by one, however many payouts the other merchants have', async () => {
    const own = await TestBooks.open();
    try {
      const [merchant, other] = (await own.merchants(2, 1_000n * RUPEE)) as [TestMerchant, TestMerchant];
      const { body } = await own.process().payOut(merchant, RUPEE);
      const { id } = JSON.parse(body) as { id: string };
      const superuser = await own.sqlSession('superuser');
      await superuser.tamper(
        [
          `UPDATE payouts SET status = 'completed', utr = 'UTR1', next_step = NULL, next_attempt_at = NULL WHERE id = $1`,
          [id],
        ],
        ['CREATE TEMP TABLE copied AS SELECT p.*, n FROM payouts p, generate_series(1, $1::integer) AS n', [OTHERS]],
        [
          `UPDATE copied SET merchant_id = $1, bank_account_id = $2, id = gen_random_uuid(), utr = 'SIM' || n`,
          [other.id, other.bankAccountId],
        ],
        ['ALTER TABLE copied DROP COLUMN n'],
        ['INSERT INTO payouts SELECT * FROM copied'],
      );
      await superuser.query('VACUUM (ANALYZE) payouts');
      const { database } = own.process();
      const utrs = checkPayouts.judged.find(({ name }) => name === 'UTRs')!;
      const readRows = () =>
        database.transaction(async (sql) => {
          const book = {
            sql,
            merchantId: merchant.id,
            boundTo: null,
            search: {},
            linesOf: () => Promise.resolve([]),
            since: null,
          };
          for await (const { findings } of utrs.slices(book, null)) expect(findings).toEqual([]);
          const [row] = await sql.query<{ rows: string }>(
            `SELECT seq_tup_read + idx_tup_fetch AS rows FROM pg_stat_xact_user_tables WHERE relname = 'payouts'`,
          );
          return Number(row!.rows);
        });
      expect(await readRows()).toBeLessThan(10);
    } finally {
      await own.close();
    }
  });
});

describe('CALLBACK_REFUSED', () => {
  it('finds what a bank has signed and cannot be right, and nothing that was taken in', async () => {
    const merchant = await books.aBook();
    const callback = (eventId: string, outcome: string) =>
      books.superuser.query(
        `INSERT INTO gateway_callbacks (gateway, event_id, reference, amount_minor, ending, body_digest, next_try_at, outcome)
         VALUES ('bank-simulator', $1, $2, 1, '{}', repeat('0', 64), NULL, $3)`,
        [`${eventId}-${merchant.completed}`, merchant.completed, outcome],
      );
    await callback('good', 'taken_in');
    expect(await books.codesOf(merchant)).toEqual([]);
    await callback('bad', 'amount_mismatch');
    expect(await books.codesOf(merchant)).toEqual(['CALLBACK_REFUSED']);
  });
});
