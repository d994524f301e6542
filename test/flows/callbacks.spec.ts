import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nextId } from '../../src/shared/ids.js';
import { CallbackInbox, type ReportedEvent } from '../../src/modules/gateways/domain/callback-inbox.js';
import {
  SIGNATURE_HEADER,
  type SimulatedMessage,
} from '../../src/modules/simulators/infrastructure/bank-webhook-message.js';
import { documentedFetch } from '../support/documented-fetch.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { whileOwnClockIsOff } from '../support/own-clock.js';
import { RecordedAlarms } from '../support/recorded-alarms.js';
import { until } from '../support/wait-for.js';
import type { Callback } from '../../src/modules/gateways/gateways.language.js';

/** Bahi does not ask the bank by itself during a test. */
const UNHURRIED = { PROCESSING_TIMEOUT_SECONDS: '600' };

/** A call without an answer takes ten seconds, and then its end is recorded. */
const CALL_MS = 30_000;

const PATH = '/api/v1/gateways/bank-simulator/callbacks';

let bahi: Bahi;
let alarms: RecordedAlarms;
let acme: Merchant;
/**
 * Paid by the bank, with calls that end without an answer. Both start before all tests, which would otherwise wait ten
 * seconds each.
 */
let unanswered: { readonly acme: string; readonly fiaz: string };
let fiaz: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true, environment: UNHURRIED });
  alarms = new RecordedAlarms();
  acme = await bahi.aMerchant({ rupees: 10_000, accounts: [] });
  fiaz = await bahi.aMerchant({ rupees: 500, accounts: [] });
  const [first, second] = [await acme.aPayout(100, { to: '0004' }), await fiaz.aPayout(200, { to: '0004' })];
  unanswered = { acme: first.id, fiaz: second.id };
});

afterAll(() => bahi.close());

async function post({ headers, body }: Pick<Callback, 'headers' | 'body'>, path = PATH) {
  const answer = await documentedFetch(`${bahi.service.url}${path}`, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body: new Uint8Array(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** The bank has paid, and its answer never arrives: the payout is being submitted for minutes. */
async function aPayoutInFlight(): Promise<string> {
  const { id } = await acme.aPayout(100, { to: '0004' });
  await until('the bank has paid', async () => (await bahi.bank.timesPaid(id)) === 1);
  return id;
}

async function outcomeOf(reference: string, event: string): Promise<string | null> {
  const rows = await bahi.psql.query<{ outcome: string | null }>(
    'SELECT outcome FROM gateway_callbacks WHERE reference = $1 AND event_id LIKE $2',
    [reference, `%${event}%`],
  );
  return rows[0]?.outcome ?? null;
}

const hasWaited = async (eventId: string): Promise<boolean> =>
  (await bahi.count('gateway_callbacks WHERE event_id = $1 AND tries > 0', [eventId])) === 1;

async function accountOf(reference: string): Promise<string> {
  const [row] = await bahi.psql.query<{ account_number: string }>(
    'SELECT account_number FROM bank_simulator.transfers WHERE reference = $1',
    [reference],
  );
  return row!.account_number;
}

/** The number of callbacks by outcome, as this service counts them. */
async function counted(): Promise<Record<string, number>> {
  const text = await (await documentedFetch(`${bahi.service.url}/metrics`)).text();
  const lines = [...text.matchAll(/^bahi_gateway_callbacks_total\{outcome="(\w+)"\} (\d+)$/gm)];
  return Object.fromEntries(lines.map(([, outcome, count]) => [outcome, Number(count)]));
}

async function storedText(reference: string): Promise<string | null> {
  const [row] = await bahi.psql.query<{ body: string | null }>(
    'SELECT body FROM gateway_callbacks WHERE reference = $1',
    [reference],
  );
  return row?.body ?? null;
}

const attemptsOf = async (id: string) => (await acme.api.get(`/payouts/${id}/attempts`)).body.results;

describe('a callback', () => {
  it('that the bank is still at it is taken in at once, and changes nothing', async () => {
    const id = await aPayoutInFlight();
    expect(await post(await bahi.bank.callback(id, 'pending'))).toEqual({ status: 200, body: { received: 1 } });
    await until('it is taken in', async () => (await outcomeOf(id, 'pending')) === 'taken_in');
    expect(await acme.api.get(`/payouts/${id}`)).toMatchObject({
      body: { status: 'processing', needs_attention: false },
    });
  });

  it('ends a payout that is still being submitted', async () => {
    const id = await aPayoutInFlight();
    expect(await post(await bahi.bank.callback(id, 'succeeded'))).toEqual({ status: 200, body: { received: 1 } });
    const { utr, attempts } = await acme.until(id, 'completed');
    expect([utr, attempts]).toEqual([expect.stringMatching(/^\d{12}$/), 1]);
    expect(await attemptsOf(id)).toEqual([
      expect.objectContaining({
        ...{ attempt: 1, gateway: 'bank-simulator', mode: 'IMPS', reference: id, ending: 'succeeded' },
        answers: [expect.objectContaining({ kind: 'callback', ending: 'succeeded', utr })],
      }),
    ]);
  });

  it('counts once, delivered twenty times at the same moment', async () => {
    const id = await aPayoutInFlight();
    const callback = await bahi.bank.callback(id, 'succeeded');
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(callback)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await acme.until(id, 'completed');
    expect(await bahi.count('gateway_callbacks WHERE reference = $1', [id])).toBe(1);
    expect(await acme.story(id)).toEqual(['requested', 'processing', 'completed']);
    expect(await post(callback)).toEqual({ status: 200, body: { received: 1 } });
  });

  it.each([-600_000, 600_000])('is taken in though the process’s own clock is off by %d ms', async (off) => {
    const id = await aPayoutInFlight();
    const callback = await bahi.bank.callback(id, 'succeeded');
    const answer = await whileOwnClockIsOff(off, () => post(callback));
    expect(answer).toEqual({ status: 200, body: { received: 1 } });
    await acme.until(id, 'completed');
  });

  it('changes nothing when it is not the bank’s', async () => {
    const id = await aPayoutInFlight();
    const real = await bahi.bank.callback(id, 'succeeded');
    const later = new Date(Date.now() + 310_000);
    const earlier = new Date(Date.now() - 310_000);
    const changed = Buffer.from(real.body.toString().replace('succeeded', 'returned!'));
    const forged: Pick<Callback, 'headers' | 'body'>[] = [
      await bahi.bank.callback(id, 'succeeded', { secret: 'guessed' }),
      await bahi.bank.callback(id, 'succeeded', { now: earlier }),
      await bahi.bank.callback(id, 'succeeded', { now: later }),
      { headers: { 'content-type': 'application/json' }, body: real.body },
      { headers: { ...real.headers, [SIGNATURE_HEADER]: 't=1,v1=' }, body: real.body },
      { headers: real.headers, body: changed },
      { headers: real.headers, body: Buffer.alloc(0) },
    ];
    for (const callback of forged) expect(await post(callback)).toMatchObject({ status: 401 });
    expect(await bahi.count('gateway_callbacks WHERE reference = $1', [id])).toBe(0);
    expect((await acme.payout(id)).status).toBe('processing');
  });

  it('is looked for at gateways that send any', async () => {
    const real = await bahi.bank.callback(randomUUID(), 'succeeded');
    for (const gateway of ['nobody', 'always-succeeds', '%00', 'bank-simulator%2F'])
      expect(await post(real, `/api/v1/gateways/${gateway}/callbacks`)).toMatchObject({ status: 404 });
  });

  it('is refused when it is too large', async () => {
    const { headers } = await bahi.bank.callback(randomUUID(), 'succeeded');
    expect(await post({ headers, body: Buffer.alloc(200_000, ' ') })).toMatchObject({ status: 413 });
  });

  it('that says what no documentation knows is kept whole and asked about, and is a finding until it is cleared', async () => {
    const tiny = await bahi.aMerchant({ rupees: 100, accounts: [] });
    const { id } = await tiny.aPayout(100, { to: '0006' });
    await until('the bank has it', async () => (await tiny.payout(id)).status === 'processing');
    const callback = await bahi.bank.callback(id, 'initiated' as never);
    for (let i = 0; i < 3; i++) expect(await post(callback)).toEqual({ status: 200, body: { received: 1 } });
    await until('it was asked about', async () => (await outcomeOf(id, 'initiated')) === 'unrecognized');
    expect(await storedText(id)).toBe(callback.body.toString());
    const asked = await tiny.api.get(`/payouts/${id}/attempts`);
    expect(asked.body.results[0].unchanged_inquiries).toBeGreaterThan(0);
    expect(alarms.about(id)).toEqual([expect.stringMatching(/^ALARM: callback .* says status "initiated"$/)]);
    await tiny.until(id, 'completed');
    const finding = expect.stringMatching(/^CALLBACK_REFUSED: callback .* was not accepted: unrecognized$/);
    expect(await bahi.findings()).toEqual([finding]);
    await bahi.psql.query('DELETE FROM gateway_callbacks WHERE reference = $1', [id]);
  });

  it('that is signed and cannot be read is kept once, with an alarm, and is answered as any other', async () => {
    const nameless = await bahi.bank.callback(randomUUID(), 'succeeded', { event_id: '' });
    for (let i = 0; i < 2; i++) expect(await post(nameless)).toEqual({ status: 200, body: { received: 1 } });
    const stored = await bahi.psql.query<{ body: string; outcome: string }>(
      'SELECT body, outcome FROM gateway_callbacks WHERE reference IS NULL',
    );
    expect(stored).toEqual([{ body: nameless.body.toString(), outcome: 'unreadable' }]);
    expect(alarms.about('cannot be read')).toHaveLength(1);
    expect(await bahi.findings()).toEqual([expect.stringMatching(/^CALLBACK_REFUSED: callback .* cannot be read$/)]);
    await bahi.psql.query('DELETE FROM gateway_callbacks WHERE reference IS NULL');
  });

  it('about a payout that no book knows is kept without account numbers, with an alarm, and is a finding of no book', async () => {
    // As after a restore of yesterday's backup.
    const reference = nextId(Date.now());
    const change = { utr: '632812345678', account_number: '50100012340001' };
    const callback = await bahi.bank.callback(reference, 'succeeded', change);
    for (let i = 0; i < 2; i++) expect(await post(callback)).toEqual({ status: 200, body: { received: 1 } });
    await until('it was looked at', async () => (await outcomeOf(reference, 'succeeded')) === 'unknown_reference');
    const text = String(await storedText(reference));
    expect([text.includes('632812345678'), text.includes('XXXX0001'), text.includes('50100012340001')]).toEqual([
      ...[true, true, false],
    ]);
    expect(alarms.about(reference)).toHaveLength(1);
    expect(await counted()).toMatchObject({ unknown_reference: 1, repeated: expect.any(Number) });
    expect(await bahi.findings()).toContainEqual(
      expect.stringMatching(`^UNKNOWN_AT_BOOKS: callback .* about payout ${reference}, which is in no book$`),
    );
    await bahi.psql.query('DELETE FROM gateway_callbacks WHERE reference = $1', [reference]);
  });

  it('about what somebody else pays from the same account is counted, and nothing of it is kept', async () => {
    const before = await counted();
    for (const reference of [randomUUID(), 'RENT-2026-11']) {
      const callback = await bahi.bank.callback(reference, 'succeeded', { utr: '632812345678' });
      expect(await post(callback)).toEqual({ status: 200, body: { received: 1 } });
      expect(await bahi.count('gateway_callbacks WHERE reference = $1', [reference])).toBe(0);
    }
    expect((await counted())['foreign']).toBe(before['foreign']! + 2);
  });

  it('that the bank never confirms is tried for two hours, and is then for a person, with an alarm', async () => {
    const tiny = await bahi.aMerchant({ rupees: 100, accounts: [] });
    const { id } = await tiny.aPayout(100, { to: '0001' });
    await tiny.until(id, 'completed');
    await post(await bahi.bank.callback(id, 'returned'));
    await until(
      'it waits',
      async () => (await bahi.count('gateway_callbacks WHERE reference = $1 AND tries > 0', [id])) === 1,
    );
    expect([await outcomeOf(id, 'returned'), alarms.about(id)]).toEqual([null, []]);
    const exhausted = 'SET tries = 14, next_try_at = now() WHERE reference = $1 AND outcome IS NULL';
    await bahi.psql.query(`UPDATE gateway_callbacks ${exhausted}`, [id]);
    await until('it was given up', async () => (await outcomeOf(id, 'returned')) === 'not_confirmed');
    expect(alarms.about(id)).toEqual([expect.stringMatching(/was not accepted \(not_confirmed\); /)]);
    expect(await bahi.findings()).toContainEqual(expect.stringMatching(`^CALLBACK_REFUSED: .*${id}.*not_confirmed$`));
    expect((await tiny.payout(id)).status).toBe('completed');
    await bahi.psql.query('DELETE FROM gateway_callbacks WHERE reference = $1', [id]);
  });

  it.each<[string, Partial<SimulatedMessage>, string]>([
    ['amount', { amount_paise: '9999' }, 'amount_mismatch'],
    ['account', { account_number: '99999999999' }, 'account_mismatch'],
    ['account, of which it shows the end', { account_number: 'XXXXXXX9999' }, 'account_mismatch'],
  ])(
    'with another %s is a finding of verify until somebody has looked; what counts is what the bank answers then',
    async (_, change, outcome) => {
      const tiny = await bahi.aMerchant({ rupees: 100, accounts: [] });
      const { id } = await tiny.aPayout(100, { to: '0004' });
      await until('the bank has paid', async () => (await bahi.bank.timesPaid(id)) === 1);
      await post(await bahi.bank.callback(id, 'returned', change));
      await until('it was looked at', async () => (await outcomeOf(id, 'returned')) === outcome);
      expect(await tiny.payout(id)).toMatchObject({ status: 'completed', needs_attention: false });
      expect(await bahi.findings()).toEqual([
        expect.stringMatching(new RegExp(`^CALLBACK_REFUSED: callback .* ${outcome}$`)),
      ]);
      expect(alarms.about(id)).toEqual([expect.stringMatching(new RegExp(`was not accepted \\(${outcome}\\); `))]);
      // The stored text has what a person needs; the full account number is stored nowhere.
      const stored = await bahi.psql.query<{ row: string }>(
        'SELECT c::text AS row FROM gateway_callbacks c WHERE reference = $1',
        [id],
      );
      expect(stored[0]!.row).not.toContain('99999999999');
      await bahi.psql.query('DELETE FROM gateway_callbacks WHERE reference = $1', [id]);
    },
  );

  it.each<[string, Extract<ReportedEvent, { subject: 'payout' }>['ending']]>([
    ['paid', { kind: 'succeeded', utr: '632812345678' }],
    ['what no documentation knows', { kind: 'unrecognized', says: 'status "initiated"' }],
  ])(
    'with another amount, which the bank then answers too, makes the payout one in doubt: it says %s',
    async (_, ending) => {
      const tiny = await bahi.aMerchant({ rupees: 100, accounts: [] });
      const { id } = await tiny.aPayout(100, { to: '0004' });
      await until('the bank has paid', async () => (await bahi.bank.timesPaid(id)) === 1);
      const holds = (paise: number) =>
        bahi.psql.query('UPDATE bank_simulator.transfers SET amount_paise = $2 WHERE reference = $1', [id, paise]);
      await holds(99_99);
      const about = { subject: 'payout', reference: id, amountMinor: 99_99n, currency: 'INR' } as const;
      const event = { eventId: `${id}.other`, ...about, ending };
      await bahi.service.get(CallbackInbox).store('bank-simulator', event, { digest: 'f'.repeat(64), text: '{}' });
      await until('it was looked at', async () => (await outcomeOf(id, 'other')) === 'amount_mismatch');
      expect(await tiny.payout(id)).toMatchObject({ status: 'processing', needs_attention: true });
      expect(await bahi.findings()).toContainEqual(
        expect.stringMatching(/^BANK_DISAGREES: .* another transfer under its reference$/),
      );

      // It names both as they were submitted, but nobody knows when it was written, so the bank is asked.
      const whole = { event_id: `${id}.whole`, account_number: await accountOf(id), amount_paise: '10000' };
      await post(await bahi.bank.callback(id, 'succeeded', whole));
      await until('it waits', () => hasWaited(`${id}.whole`));
      expect((await tiny.payout(id)).status).toBe('processing');
      await holds(100_00);
      await tiny.until(id, 'completed');
      await bahi.psql.query('DELETE FROM gateway_callbacks WHERE reference = $1', [id]);
    },
  );

  it('that nothing was paid is not believed when the bank’s answer to an inquiry contradicts it', async () => {
    const id = unanswered.acme;
    // The submission has ended without an answer, so the callback cannot be about something still in transit.
    await until('the call has ended', async () => (await attemptsOf(id))[0]?.answers.length > 0, CALL_MS);
    await post(await bahi.bank.callback(id, 'rejected'));
    await acme.until(id, 'completed');
    expect((await attemptsOf(id))[0].answers.map(({ kind, ending }: Record<string, string>) => [kind, ending])).toEqual(
      [
        ['submission', 'unknown'],
        ['inquiry', 'succeeded'],
      ],
    );
    expect(await outcomeOf(id, 'rejected')).toBeNull();
    await bahi.psql.query('DELETE FROM gateway_callbacks WHERE reference = $1', [id]);
  });

  it('is taken in although its job was lost', async () => {
    const id = await aPayoutInFlight();
    const [paid] = await bahi.psql.query<{ utr: string }>(
      'SELECT utr FROM bank_simulator.transfers WHERE reference = $1',
      [id],
    );
    const about = { subject: 'payout', reference: id, amountMinor: 100_00n, currency: 'INR' } as const;
    const ending = { kind: 'succeeded', utr: paid!.utr } as const;
    const event = { eventId: `no-job-${id}`, ...about, ending };
    await bahi.service.get(CallbackInbox).store('bank-simulator', event, { digest: 'f'.repeat(64), text: '{}' });
    await acme.until(id, 'completed');
  });

  it('waits behind no others that always fail', async () => {
    const id = await aPayoutInFlight();
    // More than one sweep takes, each of which makes its job fail.
    await bahi.psql.query(
      `INSERT INTO gateway_callbacks (gateway, event_id, reference, amount_minor, ending, body_digest, next_try_at)
       SELECT 'bank-simulator', 'broken-' || i, $1, 10000, 'null', repeat('a', 64), now() - interval '1 hour'
       FROM generate_series(1, 600) i`,
      [id],
    );
    const about = { subject: 'payout', reference: id, amountMinor: 100_00n, currency: 'INR' } as const;
    const [paid] = await bahi.psql.query<{ utr: string }>(
      'SELECT utr FROM bank_simulator.transfers WHERE reference = $1',
      [id],
    );
    const event = { eventId: `behind-${id}`, ...about, ending: { kind: 'succeeded', utr: paid!.utr } as const };
    await bahi.service.get(CallbackInbox).store('bank-simulator', event, { digest: 'f'.repeat(64), text: '{}' });
    await acme.until(id, 'completed');
    await bahi.psql.query(`DELETE FROM gateway_callbacks WHERE event_id LIKE 'broken-%'`);
  });
});

describe('money that comes back', () => {
  it('is available again, once, by a transaction that names the one it reverses', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 500, accounts: [] });
    const { id } = await fiaz.aPayout(200, { to: '0007' });
    await fiaz.until(id, 'completed');
    expect(await fiaz.balance()).toEqual({ available: 300, held: 0 });
    // Ten seconds later the bank reports the return by itself.
    const payout = await fiaz.until(id, 'reversed');
    expect(payout).toMatchObject({ utr: expect.any(String), failure: { code: 'bank_account_closed' } });
    expect(await fiaz.balance()).toEqual({ available: 500, held: 0 });
    for (let i = 0; i < 3; i++) await post(await bahi.bank.callback(id, 'returned', { event_id: `again-${i}-${id}` }));
    await post(await bahi.bank.callback(id, 'succeeded', { event_id: `late-${id}` }));
    await until('all were looked at', async () => (await outcomeOf(id, 'late')) === 'taken_in');
    expect(await fiaz.story(id)).toEqual(['requested', 'processing', 'completed', 'reversed']);
    const rows = await bahi.psql.query(
      `SELECT r.kind, s.kind AS reverses FROM ledger_transactions r
       JOIN ledger_transactions s ON s.merchant_id = r.merchant_id AND s.seq = r.reverses_seq
       WHERE r.reference_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ kind: 'payout_reversal', reverses: 'payout_settlement' }]);
    // The findings about the other transfers above remain.
    const isOfOthers = (finding: string): boolean => finding.startsWith('BANK_DISAGREES') && !finding.includes(id);
    expect((await bahi.findings()).filter((finding) => !isOfOthers(finding))).toEqual([]);
  });

  it('before anybody learnt that it had left, is in the timeline and the ledger as both', async () => {
    const id = unanswered.fiaz;
    await until('the bank has paid', async () => (await bahi.bank.timesPaid(id)) === 1);
    await until(
      'the call has ended',
      async () => {
        const { body } = await fiaz.api.get(`/payouts/${id}/attempts`);
        return body.results[0]?.answers.length > 0;
      },
      CALL_MS,
    );
    await bahi.psql.query('UPDATE bank_simulator.transfers SET returns_at = now() WHERE reference = $1', [id]);
    await post(await bahi.bank.callback(id, 'returned'));
    await fiaz.until(id, 'reversed');
    expect(await fiaz.story(id)).toEqual(['requested', 'processing', 'completed', 'reversed']);
    expect(await fiaz.balance()).toEqual({ available: 500, held: 0 });
    await post(await bahi.bank.callback(id, 'succeeded'));
    await until('it was looked at', async () => (await outcomeOf(id, 'succeeded')) === 'taken_in');
    expect((await fiaz.payout(id)).status).toBe('reversed');
  });

  it('cannot be made up by any caller', async () => {
    const { id } = await acme.aPayout(100);
    await acme.until(id, 'completed');
    const move = { status: 'reversed', reason: 'I say so' };
    expect(await bahi.asOperator().patch(`/payouts/${id}`, move)).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition', allowed_statuses: [] },
    });
    expect((await acme.api.patch(`/payouts/${id}`, move)).status).toBe(403);
  });
});

describe('an inquiry that an operator asks for', () => {
  it('ends what the bank has decided, at once', async () => {
    const id = await aPayoutInFlight();
    const answer = await bahi.asOperator().post(`/payouts/${id}/inquire`);
    expect(answer).toMatchObject({ status: 200, body: { id, status: 'completed' } });
  });

  it('finds money that came back though no callback ever came', async () => {
    const { id } = await acme.aPayout(100);
    await acme.until(id, 'completed');
    expect((await bahi.asOperator().post(`/payouts/${id}/inquire`)).body.status).toBe('completed');
    await bahi.psql.query('UPDATE bank_simulator.transfers SET returns_at = now() WHERE reference = $1', [id]);
    expect((await bahi.asOperator().post(`/payouts/${id}/inquire`)).body.status).toBe('reversed');
  });

  it('adds nothing to the timeline of a payout that has ended, when it finds nothing new', async () => {
    const { id } = await acme.aPayout(100);
    await acme.until(id, 'completed');
    const timeline = async () => (await acme.api.get(`/payouts/${id}/events`)).body.results;
    const before = await timeline();
    for (let i = 0; i < 3; i++)
      expect((await bahi.asOperator().post(`/payouts/${id}/inquire`)).body.status).toBe('completed');
    expect(await timeline()).toEqual(before);
  });

  it('races with callbacks and moves the money once', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 500, accounts: [] });
    const { id } = await fiaz.aPayout(200, { to: '0004' });
    await until('the bank has paid', async () => (await bahi.bank.timesPaid(id)) === 1);
    const callback = await bahi.bank.callback(id, 'succeeded');
    const operator = bahi.asOperator();
    const asked = Array.from({ length: 20 }, (_, i) =>
      i % 2 === 0 ? post(callback) : operator.post(`/payouts/${id}/inquire`),
    );
    expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([200]));
    await fiaz.until(id, 'completed');
    expect(await fiaz.story(id)).toEqual(['requested', 'processing', 'completed']);
    expect(await fiaz.balance()).toEqual({ available: 300, held: 0 });
  });

  it('is refused before a bank was asked to pay, and to merchants', async () => {
    const paused = { is_paused: true, reason: 'test' };
    await bahi.asOperator().patch('/gateways/bank-simulator', paused);
    const { id } = await acme.aPayout(100);
    expect(await bahi.asOperator().post(`/payouts/${id}/inquire`)).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition', current_status: 'pending' },
    });
    expect((await acme.api.post(`/payouts/${id}/inquire`)).status).toBe(403);
    expect((await bahi.asOperator().post(`/payouts/${randomUUID()}/inquire`)).status).toBe(404);
    expect((await acme.api.post(`/payouts/${id}/cancel`)).status).toBe(200);
    await bahi.asOperator().patch('/gateways/bank-simulator', { is_paused: false });
  });
});

describe('attempts', () => {
  it('show a merchant what happened, and only operators why a call failed', async () => {
    const { id } = await acme.aPayout(100, { to: '0008' });
    await until('the call has ended', async () => (await attemptsOf(id))[0]?.answers.length > 0, CALL_MS);
    const [own] = await attemptsOf(id);
    const [inside] = (await bahi.asOperator().get(`/payouts/${id}/attempts`)).body.results;
    expect(own.answers[0]).toMatchObject({ kind: 'submission', ending: 'unknown', reason: null });
    expect(inside.answers[0].reason).toMatch(/503/);
    expect(own.request_digest).toMatch(/^[0-9a-f]{64}$/);
    const other = await bahi.aMerchant();
    expect((await other.api.get(`/payouts/${id}/attempts`)).status).toBe(404);
  });
});
