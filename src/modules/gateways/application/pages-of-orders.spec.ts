import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BankGateway, EVERY_MODE, type InquiryEnding, type SubmissionEnding } from '../domain/bank-gateway.js';
import {
  AccessRefused,
  AskLater,
  type ListedOrder,
  ListUnread,
  type OrderPage,
  type OrderPeriod,
} from '../domain/listed-orders.js';
import { pagesOfOrders } from './pages-of-orders.js';

const PERIOD: OrderPeriod = { from: new Date(0), to: new Date(3_600_000) };
const order = (reference: string): ListedOrder => ({ reference, amountPaise: 1n, receivedAt: new Date(1) });

type Answer = OrderPage | Error | 'nothing';

/** Gives the answers of the test in turn, and repeats the last one. */
class ListingBank extends BankGateway {
  override readonly name = 'listing';
  override readonly capabilities = {
    modes: EVERY_MODE,
    idempotentSubmission: true,
    canBeInquired: true,
    authoritativeInquiry: false,
    sendsCallbacks: false,
    canCancel: false,
    canListOrders: true,
    authoritativeList: false,
  };
  readonly asked: { readonly after: string | null; readonly atMs: number; readonly signal: AbortSignal }[] = [];

  constructor(private readonly answers: Answer[]) {
    super();
  }

  override submit(): Promise<SubmissionEnding> {
    throw new Error('not asked for');
  }

  override inquire(): Promise<InquiryEnding> {
    throw new Error('not asked for');
  }

  override async listOrders(_: OrderPeriod, after: string | null, signal: AbortSignal): Promise<OrderPage> {
    this.asked.push({ after, atMs: Date.now(), signal });
    const answer = this.answers.length > 1 ? this.answers.shift()! : this.answers[0]!;
    if (answer instanceof Error) throw answer;
    return answer === 'nothing' ? new Promise<never>(() => undefined) : answer;
  }

  get waitsMs(): number[] {
    return this.asked.slice(1).map(({ atMs }, i) => atMs - this.asked[i]!.atMs);
  }
}

const FIRST: OrderPage = { orders: [order('a')], next: '1' };
const SECOND: OrderPage = { orders: [order('b')], next: null };
const failed = new Error('the bank answered 503');

/** @returns the references, and the error if not all could be read */
async function read(bank: ListingBank): Promise<{ found: string[]; error: unknown }> {
  const found: string[] = [];
  const reading = (async () => {
    for await (const orders of pagesOfOrders(bank, PERIOD, 10)) found.push(...orders.map(({ reference }) => reference));
    return null;
  })().catch((error: unknown) => error);
  await jest.runAllTimersAsync();
  return { found, error: await reading };
}

describe('the pages of a bank’s orders', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('are asked for again one by one, later each time, with those before them kept', async () => {
    const bank = new ListingBank([FIRST, failed, failed, failed, SECOND]);
    expect(await read(bank)).toEqual({ found: ['a', 'b'], error: null });
    expect(bank.asked.map(({ after }) => after)).toEqual([null, '1', '1', '1', '1']);
    const [, ...waits] = bank.waitsMs;
    for (const [i, ms] of [1_000, 2_000, 4_000].entries()) {
      expect(waits[i]).toBeGreaterThanOrEqual(ms / 2);
      expect(waits[i]).toBeLessThanOrEqual(ms);
    }
  });

  it('are asked for four times at most, and those before are there', async () => {
    const bank = new ListingBank([FIRST, failed]);
    const { found, error } = await read(bank);
    expect([found, bank.asked.length]).toEqual([['a'], 5]);
    expect(error).toBeInstanceOf(ListUnread);
    expect((error as Error).message).toBe('the bank answered 503');
  });

  it('are asked for again when the time is over, though the adapter ignores that', async () => {
    const bank = new ListingBank(['nothing', SECOND]);
    expect(await read(bank)).toEqual({ found: ['b'], error: null });
    expect(bank.asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    const { error } = await read(new ListingBank(['nothing']));
    expect((error as Error).message).toBe('no page within 10 s');
  });

  it('are not asked for before the bank wants to be asked, nor at all where that takes more than a minute', async () => {
    const patient = new ListingBank([new AskLater('the bank answered 429', 30), SECOND]);
    expect(await read(patient)).toEqual({ found: ['b'], error: null });
    expect(patient.waitsMs).toEqual([30_000]);
    const closed = new ListingBank([new AskLater('the bank answered 429', 61)]);
    const { error } = await read(closed);
    expect((error as Error).message).toBe('the bank answered 429, and asks for 61 s of patience');
    expect(closed.asked).toHaveLength(1);
  });

  it('are requested only once if the bank refuses the credentials', async () => {
    const bank = new ListingBank([FIRST, new AccessRefused('the bank answered 401')]);
    const { found, error } = await read(bank);
    expect([found, bank.asked.length]).toEqual([['a'], 2]);
    expect(error).toBeInstanceOf(ListUnread);
    expect((error as Error).message).toBe('the bank answered 401');
  });
});
