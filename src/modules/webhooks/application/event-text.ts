import type { ReaderKind } from '../../../shared/submissions/submission-view.js';
import type { StoredEvent } from '../../../platform/outbox/outbox.public.js';
import {
  allowedByHand,
  allowedRefundStatuses,
  type PaymentStatus,
  type RefundStatus,
} from '../../payments/payments.public.js';
import { allowedStatuses, type PayoutStatus } from '../../payouts/payouts.public.js';

/**
 * An event as JSON. All readers of a kind get the same bytes everywhere: the event's object is stored as text and not
 * rendered again.
 */
export function eventText(event: StoredEvent, reader: ReaderKind): string {
  const { id, type, createdAt, merchantId, sequence, previousStatus } = event;
  const head = JSON.stringify({ id, type, created_at: createdAt, merchant_id: merchantId, sequence });
  const object = reader === 'merchant' ? event.object : forOperators(event);
  return `${head.slice(0, -1)},"data":{"object":${object}},"previous_status":${JSON.stringify(previousStatus)}}`;
}

/**
 * The object is stored as merchants see it; operators have more allowed statuses. Its amounts fit into numbers (2^53),
 * so parsing it changes nothing else.
 */
function forOperators({ type, object }: StoredEvent): string {
  const shown = JSON.parse(object) as Record<string, unknown>;
  const { status } = shown;
  if (typeof status !== 'string' || !Object.hasOwn(shown, 'allowed_statuses')) return object;
  return JSON.stringify({ ...shown, allowed_statuses: operatorsMay(type, status) });
}

function operatorsMay(type: string, status: string): readonly string[] {
  if (type.startsWith('payout.')) return allowedStatuses('operator', status as PayoutStatus);
  return type.startsWith('payment.')
    ? allowedByHand('operator', status as PaymentStatus)
    : allowedRefundStatuses('operator', status as RefundStatus);
}
