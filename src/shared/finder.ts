import type { DomainError } from './domain-error.js';

/** Looks up one thing by its id, outside the write path. */
export abstract class Finder<State> {
  constructor(private readonly notFound: new () => DomainError) {}

  /** @param merchantId null: whoever's it is, for operators */
  abstract find(merchantId: string | null, id: string): Promise<State | null>;

  /** @throws the refusal that says that there is no such thing, of somebody else's too */
  async get(merchantId: string | null, id: string): Promise<State> {
    const state = await this.find(merchantId, id);
    if (state === null) throw new this.notFound();
    return state;
  }
}

/** The thing of this state, or null: there is none. */
export function restored<State, Thing>(state: State | undefined, restore: (state: State) => Thing): Thing | null {
  return state === undefined ? null : restore(state);
}
