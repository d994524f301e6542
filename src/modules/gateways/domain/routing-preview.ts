import type { WaitingForGateway } from '../../../shared/submissions/waiting.js';
import type { TransferMode } from '../gateways.language.js';
import type { GatewaysNow } from './availability.js';
import type { BankCapabilities } from './bank-gateway.js';
import { misfitOf, type RoutedPayout, type RoutingRule, RULE_MISFITS } from './routing.js';
import { carries, limitsOf } from './transfer-modes.js';

/** Why a rule or a bank does not get such payouts. */
export const PASSED_OVER = [
  ...RULE_MISFITS,
  'gateway_not_enabled',
  'mode_not_offered',
  'amount_not_carried',
  'gateway_paused',
  'gateway_unavailable',
  'earlier_rule',
  'no_rule',
] as const;
export type PassedOver = (typeof PASSED_OVER)[number];

/** A stored or a proposed rule. */
export type PreviewedRule = Omit<RoutingRule, 'id' | 'createdBy' | 'updatedBy' | 'createdAt' | 'updatedAt'> & {
  /** Null: the rule is not stored. */
  readonly id: string | null;
};

/** A hypothetical payout. */
export type SamplePayout = Omit<RoutedPayout, 'id' | 'merchantId'> & {
  /** Null: the payout of some merchant that no rule names. */
  readonly merchantId: string | null;
};

type Bank = { readonly name: string; readonly capabilities: Pick<BankCapabilities, 'modes'> };

/** Where a share of such payouts goes now. */
export interface Outcome {
  /** Null: these payouts wait. */
  readonly gateway: string | null;
  /** The index of the rule that decides it; null: none does. */
  readonly rule: number | null;
  readonly sharePercent: number;
  readonly waitingFor: WaitingForGateway | null;
}

export interface RoutingPreview {
  readonly mode: TransferMode;
  readonly outcomes: readonly Outcome[];
  /** In the order in which they are applied. `passedOver` is null when the rule gets its share. */
  readonly rules: readonly { readonly rule: PreviewedRule; readonly passedOver: PassedOver | null }[];
  readonly gateways: readonly { readonly gateway: string; readonly passedOver: PassedOver | null }[];
}

/**
 * Where payouts like this one go, as `Router` chooses: each rule in turn takes its share of what the rules before it
 * left, and the rest goes to the first bank that carries it.
 */
export function previewOf(
  sample: SamplePayout,
  rules: readonly PreviewedRule[],
  banks: readonly Bank[],
  gateways: GatewaysNow,
): RoutingPreview {
  let left = 100;
  const outcomes: Outcome[] = [];
  const unavailable: string[] = [];
  const inTurn = rules.toSorted((a, b) => a.priority - b.priority);
  const judged = inTurn.map((rule, place) => {
    const passedOver = misfitOf(rule, sample) ?? refusalOf(bankOf(banks, rule.gateway), sample, gateways);
    if (passedOver === 'gateway_paused' || passedOver === 'gateway_unavailable') unavailable.push(rule.gateway);
    if (passedOver !== null) return { rule, passedOver };
    if (left === 0) return { rule, passedOver: 'earlier_rule' as const };
    const sharePercent = (left * rule.percentage) / 100;
    left -= sharePercent;
    outcomes.push({ gateway: rule.gateway, rule: place, sharePercent, waitingFor: null });
    return { rule, passedOver: null };
  });
  const usual = banks.find(({ capabilities }) => carries(capabilities, sample.mode, sample.amountPaise));
  if (left > 0)
    outcomes.push(restOf(left, [...unavailable, ...(usual === undefined ? [] : [usual.name])], usual, gateways));
  const judgedBanks = banks.map((bank) => ({
    gateway: bank.name,
    passedOver: outcomes.some(({ gateway }) => gateway === bank.name)
      ? null
      : (refusalOf(bank, sample, gateways) ?? (isNamed(judged, bank, usual) ? 'earlier_rule' : 'no_rule')),
  }));
  return { mode: sample.mode, outcomes, rules: judged, gateways: judgedBanks };
}

/** The share that no rule takes goes to the first bank that carries it, if that bank is available; else it waits. */
function restOf(left: number, candidates: string[], usual: Bank | undefined, gateways: GatewaysNow): Outcome {
  const choice = gateways.firstFor(candidates);
  const rest = { rule: null, sharePercent: left };
  return choice.kind === 'wait'
    ? { ...rest, gateway: null, waitingFor: choice.for as WaitingForGateway }
    : { ...rest, gateway: usual!.name, waitingFor: null };
}

function bankOf(banks: readonly Bank[], name: string): Bank | null {
  return banks.find((bank) => bank.name === name) ?? null;
}

/** Why the payout cannot be sent to this bank now, whatever the rules say. */
function refusalOf(bank: Bank | null, { mode, amountPaise }: SamplePayout, gateways: GatewaysNow): PassedOver | null {
  if (bank === null) return 'gateway_not_enabled';
  if (limitsOf(bank.capabilities, mode) === null) return 'mode_not_offered';
  if (!carries(bank.capabilities, mode, amountPaise)) return 'amount_not_carried';
  const choice = gateways.firstFor([bank.name]);
  return choice.kind === 'wait' ? (choice.for as 'gateway_paused' | 'gateway_unavailable') : null;
}

/** Whether the bank would get payouts by a rule that comes too late, or is the bank that the rest would go to. */
function isNamed(rules: RoutingPreview['rules'], { name }: Bank, usual: Bank | undefined): boolean {
  return (
    usual?.name === name || rules.some(({ rule, passedOver }) => rule.gateway === name && passedOver === 'earlier_rule')
  );
}
