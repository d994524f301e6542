import { z } from 'zod';
import type { OrderPage, OrderPeriod } from '../domain/listed-orders.js';

/** A payout in a list. If one cannot be read, neither can the list: it might be the one that is looked for. */
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

/** The most requests for one window, with the last one, which finds nothing new. A window that needs more is halved. */
const REQUESTS = 4;

/** The times that RazorpayX accepts, in seconds since 1970. */
const EARLIEST = 946_684_800;
const LATEST = 4_765_046_400;

/** The part of the list that is asked for: all query parameters except the account. */
type Slice = Readonly<Record<'from' | 'to' | 'count' | 'skip', string>>;
type Ask = (slice: Slice) => Promise<unknown>;

/** A window in seconds since 1970; both ends are included. */
interface Seconds {
  readonly first: number;
  readonly last: number;
}

/**
 * RazorpayX' payouts of a period (https://razorpay.com/docs/api/x/payouts/fetch-all/), in windows of time that are each
 * read completely.
 *
 * `from` and `to` filter by `created_at` (https://razorpay.com/docs/api/pagination/). Whether the filter includes its
 * bounds is not documented, so it asks for one second more on each side. Pages are cut by an offset (`skip`), in an
 * order that is not documented either. So each page is made to begin with the last payout of the page before, until a
 * page has no other payout. Then all payouts of the window have been read, whatever their order, and even if some were
 * added meanwhile. A page that begins with another payout shows that the list has moved: then a shorter window is read,
 * down to one second.
 *
 * How soon a new payout appears in the list is not documented at all, which is why `authoritativeList` is false.
 *
 * Payouts without a reference were made by hand in the dashboard, and are left out.
 *
 * @param after the window that `next` of the page before named: its first second and its length in seconds
 */
export async function razorpayxOrders({ from, to }: OrderPeriod, after: string | null, ask: Ask): Promise<OrderPage> {
  // As with the moments of the period, its first second is included and its end is not.
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

/** @returns null when the list has moved, or is longer than this many requests can read */
async function readWhole({ first, last }: Seconds, requests: number, ask: Ask): Promise<Listed[] | null> {
  const from = first - 1;
  const to = last + 1;
  const found = new Map<string, Listed>();
  let latest: Listed | undefined;
  for (let asked = 0; asked < requests; asked++) {
    // Each page begins with the last payout that is known.
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
