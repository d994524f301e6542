import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hold, type Posting } from '../../src/modules/ledger/domain/ledger.js';
import { refundHold } from '../../src/modules/ledger/domain/payment-postings.js';
import { REFUND_STATUSES } from '../../src/modules/payments/domain/payment-state.js';
import { allowedPaymentStatuses, PAYMENT_STATUSES } from '../../src/modules/payments/domain/payment-status.js';
import { ACTOR_KINDS, allowedStatuses, PAYOUT_STATUSES } from '../../src/modules/payouts/domain/payout-status.js';
import { Money } from '../../src/shared/money.js';
import { Intruder } from '../support/intruder.js';
import { TestBooks } from '../support/write-path.js';
import type { TestMerchant, WriteProcess } from '../support/write-process.js';

const RUPEE = 100n;
const REFUSED = { code: 'P0001' };

let testBooks: TestBooks;
let service: WriteProcess;
let intruder: Intruder;
let merchant: TestMerchant;

beforeAll(async () => {
  testBooks = await TestBooks.open();
  service = testBooks.process();
  intruder = new Intruder(await testBooks.sqlSession('app'));
  merchant = await testBooks.aMerchant(10_000n * RUPEE);
});

afterAll(async () => {
  await testBooks.close();
});

async function aPayout(paise = 10n * RUPEE): Promise<string> {
  return (JSON.parse((await service.payOut(merchant, paise)).body) as { id: string }).id;
}

/** Puts rows into a state that the service never reaches in one step. */
const tamper = (text: string, values: readonly unknown[]): Promise<void> => testBooks.superuser.tamper([text, values]);

interface Machine {
  readonly table: string;
  readonly statuses: readonly string[];
  /** The statuses that a new row may have: a payment that was cancelled is `failed`. */
  readonly begins: readonly string[];
  /** The statuses that one move reaches. */
  readonly next: (status: string) => readonly string[];
  /** What else an UPDATE must set, so that no CHECK refuses it. */
  readonly beside: (status: string) => string;
  readonly make: () => Promise<string>;
}

const due = (isOpen: boolean): string =>
  isOpen ? `next_step = 'inquire', next_attempt_at = now()` : 'next_step = NULL, next_attempt_at = NULL';
const failure = (hasFailed: boolean): string => `failure = ${hasFailed ? `coalesce(failure, '{}')` : 'NULL'}`;

const payouts: Machine = {
  table: 'payouts',
  statuses: PAYOUT_STATUSES,
  begins: ['pending', 'cancelled'],
  next: (status) => ACTOR_KINDS.flatMap((actor) => allowedStatuses(actor, status as never)),
  beside: (status) =>
    `utr = coalesce(utr, 'UTR1'), ${failure(status === 'failed' || status === 'reversed')},
     ${due(status === 'pending' || status === 'processing')}`,
  make: () => aPayout(),
};

const payments: Machine = {
  table: 'payments',
  statuses: PAYMENT_STATUSES,
  begins: ['created', 'failed'],
  next: (status) => allowedPaymentStatuses(status as never),
  beside: (status) =>
    `provider_id = coalesce(provider_id, 'p'), rate = '1', gross_paise = 1000, fee_paise = 0, tax_paise = 0,
     net_paise = 1000, ${failure(status === 'failed')}, ${due(status === 'created' || status === 'processing')}`,
  make: async () => {
    const id = randomUUID();
    await intruder.query(
      `INSERT INTO payments (merchant_id, id, amount_minor, currency, status, attempts, next_step, next_attempt_at, inquiries,
         needs_attention, gateway_disagrees, claimed_minor, claimed_paise, claimed_fee_paise, claimed_tax_paise,
         refunded_minor, refunded_paise, events, created_at, updated_at)
       VALUES ($1, $2, 1000, 'INR', 'created', 0, 'submit', now(), 0, false, false, 0, 0, 0, 0, 0, 0, 1, now(), now())`,
      [merchant.id, id],
    );
    return id;
  },
};

const INSERT_REFUND = `
  INSERT INTO refunds (merchant_id, id, payment_id, amount_minor, amount_paise, fee_paise, tax_paise, status, attempts,
    next_step, next_attempt_at, inquiries, needs_attention, gateway_disagrees, created_at, updated_at)
  VALUES ($1, $2, $2, 1000, $3, 0, 0, 'pending', 0, 'submit', now(), 0, false, false, now(), now())`;

const refunds: Machine = {
  table: 'refunds',
  statuses: REFUND_STATUSES,
  begins: ['pending'],
  next: (status) => (status === 'pending' ? ['succeeded', 'failed'] : []),
  beside: (status) =>
    `provider_id = coalesce(provider_id, 'p'), ${failure(status === 'failed')}, ${due(status === 'pending')}`,
  make: async () => {
    const id = randomUUID();
    await intruder.query(INSERT_REFUND, [merchant.id, id, 0]);
    return id;
  },
};

/** Every status that one write of a row may lead to: within a batch it may pass through several. */
function reachable({ next }: Machine, from: string): Set<string> {
  const all = new Set<string>();
  const follow = (status: string): void =>
    next(status).forEach((to) => {
      if (all.has(to)) return;
      all.add(to);
      follow(to);
    });
  follow(from);
  return all;
}

const move = ({ table, beside }: Machine, to: string): string =>
  `UPDATE ${table} SET status = '${to}', ${beside(to)} WHERE id = $1`;

describe.each([payouts, payments, refunds])('the database, of $table', (machine) => {
  const pairs = machine.statuses.flatMap((from) => machine.statuses.map((to) => [from, to] as const));

  it.each(pairs.filter(([from, to]) => from !== to))('knows whether %s may become %s', async (from, to) => {
    const id = await machine.make();
    if (from !== machine.statuses[0]) await tamper(move(machine, from), [id]);
    const attempt = intruder.undone(() => intruder.query(move(machine, to), [id]));
    if (reachable(machine, from).has(to)) await attempt;
    else await expect(attempt).rejects.toMatchObject(REFUSED);
  });

  it('lets them begin at the first status, or cancelled in the same batch, and no other', async () => {
    const id = await machine.make();
    for (const status of machine.statuses.filter((candidate) => !machine.begins.includes(candidate))) {
      const copy = `
        CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT * FROM ${machine.table} WHERE id = $1`;
      const attempt = intruder.undone(async () => {
        await intruder.query(copy.replace('$1', `'${id}'`));
        await intruder.query(
          `UPDATE copied SET id = gen_random_uuid(), status = '${status}', ${machine.beside(status)}`,
        );
        await intruder.query(`INSERT INTO ${machine.table} SELECT * FROM copied`);
      });
      await expect(attempt).rejects.toThrow(`INSERT on ${machine.table} is refused (${machine.table}_begin)`);
    }
  });
});

describe('what has ended', () => {
  let completed: string;

  beforeAll(async () => {
    completed = await aPayout();
    await tamper(
      `UPDATE payouts SET status = 'completed', gateway = 'toy-bank', utr = 'UTR1', next_step = NULL, next_attempt_at = NULL
       WHERE id = $1`,
      [completed],
    );
  });

  it.each([
    [`utr = 'UTR2'`, 'the UTR under which it was paid'],
    [`utr = NULL, status = 'failed', failure = '{}'`, 'its end'],
    [`gateway = 'another-bank'`, 'the bank that has it'],
    ['gateway = NULL', 'the bank that has it'],
    [
      `status = 'pending', gateway = NULL, utr = NULL, next_step = 'submit', next_attempt_at = now()`,
      'its end, and is paid again',
    ],
  ])('is not changed to %s: it keeps %s', async (change) => {
    const attempt = intruder.query(`UPDATE payouts SET ${change} WHERE id = $1`, [completed]);
    await expect(attempt).rejects.toMatchObject(REFUSED);
  });

  it('is flagged and archived as before, and comes back from the bank', async () => {
    await intruder.undone(async () => {
      const archive =
        'UPDATE payouts SET archived_at = now(), bank_disagrees = true, needs_attention = true WHERE id = $1';
      await intruder.query(archive, [completed]);
      await intruder.query(`UPDATE payouts SET status = 'reversed', failure = '{}' WHERE id = $1`, [completed]);
    });
  });

  it('of a failed payout does not become a completed one under an invented UTR', async () => {
    const failed = await aPayout();
    await tamper(
      `UPDATE payouts SET status = 'failed', failure = '{}', next_step = NULL, next_attempt_at = NULL WHERE id = $1`,
      [failed],
    );
    const attempt = `UPDATE payouts SET status = 'completed', utr = '999999999999', failure = NULL WHERE id = $1`;
    await expect(intruder.query(attempt, [failed])).rejects.toMatchObject(REFUSED);
  });

  it.each(['gross_paise = 2000, net_paise = 2000', `provider_id = 'another'`, `rate = '2'`])(
    'of a captured payment keeps its receipt: not %s',
    async (change) => {
      const id = await payments.make();
      await tamper(move(payments, 'succeeded'), [id]);
      await expect(intruder.query(`UPDATE payments SET ${change} WHERE id = $1`, [id])).rejects.toMatchObject(REFUSED);
      await intruder.undone(() => intruder.query('UPDATE payments SET claimed_minor = 5 WHERE id = $1', [id]));
    },
  );

  it('of what was given back is not taken again', async () => {
    const id = await payments.make();
    await tamper(`${move(payments, 'partially_refunded')}`, [id]);
    await tamper('UPDATE payments SET claimed_minor = 5, refunded_minor = 5 WHERE id = $1', [id]);
    const attempt = intruder.query('UPDATE payments SET refunded_minor = 4 WHERE id = $1', [id]);
    await expect(attempt).rejects.toMatchObject(REFUSED);
  });
});

describe('a payout that nobody requested', () => {
  /** Another payout like it, to an account of the intruder's. */
  const like = (id: string, paise: bigint): [string, unknown[]] => {
    const copied = `bank_account_id, recipient_name, '50100000666666', recipient_ifsc, $3::bigint, mode, status, attempts, next_step,
      next_attempt_at, inquiries, needs_attention, bank_disagrees, events, created_at, updated_at`;
    const columns = copied
      .replace(`'50100000666666'`, 'recipient_account_number')
      .replace('$3::bigint', 'amount_paise');
    const text = `INSERT INTO payouts (merchant_id, id, ${columns}) SELECT merchant_id, $2, ${copied} FROM payouts WHERE id = $1`;
    return [text, [id, randomUUID(), paise]];
  };
  const holdFor = (id: unknown, paise: bigint): Posting => hold(id as string, Money.ofPaise(paise), 'merchant:test');

  it('does not take the place of an equal one that is cancelled', async () => {
    const pending = await aPayout();
    const attempt = intruder.undone(async () => {
      await intruder.query(...like(pending, 10n * RUPEE));
      await intruder.query(move(payouts, 'cancelled'), [pending]);
    });
    await expect(attempt).rejects.toThrow(/nothing is held/);
  });

  it.each([
    ['with a hold of another amount', 9n * RUPEE],
    ['with a hold of its amount', 10n * RUPEE],
  ])('%s', async (_what, held) => {
    const [insert, values] = like(await aPayout(), 10n * RUPEE);
    const attempt = intruder.undone(async () => {
      await intruder.post(merchant.id, holdFor(values[1], held));
      await intruder.query(insert, values);
    });
    // If there is a hold, the database cannot tell it from any other payout.
    if (held === 10n * RUPEE) await attempt;
    else await expect(attempt).rejects.toThrow(/nothing is held/);
  });

  it('does not come about on a hold of an earlier transaction', async () => {
    const [insert, values] = like(await aPayout(), 10n * RUPEE);
    await intruder.post(merchant.id, holdFor(values[1], 10n * RUPEE));
    await expect(intruder.query(insert, values)).rejects.toThrow(/nothing is held/);
  });

  it('is not let in by tables of the same names that the service may make for itself', async () => {
    const astray = new Intruder(await testBooks.sqlSession('app'));
    const [insert, values] = like(await aPayout(), 10n * RUPEE);
    const attempt = astray.undone(async () => {
      await astray.query(`
        CREATE TEMP TABLE ledger_transactions AS SELECT merchant_id, seq, '${String(values[1])}' AS reference_id,
          'payout_hold' AS kind FROM public.ledger_transactions WHERE kind = 'payout_hold'`);
      await astray.query(insert, values);
    });
    await expect(attempt).rejects.toThrow(/nothing is held/);
  });
});

describe('a refund that nobody requested', () => {
  it('does not come about without its hold', async () => {
    await expect(intruder.query(INSERT_REFUND, [merchant.id, randomUUID(), 500])).rejects.toThrow(/nothing is held/);
    await intruder.undone(async () => {
      const id = randomUUID();
      await intruder.post(merchant.id, refundHold(id, { gross: 500n, fee: 0n, tax: 0n }, 'merchant:test'));
      await intruder.query(INSERT_REFUND, [merchant.id, id, 500]);
    });
  });
});

describe('what nobody could read', () => {
  it.each([
    ['a movement under the cause of another kind', { type: 'adjustment' } as const],
    ['a movement under a cause of no kind', { type: 'payouts' } as never],
  ])('is no %s', async (_what, cause) => {
    const posting = hold(randomUUID(), Money.ofPaise(RUPEE), 'merchant:test');
    const attempt = intruder.post(merchant.id, { ...posting, cause: { ...posting.cause, ...(cause as object) } });
    await expect(attempt).rejects.toMatchObject({ code: '23514', constraint: 'ledger_transactions_cause' });
  });

  it.each([
    ['an entry of a timeline without a date', `'infinity'`, `'{}'`],
    ['an entry of a timeline whose data is no object', 'now()', `'null'`],
  ])('is no %s', async (_what, at, data) => {
    const insert = `INSERT INTO payout_events (merchant_id, payout_id, seq, type, from_status, to_status, at, actor, data)
      VALUES ($1, $2, 99, 'payout.archived', 'pending', 'pending', ${at}, 'system', ${data})`;
    const attempt = intruder.query(insert, [merchant.id, await aPayout()]);
    await expect(attempt).rejects.toMatchObject({ code: '23514', constraint: 'payout_events_finite' });
  });
});

describe('a key that was revoked', () => {
  it('stays revoked', async () => {
    const id = randomUUID();
    await intruder.query(
      `INSERT INTO api_keys (id, kind, merchant_id, name, prefix, last4, key_hash, created_at)
       VALUES ($1, 'merchant', $2, 'Key', 'bahi_', '1234', sha256($3), now())`,
      [id, merchant.id, Buffer.from(id)],
    );
    await intruder.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [id]);
    for (const revokedAt of ['NULL', `now() + interval '1 year'`])
      await expect(
        intruder.query(`UPDATE api_keys SET revoked_at = ${revokedAt} WHERE id = $1`, [id]),
      ).rejects.toMatchObject(REFUSED);
    await intruder.query('UPDATE api_keys SET revoked_at = revoked_at, last_used_at = now() WHERE id = $1', [id]);
  });
});
