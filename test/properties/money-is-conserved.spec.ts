import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type StoredReply, once } from '../../src/modules/idempotency/idempotency.public.js';
import { BookAudit } from '../../src/modules/ledger/domain/book-audit.js';
import type { Transaction } from '../../src/modules/ledger/domain/transaction.js';
import { headOf, post } from '../../src/modules/ledger/application/post.js';
import { adjustment } from '../../src/modules/ledger/domain/ledger.js';
import { stagePayout, payoutIn } from '../../src/modules/payouts/application/stage-payout.js';
import { Payout } from '../../src/modules/payouts/domain/payout.js';
import { type PayoutStatus } from '../../src/modules/payouts/domain/payout-status.js';
import { afterInquiry, type NoOutcome } from '../../src/shared/submissions/recovery.js';
import { BrokenInvariant } from '../../src/shared/assert.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { MAX_PAISE, Money } from '../../src/shared/money.js';
import { BANK, CLOSED, REQUESTED_AT, UTR } from '../support/a-payout.js';
import { InMemoryBook } from './in-memory-book.js';
import type { Moment } from '../../src/shared/moment.js';

const MERCHANT = '01980000-0000-7000-8000-00000000000a';
const KEYS = ['k0', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7'];
const WINDOW_HOURS = 24;
const WINDOW_MS = WINDOW_HOURS * 3_600_000;
const TIMEOUT_MS = 30_000;
const LEASE_MS = 30_000;

/** Enough for a few payouts, so that refusals are as common as successes. */
const OPENING_PAISE = 120_00n;

const POLICY = {
  processingTimeoutMs: TIMEOUT_MS,
  idempotentSubmission: true,
  authoritativeInquiry: true,
  jitter: 0,
};

/** The book as it must be, by the simplest arithmetic. */
interface Model {
  available: bigint;
  /** Everything that was ever put in, minus what was taken out by hand. */
  funded: bigint;
  readonly payouts: { readonly id: string; readonly amount: bigint; status: PayoutStatus }[];
  readonly answered: Map<string, { readonly amount: bigint; readonly body: string }>;
}

/** The movements of a payout that the ledger must show, by its status. */
const MOVEMENTS: Record<PayoutStatus, readonly string[]> = {
  pending: ['payout_hold'],
  processing: ['payout_hold'],
  completed: ['payout_hold', 'payout_settlement'],
  failed: ['payout_hold', 'payout_release'],
  cancelled: ['payout_hold', 'payout_release'],
  reversed: [],
};

/** The service without its database: real decisions on real books, committed in batches of any size. */
class World {
  private readonly inMemoryBook = new InMemoryBook(MERCHANT);
  private clockMs = REQUESTED_AT.getTime();
  private serial = 0;
  book = this.inMemoryBook.open(this.clockMs, KEYS);

  nextBatch(afterMs: number): void {
    this.inMemoryBook.keep(this.book);
    this.clockMs += afterMs;
    this.book = this.inMemoryBook.open(this.clockMs, KEYS);
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

  fund(paise: bigint): unknown {
    return this.attempt(() =>
      post(this.book, adjustment(`f${this.serial++}`, paise, { actor: 'operator:o1', reason: 'funding' })),
    );
  }

  request(key: string, amount: bigint): StoredReply {
    const { book } = this;
    const refusal = (error: DomainError) => ({
      status: 422,
      contentType: 'application/problem+json',
      body: error.code,
    });
    const requestHash = Buffer.from(String(amount));
    return book.savepoint(() =>
      once(book, { key, requestHash, keys: { windowHours: WINDOW_HOURS, fullAt: null }, refusal }, () => {
        const payout = this.requested(amount);
        stagePayout(book, payout);
        return { status: 201, contentType: 'application/json', body: payout.state.id };
      }),
    );
  }

  requested(amount: bigint): Payout {
    const { book } = this;
    const recipient = { name: 'Asha Rao', accountNumber: '000123456789', ifsc: 'HDFC0000001' };
    const requested = {
      ...{ id: book.nextId(), merchantId: MERCHANT, bankAccountId: 'b1', recipient, amount: Money.ofPaise(amount) },
      ...{ mode: 'NEFT' as const, referenceId: null, narration: null },
    };
    const firstStepAt = new Date(book.now.clockTime.getTime() + TIMEOUT_MS);
    return Payout.request(requested, { now: book.now, actor: 'merchant:k1' }, firstStepAt);
  }

  change(id: string, verb: (payout: Payout, now: Moment) => void): unknown {
    return this.attempt(() => {
      const payout = payoutIn(this.book, id)!;
      const before = payout.state;
      verb(payout, this.book.now);
      if (payout.state !== before) stagePayout(this.book, payout);
    });
  }

  state(id: string) {
    return payoutIn(this.book, id)!.state;
  }

  expectInOrder(model: Model): void {
    this.expectMoneyInOrder(model);
    const ledger = this.inMemoryBook.ledgerWith(this.book);
    for (const payout of model.payouts) this.expectPayoutInOrder(payout, ledger);

    const ids = [
      ledger.map(({ id }) => id),
      this.inMemoryBook.eventIdsWith(this.book),
      model.payouts.map(({ id }) => id),
    ];
    for (const drawn of ids) expect(drawn.every((id, i) => i === 0 || id > drawn[i - 1]!)).toBe(true);

    const times = ledger.map(({ createdAt }) => createdAt.getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));

    const audit = new BookAudit(MERCHANT);
    expect(ledger.flatMap((transaction) => [...audit.next(transaction)])).toEqual([]);
    expect(audit.balance('held')).toBe(headOf(this.book).balances.held);
  }

  /** The payout's row, movements and timeline agree. */
  private expectPayoutInOrder({ id, amount, status }: Model['payouts'][number], ledger: readonly Transaction[]): void {
    const state = this.state(id);
    const movements = ledger.filter(({ cause }) => cause.id === id);
    const amounts = movements.flatMap(({ entries }) => entries.map(({ amountPaise }) => amountPaise));
    const timeline = this.inMemoryBook.timelineWith(this.book, id);
    expect({
      status: state.status,
      amount: state.amount.paise,
      movements: movements.map(({ kind }) => kind),
      movesItsAmountOnly: amounts.every((paise) => paise === amount || paise === -amount),
      events: state.events,
      from: timeline.map(({ from }) => from),
      lastTo: timeline.at(-1)!.to,
      seqs: timeline.map(({ seq }) => seq),
    }).toEqual({
      status,
      amount,
      movements: MOVEMENTS[status],
      movesItsAmountOnly: true,
      events: timeline.length,
      from: [null, ...timeline.slice(0, -1).map(({ to }) => to)],
      lastTo: status,
      seqs: timeline.map((_, i) => i + 1),
    });
  }

  private expectMoneyInOrder({ available, funded, payouts }: Model): void {
    const { balances } = headOf(this.book);
    const sumOf = (...statuses: PayoutStatus[]): bigint =>
      payouts.filter(({ status }) => statuses.includes(status)).reduce((sum, { amount }) => sum + amount, 0n);
    expect(Object.values(balances).reduce((sum, balance) => sum + balance, 0n)).toBe(0n);
    expect(balances).toEqual({
      available,
      held: sumOf('pending', 'processing'),
      paid_out: sumOf('completed'),
      received: -funded,
      fees: 0n,
      taxes: 0n,
    });
    expect(balances.available >= 0n && balances.held >= 0n).toBe(true);
  }
}

/** The cases that the steps have reached, to make sure that they reach all of them. */
const met = new Set<string>();

/** One step of a story: changes the world, and records in the model what must have followed. */
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

/** A step on one of the existing payouts; does nothing if there is none yet. */
const onPayout = (
  which: number,
  name: string,
  take: (payout: Model['payouts'][number], model: Model, world: World) => void,
) =>
  new Step(`${name} ${which}`, (model, world) => {
    const payout = model.payouts[which % (model.payouts.length || 1)];
    if (payout) take(payout, model, world);
  });

function expectMove(thrown: unknown, payout: Model['payouts'][number], to: PayoutStatus, from: PayoutStatus): boolean {
  const allowed = payout.status === from;
  expect(thrown === null ? null : (thrown as DomainError).code).toBe(allowed ? null : 'invalid_transition');
  met.add(allowed ? to : 'invalid_transition');
  if (allowed) payout.status = to;
  return allowed;
}

const byBank = (now: Moment) => ({ now, actor: `bank:${BANK}` });

const fund = (paise: bigint) =>
  new Step(`fund ${paise}`, (model, world) => {
    const thrown = world.fund(paise);
    const [available, funded] = [model.available + paise, model.funded + paise];
    if (available < 0n) {
      expect(thrown).toMatchObject({ code: 'insufficient_funds' });
      met.add('overdrawn by hand');
    } else if (available > MAX_PAISE || funded > MAX_PAISE) {
      expect(thrown).toMatchObject({ code: 'amount_too_large' });
      met.add('beyond the limit');
    } else if (paise === 0n) {
      expect(thrown).toBeInstanceOf(BrokenInvariant);
    } else {
      expect(thrown).toBeNull();
      Object.assign(model, { available, funded });
      met.add('funded');
    }
  });

const request = (key: string, amount: bigint) =>
  new Step(`request ${amount} under ${key}`, (model, world) => {
    const earlier = model.answered.get(key);
    if (earlier && earlier.amount !== amount) {
      expect(() => world.request(key, amount)).toThrow(expect.objectContaining({ code: 'idempotency_key_reused' }));
      met.add('key reused');
      return;
    }
    const { status, body, replayed } = world.request(key, amount);
    expect(replayed).toBe(earlier !== undefined);
    if (earlier) {
      expect(body).toBe(earlier.body);
      met.add('replayed');
      return;
    }
    model.answered.set(key, { amount, body });
    if (amount > model.available) {
      expect([status, body]).toEqual([422, 'insufficient_funds']);
      met.add('insufficient funds');
    } else {
      expect(status).toBe(201);
      model.available -= amount;
      model.payouts.push({ id: body, amount, status: 'pending' });
      met.add('pending');
    }
  });

const submit = (which: number) =>
  onPayout(which, 'submit', (payout, _model, world) => {
    const due = world.state(payout.id).nextStep === 'submit';
    const thrown = world.change(payout.id, (real, now) =>
      real.submit(BANK, new Date(now.clockTime.getTime() + LEASE_MS), { now, actor: 'system' }),
    );
    if (!due) expect(thrown).toBeInstanceOf(BrokenInvariant);
    else {
      expect(thrown).toBeNull();
      met.add(payout.status === 'pending' ? 'submitted' : 'submitted again');
      payout.status = 'processing';
    }
  });

const sendOff = (which: number) =>
  onPayout(which, 'send off', (payout, _model, world) => {
    const thrown = world.change(payout.id, (real, now) => real.sendOff({ now, actor: 'operator:o1', reason: 'now' }));
    expectMove(thrown, payout, 'processing', 'pending');
  });

const complete = (which: number) =>
  onPayout(which, 'complete', (payout, _model, world) => {
    const thrown = world.change(payout.id, (real, now) => real.complete(UTR, byBank(now)));
    expectMove(thrown, payout, 'completed', 'processing');
  });

const fail = (which: number) =>
  onPayout(which, 'fail', (payout, model, world) => {
    const thrown = world.change(payout.id, (real, now) => real.fail(CLOSED, byBank(now)));
    if (expectMove(thrown, payout, 'failed', 'processing')) model.available += payout.amount;
  });

const cancel = (which: number, archive: boolean) =>
  onPayout(which, archive ? 'cancel and archive' : 'cancel', (payout, model, world) => {
    const thrown = world.change(payout.id, (real, now) => {
      real.cancel({ now, actor: 'merchant:k1' });
      if (archive) real.archive({ now, actor: 'merchant:k1' });
    });
    if (expectMove(thrown, payout, 'cancelled', 'pending')) model.available += payout.amount;
  });

const contradict = (which: number) =>
  onPayout(which, 'contradict', (payout, _model, world) => {
    const thrown = world.change(payout.id, (real, now) => real.contradict({ bank_says: 'otherwise' }, byBank(now)));
    // A payout that no bank has yet cannot be contradicted; that would be an error in the program.
    if (payout.status === 'pending') return expect(thrown).toBeInstanceOf(BrokenInvariant);
    expect(thrown).toBeNull();
    met.add('contradicted');
  });

/**
 * An inquiry ends without the outcome; a payout that the bank never received is submitted again in the end, or fails.
 */
const inquire = (which: number, answer: NoOutcome, maxRetries: number) =>
  onPayout(which, `inquire (${answer}, ${maxRetries} retries)`, (payout, model, world) => {
    const thrown = world.change(payout.id, (real, now) => {
      if (real.state.nextStep === 'inquire')
        afterInquiry(real, answer, { ...POLICY, maxRetries }, now, { askedAt: now.clockTime });
    });
    expect(thrown).toBeNull();
    const { status } = world.state(payout.id);
    if (status === payout.status) return;
    expect([payout.status, status, answer]).toEqual(['processing', 'failed', 'not_found']);
    payout.status = 'failed';
    model.available += payout.amount;
    met.add('not accepted by the bank');
  });

/** The submission was lost in transit: the bank is asked twice, each time late enough. */
const lost = (which: number, maxRetries: number) =>
  new Step(`lost ${which} (${maxRetries} retries)`, (model, world) => {
    const asked = [nextBatch(LEASE_MS + TIMEOUT_MS), inquire(which, 'not_found', maxRetries)];
    for (const step of [submit(which), ...asked, ...asked]) step.run(model, world);
  });

/** Does everything that a payout can do, and is refused at the very end: nothing of it may remain. */
const poisoned = (amount: bigint) =>
  new Step(`poisoned ${amount}`, (_model, world) => {
    const poison = new Error('poison');
    const thrown = world.attempt(() => {
      post(world.book, adjustment('poisoned', amount, { actor: 'operator:o1', reason: 'poison' }));
      const payout = world.requested(amount);
      stagePayout(world.book, payout);
      expect(world.change(payout.state.id, (real, now) => real.cancel({ now, actor: 'merchant:k1' }))).toBeNull();
      throw poison;
    });
    if (thrown === poison) met.add('poisoned');
    else expect(thrown).toBeInstanceOf(BrokenInvariant);
  });

const nextBatch = (afterMs: number) =>
  new Step(`next batch after ${afterMs} ms`, (_model, world) => {
    world.nextBatch(afterMs);
    met.add(afterMs < 0 ? 'clock back' : 'batch');
  });

const rupees = fc.integer({ min: 1, max: 120 }).map((amount) => BigInt(amount) * 100n);
const which = fc.nat(3);
const clock = fc.oneof(
  fc.constant(0),
  fc.integer({ min: -5_000, max: 5_000 }),
  fc.constantFrom(LEASE_MS + TIMEOUT_MS, 4 * TIMEOUT_MS, WINDOW_MS),
);
const answers = fc.constantFrom<NoOutcome>('not_found', 'not_found', 'pending', 'unknown');
const funds = fc.oneof(
  { weight: 2, arbitrary: rupees },
  { weight: 2, arbitrary: rupees.map((amount) => -amount) },
  { weight: 1, arbitrary: fc.constantFrom(0n, MAX_PAISE, -MAX_PAISE) },
);

const inquiries = fc
  .tuple(which, answers, fc.nat(1))
  .map(([payout, answer, maxRetries]) => inquire(payout, answer, maxRetries));

const story = fc.commands(
  [
    funds.map(fund),
    fc.tuple(fc.constantFrom(...KEYS), rupees).map(([key, amount]) => request(key, amount)),
    fc.tuple(fc.constantFrom('k0', 'k1'), fc.constantFrom(5_000n, 6_000n)).map(([key, amount]) => request(key, amount)),
    which.map(submit),
    which.map(submit),
    which.map(sendOff),
    which.map(complete),
    which.map(fail),
    fc.tuple(which, fc.boolean()).map(([payout, archive]) => cancel(payout, archive)),
    which.map(contradict),
    inquiries,
    inquiries,
    fc.tuple(which, fc.nat(1)).map(([payout, maxRetries]) => lost(payout, maxRetries)),
    rupees.map(poisoned),
    clock.map(nextBatch),
    clock.map(nextBatch),
  ],
  { maxCommands: 80, size: 'max' },
);

describe('money', () => {
  it('is conserved, whatever happens to it in whatever order and in whatever batches', () => {
    const beginning = () => {
      const setup = { model: { available: 0n, funded: 0n, payouts: [], answered: new Map() }, real: new World() };
      fund(OPENING_PAISE).run(setup.model, setup.real);
      return setup;
    };
    fc.assert(
      fc.property(story, (steps) => fc.modelRun(beginning, steps)),
      { numRuns: 60 },
    );
    expect([...met].sort()).toEqual(
      [
        ...['funded', 'overdrawn by hand', 'beyond the limit', 'poisoned', 'batch', 'clock back'],
        ...['pending', 'insufficient funds', 'replayed', 'key reused', 'submitted', 'submitted again', 'processing'],
        ...['completed', 'failed', 'cancelled', 'invalid_transition', 'contradicted', 'not accepted by the bank'],
      ].sort(),
    );
  });
});
