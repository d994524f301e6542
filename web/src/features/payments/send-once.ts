import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ConnectionLost, ProblemError } from '../../api/problem.ts';

/** A request that was sent, and of which nobody knows whether it was done. It holds no API key. */
interface Open<Body> {
  readonly key: string;
  readonly body: Body;
}

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
      const request = open ?? { key: crypto.randomUUID(), body };
      keep(request);
      return send(request.body, request.key);
    },
    onSettled: (_answer, error) => {
      if (!isUnknown(error)) keep(null);
    },
  });
  return {
    ...sending,
    /** What was sent and must stay as it is; null: nothing is open. */
    open: sending.isPending || isUnknown(sending.error) || sending.isIdle ? (open?.body ?? null) : null,
  };
}

function restored<Body>(keptAs: string): Open<Body> | null {
  const kept = sessionStorage.getItem(keptAs);
  return kept === null ? null : (JSON.parse(kept) as Open<Body>);
}
