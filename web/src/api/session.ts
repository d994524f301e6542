import { queryOptions } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { getSession } from './generated/sdk.gen.ts';

/** Whose key it is. */
export type Holder =
  { readonly kind: 'merchant'; readonly merchantId: string; readonly name: string } | { readonly kind: 'operator' };

/** An operator looks at one merchant's pages by acting for it. */
export interface ActingFor {
  readonly merchantId: string;
  readonly name: string;
}

export interface Session {
  readonly key: string;
  readonly keyId: string;
  readonly holder: Holder;
  readonly actingFor: ActingFor | null;
}

export type SessionState =
  | { readonly status: 'open'; readonly session: Session }
  /** `ended`: by the service, which takes the key no more. */
  | { readonly status: 'closed'; readonly ended: boolean };

/** The tab's own storage: closed with it, and no other tab or site reads it. */
const STORAGE_KEY = 'bahi.session';

const listeners = new Set<() => void>();
let state: SessionState = restored();

function restored(): SessionState {
  const stored = sessionStorage.getItem(STORAGE_KEY);
  return stored === null
    ? { status: 'closed', ended: false }
    : { status: 'open', session: JSON.parse(stored) as Session };
}

function set(next: SessionState): void {
  state = next;
  if (next.status === 'open') sessionStorage.setItem(STORAGE_KEY, JSON.stringify(next.session));
  else sessionStorage.removeItem(STORAGE_KEY);
  for (const listener of listeners) listener();
}

/** @throws ProblemError `unauthenticated` where the key opens nothing, ConnectionLost */
export async function openSession(key: string): Promise<void> {
  const {
    key: { id: keyId },
    merchant,
  } = await getSession({ headers: { 'X-API-KEY': key } });
  const holder: Holder =
    merchant === null ? { kind: 'operator' } : { kind: 'merchant', merchantId: merchant.id, name: merchant.name };
  set({ status: 'open', session: { key, keyId, holder, actingFor: null } });
}

/** What the service is set to: limits, how banks pay out, how long an Idempotency-Key counts, whether it is a demo. */
export const serviceFacts = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => getSession({ signal }),
  staleTime: 60_000,
});

/** What each request of a session carries. */
export function headersOf({ key, actingFor }: Session): Record<string, string> {
  return { 'X-API-KEY': key, ...(actingFor === null ? {} : { 'X-Merchant-Id': actingFor.merchantId }) };
}

export function closeSession(): void {
  set({ status: 'closed', ended: false });
}

/** The service has refused this key. A later session is not concerned. */
export function endSession(key: string): void {
  if (state.status === 'open' && state.session.key === key) set({ status: 'closed', ended: true });
}

/** @param merchant null: the operator looks at all of them again */
export function actFor(merchant: ActingFor | null): void {
  if (state.status === 'open') set({ status: 'open', session: { ...state.session, actingFor: merchant } });
}

export function currentSession(): Session | null {
  return state.status === 'open' ? state.session : null;
}

export function useSessionState(): SessionState {
  return useSyncExternalStore(subscribeToSession, () => state);
}

/** Inside the pages, where there is one. */
export function useSession(): Session {
  const current = useSessionState();
  if (current.status !== 'open') throw new Error('there is no session');
  return current.session;
}

/** The merchant whose pages are shown; null: an operator who looks at all. */
export function merchantShown({ holder, actingFor }: Session): ActingFor | null {
  return holder.kind === 'merchant' ? holder : actingFor;
}

export function subscribeToSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
