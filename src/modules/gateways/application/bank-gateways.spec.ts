import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  type BankCapabilities,
  BankGateway,
  EVERY_MODE,
  type InquiryEnding,
  type SubmissionEnding,
} from '../domain/bank-gateway.js';
import type { Transfer } from '../domain/transfer.js';
import { NoAnswer } from '../domain/no-answer.js';
import { BankGateways } from './bank-gateways.js';
import type { GatewayCallEnded } from './gateway-call.js';

const ACCOUNT_NUMBER = '5010A0001';
const TRANSFER: Transfer = {
  reference: '01980000-0000-7000-8000-000000000001',
  amountPaise: 50_000n,
  mode: 'IMPS',
  beneficiary: { name: 'Asha Rao', accountNumber: ACCOUNT_NUMBER, ifsc: 'HDFC0000001' },
  narration: null,
};

const EVERYTHING: BankCapabilities = {
  modes: EVERY_MODE,
  idempotentSubmission: true,
  canBeInquired: true,
  authoritativeInquiry: false,
  sendsCallbacks: false,
  canCancel: false,
  canListOrders: false,
  authoritativeList: false,
};

/** A bank that does what the test says. */
class ScriptedBank extends BankGateway {
  override readonly capabilities: BankCapabilities = EVERYTHING;
  signal: AbortSignal | null = null;

  constructor(
    private readonly script: () => unknown,
    override readonly name = 'scripted',
  ) {
    super();
  }

  override submit(_: Transfer, signal: AbortSignal): Promise<SubmissionEnding> {
    this.signal = signal;
    return this.script() as Promise<SubmissionEnding>;
  }

  override inquire(_: Transfer, signal: AbortSignal): Promise<InquiryEnding> {
    this.signal = signal;
    return this.script() as Promise<InquiryEnding>;
  }
}

const logged: string[] = [];
beforeEach(() => {
  logged.length = 0;
  const record = (message: unknown): void => void logged.push((message as { msg?: string }).msg ?? String(message));
  Logger.overrideLogger({ log: record, warn: record, error: record });
});
afterEach(() => Logger.overrideLogger(['error', 'warn', 'log']));

const ANOTHERS = { kind: 'succeeded', utr: '632812345678', transferred: { amountPaise: 1n } };

const never = new Promise<never>(() => undefined);
const unknown = (why: string | RegExp) => ({ kind: 'unknown', why: expect.stringMatching(why) });

async function bothEndings(script: () => unknown, timeoutSeconds = 5): Promise<unknown[]> {
  const gateways = new BankGateways([new ScriptedBank(script)], timeoutSeconds);
  return [await gateways.submit('scripted', TRANSFER), await gateways.inquire('scripted', TRANSFER)];
}

describe('a call to a bank', () => {
  it('ends with the bank’s outcome', async () => {
    const succeeded = { kind: 'succeeded', utr: '632812345678' };
    expect(await bothEndings(async () => succeeded)).toEqual([succeeded, succeeded]);
    expect(logged).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    [
      'throws at once',
      () => {
        throw new Error('no route');
      },
    ],
    [
      'fails later',
      async () => {
        throw new Error('no route');
      },
    ],
  ])('has an unknown outcome when the adapter %s', async (_, script) => {
    expect(await bothEndings(script)).toEqual([unknown('no route'), unknown('no route')]);
  });

  it.each<[string, unknown]>([
    ['a text', 'no route'],
    ['nothing', undefined],
    ['null', null],
    ['an error with a number for a message', Object.assign(new Error(), { message: 5 })],
    ['an object that cannot be turned into text', Object.create(null)],
  ])('has an unknown outcome when the adapter throws %s', async (_, thrown) => {
    const script = async (): Promise<never> => {
      throw thrown;
    };
    expect(await bothEndings(script)).toEqual([unknown('without an error'), unknown('without an error')]);
  });

  it.each<[string, unknown]>([
    ['garbage', '<html>502 Bad Gateway</html>'],
    ['nothing', undefined],
    [
      'an answer that explodes when it is read',
      {
        get kind() {
          throw new Error('boom');
        },
      },
    ],
    ['success without a UTR', { kind: 'succeeded', utr: '' }],
  ])('has an unknown outcome when the answer is %s', async (_, answer) => {
    expect(await bothEndings(async () => answer)).toEqual([unknown(''), unknown('')]);
    expect(logged).toHaveLength(2);
  });

  it('is about the transfer that was submitted: what is there with another amount or account is no answer', async () => {
    const paid = { kind: 'succeeded', utr: '632812345678', digest: 'a'.repeat(64) };
    const same = { amountPaise: 50_000n, accountNumber: 'XXXXXX0001' };
    const asSubmitted = { ...paid, isSame: true };
    expect(await bothEndings(async () => ({ ...paid, transferred: same }))).toEqual([asSubmitted, asSubmitted]);
    for (const transferred of [{ amountPaise: 100n }, { accountNumber: '99999999999' }]) {
      const another = { ...unknown(/another (amount|account)/), isAnother: true, digest: paid.digest };
      expect(await bothEndings(async () => ({ ...paid, transferred }))).toEqual([another, another]);
    }
  });

  it('asks with all that was submitted', async () => {
    let asked: unknown = null;
    class Curious extends ScriptedBank {
      override async inquire(transfer: Transfer): Promise<InquiryEnding> {
        asked = transfer;
        return { kind: 'not_found' };
      }
    }
    await new BankGateways([new Curious(() => never)], 5).inquire('scripted', TRANSFER);
    expect(asked).toEqual(TRANSFER);
  });

  it('ends in time although the adapter ignores the signal', async () => {
    const startedAt = performance.now();
    expect(await bothEndings(() => never, 0.05)).toEqual([unknown('within 0.05 s'), unknown('within 0.05 s')]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('aborts the adapter’s call when its time is over, and not before', async () => {
    const quick = new ScriptedBank(async () => ({ kind: 'pending' }), 'quick');
    const silent = new ScriptedBank(() => never, 'silent');
    const gateways = new BankGateways([quick, silent], 0.05);
    await gateways.submit('quick', TRANSFER);
    await gateways.submit('silent', TRANSFER);
    expect(quick.signal?.aborted).toBe(false);
    expect(silent.signal?.aborted).toBe(true);
  });

  it.each<[string, () => Promise<unknown>, GatewayCallEnded['result']]>([
    ['an answer', async () => ({ kind: 'pending' }), 'answered'],
    ['an answer that is another’s', async () => ANOTHERS, 'answered'],
    ['an answer without an outcome', async () => ({ kind: 'unknown', why: '503' }), 'failed'],
    ['what is no answer of a bank', () => Promise.reject(new Error('the bank answered 503')), 'failed'],
    ['nobody who answers', () => Promise.reject(new NoAnswer('ECONNREFUSED')), 'silent'],
    ['no answer in time', () => never, 'silent'],
  ])('says of the bank with %s whether it is there', async (_, script, result) => {
    const ended: GatewayCallEnded[] = [];
    const gateways = new BankGateways([new ScriptedBank(script)], 0.05, (call) => void ended.push(call));
    const by = { merchantId: 'acme', attempt: 2, trial: null, origin: null };
    await gateways.submit('scripted', TRANSFER, by);
    expect(ended).toMatchObject([{ call: 'submission', reference: TRANSFER.reference, by, result }]);
  });

  it('has an unknown outcome at a bank that is not enabled: it may have been paid when it was', async () => {
    const gateways = new BankGateways([new ScriptedBank(() => never)], 5);
    expect(await gateways.submit('closed-bank', TRANSFER)).toEqual(unknown('closed-bank is not enabled'));
    expect(await gateways.inquire('closed-bank', TRANSFER)).toEqual(unknown('closed-bank is not enabled'));
  });

  it('writes an unknown outcome to the log, without the account number', async () => {
    const script = async (): Promise<never> => {
      throw new Error(`cannot reach ${ACCOUNT_NUMBER}`);
    };
    const gateways = new BankGateways([new ScriptedBank(script)], 5);
    expect(await gateways.submit('scripted', TRANSFER)).toEqual(unknown(/^cannot reach XXXX$/));
    expect(logged).toEqual([
      `submission of payout ${TRANSFER.reference} at scripted has an unknown outcome: cannot reach XXXX`,
    ]);
  });
});

describe('a bank that cannot be asked', () => {
  class Silent extends ScriptedBank {
    override readonly capabilities = { ...EVERYTHING, canBeInquired: false, authoritativeInquiry: false };
  }

  it('is not asked: what became of a payout stays unknown until a callback or a person decides it', async () => {
    const silent = new Silent(() => Promise.resolve({ kind: 'not_found' }));
    expect(await new BankGateways([silent], 5).inquire('scripted', TRANSFER)).toEqual(unknown(/cannot be asked/));
    expect(silent.signal).toBeNull();
  });
});

describe('the enabled banks', () => {
  const first = new ScriptedBank(() => never, 'first');
  const second = new ScriptedBank(() => never, 'second');

  it('stand in the order in which they are named', () => {
    expect(new BankGateways([first, second], 5).all.map(({ name }) => name)).toEqual(['first', 'second']);
  });

  it('list what each declares, and no bank that is not enabled', () => {
    const gateways = new BankGateways([first, second], 5);
    expect(gateways.get('second')?.capabilities.idempotentSubmission).toBe(true);
    expect(gateways.get('third')).toBeNull();
  });

  it('are at least one, and no two have one name', () => {
    expect(() => new BankGateways([], 5)).toThrow('payouts need a bank');
    expect(() => new BankGateways([first, first], 5)).toThrow('one gateway');
  });
});
