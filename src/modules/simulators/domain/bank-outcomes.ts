import type { SimulatedEvent } from './simulated-webhooks.js';
import type { Beneficiary } from '../../gateways/gateways.language.js';

/** The failures with which the simulated bank rejects transfers. */
const REJECTIONS = [
  'bank_account_closed',
  'bank_account_frozen',
  'beneficiary_account_dormant',
  'beneficiary_account_invalid',
  'beneficiary_bank_offline',
  'gateway_technical_error',
] as const;
export type Rejection = (typeof REJECTIONS)[number];

/** How long the simulated bank takes for what it does not do at once. Tests shorten the delays. */
export interface SimulatedDelays {
  /** Account 0005. Shorter than the time-out of a call (10 s), so that the answer is slow and not lost. */
  readonly slowAnswerMs: number;
  /** Account 0006. Long enough that the first inquiry may find it pending, as with a `deemed success` of IMPS. */
  readonly settlementMs: number;
  /** Account 0007. Days in reality; ten seconds let a person watch it. */
  readonly returnMs: number;
}

export const DEFAULT_DELAYS: SimulatedDelays = { slowAnswerMs: 5_000, settlementMs: 3_000, returnMs: 10_000 };

/** What the simulated bank does with a transfer that it sees for the first time. */
export type SimulatedOutcome =
  | { readonly verdict: 'never_arrives' }
  | { readonly verdict: 'down' }
  | { readonly verdict: 'rejected'; readonly code: Rejection }
  | {
      readonly verdict: 'paid';
      readonly answers: 'at_once' | 'slowly' | 'never';
      readonly settles: 'at_once' | 'later';
      readonly comesBack: boolean;
      /** Its callbacks come twice, late, and in the wrong order. */
      readonly disorderedWebhooks: boolean;
    };

const PAID = {
  verdict: 'paid',
  answers: 'at_once',
  settles: 'at_once',
  comesBack: false,
  disorderedWebhooks: false,
} as const satisfies SimulatedOutcome;

/**
 * Outcomes by the last four digits of the account number, or of the part of a VPA before the @. Listed for users in
 * docs/simulators.md.
 */
const FORCED_OUTCOMES: Readonly<Record<string, SimulatedOutcome>> = {
  '0001': PAID,
  '0002': { verdict: 'rejected', code: 'bank_account_closed' },
  '0003': { verdict: 'never_arrives' },
  '0004': { ...PAID, answers: 'never' },
  '0005': { ...PAID, answers: 'slowly' },
  '0006': { ...PAID, settles: 'later' },
  '0007': { ...PAID, comesBack: true },
  '0008': { verdict: 'down' },
};

export function forcedOutcome({ accountNumber, vpa }: Beneficiary): SimulatedOutcome | null {
  const name = accountNumber ?? vpa.slice(0, vpa.lastIndexOf('@'));
  return FORCED_OUTCOMES[name.slice(-4)] ?? null;
}

/** The faults that a transfer may suffer by chance. */
const FAULTS: readonly SimulatedOutcome[] = [
  { verdict: 'never_arrives' },
  { ...PAID, answers: 'never' },
  { ...PAID, answers: 'slowly' },
  { ...PAID, settles: 'later' },
  { ...PAID, comesBack: true },
  { ...PAID, disorderedWebhooks: true },
];

/** How often a transfer whose account forces no outcome goes wrong; each rate is a share from 0 to 1. */
export interface SimulatedRates {
  readonly rejected: number;
  /** The rate of each fault: at 0.05, three in ten transfers suffer one. */
  readonly eachFault: number;
}

/** @param random from 0 up to 1; decides whether and with which code it is rejected, and which fault it suffers */
export function drawnOutcome({ rejected, eachFault }: SimulatedRates, random: () => number): SimulatedOutcome {
  if (random() < rejected) {
    const code = REJECTIONS[Math.floor(random() * REJECTIONS.length)];
    return code === undefined ? PAID : { verdict: 'rejected', code };
  }
  const fault = eachFault === 0 ? undefined : FAULTS[Math.floor(random() / eachFault)];
  return fault ?? PAID;
}

/** The webhooks that the bank will send, and how long after it received the transfer. */
export function webhooksOf(
  outcome: SimulatedOutcome,
  delays: SimulatedDelays,
): readonly { readonly event: SimulatedEvent; readonly afterMs: number }[] {
  if (outcome.verdict !== 'paid') return [];
  const { settlementMs, returnMs } = delays;
  const succeeded = { event: 'succeeded', afterMs: settlementMs } as const;
  const disordered = [succeeded, succeeded, { event: 'pending', afterMs: 2 * settlementMs }] as const;
  return [
    ...(outcome.settles === 'later' ? [succeeded] : []),
    ...(outcome.comesBack ? [{ event: 'returned', afterMs: returnMs } as const] : []),
    ...(outcome.disorderedWebhooks ? disordered : []),
  ];
}
