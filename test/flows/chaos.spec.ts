import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const CHAOS = fileURLToPath(new URL('../../dist/bench/chaos.js', import.meta.url));

it('ends with both books in agreement, whatever happens to sixty payouts (make chaos does it with 2,000)', async () => {
  const child = spawn(process.execPath, ['--enable-source-maps', CHAOS, '--payouts', '60', '--seed', '3']);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  expect([code, said]).toEqual([0, expect.stringMatching(/^60 payouts: .* 0 disagreements; \d+ s; SEED=3$/m)]);
  expect(said).toMatch(/[1-9]\d* reversed; [1-9]\d* workers killed/);
}, 300_000);
