import { Injectable, Logger } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import type { RecoveryPolicy } from '../../../shared/submissions/recovery.js';
import type { HeldBack } from '../../../shared/submissions/submission.js';
import { Overloaded } from '../../../platform/group-commit/group-commit.public.js';
import { inStep } from '../../../platform/tracing/tracing.public.js';
import { BankGateways } from './bank-gateways.js';
import { PaymentGateways } from './payment-gateways.js';
import { ConfiguredRecovery } from './configured-recovery.js';

/** The tries take about two seconds. If all fail, an inquiry after the end of the lease gets the same answer again. */
const TRIES = 4;
const PAUSE_MS = 300;

const NOT_SENT: Readonly<Record<HeldBack, string>> = {
  differs:
    'was not sent: it differs from what was requested. Find out who changed it in the database, and correct it ' +
    '(docs/operating.md)',
  undigested:
    'was not sent: its hold does not say what was requested, and was made after hold_digests.undigested_until. ' +
    'End it by hand, and request it again if it is still wanted (docs/operating.md)',
};

/** An answer of a gateway that is about to be settled. */
export interface SettlementOf {
  readonly what: 'payout' | 'payment' | 'refund';
  readonly id: string;
  readonly gateway: string;
  /** How the call ended. */
  readonly ending: string;
}

/** The order's status after the commit. */
export interface Settled {
  readonly status: string;
  /** Whether the gateway contradicts the final status that the order already has. */
  readonly contradicted: boolean;
}

/** The frame of every settlement: it opens a trace span, supplies the recovery policy, and raises alarms. */
@Injectable()
export class Settlements {
  private readonly logger = new Logger(Settlements.name);

  constructor(
    private readonly banks: BankGateways,
    private readonly providers: PaymentGateways,
    private readonly recovery: ConfiguredRecovery,
  ) {}

  /**
   * @param settle moves the order, its money and its timeline in one commit
   * @throws Overloaded when the book is busy
   */
  run<Result extends Settled>(
    { what, id, gateway, ending }: SettlementOf,
    origin: Origin | null,
    settle: (origin: Origin | null, policy: RecoveryPolicy) => Promise<Result>,
  ): Promise<Result> {
    const step = { name: `settle ${what}`, kind: 'internal', attributes: { [`bahi.${what}.id`]: id } } as const;
    const { capabilities } = this.banks.get(gateway) ?? this.providers.get(gateway) ?? {};
    const policy = this.recovery.policyFor(capabilities);
    return inStep(step, origin, async (inner, add) => {
      const settled = await settle(inner, policy);
      add({ [`bahi.${what}.status`]: settled.status });
      if (settled.contradicted)
        this.alarm(
          `${what} ${id} is ${settled.status}, but ${gateway} says ${ending}. Find out at ${gateway} which is right`,
          inner,
        );
      return settled;
    });
  }

  /** Logs something that a person must look at now. */
  alarm(what: string, origin: Origin | null): void {
    this.logger.error({ msg: `ALARM: ${what}`, request_id: origin?.request_id });
  }

  /** Raises the alarm for an order that may not be what was requested and held for, and was therefore not sent. */
  alarmHeldBack(what: 'payout' | 'refund', id: string, why: HeldBack, origin: Origin | null): void {
    this.alarm(`${what} ${id} ${NOT_SENT[why]}`, origin);
  }

  /**
   * Settles, with further tries while the book is busy. For jobs, which nobody waits for: the gateway has answered
   * already, so a book that is locked for a moment is no reason to ask it again. There is no further try after a commit
   * of unknown outcome: the same `not_found` would count twice.
   */
  async retried<T>(settle: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await settle();
      } catch (error) {
        if (!(error instanceof Overloaded) || error.mayHaveCommitted || tries === TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, tries * PAUSE_MS));
      }
    }
  }
}
