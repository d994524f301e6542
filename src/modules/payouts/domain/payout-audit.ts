import { type ExpectedLine, ledgerFaults, type LedgerLine, timelineFaults } from '../../../shared/audit/order-audit.js';
import type { OrderFault } from '../../../shared/audit/order-faults.js';
import type { TimelineRow } from '../../../shared/submissions/timeline.js';
import type { PayoutState } from './payout-state.js';
import { ACTOR_KINDS, allowedStatuses, type PayoutStatus } from './payout-status.js';
import { requestDigestOf } from './request-digest.js';

/** The ledger transactions that a payout of each status must have. */
const DUE = {
  pending: ['payout_hold'],
  processing: ['payout_hold'],
  completed: ['payout_hold', 'payout_settlement'],
  failed: ['payout_hold', 'payout_release'],
  cancelled: ['payout_hold', 'payout_release'],
  reversed: ['payout_hold', 'payout_settlement', 'payout_reversal'],
} as const satisfies Record<PayoutStatus, readonly (keyof typeof LEGS)[]>;

/** What each transaction does to the accounts, as a multiple of the amount. */
const LEGS = {
  payout_hold: { available: -1n, held: 1n },
  payout_settlement: { held: -1n, paid_out: 1n },
  payout_release: { available: 1n, held: -1n },
  payout_reversal: { available: 1n, paid_out: -1n },
} as const;

/** Contradictions between a payout and its ledger transactions. */
export function faultsOfMoney(payout: PayoutState, lines: readonly LedgerLine[]): OrderFault[] {
  const faults = ledgerFaults(
    lines,
    DUE[payout.status].map((kind) => line(kind, payout.amount.paise)),
  );
  const [hold, settlement, reversal] = lines;
  const digest = hold?.requestDigest ?? null;
  if (digest !== null && digest !== requestDigestOf(payout)) faults.push({ code: 'request_differs', values: {} });
  if (reversal !== undefined && reversal.reversesSeq !== settlement!.seq) {
    const values = { transaction_kind: reversal.kind, seq: reversal.seq };
    faults.push({ code: 'reversal_differs', values });
  }
  return faults;
}

/** Contradictions between a payout, its ledger transactions and its timeline. */
export function faultsOfTimeline(
  payout: PayoutState,
  entries: readonly TimelineRow<PayoutStatus>[],
  [hold]: readonly LedgerLine[],
): OrderFault[] {
  const mayBecome = (from: PayoutStatus, to: PayoutStatus): boolean =>
    ACTOR_KINDS.some((actor) => allowedStatuses(actor, from).includes(to));
  const faults = timelineFaults(payout, entries, 'pending', mayBecome);
  if (hold !== undefined && entries[0]?.actor !== hold.actor) faults.push({ code: 'requester_differs', values: {} });
  const completed = entries.find(({ to }) => to === 'completed');
  if (completed !== undefined && completed.data['utr'] !== payout.utr) faults.push({ code: 'utr_differs', values: {} });
  const last = (type: string): number => entries.findLastIndex((entry) => entry.type === type);
  const { bankDisagrees, bankHasAnotherSince } = payout;
  if (!bankDisagrees && (bankHasAnotherSince !== null || last('payout.bank_disagreed') > last('payout.reversed')))
    faults.push({ code: 'bank_disagreement_lost', values: {} });
  return faults;
}

function line(kind: keyof typeof LEGS, paise: bigint): ExpectedLine {
  return { kind, legs: Object.fromEntries(Object.entries(LEGS[kind]).map(([name, times]) => [name, times * paise])) };
}
