import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import type { ServiceProcess } from '../support/service-process.js';
import { type CollectedSpan, TraceCollector } from '../support/trace-collector.js';
import { until } from '../support/wait-for.js';

const [INTERNAL, SERVER, CLIENT, CONSUMER] = [1, 2, 3, 5];

let collector: TraceCollector;
let bahi: Bahi;
let api: ServiceProcess;
let worker: ServiceProcess;
let acme: Merchant;

beforeAll(async () => {
  collector = await TraceCollector.open();
  bahi = await Bahi.open({ environment: { PROCESSING_TIMEOUT_SECONDS: '3' } });
  const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  [api, worker] = await Promise.all([bahi.process('api', traced), bahi.process('worker', traced)]);
  acme = (await bahi.aMerchant({ rupees: 1_000, accounts: ['0001', '0004'] })).at(api);
});

afterAll(async () => {
  await bahi.close();
  await collector.close();
});

/** Requests a payout to the account that ends in `to`. @returns the payout's id */
async function payOut(to: string, headers: Record<string, string> = {}): Promise<string> {
  const body = { amount_paise: 100, bank_account_id: await acme.account(to) };
  return (await acme.api.post('/payouts', body, { key: randomUUID(), headers })).body.id as string;
}

function spansOf(traceId: string): CollectedSpan[] {
  return collector.spans.filter((span) => span.traceId === traceId);
}

/** Waits for the spans that settle the payout, and returns the spans of their trace, each under its parent. */
async function traceOf(payoutId: string, status: string): Promise<Record<string, CollectedSpan>> {
  const settled = (): CollectedSpan | undefined =>
    collector.spans.find(
      ({ attributes }) => attributes['bahi.payout.id'] === payoutId && attributes['bahi.payout.status'] === status,
    );
  await until('the settlement and all above it have arrived', () => {
    const last = settled();
    if (last === undefined) return false;
    const own = spansOf(last.traceId);
    return [CONSUMER, SERVER, CLIENT].every((kind) => own.some((span) => span.kind === kind));
  });
  return Object.fromEntries(spansOf(settled()!.traceId).map((span) => [span.name, span]));
}

describe('a trace', () => {
  it('follows a payout from the request through the queue to the bank and the settlement', async () => {
    const id = await payOut('0001');
    await acme.until(id, 'completed');
    const trace = await traceOf(id, 'completed');
    const request = trace['POST /api/v1/payouts']!;
    const job = trace['process payouts']!;
    const bank = trace['bank submission']!;
    const settlement = trace['settle payout']!;
    expect(Object.keys(trace)).toHaveLength(4);
    expect([request, job, bank, settlement].map(({ kind }) => kind)).toEqual([SERVER, CONSUMER, CLIENT, INTERNAL]);
    expect(request.parentSpanId ?? '').toBe('');
    expect([job, bank, settlement].map((span) => span.parentSpanId)).toEqual([request.spanId, job.spanId, job.spanId]);
    expect(request.attributes).toMatchObject({ 'http.response.status_code': 201, 'http.route': '/api/v1/payouts' });
    expect(bank.attributes).toMatchObject({ 'bahi.gateway': 'bank-simulator', 'bahi.ending': 'succeeded' });
  });

  it('goes on from the caller’s own', async () => {
    const [traceId, parent] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
    const id = await payOut('0001', { traceparent: `00-${traceId}-${parent}-01` });
    await acme.until(id, 'completed');
    const request = (await traceOf(id, 'completed'))['POST /api/v1/payouts']!;
    expect(request).toMatchObject({ traceId, parentSpanId: parent });
  });

  it.each([
    'nonsense',
    '00-00000000000000000000000000000000-0000000000000000-01',
    'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  ])('begins anew where the caller’s is none: %s', async (traceparent) => {
    const id = await payOut('0001', { traceparent });
    await acme.until(id, 'completed');
    expect((await traceOf(id, 'completed'))['POST /api/v1/payouts']!.parentSpanId ?? '').toBe('');
  });

  it('holds also what the sweep does for a payout whose answer was lost', async () => {
    const id = await payOut('0004');
    await acme.until(id, 'completed');
    const trace = await traceOf(id, 'completed');
    expect(trace['bank submission']!.attributes).toMatchObject({ 'bahi.ending': 'unknown' });
    expect(trace['bank inquiry']!.attributes).toMatchObject({ 'bahi.ending': 'succeeded' });
    expect(trace['bank inquiry']!.traceId).toBe(trace['POST /api/v1/payouts']!.traceId);
  });

  it('is sent to its end when the process ends', async () => {
    const id = await payOut('0001');
    await acme.until(id, 'completed');
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    const own = collector.spans.filter(({ attributes }) => attributes['bahi.payout.id'] === id);
    expect(own.map(({ name }) => name).sort()).toEqual(['bank submission', 'settle payout']);
  });

  it('has no account number and no key', () => {
    expect(collector.spans.length).toBeGreaterThan(0);
    for (const secret of ['5010001234', acme.apiKey]) expect(collector.received).not.toContain(secret);
  });
});

describe('a collector that is unreachable', () => {
  it('costs nothing but its spans', async () => {
    const nowhere = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
    const service = await bahi.process('start', nowhere);
    const merchant = acme.at(service);
    const { id } = await merchant.aPayout(1);
    await merchant.until(id, 'completed');
    expect(await service.stop()).toBe(0);
  });
});
