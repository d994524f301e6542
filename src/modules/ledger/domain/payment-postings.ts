import type { Posting } from './ledger.js';
import type { TransactionKind } from './transaction.js';

/** A payer was charged: the merchant is credited with what is left after fee and tax, which have their own entries. */
export function credit(
  paymentId: string,
  paise: { readonly gross: bigint; readonly fee: bigint; readonly tax: bigint; readonly net: bigint },
  actor: string,
): Posting {
  const legs = { received: -paise.gross, available: paise.net, fees: paise.fee, taxes: paise.tax };
  return { kind: 'payment', cause: { type: 'payment', id: paymentId }, legs, actor };
}

/** What a refund takes from the merchant, and how much of fee and tax is given back with it; in paise. */
interface RefundAmounts {
  readonly gross: bigint;
  readonly fee: bigint;
  readonly tax: bigint;
}

/**
 * Promises the merchant's part of a refund to the payer.
 * @param requestDigest the digest of what was asked for: the same must be sent
 */
export function refundHold(
  refundId: string,
  { gross, fee, tax }: RefundAmounts,
  actor: string,
  requestDigest?: string,
): Posting {
  const held = gross - fee - tax;
  return { ...onRefund('refund_hold', refundId, { available: -held, held }, actor), requestDigest };
}

/** The payer has the money back. */
export function refund(refundId: string, { gross, fee, tax }: RefundAmounts, actor: string): Posting {
  return onRefund('refund', refundId, { held: fee + tax - gross, received: gross, fees: -fee, taxes: -tax }, actor);
}

/** The refund ended without the payer getting anything: the held money is available again. */
export function refundRelease(refundId: string, { gross, fee, tax }: RefundAmounts, actor: string): Posting {
  const held = gross - fee - tax;
  return onRefund('refund_release', refundId, { available: held, held: -held }, actor);
}

/** Whether any money moves: a refund may be worth less than a paisa. */
export function movesMoney({ legs }: Posting): boolean {
  return Object.values(legs).some((paise) => paise !== 0n);
}

function onRefund(kind: TransactionKind, id: string, legs: Posting['legs'], actor: string): Posting {
  return { kind, cause: { type: 'refund', id }, legs, actor };
}
