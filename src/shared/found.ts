import type { DomainError } from './domain-error.js';

/** What was looked up. @throws the refusal when there is no such thing, or it is not the caller's */
export function found<State>(state: State | null, notFound: new () => DomainError): State {
  if (state === null) throw new notFound();
  return state;
}

/** The thing of this state, or null: there is none. */
export function restored<State, Thing>(state: State | undefined, restore: (state: State) => Thing): Thing | null {
  return state === undefined ? null : restore(state);
}
