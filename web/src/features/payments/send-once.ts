import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { newKey } from '../../api/new-key.ts';
import { ConnectionLost, ProblemError } from '../../api/problem.ts';

/** A request that was sent, and of which nobody knows whether it was done. It holds no API key. */
interface Open<Body> {
  readonly key: string;
  readonly body: Body;
  /** Tries that were begun and have brought no definite answer: a page that was closed leaves its try here. */
  readonly openTries: number;
}

/** The refusals of payments and refunds that a key remembers: from then on it answers so, whatever earlier tries did. */
const REMEMBERED: readonly string[] = [
  'answered_before',
  'currency_not_supported',
  'duplicate_reference',
  'insufficient_funds',
  'limit_exceeded',
  'purpose_code_required',
  'refund_exceeds_payment',
];

const isRemembered = (error: unknown): boolean => error instanceof ProblemError && REMEMBERED.includes(error.code);

/** Nothing was decided: the same request under the same key is safe, another one is not. */
const isUnknown = (error: unknown): boolean =>
  error instanceof ConnectionLost || (error instanceof ProblemError && error.status >= 500);

/**
 * Sends a body under one idempotency key until the service has answered for it, over reloads too.
 * @param scope what it is about: one request at a time is open there, in this tab
 */
export function useSendOnce<Body, Answer>(scope: string, send: (body: Body, key: string) => Promise<Answer>) {
  const keptAs = `bahi.once.${scope}`;
  const [open, setOpen] = useState<Open<Body> | null>(() => restored<Body>(keptAs));
  const keep = (next: Open<Body> | null): void => {
    setOpen(next);
    if (next === null) sessionStorage.removeItem(keptAs);
    else sessionStorage.setItem(keptAs, JSON.stringify(next));
  };
  const sending = useMutation({
    mutationFn: async (body: Body) => {
      const request = open ?? { key: newKey(), body, openTries: 0 };
      keep({ ...request, openTries: request.openTries + 1 });
      try {
        const answer = await send(request.body, request.key);
        keep(null);
        return answer;
      } catch (error) {
        // Another refusal speaks for its own try alone: an earlier one may have been done.
        const isDefinite = isRemembered(error) || (!isUnknown(error) && request.openTries === 0);
        if (isDefinite) keep(null);
        throw error;
      }
    },
  });
  return {
    ...sending,
    /** What was sent and must stay as it is; null: nothing is open. */
    open: open?.body ?? null,
  };
}

function restored<Body>(keptAs: string): Open<Body> | null {
  const kept = sessionStorage.getItem(keptAs);
  return kept === null ? null : (JSON.parse(kept) as Open<Body>);
}
