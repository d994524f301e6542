import { sha256 } from '../../../shared/sha256.js';
import type { TransferMode } from '../gateways.language.js';

/** A rule that sends payouts to a bank. Of several that match, the one with the lowest priority number comes first. */
export interface RoutingRule {
  readonly id: string;
  /** 0 to 1,000,000; of two rules with the same priority the older one comes first. */
  readonly priority: number;
  readonly isEnabled: boolean;
  readonly gateway: string;
  /** Each of these conditions narrows the rule; null does not. Both limits of the amount are inclusive. */
  readonly mode: TransferMode | null;
  readonly minAmountPaise: bigint | null;
  readonly maxAmountPaise: bigint | null;
  /** The first four letters of the IFSC. */
  readonly beneficiaryBank: string | null;
  readonly merchantId: string | null;
  /** 1 to 100: the share, in percent, that the rule takes of the payouts that meet its conditions. */
  readonly percentage: number;
  /** `operator:<key id>` */
  readonly createdBy: string;
  readonly updatedBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The fields of a payout that the rules look at. */
export interface RoutedPayout {
  readonly id: string;
  readonly merchantId: string;
  readonly mode: TransferMode;
  readonly amountPaise: bigint;
  /** Null for a VPA, whose bank is not known. */
  readonly ifsc: string | null;
}

/** The stored rules. Only operators change them; a change is in effect in every process within about a second. */
export abstract class RoutingRules {
  /** All rules, in the order in which they are applied. */
  abstract all(): Promise<RoutingRule[]>;
  abstract find(id: string): Promise<RoutingRule | null>;
  abstract add(rule: RoutingRule): Promise<void>;
  /** @returns false when the rule has been removed meanwhile */
  abstract change(rule: RoutingRule): Promise<boolean>;
  /** @returns false when there was no such rule */
  abstract remove(id: string): Promise<boolean>;
}

/** Why a rule does not apply to a payout. */
export const RULE_MISFITS = [
  'disabled',
  'mode_differs',
  'amount_below',
  'amount_above',
  'bank_differs',
  'merchant_differs',
] as const;
type RuleMisfit = (typeof RULE_MISFITS)[number];

/** Why the rule does not apply to such payouts; null: it applies to its share of them. */
export function misfitOf(
  rule: Omit<RoutingRule, 'id' | 'createdBy' | 'updatedBy' | 'createdAt' | 'updatedAt'>,
  payout: Omit<RoutedPayout, 'id' | 'merchantId'> & { readonly merchantId: string | null },
): RuleMisfit | null {
  const { mode, minAmountPaise, maxAmountPaise, beneficiaryBank, merchantId } = rule;
  if (!rule.isEnabled) return 'disabled';
  if (mode !== null && mode !== payout.mode) return 'mode_differs';
  if (minAmountPaise !== null && payout.amountPaise < minAmountPaise) return 'amount_below';
  if (maxAmountPaise !== null && payout.amountPaise > maxAmountPaise) return 'amount_above';
  if (beneficiaryBank !== null && payout.ifsc?.startsWith(beneficiaryBank) !== true) return 'bank_differs';
  return merchantId !== null && merchantId !== payout.merchantId ? 'merchant_differs' : null;
}

export function matches(rule: RoutingRule, payout: RoutedPayout): boolean {
  return misfitOf(rule, payout) === null && shareOf(rule.id, payout.id) < rule.percentage;
}

/** A number from 0 to 99 that looks random but depends on rule and payout only: a repeated choice ends the same way. */
function shareOf(ruleId: string, payoutId: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = sha256(`${ruleId}/${payoutId}`);
  return ((a * 256 + b) * 65_536 + c * 256 + d) % 100;
}
