import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { BankGateways } from '../../src/modules/gateways/application/bank-gateways.js';
import { differenceFrom } from '../../src/modules/gateways/domain/transfer-differences.js';
import { callbackEventsFrom } from '../../src/modules/gateways/domain/parse-callback.js';
import { CallbackRefused, type UnreadableEvent } from '../../src/modules/gateways/domain/callback-events.js';
import {
  type BankGateway,
  type CallbackEvent,
  type InquiryEnding,
  type SubmissionEnding,
} from '../../src/modules/gateways/domain/bank-gateway.js';
import type { ListedOrder } from '../../src/modules/gateways/domain/listed-orders.js';
import { limitsOf } from '../../src/modules/gateways/domain/transfer-modes.js';
import { BANK_FAILURES } from '../../src/modules/gateways/domain/bank-failures.js';
import { type Transfer } from '../../src/modules/gateways/domain/transfer.js';
import { applyAnswer } from '../../src/modules/payouts/domain/settlement.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { aPayout, REQUESTED_AT } from '../support/a-payout.js';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres-server.js';
import { until } from '../support/wait-for.js';
import type { RunningBank, ReportedEvent } from './bank-under-test.js';
import { BANKS } from './banks.js';
import { type Callback, TRANSFER_MODES, type TransferMode } from '../../src/modules/gateways/gateways.language.js';
import { moment } from '../support/moments.js';

const PATIENT_SECONDS = 10;
const HASTY_SECONDS = 0.5;

const SUCCEEDED = expect.objectContaining({ kind: 'succeeded', utr: expect.stringMatching(/^[A-Z0-9]{10,35}$/) });
const UNKNOWN = { kind: 'unknown', why: expect.stringMatching(/./) };
const ANOTHER = { ...UNKNOWN, isAnother: true };
const REUSED = { kind: 'reference_reused' };
const REJECTED = expect.objectContaining({
  kind: 'rejected',
  failure: {
    code: expect.stringMatching(new RegExp(`^(${Object.keys(BANK_FAILURES).join('|')})$`)),
    reason: expect.stringMatching(/./),
    source: expect.stringMatching(/^(gateway|beneficiary_bank|business|internal)$/),
    retryable: expect.any(Boolean),
  },
});

function aTransfer(accountNumber: string, change: Partial<Transfer> = {}): Transfer {
  return {
    reference: randomUUID(),
    amountPaise: 60_000n,
    mode: 'IMPS',
    beneficiary: { name: 'Asha Rao', accountNumber, ifsc: 'HDFC0000001' },
    narration: 'Invoice 7',
    ...change,
  };
}

/** Sets the mode, an amount that it carries, and for UPI a VPA with the ending of the account. */
function inMode(transfer: Transfer, mode: TransferMode): Transfer {
  const amountPaise = mode === 'RTGS' ? 2_00_000_00n : transfer.amountPaise;
  const vpa = `asha${transfer.beneficiary.accountNumber?.slice(-4)}@okaxis`;
  const beneficiary = mode === 'UPI' ? { name: 'Asha Rao', vpa } : transfer.beneficiary;
  return { ...transfer, mode, amountPaise, beneficiary };
}

/** Removes what may differ between answers: one may say more about its subject than another. */
function withoutDigest<Ending extends object>(ending: Ending): Omit<Ending, 'digest' | 'isSame'> {
  const { digest: _, isSame: __, ...rest } = ending as Ending & { digest?: string; isSame?: true };
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

describe.each(BANKS)('the gateway $name', (subject) => {
  const { name, accounts, modes, keepsBooks, reportsDestination, sendsCallbacks, signsTime = false } = subject;
  let bank: RunningBank;

  beforeAll(async () => {
    bank = await subject.start(database);
  });

  afterAll(() => bank.close());

  const through = (gateway: BankGateway, seconds = PATIENT_SECONDS) => new BankGateways([gateway], seconds);
  const gateways = (seconds = PATIENT_SECONDS, on = database) => through(bank.open(on), seconds);
  const submit = async (transfer: Transfer, by = gateways()) => withoutDigest(await by.submit(name, transfer));
  const inquire = async (transfer: Transfer, by = gateways()): Promise<InquiryEnding> =>
    withoutDigest(await by.inquire(name, transfer)) as InquiryEnding;
  const anyAccount = accounts.succeeds ?? accounts.rejects ?? '';

  async function expectPaid(times: number, transfer: Transfer): Promise<void> {
    if (keepsBooks) expect(await bank.timesPaid!(transfer.reference)).toBe(times);
  }

  async function inquireUntil(kind: InquiryEnding['kind'], transfer: Transfer): Promise<InquiryEnding> {
    let ending = await inquire(transfer);
    await until(`the bank says ${kind}`, async () => {
      ending = await inquire(transfer);
      return ending.kind === kind;
    });
    return ending;
  }

  it('goes by its name, and declares what it can do', () => {
    const gateway = bank.open(database);
    const { capabilities } = gateway;
    expect(gateway.name).toBe(name);
    expect(Object.keys(capabilities.modes).length).toBeGreaterThan(0);
    expect(capabilities.sendsCallbacks).toBe(sendsCallbacks);
    // If a bank cannot be inquired of, a missing answer proves nothing.
    if (!capabilities.canBeInquired) expect(capabilities.authoritativeInquiry).toBe(false);
    if (!capabilities.canListOrders) expect(capabilities.authoritativeList).toBe(false);
    for (const mode of modes) expect(limitsOf(capabilities, mode)).not.toBeNull();
    for (const mode of Object.keys(capabilities.modes)) expect(TRANSFER_MODES).toContain(mode);
  });

  it('has nothing under a reference that it never got', async () => {
    expect(await inquire(aTransfer(anyAccount))).toEqual({ kind: 'not_found' });
  });

  describe('a list of its orders, if it says that it has one', () => {
    const lists = () => bank.open(database).capabilities.canListOrders;

    /** The references of a period, each as often as it is listed. */
    async function list(from: Date, to: Date, afterPage = async (): Promise<unknown> => null): Promise<ListedOrder[]> {
      const found: ListedOrder[] = [];
      for await (const orders of gateways().listOrders(name, { from, to })) {
        found.push(...orders);
        await afterPage();
      }
      return found;
    }

    const seconds = (after: number): Date => new Date(Date.now() + after * 1_000);
    const timesIn = (orders: readonly ListedOrder[], transfers: readonly Transfer[]): number[] =>
      transfers.map(({ reference }) => orders.filter((order) => order.reference === reference).length);
    const some = (count: number): Transfer[] => Array.from({ length: count }, () => aTransfer(anyAccount));

    it('has every order of a period once, with its amount, and none of another', async () => {
      if (!lists()) return;
      const from = seconds(-2);
      const transfers = some(7);
      for (const transfer of transfers) await submit(transfer);
      const to = seconds(2);
      const found = await list(from, to);
      expect(timesIn(found, transfers)).toEqual(transfers.map(() => 1));
      for (const { reference, amountPaise } of transfers)
        expect(found.find((order) => order.reference === reference)).toMatchObject({ amountPaise });
      expect(timesIn(await list(new Date(0), from), transfers)).toEqual(transfers.map(() => 0));
      expect(await list(to, new Date(to.getTime() + 3_600_000))).toEqual([]);
    });

    it('has each order in one of two periods that meet, wherever they do', async () => {
      if (!lists()) return;
      const [from, transfers] = [seconds(-2), some(12)];
      await Promise.all(transfers.map((transfer) => submit(transfer)));
      const to = seconds(2);
      const received = (await list(from, to)).map(({ receivedAt }) => receivedAt.getTime());
      const borders = new Set([...received, ...received.map((ms) => ms + 1), ...received.map((ms) => ms + 500)]);
      for (const border of [...borders].map((ms) => new Date(ms))) {
        const [before, behind] = [await list(from, border), await list(border, to)];
        expect(timesIn([...before, ...behind], transfers)).toEqual(transfers.map(() => 1));
        for (const { receivedAt } of before) expect(receivedAt.getTime()).toBeLessThan(border.getTime());
        for (const { receivedAt } of behind) expect(receivedAt.getTime()).toBeGreaterThanOrEqual(border.getTime());
      }
    });

    it('lacks none though more come in while its pages are read', async () => {
      if (!lists()) return;
      const [from, transfers] = [seconds(-2), some(9)];
      await Promise.all(transfers.map((transfer) => submit(transfer)));
      const found = await list(from, seconds(2), () => submit(aTransfer(anyAccount)));
      expect(timesIn(found, transfers)).toEqual(transfers.map(() => 1));
    });

    it('is none while the bank is out of reach', async () => {
      if (!lists() || bank.openUnreachable === undefined) return;
      const pages = through(bank.openUnreachable()).listOrders(name, { from: seconds(-60), to: seconds(0) });
      await expect(pages.next()).rejects.toThrow();
    });
  });

  it('answers a second submission like the first, and pays once', async () => {
    const transfer = aTransfer(anyAccount);
    const first = await submit(transfer);
    expect(await submit(transfer)).toEqual(first);
    await expectPaid(accounts.succeeds ? 1 : 0, transfer);
  });

  it('answers twenty submissions at once, of two processes, alike, and pays once', async () => {
    const transfer = aTransfer(anyAccount);
    const processes = [gateways(), gateways(PATIENT_SECONDS, otherDatabase)];
    const endings = await Promise.all(Array.from({ length: 20 }, (_, i) => submit(transfer, processes[i % 2])));
    expect(endings[0]).toEqual(accounts.succeeds ? SUCCEEDED : REJECTED);
    expect(new Set(endings.map((ending) => JSON.stringify(ending))).size).toBe(1);
    await expectPaid(accounts.succeeds ? 1 : 0, transfer);
  });

  it('gives the same answer after a restart', async () => {
    const transfer = aTransfer(anyAccount);
    const before = await submit(transfer);
    const restarted = gateways(PATIENT_SECONDS, otherDatabase);
    expect(await submit(transfer, restarted)).toEqual(before);
    if (keepsBooks) expect(await inquire(transfer, restarted)).toEqual(before);
  });

  it.each<[string, Partial<Transfer>]>([
    ['no amount', { amountPaise: 0n }],
    ['an amount beyond every column', { amountPaise: 10n ** 30n }],
    ['a reference that cannot be stored', { reference: '\u0000' }],
    ['a reference that is a statement', { reference: `'; DROP SCHEMA bank_simulator CASCADE; --${randomUUID()}` }],
    ['no narration', { narration: null }],
    ['a mode that does not exist', { mode: 'CARRIER PIGEON' as 'IMPS' }],
  ])('gives an ending, whatever it is, for a transfer with %s', async (_, change) => {
    const transfer = aTransfer(anyAccount, change);
    expect(['succeeded', 'rejected', 'pending', 'unknown', 'reference_reused']).toContain(
      (await submit(transfer)).kind,
    );
    const kinds = ['succeeded', 'rejected', 'pending', 'unknown', 'not_found'];
    expect(kinds).toContain((await inquire(transfer)).kind);
  });

  if (keepsBooks) {
    it.each<[string, Partial<Transfer>]>([
      ['amount', { amountPaise: 60_001n }],
      ['account', { beneficiary: { name: 'Asha Rao', accountNumber: '50100000010001', ifsc: 'HDFC0000001' } }],
    ])('neither pays nor rejects a reference that comes again with another %s', async (_, change) => {
      const transfer = aTransfer(anyAccount);
      const first = await submit(transfer);
      // Not a rejection: the payout under this reference may have been paid, so its hold must stay.
      expect([REUSED, ANOTHER]).toContainEqual(await submit({ ...transfer, ...change }));
      expect(await inquire(transfer)).toEqual(first);
      await expectPaid(1, transfer);
    });

    it('says nothing of a transfer when it has one with another amount under the reference', async () => {
      const transfer = aTransfer(anyAccount);
      await submit(transfer);
      expect(await inquire({ ...transfer, amountPaise: 60_001n })).toEqual(ANOTHER);
      expect(await inquire(transfer)).toEqual(SUCCEEDED);
    });

    it.each(modes)('compares where a transfer by %s goes, as far as it says so', async (mode) => {
      const transfer = inMode(aTransfer(anyAccount), mode);
      const first = await submit(transfer);
      const to = inMode(aTransfer('50100000009999'), mode).beneficiary;
      expect(await inquire({ ...transfer, beneficiary: to })).toEqual(reportsDestination ? ANOTHER : first);
      // Banks may report the code of another branch than the one that was given.
      const atAnotherBranch = { ...transfer.beneficiary, ifsc: 'HDFC0009999' } as Transfer['beneficiary'];
      expect(await inquire({ ...transfer, beneficiary: atAnotherBranch })).toEqual(first);
    });

    it('has an unknown outcome when it is out of reach', async () => {
      const unreachable = through(bank.openUnreachable!());
      const transfer = aTransfer(anyAccount);
      expect([await submit(transfer, unreachable), await inquire(transfer, unreachable)]).toEqual([UNKNOWN, UNKNOWN]);
      expect(await inquire(transfer)).toEqual({ kind: 'not_found' });
    });
  }

  const { succeeds, rejects, loses_request, loses_answer, answers_slowly, answers_garbage, pends, is_down } = accounts;
  const { comes_back } = accounts;

  if (succeeds) {
    it.each(modes)('names the transfer that it paid by %s', async (mode) => {
      const transfer = inMode(aTransfer(succeeds), mode);
      const ending = await submit(transfer);
      expect(ending).toEqual(SUCCEEDED);
      await expectPaid(1, transfer);
      if (keepsBooks) expect(await inquire(transfer)).toEqual(ending);
    });
  }

  if (rejects) {
    it('gives the reason of a rejection, and pays nothing', async () => {
      const transfer = aTransfer(rejects);
      const ending = await submit(transfer);
      expect(ending).toEqual(REJECTED);
      expect([{ kind: 'not_found' }, ending]).toContainEqual(await inquire(transfer));
      await expectPaid(0, transfer);
    });
  }

  if (loses_request) {
    it('leaves the outcome unknown, in time, when the request never reaches it', async () => {
      const transfer = aTransfer(loses_request);
      const startedAt = performance.now();
      expect(await submit(transfer, gateways(HASTY_SECONDS))).toEqual(UNKNOWN);
      expect(performance.now() - startedAt).toBeLessThan(HASTY_SECONDS * 1000 + 5_000);
      expect(await inquire(transfer)).toEqual({ kind: 'not_found' });
      await expectPaid(0, transfer);
    });
  }

  if (loses_answer) {
    it('paid once when only its answer was lost, and answers so to whoever asks or submits again', async () => {
      const transfer = aTransfer(loses_answer);
      const startedAt = performance.now();
      expect(await submit(transfer, gateways(HASTY_SECONDS))).toEqual(UNKNOWN);
      expect(performance.now() - startedAt).toBeLessThan(HASTY_SECONDS * 1000 + 5_000);
      const paid = await inquireUntil('succeeded', transfer);
      expect(paid).toEqual(SUCCEEDED);
      expect(await submit(transfer)).toEqual(paid);
      await expectPaid(1, transfer);
    });
  }

  if (answers_slowly) {
    it('counts when it answers late, but in time', async () => {
      const transfer = aTransfer(answers_slowly);
      expect(await submit(transfer)).toEqual(SUCCEEDED);
      await expectPaid(1, transfer);
    });

    it('leaves the outcome unknown when it answers too late, and has paid all the same', async () => {
      const transfer = aTransfer(answers_slowly);
      expect(await submit(transfer, gateways(HASTY_SECONDS))).toEqual(UNKNOWN);
      expect(await inquireUntil('succeeded', transfer)).toEqual(SUCCEEDED);
      await expectPaid(1, transfer);
    });
  }

  if (pends) {
    it('is pending for a time, then paid, once', async () => {
      const transfer = aTransfer(pends);
      expect(await submit(transfer)).toMatchObject({ kind: 'pending' });
      expect(await inquireUntil('succeeded', transfer)).toEqual(SUCCEEDED);
      expect(await submit(transfer)).toEqual(await inquire(transfer));
      await expectPaid(1, transfer);
    });
  }

  if (is_down) {
    it('leaves the outcome unknown while it is down, to submissions and inquiries', async () => {
      const transfer = aTransfer(is_down);
      expect(await submit(transfer)).toEqual(UNKNOWN);
      expect(await inquire(transfer)).toEqual(UNKNOWN);
      expect(await submit(transfer)).toEqual(UNKNOWN);
      await expectPaid(0, transfer);
    });
  }

  if (answers_garbage) {
    it('is not believed when it talks nonsense; it has paid once, and answers so when it is asked', async () => {
      const transfer = aTransfer(answers_garbage);
      expect(await submit(transfer)).toEqual(UNKNOWN);
      expect(await inquireUntil('succeeded', transfer)).toEqual(SUCCEEDED);
      expect(await submit(transfer)).toEqual(SUCCEEDED);
      await expectPaid(1, transfer);
    });
  }

  if (comes_back) {
    it('reports money that came back as such, under the UTR by which it had left', async () => {
      const transfer = aTransfer(comes_back);
      const first = await submit(transfer);
      const returned = await inquireUntil('returned', transfer);
      expect(returned).toMatchObject({ kind: 'returned', failure: { code: expect.any(String) } });
      if (first.kind === 'succeeded') expect(returned).toMatchObject({ utr: (first as { utr?: string }).utr });
      await expectPaid(1, transfer);
    });
  }

  if (!sendsCallbacks) {
    it('is not listened to when it declares to send none', async () => {
      const callback = { headers: {}, body: Buffer.from('{}'), receivedAt: new Date() };
      expect(await gateways().parseCallback(name, callback)).toBeNull();
    });
  }

  if (sendsCallbacks) {
    describe('by callback', () => {
      /** A transfer about which the bank sends callbacks. */
      async function submitted(account = anyAccount): Promise<Transfer> {
        const transfer = aTransfer(account);
        await submit(transfer);
        return transfer;
      }

      const read = async (callback: Callback): Promise<(CallbackEvent | UnreadableEvent)[]> =>
        callbackEventsFrom(await gateways().parseCallback(name, callback));

      async function reported(transfer: Transfer, event: ReportedEvent, change = {}): Promise<CallbackEvent> {
        const events = await read(await bank.callback!(transfer.reference, event, change));
        expect(events).toEqual([expect.objectContaining({ id: expect.any(String) })]);
        return events[0] as CallbackEvent;
      }

      const expectRefusal = (callback: Callback) => expect(read(callback)).rejects.toThrow(CallbackRefused);

      it.each<[ReportedEvent, unknown]>([
        ['succeeded', SUCCEEDED],
        ['pending', expect.objectContaining({ kind: 'pending' })],
        ['rejected', REJECTED],
        ['returned', expect.objectContaining({ kind: 'returned', utr: expect.any(String) })],
      ])('reports %s, of which transfer, and how much', async (event, ending) => {
        const transfer = await submitted();
        const { reference, amountPaise } = transfer;
        const { destination = {}, ...said } = await reported(transfer, event);
        expect(said).toEqual({ id: expect.any(String), reference, amountPaise, ending });
        // Compared as far as the callback shows it, as the destination in an answer is.
        expect(differenceFrom(transfer, destination)).toBeNull();
      });

      it('names an event the same each time, and each event otherwise', async () => {
        const [one, other] = [await submitted(), await submitted()];
        expect((await reported(one, 'succeeded')).id).toBe((await reported(one, 'succeeded')).id);
        const all = [
          await reported(one, 'succeeded'),
          await reported(one, 'returned'),
          await reported(other, 'succeeded'),
        ];
        expect(new Set(all.map(({ id }) => id)).size).toBe(3);
      });

      it('is not believed when the signature is not its own, or the body is another', async () => {
        const { reference } = await submitted();
        const forged = await bank.callback!(reference, 'succeeded', { signedWithAnotherSecret: true });
        const real = await bank.callback!(reference, 'succeeded');
        const changed = { ...real, body: Buffer.concat([real.body, Buffer.from(' ')]) };
        const unsigned = { ...real, headers: { 'content-type': 'application/json' } };
        for (const callback of [forged, changed, unsigned]) await expectRefusal(callback);
      });

      if (signsTime) {
        it('is not believed five minutes later, or earlier, where the time is signed', async () => {
          const { reference } = await submitted();
          for (const seconds of [-310, 310]) {
            const sentAt = new Date(Date.now() + seconds * 1000);
            await expectRefusal(await bank.callback!(reference, 'succeeded', { sentAt }));
          }
        });
      }

      it('is read whatever it says once it is signed, since who is answered with an error calls again and again', async () => {
        const { reference } = await submitted();
        for (const body of ['', 'moved', 'null', '[]', '{"event": 7}', JSON.stringify('x'.repeat(50_000))]) {
          const events = await read(await bank.callback!(reference, 'pending', { body }));
          expect(events).toEqual([{ unreadable: expect.stringMatching(/./) }]);
        }
      });

      it('is kept as not understood, and names its order, when it says what no documentation knows', async () => {
        const order = await submitted();
        const ending = { kind: 'unrecognized', says: expect.stringMatching(/initiated|undocumented/i) };
        expect(await reported(order, 'undocumented')).toMatchObject({ reference: order.reference, ending });
      });

      it('is passed on with the amount that it names, so that another one is noticed', async () => {
        const transfer = await submitted();
        expect((await reported(transfer, 'succeeded', { amountPaise: 60_001n })).amountPaise).toBe(60_001n);
      });

      it('comes to the same end in whatever order, and however often', async () => {
        const transfer = await submitted();
        const events: ReportedEvent[] = ['returned', 'succeeded', 'pending', 'returned', 'succeeded'];
        const endings = await Promise.all(
          events.map(async (event) => (await reported(transfer, event)).ending as SubmissionEnding),
        );
        for (const order of [endings, endings.toReversed()]) {
          const payout = aPayout({ status: 'processing' });
          const policy = { processingTimeoutMs: 1, maxRetries: 1, jitter: 0.5 };
          const none = { idempotentSubmission: false, authoritativeInquiry: false, canBeInquired: false };
          for (const ending of order)
            applyAnswer(payout, {
              call: { kind: 'callback', gateway: name, attempt: 1, askedAt: REQUESTED_AT },
              answer: ending,
              policy: { ...policy, ...none },
              now: moment(REQUESTED_AT),
            });
          expect(payout.state).toMatchObject({ status: 'reversed', bankDisagrees: false });
        }
      });
    });
  }
});
