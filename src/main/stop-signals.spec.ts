import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const file = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

it('stops once at a signal that comes twice, and at once when one comes more than a second later', async () => {
  const program = `
    const loader = await import(${file('../../scripts/typescript-loader.js')});
    loader.importTypeScriptFromNowOn();
    const { onStopSignal } = await import(${file('./stop-signals.ts')});
    let stoppedAt;
    onStopSignal((signal) => { stoppedAt = performance.now(); console.log(signal); });
    process.on('exit', () => console.log(performance.now() - stoppedAt));
    setInterval(() => process.kill(process.pid, 'SIGINT'), 20);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  expect(await once(child, 'close')).toEqual([130, null]);
  const [signal, afterMs] = output.trim().split('\n');
  expect(signal).toBe('SIGINT');
  expect(Number(afterMs)).toBeGreaterThan(1_000);
});
