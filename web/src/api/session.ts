import { queryOptions } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { getSession } from './generated/sdk.gen.ts';

/** Who holds the key. */
export type Holder =
  { readonly kind: 'merchant'; readonly merchantId: string; readonly name: string } | { readonly kind: 'operator' };

/** An operator sees one merchant's pages by acting for that merchant. */
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
  /** `ended`: by the service, which no longer accepts the key. */
  | { readonly status: 'closed'; readonly ended: boolean };

/** The tab's own storage: it is closed with the tab, and no other tab or site reads it. */
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

/** @throws ProblemError `unauthenticated` if the key is not valid, ConnectionLost */
export async function openSession(key: string): Promise<void> {
  const {
    key: { id: keyId },
    merchant,
  } = await getSession({ headers: { 'X-API-KEY': key } });
  const holder: Holder =
    merchant === null ? { kind: 'operator' } : { kind: 'merchant', merchantId: merchant.id, name: merchant.name };
  set({ status: 'open', session: { key, keyId, holder, actingFor: null } });
}

/** The service's configuration: limits, how banks pay out, how long an Idempotency-Key counts, whether it is a demo. */
export const serviceFacts = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => getSession({ signal }),
  staleTime: 60_000,
});

/** The headers of every request in a session. */
export function headersOf({ key, actingFor }: Session): Record<string, string> {
  return { 'X-API-KEY': key, ...(actingFor === null ? {} : { 'X-Merchant-Id': actingFor.merchantId }) };
}

export function closeSession(): void {
  set({ status: 'closed', ended: false });
}

/** The service has refused this key. A later session is not affected. */
export function endSession(key: string): void {
  if (state.status === 'open' && state.session.key === key) set({ status: 'closed', ended: true });
}

/** @param merchant null: the operator looks at all merchants again */
export function actFor(merchant: ActingFor | null): void {
  if (state.status === 'open') set({ status: 'open', session: { ...state.session, actingFor: merchant } });
}

export function currentSession(): Session | null {
  return state.status === 'open' ? state.session : null;
}

export function useSessionState(): SessionState {
  return useSyncExternalStore(subscribeToSession, () => state);
}

/** For pages that are shown only during a session. */
export function useSession(): Session {
  const current = useSessionState();
  if (current.status !== 'open') throw new Error('there is no session');
  return current.session;
}

/** The merchant whose pages are shown; null for an operator who looks at all merchants. */
export function merchantShown({ holder, actingFor }: Session): ActingFor | null {
  return holder.kind === 'merchant' ? holder : actingFor;
}

export function subscribeToSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
