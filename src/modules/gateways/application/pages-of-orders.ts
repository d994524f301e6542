import { assert } from '../../../shared/assert.js';
import type { BankGateway } from '../domain/bank-gateway.js';
import type { ListedOrder, OrderPage, OrderPeriod } from '../domain/listed-orders.js';

/**
 * Asks for page after page.
 * @throws NoAnswer, and whatever else the adapter throws: what is not listed is not known to be absent
 */
export async function* pagesOfOrders(
  bank: BankGateway | undefined,
  period: OrderPeriod,
  timeoutSeconds: number,
): AsyncGenerator<readonly ListedOrder[]> {
  assert(bank?.capabilities.canListOrders === true, 'only a bank that lists its orders is asked to');
  for (let after: string | null = null; ;) {
    const page: OrderPage = await bank.listOrders(period, after, AbortSignal.timeout(timeoutSeconds * 1_000));
    yield page.orders;
    if (page.next === null) return;
    assert(page.next !== after, 'the next page is another one');
    after = page.next;
  }
}
