import { assert } from './assert.js';

/** All values become JSON through this function. Amounts are `bigint` inside the service and integers outside. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value, bigintAsNumber);
}

function bigintAsNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  assert(Number.isSafeInteger(number), 'an amount that leaves the service fits a JSON number exactly');
  return number;
}
