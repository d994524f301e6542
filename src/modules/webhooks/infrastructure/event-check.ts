import type { Particulars } from '../../../shared/audit/particulars.js';
import { inSlices, type SlicedQuery, type Sql } from '../../../platform/database/database.public.js';
import { type BookCheck, checkPart, finding } from '../../ledger/ledger.public.js';

/** After a restore, numbers are raised by this much (operating.md, "Backup and restore"): the only intended gap. */
const RAISED_BY = 1_000_000;

interface NumberedEvent {
  readonly sequence: string;
  readonly id: string;
  /** The number of the event before it; null: it is the oldest that is stored. */
  readonly before: string | null;
  readonly before_id: string | null;
  readonly before_is_carried: boolean | null;
}

/** An event that still waits to be carried is not pruned, even if later ones are: a gap after it is no finding. */
const NUMBERS: SlicedQuery<NumberedEvent> = {
  text: `
    SELECT o.sequence, o.id, b.sequence AS before, b.id AS before_id, b.is_carried AS before_is_carried
    FROM outbox o LEFT JOIN LATERAL (
      SELECT e.sequence, e.id, e.published_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM outbox_queue q WHERE q.id = e.id AND q.merchant_id = $1) AS is_carried
      FROM outbox e
      WHERE e.merchant_id = $1 AND e.sequence < o.sequence ORDER BY e.sequence DESC LIMIT 1
    ) b ON true
    WHERE o.merchant_id = $1 AND o.sequence > $2 ORDER BY o.sequence LIMIT $3`,
  key: ['sequence'],
  start: ['0'],
  size: 2_000,
};

function* faultsOf(event: NumberedEvent): Generator<Particulars> {
  const { sequence, id, before, before_id, before_is_carried } = event;
  if (before === null || before_id === null) return;
  const values = { event_number: Number(sequence), previous_number: Number(before) };
  const step = Number(sequence) - Number(before);
  if (step !== 1 && step !== 1 + RAISED_BY && before_is_carried === true) yield { code: 'event_gap', values };
  // A new event gets the number after that of the row with the book's highest id.
  if (id < before_id) yield { code: 'event_id_out_of_order', values };
}

/** The part of `verify` for events: that the numbers have no gaps, so that readers can tell what they have missed. */
export const checkEvents = {
  judged: [],
  computed: [
    checkPart(
      'events',
      ({ sql, merchantId }, after) => inSlices(sql, NUMBERS, [merchantId], after),
      ({ merchantId }, rows) =>
        rows.flatMap((row) => [...faultsOf(row)].map((particulars) => finding('EVENT_GAP', merchantId, particulars))),
    ),
  ],
} satisfies BookCheck<Sql>;
