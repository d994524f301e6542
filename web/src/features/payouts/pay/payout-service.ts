import { listPayouts } from '../../../api/generated/sdk.gen.ts';
import type { PayoutDocument } from '../../../api/generated/types.gen.ts';
import type { Session } from '../../../api/session.ts';
import type { OrderService } from '../../../attempts/attempts.ts';
import { idsOf, orderService } from '../../../attempts/order-service.ts';
import { wireOf } from '../../../money/paise.ts';
import { orderOf } from './payout-body.ts';

/** How payouts are sent. The key belongs to the text of the body. */
export function payoutService(session: Session): OrderService {
  const requestOf = (body: string) => ({ path: '/api/v1/payouts', body });
  return orderService(session, { requestOf, findByKey, find });
}

async function findByKey(key: string): Promise<readonly string[]> {
  const { results } = await listPayouts({ query: { idempotency_key: key, include_archived: true } });
  return results.map(({ id }) => id);
}

/** Includes archived payouts. */
function find(body: string, since: string): Promise<readonly string[]> {
  const { bankAccountId, referenceId } = orderOf(body);
  const query = {
    bank_account_id: bankAccountId,
    created_from: since,
    include_archived: true,
    ...(referenceId === null ? {} : { reference_id: referenceId }),
  };
  return idsOf(
    (page) => listPayouts({ query: { ...query, ...page } }),
    (payout) => isOrderedBy(body, payout),
  );
}

function isOrderedBy(body: string, payout: PayoutDocument): boolean {
  const order = orderOf(body);
  return (
    payout.amount_paise === wireOf(order.amountPaise) &&
    payout.mode === order.mode &&
    payout.reference_id === order.referenceId &&
    payout.narration === order.narration
  );
}
