import { sha256 } from '../../../shared/sha256.js';
import type { TransferMode } from '../gateways.language.js';

/** Which payouts go to a bank. Of the rules that match, the one with the lowest priority number comes first. */
export interface RoutingRule {
  readonly id: string;
  /** 0 to 1,000,000; of equal ones the older rule comes first. */
  readonly priority: number;
  readonly isEnabled: boolean;
  readonly gateway: string;
  /** Each of these narrows the rule down; null does not. Amounts include both ends. */
  readonly mode: TransferMode | null;
  readonly minAmountPaise: bigint | null;
  readonly maxAmountPaise: bigint | null;
  /** The first four letters of the IFSC. */
  readonly beneficiaryBank: string | null;
  readonly merchantId: string | null;
  /** 1 to 100: the share of the payouts that match otherwise. */
  readonly percentage: number;
  /** `operator:<key id>` */
  readonly createdBy: string;
  readonly updatedBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What the rules look at. */
export interface RoutedPayout {
  readonly id: string;
  readonly merchantId: string;
  readonly mode: TransferMode;
  readonly amountPaise: bigint;
  /** Null for a VPA, whose bank is not known. */
  readonly ifsc: string | null;
}

/** Rules, as they are stored; changed by operators only, and in effect everywhere within about a second. */
export abstract class RoutingRules {
  /** All of them, the one that is asked first in front. */
  abstract all(): Promise<RoutingRule[]>;
  abstract find(id: string): Promise<RoutingRule | null>;
  abstract add(rule: RoutingRule): Promise<void>;
  /** False when it was removed meanwhile. */
  abstract change(rule: RoutingRule): Promise<boolean>;
  /** False when there was none. */
  abstract remove(id: string): Promise<boolean>;
}

/** By what a rule does not speak of a payout. */
export const RULE_MISFITS = [
  'disabled',
  'mode_differs',
  'amount_below',
  'amount_above',
  'bank_differs',
  'merchant_differs',
] as const;
type RuleMisfit = (typeof RULE_MISFITS)[number];

/** Why the rule does not speak of such payouts; null: it does, of its share of them. */
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

/** From 0 to 99, by chance and always the same for a rule and a payout: asked again, a payout goes the same way. */
function shareOf(ruleId: string, payoutId: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = sha256(`${ruleId}/${payoutId}`);
  return ((a * 256 + b) * 65_536 + c * 256 + d) % 100;
}
