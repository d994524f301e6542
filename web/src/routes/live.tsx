import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { endSession, headersOf, merchantShown, type Session } from '../api/session.ts';
import { LiveCache } from '../live/live-cache.ts';
import type { Newest } from '../live/newest.ts';
import { type LiveState, SharedStream } from '../live/shared-stream.ts';

const State = createContext<LiveState>('connecting');

export const useLiveState = (): LiveState => useContext(State);

interface LiveProps {
  readonly session: Session;
  readonly newest: Newest;
  readonly children: ReactNode;
}

/** Keeps what is shown up to date with the service's events, for as long as a session lasts. */
export function Live({ session, newest, children }: LiveProps) {
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    const cache = new LiveCache(queries, newest);
    const stream = new SharedStream({
      scope: `${session.keyId} ${merchantShown(session)?.merchantId ?? 'all'}`,
      url: '/api/v1/events/stream',
      headers: headersOf(session),
      onEvent: (event) => cache.take(event),
      onReset: () => cache.readAgain(),
      onState: (next) => {
        setState(next);
        cache.poll(next === 'polling');
      },
      onRefused: () => endSession(session.key),
    });
    const renew = (): void => stream.renew();
    window.addEventListener('online', renew);
    return () => {
      window.removeEventListener('online', renew);
      stream.stop();
      cache.stop();
    };
  }, [queries, newest, session]);
  return <State value={state}>{children}</State>;
}
