import { createHash } from 'node:crypto';

/** Random numbers from 0 up to 1. With a seed, each process draws the same numbers in each run. */
export function diceFor(seed: string | null): () => number {
  return seed === null ? Math.random : seededDice(seed);
}

/** Numbers from 0 up to 1 that look random, and are the same for the same seed. */
export function seededDice(seed: string): () => number {
  let draws = 0;
  return () => createHash('sha256').update(`${seed}/${draws++}`).digest().readUInt32BE() / 2 ** 32;
}
