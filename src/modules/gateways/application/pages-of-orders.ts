import { assert } from '../../../shared/assert.js';
import { withTimeout } from '../../../platform/waiting/waiting.public.js';
import type { BankGateway } from '../domain/bank-gateway.js';
import {
  AccessRefused,
  AskLater,
  type ListedOrder,
  ListUnread,
  type OrderPage,
  type OrderPeriod,
} from '../domain/listed-orders.js';
import { printable } from '../domain/parse-bank-answer.js';

/** How often a page is asked for, the first time included. */
const TRIES = 4;

/** A bank that asks for a longer wait is not asked again, because a person is waiting for the list. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Reads page after page. A page that fails is asked for again, and the pages before it are kept: reading a list changes
 * nothing, so this is safe whatever went wrong. The first wait is a tenth of the time-out and each further one twice
 * the wait before it, minus a random part of up to half.
 * @throws ListUnread when all tries of a page fail, or access is refused: orders that were not read may still exist
 */
export async function* pagesOfOrders(
  bank: BankGateway | undefined,
  period: OrderPeriod,
  timeoutSeconds: number,
): AsyncGenerator<readonly ListedOrder[]> {
  assert(bank?.capabilities.canListOrders === true, 'only a bank that lists its orders is asked to');
  for (let after: string | null = null; ;) {
    const page: OrderPage = await pageOf(timeoutSeconds, (signal) => bank.listOrders(period, after, signal));
    yield page.orders;
    if (page.next === null) return;
    assert(page.next !== after, 'the next page is another one');
    after = page.next;
  }
}

async function pageOf(timeoutSeconds: number, read: (signal: AbortSignal) => Promise<OrderPage>): Promise<OrderPage> {
  for (let tries = 1; ; tries++) {
    try {
      return await inTime(timeoutSeconds, read);
    } catch (error) {
      // Named decision: an exception of an adapter says nothing about the list, and ends the reading after the last try.
      const waitMs = Math.max(backOffMs(timeoutSeconds, tries), askedMs(error));
      const isInVain = tries === TRIES || error instanceof AccessRefused || waitMs > LONGEST_WAIT_MS;
      if (isInVain) throw new ListUnread(whyOf(error), { cause: error });
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

/** Ends in time even if the adapter ignores the signal. */
async function inTime(timeoutSeconds: number, read: (signal: AbortSignal) => Promise<OrderPage>): Promise<OrderPage> {
  const abort = new AbortController();
  const page = read(abort.signal);
  if ((await withTimeout(timeoutSeconds * 1_000, page)) === 'done') return page;
  const timeout = new Error(`no page within ${timeoutSeconds} s`);
  abort.abort(timeout);
  throw timeout;
}

function whyOf(error: unknown): string {
  const { message } = (error ?? {}) as { readonly message?: unknown };
  const why = typeof message === 'string' ? printable(message.replaceAll(/\s+/g, ' ')) : '';
  return why === '' ? 'the bank has given no page' : why;
}

function backOffMs(timeoutSeconds: number, tries: number): number {
  return timeoutSeconds * 100 * 2 ** (tries - 1) * (1 - Math.random() / 2);
}

function askedMs(error: unknown): number {
  return error instanceof AskLater ? error.afterSeconds * 1_000 : 0;
}
