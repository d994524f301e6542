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
  /** Where it goes; null when it was not to be sent at all. After `trial` nothing was changed. */
  readonly choice: Choice | null;
}

/**
 * Lets orders go to gateways. A decision looks at what is known and has no effect on it; the trial of a breaker that is
 * half open is leased before the decision, for one order, and given back when the order does not go.
 *
 * A crash between the two: the lease ends by itself, and another order tries.
 */
@Injectable()
export class Admissions {
  constructor(private readonly availability: Availability) {}

  /**
   * Decides with what is known, and once more with the trial where the order needs one.
   * @returns what was decided last, never `trial` or `again`; the trial as which the order goes, and how to give that back when the
   * order is not sent after all
   * @throws whatever `decide` throws, with the trial given back
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
      // Not twice at one gateway: others may be faster each time.
      tried.add(choice.gateway);
      trial = await this.availability.leaseTrial(choice.gateway, order);
      gateways = (await this.availability.now()).withTrial(trial, tried);
    }
  }
}
