import { createHash } from 'node:crypto';

/** Numbers from 0 up to 1 that look drawn, and are the same for the same seed. */
export function seededDice(seed: string): () => number {
  let draws = 0;
  return () => createHash('sha256').update(`${seed}/${draws++}`).digest().readUInt32BE() / 2 ** 32;
}
