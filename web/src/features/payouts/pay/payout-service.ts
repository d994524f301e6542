import { getSession, listPayouts } from '../../../api/generated/sdk.gen.ts';
import type { PayoutDocument } from '../../../api/generated/types.gen.ts';
import { endSession, headersOf, type Session } from '../../../api/session.ts';
import { wireOf } from '../../../money/paise.ts';
import { answerOf, NO_ANSWER } from '../attempt/answer.ts';
import type { PayoutService } from '../attempt/attempts.ts';
import { orderOf } from '../attempt/payout-body.ts';

/** So many payouts of one account since the key was born are looked through for one that may have been made. */
const LOOKED_THROUGH = 100;

/** What a payment attempt asks of the service. The body is sent as the text that its key belongs to. */
export function payoutService(session: Session): PayoutService {
  return {
    now: () => Date.now(),
    newKey: () =>
      [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    windowMs: async () => (await getSession()).idempotency_window_seconds * 1_000,
    post: async (key, body) => {
      try {
        const headers = { ...headersOf(session), 'Idempotency-Key': key, 'Content-Type': 'application/json' };
        const response = await fetch('/api/v1/payouts', { method: 'POST', headers, body, cache: 'no-store' });
        if (response.status === 401) endSession(session.key);
        return await answerOf(response);
      } catch {
        // The connection broke: the payout may have been made.
        return NO_ANSWER;
      }
    },
    find: async (body, since) => {
      const { bankAccountId } = orderOf(body);
      const query = {
        bank_account_id: bankAccountId,
        created_from: new Date(since).toISOString(),
        limit: LOOKED_THROUGH,
      };
      const { results } = await listPayouts({ query });
      return results.filter((payout) => isOrderedBy(body, payout)).map(({ id }) => id);
    },
  };
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
