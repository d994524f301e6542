import { type Finding, finding } from './audit.js';
import { type CheckedBook, type CheckPart, checkPart, type Read } from './book-checks.js';

/** A row that names an order. */
interface OrderTrace {
  /** The order's id. */
  readonly id: string;
  readonly exists: boolean;
}

interface LedgerTrace extends OrderTrace {
  readonly seq: string;
  readonly kind: string;
}

const MISMATCH = { payout: 'PAYOUT_MISMATCH', payment: 'PAYMENT_MISMATCH', refund: 'REFUND_MISMATCH' } as const;
type Subject = keyof typeof MISMATCH;

interface OrderTraces<Snapshot> {
  /** Ordered by seq. */
  readonly transactions: Read<Snapshot, LedgerTrace>;
  /** Ordered by the order's id. */
  readonly timelines: Read<Snapshot, OrderTrace>;
  /** The kind of order that a transaction of this kind names. */
  readonly subjectOf: (kind: string) => Subject;
}

/**
 * Checks the transactions and the timelines of some orders, and finds those whose orders do not exist.
 * @param orders the kind of orders that the timelines belong to
 */
export function tracesOfOrders<Snapshot>(
  orders: 'payouts' | 'payments',
  { transactions, timelines, subjectOf }: OrderTraces<Snapshot>,
): CheckPart<Snapshot>[] {
  const subject = orders === 'payouts' ? 'payout' : 'payment';
  return [
    tracesPart(`transactions of ${orders}`, transactions, startSeq, (merchantId, { id, kind }) => {
      const values = { subject: subjectOf(kind), id, transaction_kind: kind };
      return finding(MISMATCH[values.subject], merchantId, { code: 'transaction_of_missing_order', values });
    }),
    tracesPart(`timelines of ${orders}`, timelines, startId, (merchantId, { id }) =>
      finding(MISMATCH[subject], merchantId, { code: 'timeline_of_missing_order', values: { subject, id } }),
    ),
  ];
}

/** @param start where to begin if no earlier run made progress */
function tracesPart<Snapshot, Trace extends OrderTrace>(
  name: string,
  read: Read<Snapshot, Trace>,
  start: (book: CheckedBook<Snapshot>) => readonly string[] | undefined,
  missing: (merchantId: string, trace: Trace) => Finding,
): CheckPart<Snapshot> {
  return checkPart(
    name,
    (book, after) => read(book, after ?? start(book)),
    ({ merchantId }, traces) => traces.filter(({ exists }) => !exists).map((trace) => missing(merchantId, trace)),
  );
}

/** After what was verified before. */
const startId = ({ since }: CheckedBook<unknown>) => (since === null ? undefined : [since.id]);

const startSeq = ({ since }: CheckedBook<unknown>) => (since === null ? undefined : [String(since.seq)]);
