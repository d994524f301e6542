import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const TRIAL = fileURLToPath(new URL('../../dist/bench/trial-webhooks.js', import.meta.url));

it('brings each of 300 events to every receiver that lives (make trial-webhooks does it with 10,000)', async () => {
  const options = ['--deliveries', '300', '--per-second', '30', '--merchants', '10', '--no-figures'];
  const child = spawn(process.execPath, ['--enable-source-maps', TRIAL, ...options]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  expect([code, output]).toEqual([0, expect.stringMatching(/^300 deliveries: 0 wrongs; /m)]);
  expect(output).toMatch(/[1-9]\d* events came to slow receivers again, under the same ids/);
  expect(output).toMatch(/\d+ addresses that lead inside: 0 connections/);
}, 600_000);
