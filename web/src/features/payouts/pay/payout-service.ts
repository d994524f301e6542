import { getSession, listPayouts } from '../../../api/generated/sdk.gen.ts';
import type { PayoutDocument } from '../../../api/generated/types.gen.ts';
import { newKey } from '../../../api/new-key.ts';
import { serviceNow } from '../../../api/service-clock.ts';
import { endSession, headersOf, type Session } from '../../../api/session.ts';
import { wireOf } from '../../../money/paise.ts';
import { type Answer, answerOf, NO_ANSWER } from '../attempt/answer.ts';
import { ON_ITS_WAY_MS } from '../attempt/attempt.ts';
import type { PayoutService } from '../attempt/attempts.ts';
import { orderOf } from '../attempt/payout-body.ts';

const PAGE = 100;

/** Half of how long a request counts as on its way: what has no answer by then has none. */
const ANSWER_WITHIN_MS = ON_ITS_WAY_MS / 2;

/** The clocks of the service's processes and of its database may differ by this. */
const CLOCKS_DIFFER_MS = 300_000;

/** What a payment attempt asks of the service. The body is sent as the text that its key belongs to. */
export function payoutService(session: Session): PayoutService {
  return {
    now: serviceNow,
    newKey,
    windowMs: async () => (await getSession()).idempotency_window_seconds * 1_000,
    post: (key, body) => post(session, key, body),
    find,
  };
}

async function post(session: Session, key: string, body: string): Promise<Answer> {
  try {
    const response = await fetch('/api/v1/payouts', {
      method: 'POST',
      headers: { ...headersOf(session), 'Idempotency-Key': key, 'Content-Type': 'application/json' },
      body,
      cache: 'no-store',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const answer = await answerOf(response);
    if (answer.kind === 'refused' && answer.refusal.code === 'unauthenticated') endSession(session.key);
    return answer;
  } catch {
    // The connection broke: the payout may have been made.
    return NO_ANSWER;
  }
}

/** Looks through all there are, archived ones too: one that is missed would be paid again. */
async function find(body: string, since: number): Promise<readonly string[]> {
  const { bankAccountId, referenceId } = orderOf(body);
  const query = {
    bank_account_id: bankAccountId,
    created_from: new Date(since - CLOCKS_DIFFER_MS).toISOString(),
    include_archived: true,
    limit: PAGE,
    ...(referenceId === null ? {} : { reference_id: referenceId }),
  };
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listPayouts({ query: { ...query, ...(cursor === undefined ? {} : { cursor }) } });
    found.push(...page.results.filter((payout) => isOrderedBy(body, payout)).map(({ id }) => id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
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
