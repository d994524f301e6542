import { describe, expect, it } from '@jest/globals';
import { Waits } from './chaos-waits.js';

const MINUTE_MS = 60_000;
const nobody = (): void => undefined;

describe('what a chaos run waits for', () => {
  it('is named in its summary, with how long it took', async () => {
    const waits = new Waits(Date.now() + MINUTE_MS, nobody);
    expect(await waits.until('the tables', async () => null, MINUTE_MS)).toBeNull();
    expect(await waits.within('PostgreSQL', Promise.resolve(5432), MINUTE_MS)).toBe(5432);
    expect(waits.summary).toMatch(/^\d+ s for the tables, \d+ s for PostgreSQL$/);
  });

  it('in vain is an error that says for what, how long, and what was missing', async () => {
    const waits = new Waits(Date.now() + MINUTE_MS, nobody);
    const ended = waits.surely('all to end', async () => '3 orders are open', 0);
    await expect(ended).rejects.toThrow(/^waited \d+ s in vain for all to end: 3 orders are open$/);
    expect(waits.summary).toMatch(/^\d+ s for all to end$/);
  });

  it('has no longer than the run has left, whatever it may take, an answer that never comes too', async () => {
    const waits = new Waits(Date.now(), nobody);
    expect(await waits.until('all to end', async () => 'orders', MINUTE_MS)).toBe('orders');
    const answer = waits.within('the processes', new Promise<never>(nobody), MINUTE_MS);
    await expect(answer).rejects.toThrow(/^waited \d+ s in vain for the processes: no answer$/);
  });

  it('fails as what was waited for has failed', async () => {
    const waits = new Waits(Date.now() + MINUTE_MS, nobody);
    await expect(waits.within('PostgreSQL', Promise.reject(new Error('port taken')), MINUTE_MS)).rejects.toThrow(
      'port taken',
    );
  });
});
