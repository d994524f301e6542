import { type ExpectedLine, ledgerFaults, type LedgerLine, timelineFaults } from '../../../shared/audit/order-audit.js';
import type { OrderFault } from '../../../shared/audit/order-faults.js';
import type { TimelineRow } from '../../../shared/submissions/timeline.js';
import type { PayoutState } from './payout-state.js';
import { ACTOR_KINDS, allowedStatuses, type PayoutStatus } from './payout-status.js';
import { requestDigestOf } from './request-digest.js';

/** What the ledger has of a payout, by the status that it came to. */
const DUE = {
  pending: ['payout_hold'],
  processing: ['payout_hold'],
  completed: ['payout_hold', 'payout_settlement'],
  failed: ['payout_hold', 'payout_release'],
  cancelled: ['payout_hold', 'payout_release'],
  reversed: ['payout_hold', 'payout_settlement', 'payout_reversal'],
} as const satisfies Record<PayoutStatus, readonly (keyof typeof LEGS)[]>;

/** What each does to the accounts, in times of the amount. */
const LEGS = {
  payout_hold: { available: -1n, held: 1n },
  payout_settlement: { held: -1n, paid_out: 1n },
  payout_release: { available: 1n, held: -1n },
  payout_reversal: { available: 1n, paid_out: -1n },
} as const;

/** What is wrong between a payout and what the ledger has of it. */
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

/** What is wrong between a payout, what the ledger has of it, and its timeline. */
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
