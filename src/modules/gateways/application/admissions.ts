import { Injectable } from '@nestjs/common';
import {
  Availability,
  type Choice,
  type GatewaysNow,
  type OrderToSend,
  type TrialLease,
} from '../domain/availability.js';

/** What was decided about an order under its book's lock. */
interface Decided {
  /** Where the order goes; null when it is not to be sent at all. After `trial` nothing has been changed. */
  readonly choice: Choice | null;
}

/**
 * Admits orders to gateways. A decision only reads the state of the gateways. If the order needs the trial of a
 * half-open breaker, the trial is leased to it, the decision is repeated, and the trial is given back when the order
 * does not go.
 *
 * After a crash in between, the lease ends by itself and another order gets the trial.
 */
@Injectable()
export class Admissions {
  constructor(private readonly availability: Availability) {}

  /**
   * Decides by the state of the gateways, and again with a leased trial if the order needs one.
   * @returns the last decision, never `trial` or `again`; the trial if the order goes as one; and a function that gives
   *   the trial back if the order is not sent after all
   * @throws whatever `decide` throws, after the trial was given back
   */
  async decide<T extends Decided>(
    order: OrderToSend,
    decide: (gateways: GatewaysNow) => Promise<T>,
  ): Promise<T & { readonly trial: TrialLease | null; readonly giveBack: () => Promise<void> }> {
    let gateways = await this.availability.now();
    let trial: TrialLease | null = null;
    const tried = new Set<string>();
    const giveBack = async (): Promise<void> => {
      if (trial !== null) await this.availability.giveBackTrial(trial);
    };
    for (;;) {
      let choice: Choice | null = null;
      const isTrial = (): boolean => choice?.kind === 'go' && choice.gateway === trial?.gateway;
      try {
        const decided = await decide(gateways);
        choice = decided.choice;
        if (choice?.kind !== 'trial' && choice?.kind !== 'again')
          return { ...decided, trial: isTrial() ? trial : null, giveBack };
      } finally {
        if (!isTrial()) await giveBack();
      }
      if (choice.kind === 'again') {
        gateways = (await this.availability.now()).inTheCourseOf(gateways);
        continue;
      }
      // Each gateway's trial is tried once only: other orders might be faster every time.
      tried.add(choice.gateway);
      trial = await this.availability.leaseTrial(choice.gateway, order);
      gateways = (await this.availability.now()).withTrial(trial, tried);
    }
  }
}
