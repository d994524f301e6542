import { paiseFor, shareOf } from './currency.js';
import type { Currency } from '../../gateways/gateways.language.js';

/**
 * What a merchant is charged for a payment, in basis points (hundredths of a percent), and the limit of one payment.
 */
export interface FeePolicy {
  /** As a share of the gross amount. */
  readonly feeBasisPoints: bigint;
  /** GST, as a share of the fee: 18 % (Central Goods and Services Tax rate for financial services). */
  readonly taxBasisPoints: bigint;
  /** RBI, Regulation of Payment Aggregator – Cross Border (2023): up to ₹25,00,000 in one payment. */
  readonly limitPaise: bigint;
}

/** How a charge becomes the merchant's money. Adds up to the paisa: gross = fee + tax + net. */
export interface Credit {
  /** Rupees for one unit of the charge's currency, as quoted by the gateway. */
  readonly rate: string;
  readonly grossPaise: bigint;
  readonly feePaise: bigint;
  readonly taxPaise: bigint;
  readonly netPaise: bigint;
}

/**
 * Amounts of refunds, in the payment's currency and in paise, with the shares of fee and tax that go back with them.
 */
export interface RefundTotals {
  readonly minor: bigint;
  readonly paise: bigint;
  readonly feePaise: bigint;
  readonly taxPaise: bigint;
}

/** @returns the credit, or what prevents it: the limit of one payment, or a fee that exceeds the amount */
export function creditFor(
  { amountMinor, currency }: { readonly amountMinor: bigint; readonly currency: Currency },
  rate: string,
  policy: FeePolicy,
): Credit | 'limit_exceeded' | 'fee_exceeds_amount' {
  const grossPaise = paiseFor(amountMinor, currency, rate);
  const feePaise = shareOf(grossPaise, policy.feeBasisPoints);
  const taxPaise = shareOf(feePaise, policy.taxBasisPoints);
  const netPaise = grossPaise - feePaise - taxPaise;
  if (grossPaise > policy.limitPaise) return 'limit_exceeded';
  if (grossPaise === 0n || netPaise < 0n) return 'fee_exceeds_amount';
  return { rate, grossPaise, feePaise, taxPaise, netPaise };
}

/**
 * What one more refund is worth, at the capture's rate. The sum of all refunds is converted, and the worth of the
 * others is subtracted, so that refunds that add up to the amount also add up to the gross amount, to the paisa.
 *
 * @param claimed the amounts of the open and the successful refunds
 * @param returnsFee whether the merchant gets the refund's share of fee and tax back
 */
export function refundOf(
  charge: { readonly amountMinor: bigint; readonly currency: Currency; readonly credit: Credit },
  claimed: RefundTotals,
  amountMinor: bigint,
  returnsFee: boolean,
): RefundTotals {
  const { credit } = charge;
  const minor = claimed.minor + amountMinor;
  const paise = positive(paiseFor(minor, charge.currency, credit.rate) - claimed.paise);
  const nothing = { minor: amountMinor, paise, feePaise: 0n, taxPaise: 0n };
  if (!returnsFee) return nothing;
  const upTo = (share: bigint): bigint => (share * minor) / charge.amountMinor;
  const feePaise = least(positive(upTo(credit.feePaise) - claimed.feePaise), paise);
  const taxPaise = least(positive(upTo(credit.taxPaise) - claimed.taxPaise), paise - feePaise);
  return { ...nothing, feePaise, taxPaise };
}

/** If a refund between others has failed, the remaining ones may be worth half a paisa more than their sum. */
function positive(paise: bigint): bigint {
  return paise > 0n ? paise : 0n;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** The sum of two groups of refunds. */
export function added(a: RefundTotals, b: RefundTotals): RefundTotals {
  return {
    minor: a.minor + b.minor,
    paise: a.paise + b.paise,
    feePaise: a.feePaise + b.feePaise,
    taxPaise: a.taxPaise + b.taxPaise,
  };
}
