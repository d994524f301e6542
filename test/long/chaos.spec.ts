import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const CHAOS = fileURLToPath(new URL('../../dist/bench/chaos.js', import.meta.url));

async function chaosOf(...options: string[]): Promise<[code: number | null, output: string]> {
  // clock-jumps.spec.ts tests clocks that jump; here they would delay the last few orders for minutes.
  const child = spawn(process.execPath, ['--enable-source-maps', CHAOS, ...options, '--steady-clocks', '--seed', '3']);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, output];
}

it('ends with both books in agreement, whatever happens to sixty payouts (make chaos does it with 2,000)', async () => {
  const [code, output] = await chaosOf('--payouts', '60');
  expect([code, output]).toEqual([0, expect.stringMatching(/^60 payouts: .* 0 disagreements; \d+ s; SEED=3$/m)]);
  expect(output).toMatch(/\d+ reversed; [1-9]\d* workers killed/);
  expect(output).toMatch(/[1-9]\d* processes frozen, [1-9]\d* merchants deactivated/);
  expect(output).toMatch(/[1-9]\d* breaker trials/);
  expect(output).toMatch(/waited \d+ s for PostgreSQL, .*, \d+ s for all to end in peace/);
}, 600_000);

it('and whatever happens to forty payments and their refunds (make chaos-payments does it with 1,000)', async () => {
  const [code, output] = await chaosOf('--payments', '40');
  expect([code, output]).toEqual([0, expect.stringMatching(/^40 payments: .* 0 disagreements; \d+ s; SEED=3$/m)]);
  expect(output).toMatch(/[1-9]\d* refunds: [1-9]\d* succeeded, .*; [1-9]\d* workers killed/);
}, 600_000);
