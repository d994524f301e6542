import type { DomainError } from './domain-error.js';

/** What was looked up. @throws the refusal if it does not exist, or is not the caller's */
export function foundOrThrow<Thing>(thing: Thing | null, NotFound: new () => DomainError): Thing {
  if (thing === null) throw new NotFound();
  return thing;
}
