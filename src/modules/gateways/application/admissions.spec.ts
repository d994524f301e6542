import { describe, expect, it } from '@jest/globals';
import { Availability, type Choice, GatewaysNow, type OrderToSend, type TrialLease } from '../domain/availability.js';
import { Admissions } from './admissions.js';

const ORDER: OrderToSend = { merchantId: 'merchant', id: 'order' };

/** Half-open breakers, and the order that has each one's trial. */
class TrialsInMemory extends Availability {
  readonly trials: Map<string, string | null>;

  constructor(...gateways: string[]) {
    super();
    this.trials = new Map(gateways.map((gateway) => [gateway, null]));
  }

  override async now(): Promise<GatewaysNow> {
    return new GatewaysNow(await this.refresh());
  }

  override async refresh() {
    const state = { isPaused: false, pausedReason: null, breaker: 'half_open', openUntil: null } as const;
    return [...this.trials].map(([gateway, trialOrder]) => ({ gateway, trialOrder, changedAt: null, ...state }));
  }

  override async leaseTrial(gateway: string, { id: orderId }: OrderToSend): Promise<TrialLease | null> {
    if (this.trials.get(gateway) !== null) return null;
    this.trials.set(gateway, orderId);
    return { gateway, orderId, until: 'later' };
  }

  override async giveBackTrial({ gateway, orderId }: TrialLease): Promise<void> {
    if (this.trials.get(gateway) === orderId) this.trials.set(gateway, null);
  }

  override async ended(): Promise<void> {}
  override async pause(): Promise<void> {}
  override async close(): Promise<void> {}
  override async report() {
    return [];
  }
}

/** Sends the order to the first gateway that takes it. */
function sendTo(...candidates: string[]) {
  return async (gateways: GatewaysNow): Promise<{ choice: Choice | null }> => ({
    choice: gateways.firstFor(candidates),
  });
}

describe('the trial of a half-open breaker', () => {
  it('is had by the order before it is decided that it goes', async () => {
    const trials = new TrialsInMemory('bank');
    const decisions: Choice[] = [];
    const decide = async (gateways: GatewaysNow) => {
      const decided = await sendTo('bank')(gateways);
      decisions.push(decided.choice!);
      return decided;
    };
    const { choice, trial } = await new Admissions(trials).decide(ORDER, decide);
    expect(trial).toMatchObject({ gateway: 'bank', orderId: ORDER.id });
    expect(decisions).toEqual([{ kind: 'trial', gateway: 'bank' }, choice]);
    expect(choice).toEqual({ kind: 'go', gateway: 'bank' });
    expect(trials.trials.get('bank')).toBe(ORDER.id);
  });

  it('is given back at once when the order is turned down, goes elsewhere, or cannot be decided', async () => {
    const trials = new TrialsInMemory('bank');
    const admissions = new Admissions(trials);
    const onceItHasIt = (then: () => Choice | null) => async (gateways: GatewaysNow) => {
      const { choice } = await sendTo('bank')(gateways);
      if (choice?.kind === 'go') expect(trials.trials.get('bank')).toBe(ORDER.id);
      return { choice: choice?.kind === 'go' ? then() : choice };
    };
    await admissions.decide(
      ORDER,
      onceItHasIt(() => null),
    );
    expect(trials.trials.get('bank')).toBe(null);
    const elsewhere = await admissions.decide(
      ORDER,
      onceItHasIt(() => ({ kind: 'go', gateway: 'another bank' })),
    );
    expect(elsewhere.trial).toBe(null);
    expect(trials.trials.get('bank')).toBe(null);
    const broken = onceItHasIt(() => {
      throw new Error('the book is busy');
    });
    await expect(admissions.decide(ORDER, broken)).rejects.toThrow('the book is busy');
    expect(trials.trials.get('bank')).toBe(null);
  });

  it('is given back by whoever has decided and does not call', async () => {
    const trials = new TrialsInMemory('bank');
    const { giveBack } = await new Admissions(trials).decide(ORDER, sendTo('bank'));
    await giveBack();
    expect(trials.trials.get('bank')).toBe(null);
  });

  it('that another decision about the same order has is not relied upon: it may be given back', async () => {
    const trials = new TrialsInMemory('bank');
    await trials.leaseTrial('bank', ORDER);
    const { choice, trial, giveBack } = await new Admissions(trials).decide(ORDER, sendTo('bank'));
    expect({ choice, trial }).toMatchObject({ choice: { kind: 'wait', for: 'gateway_unavailable' }, trial: null });
    await giveBack();
    expect(trials.trials.get('bank')).toBe(ORDER.id);
  });

  it('that another order has is not waited for: the next gateway gets the order, or it waits', async () => {
    const trials = new TrialsInMemory('bank');
    const meanwhile =
      (...candidates: string[]) =>
      async (gateways: GatewaysNow) => {
        const decided = await sendTo(...candidates)(gateways);
        trials.trials.set('bank', 'another order');
        return decided;
      };
    const admissions = new Admissions(trials);
    const { choice } = await admissions.decide(ORDER, meanwhile('bank', 'open to all'));
    expect(choice).toEqual({ kind: 'go', gateway: 'open to all' });
    trials.trials.set('bank', null);
    const { choice: alone } = await admissions.decide(ORDER, meanwhile('bank'));
    expect(alone).toMatchObject({ kind: 'wait', for: 'gateway_unavailable' });
    expect(trials.trials.get('bank')).toBe('another order');
  });
});
