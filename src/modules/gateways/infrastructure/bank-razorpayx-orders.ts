import { z } from 'zod';
import type { OrderPage, OrderPeriod } from '../domain/listed-orders.js';

/** A payout in a list. One that cannot be read may be the one that is looked for: then there is no list. */
const LISTED = z.object({
  id: z.string().min(1),
  /** Paise. */
  amount: z.number().int().positive(),
  currency: z.literal('INR'),
  reference_id: z.string().nullish(),
  /** Unix seconds. */
  created_at: z.number().int().positive(),
});
type Listed = z.infer<typeof LISTED>;
const PAGE = z.object({ items: z.array(LISTED) });

/** The most payouts that a page may have. */
const COUNT = 100;

/** Requests for a window, the one that finds nothing more included. A window that needs more is halved. */
const REQUESTS = 4;

/** Times that RazorpayX takes, in seconds. */
const [EARLIEST, LATEST] = [946_684_800, 4_765_046_400];

/** What of the list is asked for, beside the account. */
type Slice = Readonly<Record<'from' | 'to' | 'count' | 'skip', string>>;
type Ask = (slice: Slice) => Promise<unknown>;

/** Seconds since 1970, the last one included. */
interface Seconds {
  readonly first: number;
  readonly last: number;
}

/**
 * RazorpayX' payouts of a period (https://razorpay.com/docs/api/x/payouts/fetch-all/), in windows that are read whole.
 *
 * `from` and `to` are about `created_at` (https://razorpay.com/docs/api/pagination/), and whether they belong to the
 * period is not documented: a second more is asked for on each side. Pages are cut by an offset (`skip`), in an order
 * that is not documented either. So each page begins with the last payout of the page before, until the list ends behind
 * as many payouts as were found: then these are all, in whatever order they are and though some came in between. A page
 * that begins with another one shows that the list has moved: a shorter window is read, down to one second.
 *
 * How soon a new payout is in the list is not documented at all: that is for `authoritativeList`.
 *
 * Payouts without a reference were made by hand in the dashboard, and are left out.
 *
 * @param after the window, as `next` had it: its first second, and how many there are
 */
export async function razorpayxOrders({ from, to }: OrderPeriod, after: string | null, ask: Ask): Promise<OrderPage> {
  // Of the seconds, as of the moments, the first belongs to the period and the last does not.
  const end = Math.min(Math.ceil(to.getTime() / 1_000), LATEST);
  const [first, seconds] =
    after === null ? [startOf(from), Infinity] : (after.split('+').map(Number) as [number, number]);
  if (first >= end) return { orders: [], next: null };
  const last = Math.min(first + seconds, end) - 1;
  const length = last - first + 1;
  const payouts = await readWhole({ first, last }, length === 1 ? Infinity : REQUESTS, ask);
  if (payouts === null && length === 1) throw new Error(`RazorpayX’ list of second ${first} moves while it is read`);
  if (payouts === null) return { orders: [], next: `${first}+${Math.floor(length / 2)}` };
  const longer = payouts.length > COUNT ? length : length * 2;
  return { orders: payouts.flatMap(orderOf), next: last + 1 < end ? `${last + 1}+${longer}` : null };
}

function startOf(from: Date): number {
  return Math.max(Math.ceil(from.getTime() / 1_000), EARLIEST + 1);
}

function orderOf({ reference_id: reference, amount, created_at }: Listed): OrderPage['orders'] {
  if (typeof reference !== 'string' || reference === '') return [];
  return [{ reference, amountPaise: BigInt(amount), receivedAt: new Date(created_at * 1_000) }];
}

/** @returns null when the list has moved, or is longer than can be read by so many requests */
async function readWhole({ first, last }: Seconds, requests: number, ask: Ask): Promise<Listed[] | null> {
  const [from, to] = [first - 1, last + 1];
  const found = new Map<string, Listed>();
  let latest: Listed | undefined;
  for (let asked = 0; asked < requests; asked++) {
    // Again from the last one that is known.
    const skip = Math.max(found.size - 1, 0);
    const slice = { from: String(from), to: String(to), count: String(COUNT), skip: String(skip) };
    const { items } = PAGE.parse(await ask(slice));
    if (items.some(({ created_at: at }) => at < from || at > to)) throw new Error('RazorpayX listed another period');
    const known = latest === undefined ? undefined : items.shift();
    if (known?.id !== latest?.id) return null;
    if (items.length === 0) return [...found.values()].filter(({ created_at: at }) => at >= first && at <= last);
    for (const payout of items) found.set(payout.id, payout);
    latest = items.at(-1);
  }
  return null;
}
