import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SettlePayout } from '../../src/modules/payouts/application/settle-payout.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import type { Json } from '../support/client.js';
import { until } from '../support/wait-for.js';

/** Bahi does not ask the bank by itself during a test. */
const UNHURRIED = { PROCESSING_TIMEOUT_SECONDS: '600', MAX_RETRIES: '3' };

let bahi: Bahi;
let acme: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true, environment: UNHURRIED });
  acme = await bahi.aMerchant({ rupees: 1_000, accounts: ['0001', '0008'] });
});

afterAll(() => bahi.close());

/** Inquires this many times, `at` at a time. */
async function inquire(path: string, times: number, at = 10): Promise<void> {
  const operator = bahi.asOperator();
  for (let done = 0; done < times; done += at) {
    const answers = await Promise.all(Array.from({ length: at }, () => operator.post(`${path}/inquire`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  }
}

async function lastAttemptOf(id: string): Promise<Json> {
  return (await acme.api.get(`/payouts/${id}/attempts`)).body.results.at(-1);
}

describe('inquiries that find nothing new', () => {
  it('about a payout that has ended add no event and change no list; they are counted', async () => {
    const { id } = await acme.aPayout(10);
    await acme.until(id, 'completed');
    const [events, list] = [await acme.timeline(id), (await acme.api.get('/payouts')).body];

    await inquire(`/payouts/${id}`, 200);

    expect(await acme.timeline(id)).toEqual(events);
    // Only the revision has grown, on a page that was read again.
    const { revision: _, ...same } = list.results[0];
    expect((await acme.api.get('/payouts')).body).toMatchObject({ results: [same] });
    const attempt = await lastAttemptOf(id);
    expect(attempt).toMatchObject({ attempt: 1, ending: 'succeeded', unchanged_inquiries: 200 });
    expect(Date.parse(attempt.last_unchanged_at)).toBeGreaterThanOrEqual(Date.parse(attempt.ended_at));
  });

  it('about a payout that is open go on counting towards attention, which is an event', async () => {
    const { id } = await acme.aPayout(10, { to: '0008' });
    await until('the submission has ended', async () => (await acme.timeline(id)).length === 3);

    await inquire(`/payouts/${id}`, 6, 1);

    const types = (await acme.timeline(id)).map(({ type }) => type.replace('payout.', ''));
    expect(types).toEqual(['requested', 'processing', 'bank_answered', 'needs_attention']);
    expect((await acme.payout(id)).needs_attention).toBe(true);
    expect(await lastAttemptOf(id)).toMatchObject({ unchanged_inquiries: 5, ending: 'unknown' });
  });

  it('make an operator’s older answer worthless: nobody ends a payout by it', async () => {
    const { id } = await acme.aPayout(10, { to: '0008' });
    await until('the submission has ended', async () => (await acme.timeline(id)).length === 3);
    await inquire(`/payouts/${id}`, 4, 1);
    const fail = () => bahi.asOperator().patch(`/payouts/${id}`, { status: 'failed', reason: 'Nothing was paid.' });
    const frozen = await bahi.sqlSession();
    await frozen.query('BEGIN');
    await frozen.query('LOCK TABLE bank_simulator.transfers IN ACCESS EXCLUSIVE MODE');

    const asked = fail();
    await bahi.waitingFor('bank_simulator.transfers');
    const call = { kind: 'inquiry', gateway: 'bank-simulator', attempt: 1, askedAtMs: performance.now() } as const;
    const same = (await acme.timeline(id)).at(-1)!.data['answer'] as { reason: string };
    await bahi.service.get(SettlePayout).execute(acme.id, id, call, { kind: 'unknown', why: same.reason });
    await frozen.query('COMMIT');

    expect(await asked).toMatchObject({ status: 409, body: { code: 'outcome_unknown' } });
    expect(await acme.payout(id)).toMatchObject({ status: 'processing', needs_attention: true });
    expect(await fail()).toMatchObject({ status: 200, body: { status: 'failed' } });
  });

  it('leave all books in order', async () => {
    expect(await bahi.findings()).toEqual([]);
  });
});
