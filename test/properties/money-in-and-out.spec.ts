import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BookAudit } from '../../src/modules/ledger/domain/book-audit.js';
import { headOf } from '../../src/modules/ledger/application/post.js';
import { stagePayment, paymentIn, refundIn } from '../../src/modules/payments/application/stage-payment.js';
import { creditFor } from '../../src/modules/payments/domain/credit.js';
import { Payment } from '../../src/modules/payments/domain/payment.js';
import type { RefundStatus } from '../../src/modules/payments/domain/payment-state.js';
import { Refund } from '../../src/modules/payments/domain/refund.js';
import { stagePayout, payoutIn } from '../../src/modules/payouts/application/stage-payout.js';
import { Payout } from '../../src/modules/payouts/domain/payout.js';
import type { PayoutStatus } from '../../src/modules/payouts/domain/payout-status.js';
import { settlePayout } from '../../src/modules/payouts/domain/settlement.js';
import { BrokenInvariant } from '../../src/shared/assert.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { Money } from '../../src/shared/money.js';
import { DECLINED, PROVIDER } from '../support/a-payment.js';
import { BANK, CLOSED, REQUESTED_AT, UTR } from '../support/a-payout.js';
import { InMemoryBook } from './in-memory-book.js';
import { type BankAnswer, CURRENCIES, type Currency } from '../../src/modules/gateways/gateways.language.js';

const MERCHANT = '01980000-0000-7000-8000-00000000000b';
const LEASE_MS = 30_000;
const TERMS = { feeBasisPoints: 233n, taxBasisPoints: 1_800n, limitPaise: 25_00_000_00n };
const RATES: Readonly<Record<Currency, string>> = {
  ...{
    INR: '1',
    USD: '83.257',
    EUR: '90.125',
    GBP: '105.5',
    AED: '22.67',
    SGD: '62.4',
    JPY: '0.5541',
    KWD: '271.3575',
  },
};

interface ModelRefund {
  readonly id: string;
  readonly payment: ModelPayment;
  readonly minor: bigint;
  readonly gross: bigint;
  readonly fee: bigint;
  status: RefundStatus;
}

interface ModelPayment {
  readonly id: string;
  readonly minor: bigint;
  readonly gross: bigint;
  readonly fee: bigint;
  readonly tax: bigint;
  status: 'created' | 'succeeded' | 'failed';
}

/** The book as it must be, by the simplest arithmetic: lists of all orders, summed up each time. */
interface Model {
  readonly payments: ModelPayment[];
  readonly refunds: ModelRefund[];
  readonly payouts: ModelPayout[];
}

interface ModelPayout {
  readonly id: string;
  readonly amount: bigint;
  readonly byHand: boolean;
  status: PayoutStatus;
  /** The bank has said by callback that the payout has failed. */
  calledBack: boolean;
  /** When an inquiry first said that the payout has failed, in milliseconds. */
  inquiredMs: number | null;
  /**
   * The bank has reported another transfer: that does not prevent the money from coming back, and remains a finding.
   */
  another: boolean;
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

function balancesOf({ payments, refunds, payouts }: Model) {
  const captured = payments.filter(({ status }) => status === 'succeeded');
  const gross = sum(captured.map((payment) => payment.gross));
  const open = refunds.filter(({ status }) => status === 'pending');
  const done = refunds.filter(({ status }) => status === 'succeeded');
  const given = sum(done.map((refund) => refund.gross));
  const givenFee = sum(done.map((refund) => refund.fee));
  const feeAndTax = sum(captured.map(({ fee, tax }) => fee + tax));
  const heldByRefunds = sum(open.map((refund) => refund.gross - refund.fee));
  const heldByPayouts = sum(payouts.filter(({ status }) => status === 'processing').map(({ amount }) => amount));
  const paidOut = sum(payouts.filter(({ status }) => status === 'completed').map(({ amount }) => amount));
  const available = gross - feeAndTax - heldByRefunds - (given - givenFee) - heldByPayouts - paidOut;
  return {
    available,
    held: heldByRefunds + heldByPayouts,
    paid_out: paidOut,
    received: given - gross,
    kept: feeAndTax - givenFee,
  };
}

/** The service without its database: real decisions on real books, committed in batches of any size. */
class World {
  private readonly inMemoryBook = new InMemoryBook(MERCHANT);
  private clockMs = REQUESTED_AT.getTime();
  book = this.inMemoryBook.open(this.clockMs, []);

  nextBatch(): void {
    this.inMemoryBook.keep(this.book);
    this.clockMs += 1_000;
    this.book = this.inMemoryBook.open(this.clockMs, []);
  }

  /** Returns what was thrown, or null. A decision runs as in the executor: if it throws, what it staged is dropped. */
  attempt(work: () => void): unknown {
    try {
      this.book.savepoint(work);
      return null;
    } catch (thrown) {
      return thrown;
    }
  }

  lease(): Date {
    return new Date(this.book.now.clockTime.getTime() + LEASE_MS);
  }

  expectInOrder(model: Model): void {
    const { balances } = headOf(this.book);
    const { available, held, paid_out, received, fees, taxes } = balances;
    expect({ available, held, paid_out, received, kept: fees + taxes }).toEqual(balancesOf(model));
    expect(sum(Object.values(balances))).toBe(0n);
    expect(available >= 0n && held >= 0n).toBe(true);
    const audit = new BookAudit(MERCHANT);
    expect(this.inMemoryBook.ledgerWith(this.book).flatMap((transaction) => [...audit.next(transaction)])).toEqual([]);
    for (const payment of model.payments) this.expectPaymentInOrder(payment, model);
  }

  private expectPaymentInOrder(payment: ModelPayment, { refunds }: Model): void {
    const { state } = paymentIn(this.book, payment.id)!;
    const own = refunds.filter((refund) => refund.payment === payment && refund.status !== 'failed');
    const done = own.filter(({ status }) => status === 'succeeded');
    expect(state.claimed.minor).toBe(sum(own.map(({ minor }) => minor)));
    expect(state.claimed.paise).toBe(sum(own.map(({ gross }) => gross)));
    expect(state.refunded.minor).toBe(sum(done.map(({ minor }) => minor)));
    expect(state.claimed.minor <= payment.minor && state.claimed.paise <= payment.gross).toBe(true);
    if (state.claimed.minor === payment.minor) expect(state.claimed.paise).toBe(payment.gross);
    const timeline = this.inMemoryBook.paymentTimelineWith(this.book, payment.id);
    expect(timeline.map(({ seq }) => seq)).toEqual(timeline.map((_, i) => i + 1));
    expect(timeline.length).toBe(state.events);
    expect(timeline.at(-1)!.to).toBe(state.status);
  }
}

/** The cases that the steps have reached, to make sure that they reach all of them. */
const met = new Set<string>();

class Step implements fc.Command<Model, World> {
  constructor(
    private readonly name: string,
    private readonly take: (model: Model, world: World) => void,
  ) {}

  check(): boolean {
    return true;
  }

  run(model: Model, world: World): void {
    this.take(model, world);
    world.expectInOrder(model);
  }

  toString(): string {
    return this.name;
  }
}

const at = <T>(all: readonly T[], which: number): T | undefined => all[which % (all.length || 1)];

const charge = (minor: bigint, currency: Currency, ends: 'succeeded' | 'failed' | 'created') =>
  new Step(`charge ${minor} ${currency}: ${ends}`, (model, { book }) => {
    const credit = creditFor({ amountMinor: minor, currency }, RATES[currency], TERMS);
    if (typeof credit === 'string') return;
    const { now } = book;
    const id = book.nextId();
    const details = { description: null, customer: null, purposeCode: 'P0802', referenceId: null };
    const lease = new Date(now.clockTime.getTime() + LEASE_MS);
    const requested = { id, merchantId: MERCHANT, amountMinor: minor, currency, ...details };
    const payment = Payment.request(requested, { now, actor: 'merchant:k1' }, lease);
    payment.submit(PROVIDER, { credit, quoteId: null }, lease, { now, actor: 'system' });
    const cause = { now, actor: `gateway:${PROVIDER}` };
    if (ends === 'succeeded') payment.succeed(`ch_${id}`, cause);
    if (ends === 'failed') payment.fail(DECLINED, cause);
    stagePayment(book, payment);
    const { grossPaise: gross, feePaise: fee, taxPaise: tax } = credit;
    model.payments.push({ id, minor, gross, fee, tax, status: ends });
    met.add(`charge ${ends}`);
  });

const refund = (which: number, minor: bigint | null, returnsFee: boolean) =>
  new Step(`refund ${minor ?? 'the rest'} of ${which}`, (model, world) => {
    const payment = at(model.payments, which);
    if (payment === undefined) return;
    const id = world.book.nextId();
    const taken: Refund[] = [];
    const { available } = headOf(world.book).balances;
    const thrown = world.attempt(() => {
      const cause = { now: world.book.now, actor: 'merchant:k1' };
      const order = { id, amountMinor: minor, returnsFee };
      const own = Refund.request(paymentIn(world.book, payment.id)!, order, cause, world.lease());
      taken.push(own);
      stagePayment(world.book, own.payment, own);
    });
    if (thrown !== null) {
      const { code } = thrown as DomainError;
      met.add(`refund ${code}`);
      expect(['invalid_transition', 'refund_exceeds_payment', 'insufficient_funds']).toContain(code);
      if (code === 'insufficient_funds') {
        const { amountPaise, feePaise, taxPaise } = taken[0]!.state;
        expect(amountPaise - feePaise - taxPaise > available).toBe(true);
      }
      return;
    }
    const { amountMinor, amountPaise: gross, feePaise, taxPaise } = taken[0]!.state;
    model.refunds.push({ id, payment, minor: amountMinor, gross, fee: feePaise + taxPaise, status: 'pending' });
    met.add('refund pending');
  });

const endRefund = (which: number, status: 'succeeded' | 'failed') =>
  new Step(`refund ${which} ${status}`, (model, world) => {
    const { book } = world;
    const own = at(model.refunds, which);
    if (own === undefined) return;
    const thrown = world.attempt(() => {
      const real = refundIn(book, own.id)!;
      const cause = { now: book.now, actor: `gateway:${PROVIDER}` };
      if (status === 'succeeded') real.succeed(`rf_${own.id}`, cause);
      else real.fail(DECLINED, cause);
      stagePayment(book, real.payment, real);
    });
    if (own.status !== 'pending') return expect(thrown).toBeInstanceOf(BrokenInvariant);
    expect(thrown).toBeNull();
    own.status = status;
    met.add(`refund ${status}`);
  });

const payOut = (amount: bigint) =>
  new Step(`pay ${amount} out`, (model, world) => {
    const { book } = world;
    const id = book.nextId();
    const thrown = world.attempt(() => {
      const recipient = { name: 'Asha Rao', accountNumber: '000123456789', ifsc: 'HDFC0000001' };
      const details = { mode: 'NEFT' as const, referenceId: null, narration: null };
      const requested = {
        id,
        merchantId: MERCHANT,
        bankAccountId: 'b1',
        recipient,
        amount: Money.ofPaise(amount),
        ...details,
      };
      const payout = Payout.request(requested, { now: book.now, actor: 'merchant:k1' }, world.lease());
      payout.submit(BANK, world.lease(), { now: book.now, actor: 'system' });
      stagePayout(book, payout);
    });
    if (amount > balancesOf(model).available) {
      expect(thrown).toMatchObject({ code: 'insufficient_funds' });
      return void met.add('payout refused');
    }
    expect(thrown).toBeNull();
    const halves = { calledBack: false, inquiredMs: null, another: false };
    model.payouts.push({ id, amount, byHand: amount % 3n === 0n, status: 'processing', ...halves });
    met.add('payout processing');
  });

const end = (own: ModelPayout, world: World, status: 'completed' | 'failed'): void => {
  const thrown = world.attempt(() => {
    const payout = payoutIn(world.book, own.id)!;
    const actor = own.byHand && status === 'completed' ? 'operator:o1' : `bank:${BANK}`;
    const cause = { now: world.book.now, actor };
    // While its submission might still be in transit, no inquiry would count (money-back.spec.ts).
    payout.endSubmission(world.book.now);
    if (status === 'completed') payout.complete(UTR, cause);
    else payout.fail(CLOSED, cause);
    stagePayout(world.book, payout);
  });
  expect(thrown).toBeNull();
  own.status = status;
  met.add(`payout ${status}`);
};

const endPayout = (which: number, status: 'completed' | 'failed') =>
  new Step(`payout ${which} ${status}`, (model, world) => {
    const own = at(model.payouts, which);
    if (own?.status === 'processing') end(own, world, status);
  });

const endAll = new Step('all payouts completed', (model, world) => {
  for (const own of model.payouts) if (own.status === 'processing') end(own, world, 'completed');
});

const ANSWERS = {
  returned: { kind: 'returned', utr: null, failure: CLOSED },
  'returned under another UTR': { kind: 'returned', utr: 'HDFCN52026112199', failure: CLOSED },
  failed: { kind: 'rejected', failure: CLOSED },
  'failed, and names the UTR': { kind: 'rejected', failure: CLOSED, utr: UTR },
  paid: { kind: 'succeeded', utr: UTR },
  pending: { kind: 'pending' },
  nothing: { kind: 'not_found' },
  'no answer': { kind: 'unknown', why: 'no answer within 10 s' },
  another: { kind: 'unknown', why: 'another amount', isAnother: true },
} as const satisfies Record<string, BankAnswer>;

type AnswerName = keyof typeof ANSWERS;

/** With this time-out a second inquiry counts two batches later. */
const POLICY = {
  ...{ processingTimeoutMs: 2_000, maxRetries: 1, jitter: 0.5 },
  ...{ idempotentSubmission: true, authoritativeInquiry: true },
};

/** Whether the money has come back after this answer, by the simplest reading of the rules. */
function comesBack(own: ModelPayout, by: 'inquiry' | 'callback', answer: AnswerName, nowMs: number): boolean {
  if (by === 'inquiry' && answer.startsWith('returned')) return true;
  if (by === 'inquiry' && answer === 'paid') own.inquiredMs = null;
  const fails = answer.startsWith('returned') || answer.startsWith('failed');
  if (!fails || (own.byHand && answer === 'failed')) return false;
  if (by === 'callback') {
    own.calledBack ||= own.inquiredMs === null;
    return own.inquiredMs !== null;
  }
  if (own.calledBack) return true;
  own.inquiredMs ??= nowMs;
  return nowMs - own.inquiredMs >= POLICY.processingTimeoutMs;
}

/** One thing that the bank says about a payout that it had called paid, and after how many batches it says the next. */
interface BankWord {
  readonly by: 'inquiry' | 'callback';
  readonly answer: AnswerName;
  readonly batches: number;
}

const bankAnswers = (which: number, all: readonly BankWord[]) =>
  new Step(
    `the bank says of ${which}: ${all.map(({ by, answer }) => `${by}: ${answer}`).join('; ')}`,
    (model, world) => {
      const paid = model.payouts.filter(({ status }) => status === 'completed' || status === 'reversed');
      const own = at(paid, which);
      if (own === undefined) return;
      // What the bank says counts only if it is later than the completion.
      world.nextBatch();
      for (const { by, answer, batches } of all) {
        const { now } = world.book;
        const thrown = world.attempt(() => {
          const payout = payoutIn(world.book, own.id)!;
          const call = { kind: by, gateway: BANK, attempt: 1, askedAt: now.clockTime };
          const before = payout.state;
          settlePayout(payout, { call, answer: ANSWERS[answer], policy: POLICY, now });
          if (payout.state !== before) stagePayout(world.book, payout);
        });
        expect(thrown).toBeNull();
        if (own.status === 'completed' && comesBack(own, by, answer, now.clockTime.getTime())) {
          own.status = 'reversed';
          met.add(`reversed by ${by}`);
        }
        own.another ||= answer === 'another';
        const { state } = payoutIn(world.book, own.id)!;
        expect(state).toMatchObject({ status: own.status, utr: UTR });
        if (own.another) expect(state.bankDisagrees).toBe(true);
        for (let i = 0; i < batches; i++) world.nextBatch();
      }
    },
  );

/** A refund and a payout at once, refused at the very end: nothing of them may remain. */
const poisoned = (which: number) =>
  new Step(`poisoned ${which}`, (model, world) => {
    const payment = at(model.payments, which);
    if (payment?.status !== 'succeeded') return;
    const poison = new Error('poison');
    const thrown = world.attempt(() => {
      const cause = { now: world.book.now, actor: 'merchant:k1' };
      const order = { id: world.book.nextId(), amountMinor: 1n, returnsFee: false };
      const taken = Refund.request(paymentIn(world.book, payment.id)!, order, cause, world.lease());
      stagePayment(world.book, taken.payment, taken);
      throw poison;
    });
    if (thrown === poison) met.add('poisoned');
  });

const nextBatch = new Step('next batch', (_model, world) => world.nextBatch());

const minors = fc.bigInt(1n, 60_000n);
const which = fc.nat(4);
const parts = fc.option(fc.bigInt(1n, 30_000n), { nil: null });

const bankAnswer: fc.Arbitrary<BankWord> = fc.record({
  by: fc.constantFrom('inquiry', 'callback'),
  answer: fc.oneof(fc.constantFrom(...(Object.keys(ANSWERS) as AnswerName[])), fc.constant<AnswerName>('failed')),
  batches: fc.nat(2),
});

/** So improbable that it is done on purpose. */
const CONFIRMED_BY_CALLBACK: readonly BankWord[] = [
  { by: 'inquiry', answer: 'failed, and names the UTR', batches: 1 },
  { by: 'callback', answer: 'failed, and names the UTR', batches: 0 },
];

const story = fc.commands(
  [
    fc
      .tuple(minors, fc.constantFrom(...CURRENCIES), fc.constantFrom('succeeded', 'succeeded', 'failed', 'created'))
      .map(([minor, currency, ends]) => charge(minor, currency, ends as 'succeeded')),
    fc.tuple(which, parts, fc.boolean()).map(([payment, minor, returnsFee]) => refund(payment, minor, returnsFee)),
    fc.tuple(which, parts, fc.boolean()).map(([payment, minor, returnsFee]) => refund(payment, minor, returnsFee)),
    fc.tuple(which, fc.constantFrom('succeeded', 'failed')).map(([own, end]) => endRefund(own, end as 'failed')),
    fc.tuple(which, fc.constantFrom('succeeded', 'failed')).map(([own, end]) => endRefund(own, end as 'failed')),
    fc.bigInt(100n, 3_000_000n).map(payOut),
    fc.tuple(which, fc.constantFrom('completed', 'failed')).map(([own, end]) => endPayout(own, end as 'failed')),
    fc.tuple(which, fc.array(bankAnswer, { minLength: 2, maxLength: 6 })).map(([own, all]) => bankAnswers(own, all)),
    fc.tuple(which, fc.array(bankAnswer, { minLength: 2, maxLength: 6 })).map(([own, all]) => bankAnswers(own, all)),
    which.map((own) => bankAnswers(own, CONFIRMED_BY_CALLBACK)),
    fc.constant(endAll),
    which.map(poisoned),
    fc.constant(nextBatch),
  ],
  { maxCommands: 60, size: 'max' },
);

describe('payments and payouts of one merchant', () => {
  it('never lose a paisa, whatever happens in whatever order and in whatever batches', () => {
    const beginning = () => ({ model: { payments: [], refunds: [], payouts: [] } as Model, real: new World() });
    fc.assert(
      fc.property(story, (steps) => fc.modelRun(beginning, steps)),
      { numRuns: 160 },
    );
    expect([...met].sort()).toEqual(
      [
        ...['charge created', 'charge failed', 'charge succeeded', 'poisoned'],
        ...['payout completed', 'payout failed', 'payout processing', 'payout refused'],
        ...['reversed by callback', 'reversed by inquiry'],
        ...['refund failed', 'refund pending', 'refund succeeded'],
        ...['refund insufficient_funds', 'refund invalid_transition', 'refund refund_exceeds_payment'],
      ].sort(),
    );
  });
});
