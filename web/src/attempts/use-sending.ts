import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { standingOf } from './attempt.ts';
import type { Attempts } from './attempts.ts';
import { refusalError } from './refusal-error.ts';
import { useAttempts } from './use-attempts.ts';

interface SendingOptions {
  /** Which of the orders are about what is shown. */
  readonly isMeant: (body: string) => boolean;
  /** It was made, now or by an earlier try, and the form is still there. */
  readonly onMade: (orderId: string) => void;
}

/** What a form needs that sends an order: while the outcome of one is unknown nothing but the same is sent. */
export function useSending(attempts: Attempts, { isMeant, onMade }: SendingOptions) {
  const { all, error: storageError } = useAttempts(attempts);
  const isThere = useRef(false);
  useEffect(() => {
    isThere.current = true;
    return () => {
      isThere.current = false;
    };
  }, []);
  const unknown = all?.find((attempt) => isMeant(attempt.body) && standingOf(attempt) === 'unknown');
  const sending = useMutation({
    mutationFn: (body: string) => attempts.send(unknown?.body ?? body),
    onSuccess: ({ ending }) => {
      // Whoever has gone to another page meanwhile is not called away from it.
      if (ending?.kind === 'paid' && isThere.current) onMade(ending.orderId);
    },
  });
  const { isPending, data: last } = sending;
  return {
    send: sending.mutate,
    isPending,
    /** The order whose outcome is not known: it must stay as it is. Null: there is none. */
    open: isPending ? null : (unknown?.body ?? null),
    /** Why nothing was done: a refusal, or a browser that keeps nothing. */
    error: sending.error ?? storageError ?? (isPending ? null : refusalError(last)),
    /** It was looked up when its key counted no more, and is not there. */
    isNotMade: !isPending && last?.ending?.kind === 'not_made',
  };
}
