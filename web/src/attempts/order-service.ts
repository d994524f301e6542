import { getSession } from '../api/generated/sdk.gen.ts';
import { newKey } from '../api/new-key.ts';
import { serviceNow } from '../api/service-clock.ts';
import { endSession, headersOf, type Session } from '../api/session.ts';
import { type Answer, answerOf, NO_ANSWER } from './answer.ts';
import { ON_ITS_WAY_MS } from './attempt.ts';
import type { OrderService } from './attempts.ts';

/** Half the time that a request may be in transit: without an answer by then, the outcome is unknown. */
const ANSWER_WITHIN_MS = ON_ITS_WAY_MS / 2;

/** The most that the clocks of the service's processes and of its database may differ by. */
const CLOCKS_DIFFER_MS = 300_000;

interface KindOfOrder {
  /**
   * The request for an order with this text; its body is the text itself, or always derived from it in the same way.
   */
  readonly requestOf: (text: string) => { readonly path: string; readonly body: string };
  /** The id of the order made under this key, as long as the key is remembered. */
  readonly findByKey: (key: string) => Promise<readonly string[]>;
  /**
   * The ids of all orders made since then (ISO 8601) as this text says. An order that is missed here would be made
   * again.
   */
  readonly find: (text: string, since: string) => Promise<readonly string[]>;
}

/** How orders of one kind are sent. */
export function orderService(session: Session, { requestOf, findByKey, find }: KindOfOrder): OrderService {
  return {
    now: serviceNow,
    newKey,
    windowMs: async () => (await getSession()).idempotency_window_seconds * 1_000,
    post: async (key, text): Promise<Answer> => {
      const { path, body } = requestOf(text);
      try {
        const response = await fetch(path, {
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
        // The connection broke: the order may have been carried out.
        return NO_ANSWER;
      }
    },
    find: async ({ key, body }, since) => {
      const exact = await findByKey(key);
      return exact.length > 0 ? exact : find(body, new Date(since - CLOCKS_DIFFER_MS).toISOString());
    },
  };
}

interface Page<Row> {
  readonly results: readonly Row[];
  readonly next_cursor: string | null;
}

/** Reads a list to its end. @returns the ids of the rows that match */
export async function idsOf<Row extends { readonly id: string }>(
  read: (page: { readonly limit: number; readonly cursor?: string }) => Promise<Page<Row>>,
  isMeant: (row: Row) => boolean,
): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Row> = await read({ limit: 100, ...(cursor === null ? {} : { cursor }) });
    ids.push(...page.results.filter(isMeant).map(({ id }) => id));
    cursor = page.next_cursor;
  } while (cursor !== null);
  return ids;
}
