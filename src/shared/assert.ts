/** A rule of the program itself was broken. Never the caller's fault: the answer is a 500, and an alarm is raised. */
export class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant';
}

/** States what must be true here. `why` completes the sentence "this must hold because …". */
export function assert(condition: unknown, why: string): asserts condition {
  if (!condition) throw new BrokenInvariant(why);
}
