import type { SimulatedRates } from './bank-outcomes.js';

/** The failures with which the simulated provider declines charges. */
const DECLINES = ['card_declined', 'payer_insufficient_funds', 'expired_card', 'authentication_required'] as const;
export type Decline = (typeof DECLINES)[number] | 'refund_not_possible';

/** The events of its webhooks. */
export const SIMULATED_CHARGE_EVENTS = ['pending', 'succeeded', 'rejected'] as const;
export type SimulatedChargeEvent = (typeof SIMULATED_CHARGE_EVENTS)[number];

/** What the simulated provider does with a charge or a refund that it sees for the first time. */
export type SimulatedCharge =
  | { readonly verdict: 'never_arrives' }
  | { readonly verdict: 'down' }
  | { readonly verdict: 'rejected'; readonly code: Decline }
  | {
      readonly verdict: 'done';
      readonly answers: 'at_once' | 'slowly' | 'never';
      readonly settles: 'at_once' | 'later';
      /** Its callbacks come twice, late, and in the wrong order. */
      readonly disorderedWebhooks: boolean;
    };

const DONE = {
  verdict: 'done',
  answers: 'at_once',
  settles: 'at_once',
  disorderedWebhooks: false,
} as const satisfies SimulatedCharge;

/** Outcomes by the last two digits of the amount in minor units. Listed for users in docs/simulators.md. */
const FORCED: Readonly<Record<string, SimulatedCharge>> = {
  '01': DONE,
  '02': { verdict: 'rejected', code: 'card_declined' },
  '03': { verdict: 'never_arrives' },
  '04': { ...DONE, answers: 'never' },
  '05': { ...DONE, answers: 'slowly' },
  '06': { ...DONE, settles: 'later' },
  '07': { ...DONE, disorderedWebhooks: true },
  '08': { verdict: 'down' },
};

const FAULTS: readonly SimulatedCharge[] = [
  { verdict: 'never_arrives' },
  { ...DONE, answers: 'never' },
  { ...DONE, answers: 'slowly' },
  { ...DONE, settles: 'later' },
  { ...DONE, disorderedWebhooks: true },
];

/** The outcome that the amount forces, or that chance decides. @param random from 0 up to 1 */
export function outcomeOf(
  subject: 'payment' | 'refund',
  amountMinor: bigint,
  { rejected, eachFault }: SimulatedRates,
  random: () => number,
): SimulatedCharge {
  const forced = FORCED[(amountMinor % 100n).toString().padStart(2, '0')];
  if (forced !== undefined) return forced.verdict === 'rejected' ? turnedDown(subject, forced.code) : forced;
  if (random() < rejected) return turnedDown(subject, DECLINES[Math.floor(random() * DECLINES.length)] ?? DECLINES[0]);
  return (eachFault === 0 ? undefined : FAULTS[Math.floor(random() / eachFault)]) ?? DONE;
}

/** A rejection. The reasons for declining a charge do not fit a refund, so a refund always has the same one. */
function turnedDown(subject: 'payment' | 'refund', code: Decline): SimulatedCharge {
  return { verdict: 'rejected', code: subject === 'refund' ? 'refund_not_possible' : code };
}

/** The webhooks that the provider will send, and how long after it received the charge or the refund. */
export function chargeWebhooksOf(
  outcome: SimulatedCharge,
  settlementMs: number,
): readonly { readonly event: SimulatedChargeEvent; readonly afterMs: number }[] {
  if (outcome.verdict !== 'done') return [];
  const succeeded = { event: 'succeeded', afterMs: settlementMs } as const;
  const disordered = [succeeded, succeeded, { event: 'pending', afterMs: 2 * settlementMs }] as const;
  return [...(outcome.settles === 'later' ? [succeeded] : []), ...(outcome.disorderedWebhooks ? disordered : [])];
}
