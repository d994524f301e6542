import { StartupError } from '../../../platform/config/config.public.js';
import { seededDice } from './seeded-dice.js';

type Variables = Readonly<Record<string, string>>;

/** @returns 0 when it is not set @throws StartupError when it is no share */
export function shareIn(variables: Variables, name: string): number {
  const text = variables[name] ?? '0';
  const share = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!(share <= 1))
    throw new StartupError(`${name}=${text} is not valid: expected a number from 0 to 1, such as 0.05.`);
  return share;
}

/** With a seed under this name, each process draws the same numbers in each run. */
export function diceFor(variables: Variables, name: string): () => number {
  const seed = variables[name];
  return seed === undefined ? Math.random : seededDice(seed);
}
