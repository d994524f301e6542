import { faultOf } from '../../../shared/audit/particulars.js';
import { byId, slicesOfMerchant, type Sql } from '../../../platform/database/database.public.js';
import { type BookCheck, checkPart, toBeJudged } from '../../ledger/ledger.public.js';
import { findingsOfNoBook, callbacks } from './callback-check.js';
import { paymentTies } from './payment-ties.js';
import { providerIds } from './provider-id-check.js';

type Contradicted = Readonly<Record<'id' | 'subject' | 'status' | 'history', string>>;

/**
 * A small slice of contradicted orders, each with its evidence: how it ended, and its whole timeline. A payment's
 * timeline also has the entries of its refunds, so the entries are selected.
 */
interface OrderSql {
  readonly subject: string;
  readonly table: string;
  /** The values of its entries in the payment's timeline. */
  readonly paymentId: string;
  readonly refundId: string;
}

const contradicted = ({ subject, table, paymentId, refundId }: OrderSql) =>
  byId<Contradicted>(
    200,
    `
    SELECT o.id, '${subject}' AS subject, o.status,
      (SELECT jsonb_agg(jsonb_build_array(e.seq, e.type, e.data) ORDER BY e.seq)::text
        FROM payment_events e WHERE e.merchant_id = $1 AND e.payment_id = ${paymentId}
          AND e.data ->> 'refund_id' IS NOT DISTINCT FROM ${refundId}) AS history
    FROM ${table} o WHERE o.merchant_id = $1 AND o.gateway_disagrees AND o.id > $2 ORDER BY o.id LIMIT $3`,
  );

const contradictions = (name: string, query: ReturnType<typeof contradicted>) =>
  checkPart(name, slicesOfMerchant(query), ({ merchantId }, rows) =>
    rows.map((row) => {
      const { subject, id, status, history } = row;
      const isOpen = status === 'processing' || status === 'pending';
      const code = isOpen ? 'gateway_has_another_amount' : 'gateway_says_otherwise';
      const evidence = [`${subject} ${id}`, status, history];
      return toBeJudged('BANK_DISAGREES', merchantId, faultOf(subject, row, { code, values: {} }), evidence);
    }),
  );

/**
 * What payments add to `verify`: the holds of open refunds; that each captured payment, and no other, was credited with
 * what its receipt says; that refunds stay within what was captured; that each order has its transactions and its
 * timeline, and the other way round; that no two orders share one charge or refund of the provider; and that no
 * provider has contradicted an order's end, or sent a callback that cannot be right.
 */
export const checkPayments = {
  holders: 'refunds',
  held,
  judged: [
    contradictions(
      'payments that a provider has contradicted',
      contradicted({ subject: 'payment', table: 'payments', paymentId: 'o.id', refundId: 'NULL' }),
    ),
    contradictions(
      'refunds that a provider has contradicted',
      contradicted({ subject: 'refund', table: 'refunds', paymentId: 'o.payment_id', refundId: 'o.id::text' }),
    ),
    callbacks,
  ],
  computed: [providerIds, ...paymentTies],
  findingsOfNoBook,
} satisfies BookCheck<Sql>;

async function held(sql: Sql, merchantId: string): Promise<bigint> {
  const [open] = await sql.query<{ sum: string }>(
    `SELECT coalesce(sum(amount_paise - fee_paise - tax_paise), 0) AS sum FROM refunds
     WHERE merchant_id = $1 AND next_attempt_at IS NOT NULL`,
    [merchantId],
  );
  return BigInt(open!.sum);
}
