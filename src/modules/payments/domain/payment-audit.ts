import { type ExpectedLine, ledgerFaults, type LedgerLine, timelineFaults } from '../../../shared/audit/order-audit.js';
import type { OrderFault } from '../../../shared/audit/order-faults.js';
import type { Particulars } from '../../../shared/audit/particulars.js';
import type { TimelineRow } from '../../../shared/submissions/timeline.js';
import type { PaymentState, RefundState } from './payment-state.js';
import { allowedPaymentStatuses, type PaymentStatus } from './payment-status.js';
import { refundDigestOf } from './request-digest.js';

/** The statuses of a captured payment. */
const CAPTURED: readonly PaymentStatus[] = ['succeeded', 'partially_refunded', 'refunded'];

/** Contradictions between a payment's receipt and the merchant's credit. Exactly the captured payments are credited. */
export function faultsOfCredit({ id, status, credit }: PaymentState, lines: readonly LedgerLine[]): Particulars[] {
  const credited = lines.filter(({ kind }) => kind === 'payment');
  const on = (account: string): bigint => credited.reduce((sum, { legs }) => sum + (legs[account] ?? 0n), 0n);
  const found = [-on('received'), on('available'), on('fees'), on('taxes')];
  const isCaptured = CAPTURED.includes(status);
  const { grossPaise = null, netPaise = null, feePaise = null, taxPaise = null } = (isCaptured ? credit : null) ?? {};
  const isRight = isCaptured
    ? credited.length > 0 && [grossPaise, netPaise, feePaise, taxPaise].join() === found.join()
    : credited.length === 0;
  if (isRight) return [];
  const paise = { captured_paise: String(grossPaise ?? 0n), credited_paise: String(found[0]) };
  return [{ code: 'credit_differs', values: { id, status: isCaptured ? status : null, ...paise } }];
}

/**
 * Contradictions between the totals that a payment shows for its refunds and the refunds, and refunds beyond its
 * amount.
 */
export function faultsOfClaims(payment: PaymentState, refunds: readonly RefundState[]): Particulars[] {
  const { id, currency, amountMinor, claimed, refunded } = payment;
  const sumOf = (some: readonly RefundState[]): bigint => some.reduce((sum, refund) => sum + refund.amountMinor, 0n);
  const claims = sumOf(refunds.filter(({ status }) => status !== 'failed'));
  const given = sumOf(refunds.filter(({ status }) => status === 'succeeded'));
  if (claims <= amountMinor && claims === claimed.minor && given === refunded.minor) return [];
  const shown = { captured_minor: String(amountMinor), shown_minor: String(claimed.minor) };
  const found = { claimed_minor: String(claims), refunded_minor: String(given) };
  return [{ code: 'refund_claims_differ', values: { id, currency, ...shown, ...found } }];
}

/** Contradictions between a refund and its ledger transactions. */
export function faultsOfRefund(refund: RefundState, payment: PaymentState, lines: readonly LedgerLine[]): OrderFault[] {
  const faults = ledgerFaults(lines, dueOf(refund));
  const digest = lines[0]?.requestDigest ?? null;
  if (digest !== null && digest !== refundDigestOf(refund, payment))
    faults.push({ code: 'request_differs', values: {} });
  return faults;
}

/** Contradictions between a payment, its refunds, and the timeline of both. */
export function faultsOfTimeline(
  payment: PaymentState,
  refunds: readonly RefundState[],
  entries: readonly TimelineRow<PaymentStatus>[],
): OrderFault[] {
  const mayBecome = (from: PaymentStatus, to: PaymentStatus): boolean => allowedPaymentStatuses(from).includes(to);
  const faults = timelineFaults(payment, entries, 'created', mayBecome);
  const succeeded = entries.find(({ type }) => type === 'payment.succeeded');
  if (succeeded !== undefined && succeeded.data['provider_id'] !== payment.providerId)
    faults.push({ code: 'provider_id_differs', values: {} });
  if (!payment.gatewayDisagrees && entries.some(({ type }) => type === 'payment.gateway_disagreed'))
    faults.push({ code: 'provider_disagreement_lost', values: {} });
  const types = new Map(refunds.map(({ id }) => [id, [] as string[]]));
  for (const { type, data } of entries) {
    if (!/^refund[.](requested|succeeded|failed)$/.test(type)) continue;
    const ofRefund = types.get(data['refund_id'] as string);
    if (ofRefund === undefined) faults.push({ code: 'event_of_missing_refund', values: { event_type: type } });
    else ofRefund.push(type);
  }
  const disagreed = new Set(
    entries.flatMap(({ type, data }) => (type === 'refund.gateway_disagreed' ? [data['refund_id']] : [])),
  );
  for (const { id, status, gatewayDisagrees } of refunds) {
    if (disagreed.has(id) && !gatewayDisagrees)
      faults.push({ code: 'refund_disagreement_lost', values: { refund_id: id } });
    const due = status === 'pending' ? ['refund.requested'] : ['refund.requested', `refund.${status}`];
    if (types.get(id)!.join() !== due.join())
      faults.push({ code: 'refund_timeline_differs', values: { refund_id: id, refund_status: status } });
  }
  return faults;
}

/**
 * The ledger transactions of a refund. One worth less than a paisa, or paid from the fee alone, holds or moves nothing.
 */
function dueOf({ status, amountPaise, feePaise, taxPaise }: RefundState): ExpectedLine[] {
  const held = amountPaise - feePaise - taxPaise;
  const lines: ExpectedLine[] = [{ kind: 'refund_hold', legs: { available: -held, held } }];
  const given = { held: -held, received: amountPaise, fees: -feePaise, taxes: -taxPaise };
  if (status === 'succeeded') lines.push({ kind: 'refund', legs: given });
  if (status === 'failed') lines.push({ kind: 'refund_release', legs: { available: held, held: -held } });
  return lines.filter(({ legs }) => Object.values(legs).some((paise) => paise !== 0n));
}
