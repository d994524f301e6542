import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { standingOf } from './attempt.ts';
import type { Attempts } from './attempts.ts';
import { refusalError } from './refusal-error.ts';
import { useAttempts } from './use-attempts.ts';

interface SendingOptions {
  /** Whether an order belongs to this form. */
  readonly isMeant: (body: string) => boolean;
  /** The order was made, now or by an earlier try, and the form is still open. */
  readonly onMade: (orderId: string) => void;
}

/** For a form that sends an order: while the outcome of one is unknown, only that same order is sent again. */
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
      // A person who has gone to another page in the meantime stays there.
      if (ending?.kind === 'paid' && isThere.current) onMade(ending.orderId);
    },
  });
  const { isPending, data: last } = sending;
  return {
    send: sending.mutate,
    isPending,
    /** The order whose outcome is unknown, which must not be changed; null if there is none. */
    open: isPending ? null : (unknown?.body ?? null),
    /** Why nothing was done: a refusal, or a browser that cannot store attempts. */
    error: sending.error ?? storageError ?? (isPending ? null : refusalError(last)),
    /** It was looked up after its key stopped being trusted, and does not exist. */
    isNotMade: !isPending && last?.ending?.kind === 'not_made',
  };
}
