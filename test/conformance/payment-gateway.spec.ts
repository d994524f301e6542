import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { PaymentGateways } from '../../src/modules/gateways/application/payment-gateways.js';
import { CallbackRefused, type UnreadableEvent } from '../../src/modules/gateways/domain/callback-events.js';
import { providerEventsFrom } from '../../src/modules/gateways/domain/parse-callback.js';
import type {
  PaymentGateway,
  ProviderEvent,
  ProviderInquiryEnding,
} from '../../src/modules/gateways/domain/payment-gateway.js';
import { PROVIDER_FAILURES } from '../../src/modules/gateways/domain/provider-failures.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres-server.js';
import { until } from '../support/wait-for.js';
import type { RunningProvider, ReportedEvent } from './provider-under-test.js';
import { PROVIDERS } from './providers.js';
import type { Callback } from '../../src/modules/gateways/gateways.language.js';

const PATIENT_SECONDS = 10;
const HASTY_SECONDS = 0.5;

const SUCCEEDED = expect.objectContaining({ kind: 'succeeded', providerId: expect.stringMatching(/./) });
const UNKNOWN = { kind: 'unknown', why: expect.stringMatching(/./) };
const ANOTHER = { ...UNKNOWN, isAnother: true };
const REUSED = { kind: 'reference_reused' };
const PENDING = expect.objectContaining({ kind: 'pending' });
const REJECTED = expect.objectContaining({
  kind: 'rejected',
  failure: {
    code: expect.stringMatching(new RegExp(`^(${Object.keys(PROVIDER_FAILURES).join('|')})$`)),
    reason: expect.stringMatching(/./),
    source: expect.stringMatching(/^(payer|gateway|business|internal)$/),
    retryable: expect.any(Boolean),
  },
});

/** A charge, or a refund of one. */
interface Order {
  readonly reference: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** For a refund: the charge that it refunds. */
  readonly of: { readonly reference: string; readonly providerId: string } | null;
}

/** Removes what differs between answers. */
function withoutDigest<Ending extends object>(ending: Ending): Omit<Ending, 'digest'> {
  const { digest: _, ...rest } = ending as Ending & { digest?: string };
  return rest;
}

let testDatabase: TestDatabase;
let database: Database;
/** A separate pool, as in a second process. */
let otherDatabase: Database;

beforeAll(async () => {
  Logger.overrideLogger(false);
  testDatabase = await createMigratedDatabase();
  database = new Database(testDatabase.appUrl, 10);
  otherDatabase = new Database(testDatabase.appUrl, 10);
});

afterAll(async () => {
  await database.close();
  await otherDatabase.close();
  await testDatabase.drop();
  Logger.overrideLogger(['error', 'warn', 'log']);
});

describe.each(PROVIDERS)('the gateway $name', (subject) => {
  const { name, amounts, keepsBooks, sendsCallbacks } = subject;
  let provider: RunningProvider;

  beforeAll(async () => {
    provider = await subject.start(database);
  });

  afterAll(() => provider.close());

  const through = (gateway: PaymentGateway, seconds = PATIENT_SECONDS) => new PaymentGateways([gateway], seconds);
  const gateways = (seconds = PATIENT_SECONDS, on = database) => through(provider.open(on), seconds);
  const anyEnding = amounts.succeeds ?? amounts.rejects ?? 0n;

  it('goes by its name, and declares what it can do', () => {
    const { name: own, capabilities } = provider.open(database);
    expect(own).toBe(name);
    expect(capabilities.currencies.every((currency) => /^[A-Z]{3}$/.test(currency))).toBe(true);
    expect(capabilities.sendsCallbacks).toBe(sendsCallbacks);
    if (!capabilities.canBeInquired) expect(capabilities.authoritativeInquiry).toBe(false);
  });

  it('quotes a rate as a decimal, and none for a currency that there is not', async () => {
    const quote = await gateways().quote(name, { reference: randomUUID(), currency: 'USD' });
    expect(quote).toEqual({ rate: expect.stringMatching(/^\d{1,9}(\.\d{1,9})?$/), id: quote!.id });
    expect(await gateways().quote(name, { reference: randomUUID(), currency: 'XXX' })).toBeNull();
  });

  if (!sendsCallbacks) {
    it('is not listened to when it declares to send no callbacks', async () => {
      const callback = { headers: {}, body: Buffer.from('{}'), receivedAt: new Date() };
      expect(await gateways().parseCallback(name, callback)).toBeNull();
    });
  }

  describe.each(['payment', 'refund'] as const)('for a %s', (kind) => {
    /** A charge that can be refunded. */
    async function aCharge(): Promise<NonNullable<Order['of']>> {
      const order = { reference: randomUUID(), amountMinor: 1_000_001n, currency: 'USD', of: null };
      const ending = await charge(order, gateways());
      return { reference: order.reference, providerId: ending.kind === 'succeeded' ? ending.providerId : 'none' };
    }

    /** The last two digits of the amount determine the outcome. */
    async function anOrder(ending: bigint, change: Partial<Order> = {}): Promise<Order> {
      const of = kind === 'payment' ? null : await aCharge();
      return { reference: randomUUID(), amountMinor: 60_000n + ending, currency: 'USD', of, ...change };
    }

    const quotes = new Map<string, Awaited<ReturnType<PaymentGateways['quote']>>>();
    async function charge(order: Order, by: PaymentGateways) {
      const { reference, amountMinor, currency } = order;
      // Requested once, so that an order that is submitted again is the same in every field.
      if (!quotes.has(reference)) quotes.set(reference, await gateways().quote(name, { reference, currency }));
      const customer = { name: 'Globex', email: 'ap@globex.example', paymentMethod: 'pm_card_visa' };
      const details = { quote: quotes.get(reference)!, description: 'Invoice 7', customer, purposeCode: 'P0802' };
      return by.charge(name, { reference, amountMinor, currency, ...details });
    }

    async function submit(order: Order, by = gateways()): Promise<ProviderInquiryEnding> {
      const { reference, of, amountMinor, currency } = order;
      if (of === null) return withoutDigest(await charge(order, by)) as ProviderInquiryEnding;
      const whose = { chargeReference: of.reference, chargeProviderId: of.providerId };
      return withoutDigest(
        await by.refund(name, { reference, ...whose, amountMinor, currency }),
      ) as ProviderInquiryEnding;
    }

    async function inquire(order: Order, by = gateways(), providerId: string | null = null) {
      const { reference, of, amountMinor, currency } = order;
      const about = { reference, amountMinor, currency, providerId };
      const ending = await (of === null
        ? by.inquireCharge(name, about)
        : by.inquireRefund(name, { ...about, chargeProviderId: of.providerId }));
      return withoutDigest(ending) as ProviderInquiryEnding;
    }

    async function inquireUntil(wanted: ProviderInquiryEnding['kind'], order: Order): Promise<ProviderInquiryEnding> {
      let ending = await inquire(order);
      await until(`the provider says ${wanted}`, async () => {
        ending = await inquire(order);
        return ending.kind === wanted;
      });
      return ending;
    }

    async function expectMoved(times: number, { reference }: Order): Promise<void> {
      if (keepsBooks) expect(await provider.timesMoved!(reference)).toBe(times);
    }

    it('has nothing under a reference that it never got', async () => {
      expect(await inquire(await anOrder(anyEnding))).toEqual({ kind: 'not_found' });
    });

    it('answers a second submission like the first, and moves money once', async () => {
      const order = await anOrder(anyEnding);
      const first = await submit(order);
      expect(first).toEqual(amounts.succeeds ? SUCCEEDED : REJECTED);
      expect(await submit(order)).toEqual(first);
      await expectMoved(amounts.succeeds ? 1 : 0, order);
    });

    it('answers twenty submissions at once, of two processes, alike, and moves money once', async () => {
      const order = await anOrder(anyEnding);
      if (kind === 'payment')
        quotes.set(order.reference, await gateways().quote(name, { reference: order.reference, currency: 'USD' }));
      const processes = [gateways(), gateways(PATIENT_SECONDS, otherDatabase)];
      const endings = await Promise.all(Array.from({ length: 20 }, (_, i) => submit(order, processes[i % 2])));
      expect(endings[0]).toEqual(amounts.succeeds ? SUCCEEDED : REJECTED);
      expect(new Set(endings.map((ending) => JSON.stringify(ending))).size).toBe(1);
      await expectMoved(amounts.succeeds ? 1 : 0, order);
    });

    it('gives the same answer after a restart', async () => {
      const order = await anOrder(anyEnding);
      const before = await submit(order);
      const restarted = gateways(PATIENT_SECONDS, otherDatabase);
      expect(await submit(order, restarted)).toEqual(before);
      if (keepsBooks) expect(await inquire(order, restarted)).toEqual(before);
    });

    it.each<[string, Partial<Order>]>([
      ['no amount', { amountMinor: 0n }],
      ['an amount beyond every column', { amountMinor: 10n ** 30n }],
      ['a reference that cannot be stored', { reference: '\u0000' }],
      ['a reference that is a statement', { reference: `'; DROP SCHEMA payment_simulator; --${randomUUID()}` }],
      ['a currency that does not exist', { currency: 'XXX' }],
    ])('gives an ending, whatever it is, for %s', async (_, change) => {
      const order = await anOrder(anyEnding, change);
      expect(['succeeded', 'rejected', 'pending', 'unknown', 'reference_reused']).toContain((await submit(order)).kind);
      const kinds = ['succeeded', 'rejected', 'pending', 'unknown', 'not_found'];
      expect(kinds).toContain((await inquire(order)).kind);
    });

    if (keepsBooks) {
      it('neither moves money nor rejects when a reference comes again with another amount', async () => {
        const order = await anOrder(anyEnding);
        const first = await submit(order);
        expect([REUSED, ANOTHER]).toContainEqual(await submit({ ...order, amountMinor: order.amountMinor + 100n }));
        expect(await inquire(order)).toEqual(first);
        await expectMoved(1, order);
      });

      it('says of another amount or currency that it is another, by its own id too', async () => {
        const order = await anOrder(anyEnding);
        const { providerId } = (await submit(order)) as { providerId: string } & ProviderInquiryEnding;
        for (const id of [null, providerId]) {
          const more = { ...order, amountMinor: order.amountMinor + 100n };
          expect(await inquire(more, gateways(), id)).toEqual(ANOTHER);
          expect(await inquire({ ...order, currency: 'EUR' }, gateways(), id)).toEqual(ANOTHER);
        }
      });

      it('names amount and currency of what is done: an order in doubt could otherwise never end', async () => {
        const order = await anOrder(anyEnding);
        expect(await submit(order)).toMatchObject({ kind: 'succeeded', isSame: true });
        expect(await inquire(order)).toMatchObject({ kind: 'succeeded', isSame: true });
      });

      it('finds it by its own id too', async () => {
        const order = await anOrder(anyEnding);
        const first = await submit(order);
        expect(first).toEqual(SUCCEEDED);
        const { providerId } = first as { providerId: string } & typeof first;
        expect(await inquire(order, gateways(), providerId)).toEqual(first);
      });

      it('has an unknown outcome when it is out of reach', async () => {
        const unreachable = through(provider.openUnreachable!());
        const order = await anOrder(anyEnding);
        expect([await submit(order, unreachable), await inquire(order, unreachable)]).toEqual([UNKNOWN, UNKNOWN]);
        expect(await inquire(order)).toEqual({ kind: 'not_found' });
      });
    }

    const { rejects, loses_request, loses_answer, answers_slowly, answers_garbage, pends, is_down } = amounts;

    if (rejects) {
      it('gives the reason of a rejection, and moves nothing', async () => {
        const order = await anOrder(rejects);
        const ending = await submit(order);
        expect(ending).toEqual(REJECTED);
        expect([{ kind: 'not_found' }, ending]).toContainEqual(await inquire(order));
        await expectMoved(0, order);
      });
    }

    if (loses_request) {
      it('leaves the outcome unknown, in time, when the request never reaches it', async () => {
        const order = await anOrder(loses_request);
        const startedAt = performance.now();
        expect(await submit(order, gateways(HASTY_SECONDS))).toEqual(UNKNOWN);
        expect(performance.now() - startedAt).toBeLessThan(HASTY_SECONDS * 1000 + 5_000);
        expect(await inquire(order)).toEqual({ kind: 'not_found' });
        await expectMoved(0, order);
      });
    }

    if (loses_answer) {
      it('moved money once when only its answer was lost, and answers so to whoever asks or submits again', async () => {
        const order = await anOrder(loses_answer);
        expect(await submit(order, gateways(HASTY_SECONDS))).toEqual(UNKNOWN);
        const done = await inquireUntil('succeeded', order);
        expect(await submit(order)).toEqual(done);
        await expectMoved(1, order);
      });
    }

    if (answers_slowly) {
      it('counts when it answers late, but in time; too late, it has moved money once all the same', async () => {
        const order = await anOrder(answers_slowly);
        expect(await submit(order)).toEqual(SUCCEEDED);
        const other = await anOrder(answers_slowly);
        expect(await submit(other, gateways(HASTY_SECONDS))).toEqual(UNKNOWN);
        expect(await inquireUntil('succeeded', other)).toEqual(SUCCEEDED);
        await expectMoved(1, order);
        await expectMoved(1, other);
      });
    }

    if (pends) {
      it('is pending for a time, then done, once', async () => {
        const order = await anOrder(pends);
        expect(await submit(order)).toEqual(PENDING);
        expect(await inquireUntil('succeeded', order)).toEqual(SUCCEEDED);
        await expectMoved(1, order);
      });
    }

    if (answers_garbage) {
      it('is not believed when it talks nonsense; it has moved money once, and answers so when it is asked', async () => {
        const order = await anOrder(answers_garbage);
        expect(await submit(order)).toEqual(UNKNOWN);
        expect(await inquireUntil('succeeded', order)).toEqual(SUCCEEDED);
        await expectMoved(1, order);
      });
    }

    if (sendsCallbacks) {
      describe('by callback', () => {
        const read = async (callback: Callback): Promise<(ProviderEvent | UnreadableEvent)[]> =>
          providerEventsFrom(await gateways().parseCallback(name, callback));

        async function submitted(): Promise<Order> {
          const order = await anOrder(anyEnding);
          await submit(order);
          return order;
        }

        async function reported({ reference }: Order, event: ReportedEvent, change = {}): Promise<ProviderEvent> {
          const events = await read(await provider.callback!(reference, event, change));
          expect(events).toEqual([expect.objectContaining({ id: expect.any(String) })]);
          return events[0] as ProviderEvent;
        }

        const expectRefusal = (callback: Callback) => expect(read(callback)).rejects.toThrow(CallbackRefused);

        it.each<[ReportedEvent, unknown]>([
          ['succeeded', SUCCEEDED],
          ['pending', PENDING],
          ['rejected', REJECTED],
        ])('reports %s, of which order, and how much', async (event, ending) => {
          const order = await submitted();
          const { reference, amountMinor, currency } = order;
          const about = { id: expect.any(String), subject: kind, reference, amountMinor, currency };
          expect(await reported(order, event)).toEqual({ ...about, ending });
        });

        it('names an event the same each time, and each event otherwise', async () => {
          const [one, other] = [await submitted(), await submitted()];
          expect((await reported(one, 'succeeded')).id).toBe((await reported(one, 'succeeded')).id);
          const all = [
            await reported(one, 'succeeded'),
            await reported(one, 'rejected'),
            await reported(other, 'succeeded'),
          ];
          expect(new Set(all.map(({ id }) => id)).size).toBe(3);
        });

        it('is not believed when the signature is not its own, or the body is another, or the time', async () => {
          const { reference } = await submitted();
          const forged = await provider.callback!(reference, 'succeeded', { signedWithAnotherSecret: true });
          const real = await provider.callback!(reference, 'succeeded');
          const changed = { ...real, body: Buffer.concat([real.body, Buffer.from(' ')]) };
          const unsigned = { ...real, headers: { 'content-type': 'application/json' } };
          const times = [-310, 310].map((seconds) => new Date(Date.now() + seconds * 1000));
          const late = await Promise.all(times.map((sentAt) => provider.callback!(reference, 'succeeded', { sentAt })));
          for (const callback of [forged, changed, unsigned, ...late]) await expectRefusal(callback);
        });

        it('is read whatever it says once it is signed, since who is answered with an error calls again and again', async () => {
          const { reference } = await submitted();
          for (const body of ['', 'moved', 'null', '[]', '{"event": 7}', JSON.stringify('x'.repeat(50_000))]) {
            const events = await read(await provider.callback!(reference, 'pending', { body }));
            expect(events).toEqual([{ unreadable: expect.stringMatching(/./) }]);
          }
        });

        it('is kept as not understood, and names its order, when it says what no documentation knows', async () => {
          const order = await submitted();
          const ending = { kind: 'unrecognized', says: expect.stringMatching(/initiated|undocumented/i) };
          expect(await reported(order, 'undocumented')).toMatchObject({
            subject: kind,
            reference: order.reference,
            ending,
          });
        });

        it('is passed on with the amount that it names, so that another one is noticed', async () => {
          const order = await submitted();
          expect((await reported(order, 'succeeded', { amountMinor: 60_101n })).amountMinor).toBe(60_101n);
        });
      });
    }

    // These tests come last: a provider that is down for a charge stays down for everything about that charge.
    if (is_down) {
      it('leaves the outcome unknown while it is down, to submissions and inquiries', async () => {
        const order = await anOrder(is_down);
        expect(await submit(order)).toEqual(UNKNOWN);
        expect(await inquire(order)).toEqual(UNKNOWN);
        await expectMoved(0, order);
      });
    }
  });
});
