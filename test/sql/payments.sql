-- What each method sends. Written by UPDATE_SQL=1 make test-file path=test/integration/repository-sql.spec.ts

-- TypeormPaymentReader.find
SELECT "PaymentRow"."provider_id" AS "PaymentRow_provider_id", "PaymentRow"."attempts" AS "PaymentRow_attempts",
    "PaymentRow"."failure" AS "PaymentRow_failure", "PaymentRow"."next_step" AS "PaymentRow_next_step",
    "PaymentRow"."next_attempt_at" AS "PaymentRow_next_attempt_at", "PaymentRow"."submission_ends_at" AS
    "PaymentRow_submission_ends_at", "PaymentRow"."not_found_at" AS "PaymentRow_not_found_at", "PaymentRow"."inquiries"
    AS "PaymentRow_inquiries", "PaymentRow"."needs_attention" AS "PaymentRow_needs_attention",
    "PaymentRow"."gateway_disagrees" AS "PaymentRow_gateway_disagrees", "PaymentRow"."created_at" AS
    "PaymentRow_created_at", "PaymentRow"."updated_at" AS "PaymentRow_updated_at", "PaymentRow"."merchant_id" AS
    "PaymentRow_merchant_id", "PaymentRow"."id" AS "PaymentRow_id", "PaymentRow"."amount_minor" AS
    "PaymentRow_amount_minor", "PaymentRow"."currency" AS "PaymentRow_currency", "PaymentRow"."description" AS
    "PaymentRow_description", "PaymentRow"."customer" AS "PaymentRow_customer", "PaymentRow"."purpose_code" AS
    "PaymentRow_purpose_code", "PaymentRow"."reference_id" AS "PaymentRow_reference_id", "PaymentRow"."status" AS
    "PaymentRow_status", "PaymentRow"."gateway" AS "PaymentRow_gateway", "PaymentRow"."rate" AS "PaymentRow_rate",
    "PaymentRow"."quote_id" AS "PaymentRow_quote_id", "PaymentRow"."gross_paise" AS "PaymentRow_gross_paise",
    "PaymentRow"."fee_paise" AS "PaymentRow_fee_paise", "PaymentRow"."tax_paise" AS "PaymentRow_tax_paise",
    "PaymentRow"."net_paise" AS "PaymentRow_net_paise", "PaymentRow"."claimed_minor" AS "PaymentRow_claimed_minor",
    "PaymentRow"."claimed_paise" AS "PaymentRow_claimed_paise", "PaymentRow"."claimed_fee_paise" AS
    "PaymentRow_claimed_fee_paise", "PaymentRow"."claimed_tax_paise" AS "PaymentRow_claimed_tax_paise",
    "PaymentRow"."refunded_minor" AS "PaymentRow_refunded_minor", "PaymentRow"."refunded_paise" AS
    "PaymentRow_refunded_paise", "PaymentRow"."events" AS "PaymentRow_events"
  FROM "payments" "PaymentRow"
  WHERE (("PaymentRow"."merchant_id" = $1) AND ("PaymentRow"."id" = $2))
  LIMIT 1;
SELECT "PaymentRow"."provider_id" AS "PaymentRow_provider_id", "PaymentRow"."attempts" AS "PaymentRow_attempts",
    "PaymentRow"."failure" AS "PaymentRow_failure", "PaymentRow"."next_step" AS "PaymentRow_next_step",
    "PaymentRow"."next_attempt_at" AS "PaymentRow_next_attempt_at", "PaymentRow"."submission_ends_at" AS
    "PaymentRow_submission_ends_at", "PaymentRow"."not_found_at" AS "PaymentRow_not_found_at", "PaymentRow"."inquiries"
    AS "PaymentRow_inquiries", "PaymentRow"."needs_attention" AS "PaymentRow_needs_attention",
    "PaymentRow"."gateway_disagrees" AS "PaymentRow_gateway_disagrees", "PaymentRow"."created_at" AS
    "PaymentRow_created_at", "PaymentRow"."updated_at" AS "PaymentRow_updated_at", "PaymentRow"."merchant_id" AS
    "PaymentRow_merchant_id", "PaymentRow"."id" AS "PaymentRow_id", "PaymentRow"."amount_minor" AS
    "PaymentRow_amount_minor", "PaymentRow"."currency" AS "PaymentRow_currency", "PaymentRow"."description" AS
    "PaymentRow_description", "PaymentRow"."customer" AS "PaymentRow_customer", "PaymentRow"."purpose_code" AS
    "PaymentRow_purpose_code", "PaymentRow"."reference_id" AS "PaymentRow_reference_id", "PaymentRow"."status" AS
    "PaymentRow_status", "PaymentRow"."gateway" AS "PaymentRow_gateway", "PaymentRow"."rate" AS "PaymentRow_rate",
    "PaymentRow"."quote_id" AS "PaymentRow_quote_id", "PaymentRow"."gross_paise" AS "PaymentRow_gross_paise",
    "PaymentRow"."fee_paise" AS "PaymentRow_fee_paise", "PaymentRow"."tax_paise" AS "PaymentRow_tax_paise",
    "PaymentRow"."net_paise" AS "PaymentRow_net_paise", "PaymentRow"."claimed_minor" AS "PaymentRow_claimed_minor",
    "PaymentRow"."claimed_paise" AS "PaymentRow_claimed_paise", "PaymentRow"."claimed_fee_paise" AS
    "PaymentRow_claimed_fee_paise", "PaymentRow"."claimed_tax_paise" AS "PaymentRow_claimed_tax_paise",
    "PaymentRow"."refunded_minor" AS "PaymentRow_refunded_minor", "PaymentRow"."refunded_paise" AS
    "PaymentRow_refunded_paise", "PaymentRow"."events" AS "PaymentRow_events"
  FROM "payments" "PaymentRow"
  WHERE (("PaymentRow"."id" = $1))
  LIMIT 1;

-- TypeormPaymentReader.findRefund
SELECT "RefundRow"."provider_id" AS "RefundRow_provider_id", "RefundRow"."attempts" AS "RefundRow_attempts",
    "RefundRow"."failure" AS "RefundRow_failure", "RefundRow"."next_step" AS "RefundRow_next_step",
    "RefundRow"."next_attempt_at" AS "RefundRow_next_attempt_at", "RefundRow"."submission_ends_at" AS
    "RefundRow_submission_ends_at", "RefundRow"."not_found_at" AS "RefundRow_not_found_at", "RefundRow"."inquiries" AS
    "RefundRow_inquiries", "RefundRow"."needs_attention" AS "RefundRow_needs_attention", "RefundRow"."gateway_disagrees"
    AS "RefundRow_gateway_disagrees", "RefundRow"."created_at" AS "RefundRow_created_at", "RefundRow"."updated_at" AS
    "RefundRow_updated_at", "RefundRow"."merchant_id" AS "RefundRow_merchant_id", "RefundRow"."id" AS "RefundRow_id",
    "RefundRow"."payment_id" AS "RefundRow_payment_id", "RefundRow"."amount_minor" AS "RefundRow_amount_minor",
    "RefundRow"."amount_paise" AS "RefundRow_amount_paise", "RefundRow"."fee_paise" AS "RefundRow_fee_paise",
    "RefundRow"."tax_paise" AS "RefundRow_tax_paise", "RefundRow"."status" AS "RefundRow_status"
  FROM "refunds" "RefundRow"
  WHERE (("RefundRow"."id" = $1))
  LIMIT 1;

-- TypeormPaymentReader.list
SELECT "p"."provider_id" AS "p_provider_id", "p"."attempts" AS "p_attempts", "p"."failure" AS "p_failure",
    "p"."next_step" AS "p_next_step", "p"."next_attempt_at" AS "p_next_attempt_at", "p"."submission_ends_at" AS
    "p_submission_ends_at", "p"."not_found_at" AS "p_not_found_at", "p"."inquiries" AS "p_inquiries",
    "p"."needs_attention" AS "p_needs_attention", "p"."gateway_disagrees" AS "p_gateway_disagrees", "p"."created_at" AS
    "p_created_at", "p"."updated_at" AS "p_updated_at", "p"."merchant_id" AS "p_merchant_id", "p"."id" AS "p_id",
    "p"."amount_minor" AS "p_amount_minor", "p"."currency" AS "p_currency", "p"."description" AS "p_description",
    "p"."customer" AS "p_customer", "p"."purpose_code" AS "p_purpose_code", "p"."reference_id" AS "p_reference_id",
    "p"."status" AS "p_status", "p"."gateway" AS "p_gateway", "p"."rate" AS "p_rate", "p"."quote_id" AS "p_quote_id",
    "p"."gross_paise" AS "p_gross_paise", "p"."fee_paise" AS "p_fee_paise", "p"."tax_paise" AS "p_tax_paise",
    "p"."net_paise" AS "p_net_paise", "p"."claimed_minor" AS "p_claimed_minor", "p"."claimed_paise" AS
    "p_claimed_paise", "p"."claimed_fee_paise" AS "p_claimed_fee_paise", "p"."claimed_tax_paise" AS
    "p_claimed_tax_paise", "p"."refunded_minor" AS "p_refunded_minor", "p"."refunded_paise" AS "p_refunded_paise",
    "p"."events" AS "p_events"
  FROM "payments" "p"
  ORDER BY "p"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "p"."provider_id" AS "p_provider_id", "p"."attempts" AS "p_attempts", "p"."failure" AS "p_failure",
    "p"."next_step" AS "p_next_step", "p"."next_attempt_at" AS "p_next_attempt_at", "p"."submission_ends_at" AS
    "p_submission_ends_at", "p"."not_found_at" AS "p_not_found_at", "p"."inquiries" AS "p_inquiries",
    "p"."needs_attention" AS "p_needs_attention", "p"."gateway_disagrees" AS "p_gateway_disagrees", "p"."created_at" AS
    "p_created_at", "p"."updated_at" AS "p_updated_at", "p"."merchant_id" AS "p_merchant_id", "p"."id" AS "p_id",
    "p"."amount_minor" AS "p_amount_minor", "p"."currency" AS "p_currency", "p"."description" AS "p_description",
    "p"."customer" AS "p_customer", "p"."purpose_code" AS "p_purpose_code", "p"."reference_id" AS "p_reference_id",
    "p"."status" AS "p_status", "p"."gateway" AS "p_gateway", "p"."rate" AS "p_rate", "p"."quote_id" AS "p_quote_id",
    "p"."gross_paise" AS "p_gross_paise", "p"."fee_paise" AS "p_fee_paise", "p"."tax_paise" AS "p_tax_paise",
    "p"."net_paise" AS "p_net_paise", "p"."claimed_minor" AS "p_claimed_minor", "p"."claimed_paise" AS
    "p_claimed_paise", "p"."claimed_fee_paise" AS "p_claimed_fee_paise", "p"."claimed_tax_paise" AS
    "p_claimed_tax_paise", "p"."refunded_minor" AS "p_refunded_minor", "p"."refunded_paise" AS "p_refunded_paise",
    "p"."events" AS "p_events"
  FROM "payments" "p"
  WHERE "p"."id" < $1
  ORDER BY "p"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "p"."provider_id" AS "p_provider_id", "p"."attempts" AS "p_attempts", "p"."failure" AS "p_failure",
    "p"."next_step" AS "p_next_step", "p"."next_attempt_at" AS "p_next_attempt_at", "p"."submission_ends_at" AS
    "p_submission_ends_at", "p"."not_found_at" AS "p_not_found_at", "p"."inquiries" AS "p_inquiries",
    "p"."needs_attention" AS "p_needs_attention", "p"."gateway_disagrees" AS "p_gateway_disagrees", "p"."created_at" AS
    "p_created_at", "p"."updated_at" AS "p_updated_at", "p"."merchant_id" AS "p_merchant_id", "p"."id" AS "p_id",
    "p"."amount_minor" AS "p_amount_minor", "p"."currency" AS "p_currency", "p"."description" AS "p_description",
    "p"."customer" AS "p_customer", "p"."purpose_code" AS "p_purpose_code", "p"."reference_id" AS "p_reference_id",
    "p"."status" AS "p_status", "p"."gateway" AS "p_gateway", "p"."rate" AS "p_rate", "p"."quote_id" AS "p_quote_id",
    "p"."gross_paise" AS "p_gross_paise", "p"."fee_paise" AS "p_fee_paise", "p"."tax_paise" AS "p_tax_paise",
    "p"."net_paise" AS "p_net_paise", "p"."claimed_minor" AS "p_claimed_minor", "p"."claimed_paise" AS
    "p_claimed_paise", "p"."claimed_fee_paise" AS "p_claimed_fee_paise", "p"."claimed_tax_paise" AS
    "p_claimed_tax_paise", "p"."refunded_minor" AS "p_refunded_minor", "p"."refunded_paise" AS "p_refunded_paise",
    "p"."events" AS "p_events"
  FROM "payments" "p"
  WHERE "p"."id" > $1
  ORDER BY "p"."id" ASC
  LIMIT 20 OFFSET 0;
SELECT "p"."provider_id" AS "p_provider_id", "p"."attempts" AS "p_attempts", "p"."failure" AS "p_failure",
    "p"."next_step" AS "p_next_step", "p"."next_attempt_at" AS "p_next_attempt_at", "p"."submission_ends_at" AS
    "p_submission_ends_at", "p"."not_found_at" AS "p_not_found_at", "p"."inquiries" AS "p_inquiries",
    "p"."needs_attention" AS "p_needs_attention", "p"."gateway_disagrees" AS "p_gateway_disagrees", "p"."created_at" AS
    "p_created_at", "p"."updated_at" AS "p_updated_at", "p"."merchant_id" AS "p_merchant_id", "p"."id" AS "p_id",
    "p"."amount_minor" AS "p_amount_minor", "p"."currency" AS "p_currency", "p"."description" AS "p_description",
    "p"."customer" AS "p_customer", "p"."purpose_code" AS "p_purpose_code", "p"."reference_id" AS "p_reference_id",
    "p"."status" AS "p_status", "p"."gateway" AS "p_gateway", "p"."rate" AS "p_rate", "p"."quote_id" AS "p_quote_id",
    "p"."gross_paise" AS "p_gross_paise", "p"."fee_paise" AS "p_fee_paise", "p"."tax_paise" AS "p_tax_paise",
    "p"."net_paise" AS "p_net_paise", "p"."claimed_minor" AS "p_claimed_minor", "p"."claimed_paise" AS
    "p_claimed_paise", "p"."claimed_fee_paise" AS "p_claimed_fee_paise", "p"."claimed_tax_paise" AS
    "p_claimed_tax_paise", "p"."refunded_minor" AS "p_refunded_minor", "p"."refunded_paise" AS "p_refunded_paise",
    "p"."events" AS "p_events"
  FROM "payments" "p"
  WHERE "p"."merchant_id" = $1 AND "p"."status" = $2 AND "p"."currency" = $3 AND "p"."reference_id" = $4 AND
      "p"."needs_attention" = $5 AND "p"."created_at" >= $6 AND "p"."created_at" < $7
  ORDER BY "p"."id" DESC
  LIMIT 20 OFFSET 0;

-- TypeormPaymentReader.timeline
SELECT *
  FROM payment_events
  WHERE merchant_id = $1 AND payment_id = $2
  ORDER BY seq;

-- TypeormPaymentReader.refunds
SELECT "p"."provider_id" AS "p_provider_id", "p"."attempts" AS "p_attempts", "p"."failure" AS "p_failure",
    "p"."next_step" AS "p_next_step", "p"."next_attempt_at" AS "p_next_attempt_at", "p"."submission_ends_at" AS
    "p_submission_ends_at", "p"."not_found_at" AS "p_not_found_at", "p"."inquiries" AS "p_inquiries",
    "p"."needs_attention" AS "p_needs_attention", "p"."gateway_disagrees" AS "p_gateway_disagrees", "p"."created_at" AS
    "p_created_at", "p"."updated_at" AS "p_updated_at", "p"."merchant_id" AS "p_merchant_id", "p"."id" AS "p_id",
    "p"."payment_id" AS "p_payment_id", "p"."amount_minor" AS "p_amount_minor", "p"."amount_paise" AS "p_amount_paise",
    "p"."fee_paise" AS "p_fee_paise", "p"."tax_paise" AS "p_tax_paise", "p"."status" AS "p_status"
  FROM "refunds" "p"
  WHERE "p"."merchant_id" = $1 AND "p"."payment_id" = $2
  ORDER BY "p"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "p"."provider_id" AS "p_provider_id", "p"."attempts" AS "p_attempts", "p"."failure" AS "p_failure",
    "p"."next_step" AS "p_next_step", "p"."next_attempt_at" AS "p_next_attempt_at", "p"."submission_ends_at" AS
    "p_submission_ends_at", "p"."not_found_at" AS "p_not_found_at", "p"."inquiries" AS "p_inquiries",
    "p"."needs_attention" AS "p_needs_attention", "p"."gateway_disagrees" AS "p_gateway_disagrees", "p"."created_at" AS
    "p_created_at", "p"."updated_at" AS "p_updated_at", "p"."merchant_id" AS "p_merchant_id", "p"."id" AS "p_id",
    "p"."payment_id" AS "p_payment_id", "p"."amount_minor" AS "p_amount_minor", "p"."amount_paise" AS "p_amount_paise",
    "p"."fee_paise" AS "p_fee_paise", "p"."tax_paise" AS "p_tax_paise", "p"."status" AS "p_status"
  FROM "refunds" "p"
  WHERE "p"."id" < $1 AND "p"."merchant_id" = $2 AND "p"."payment_id" = $3
  ORDER BY "p"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "p"."provider_id" AS "p_provider_id", "p"."attempts" AS "p_attempts", "p"."failure" AS "p_failure",
    "p"."next_step" AS "p_next_step", "p"."next_attempt_at" AS "p_next_attempt_at", "p"."submission_ends_at" AS
    "p_submission_ends_at", "p"."not_found_at" AS "p_not_found_at", "p"."inquiries" AS "p_inquiries",
    "p"."needs_attention" AS "p_needs_attention", "p"."gateway_disagrees" AS "p_gateway_disagrees", "p"."created_at" AS
    "p_created_at", "p"."updated_at" AS "p_updated_at", "p"."merchant_id" AS "p_merchant_id", "p"."id" AS "p_id",
    "p"."payment_id" AS "p_payment_id", "p"."amount_minor" AS "p_amount_minor", "p"."amount_paise" AS "p_amount_paise",
    "p"."fee_paise" AS "p_fee_paise", "p"."tax_paise" AS "p_tax_paise", "p"."status" AS "p_status"
  FROM "refunds" "p"
  WHERE "p"."id" > $1 AND "p"."merchant_id" = $2 AND "p"."payment_id" = $3
  ORDER BY "p"."id" ASC
  LIMIT 20 OFFSET 0;

-- TypeormPaymentReader.due
SELECT due.*, CASE WHEN coalesce(requested.payload -> 'refund' ->> 'id', requested.payload -> 'payment' ->> 'id') =
    due.id::text THEN requested.origin END AS origin
  FROM ( (SELECT merchant_id, id, id AS payment_id, NULL::uuid AS refund_id, attempts, next_attempt_at
      FROM payments
      WHERE next_attempt_at <= now() AND ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1)
    UNION ALL (SELECT merchant_id, id, payment_id, id, attempts, next_attempt_at
      FROM refunds
      WHERE next_attempt_at <= now() AND ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1) ) due
  LEFT JOIN LATERAL (
    SELECT o.payload, o.origin
    FROM outbox o
    WHERE o.merchant_id = due.merchant_id AND o.id > due.id
    ORDER BY o.id
    LIMIT 1 ) requested ON true
  ORDER BY due.next_attempt_at, due.id
  LIMIT $1;

-- checkPayments.held
SELECT coalesce(sum(amount_paise - fee_paise - tax_paise), 0) AS sum
  FROM refunds
  WHERE merchant_id = $1 AND next_attempt_at IS NOT NULL;

-- checkPayments.findings
SELECT coalesce(p.id::text, l.reference_id) AS id, p.status, p.gross_paise, l.gross
  FROM (SELECT *
    FROM payments
    WHERE merchant_id = $1 AND status IN ('succeeded', 'partially_refunded', 'refunded')) p
  FULL JOIN (
    SELECT t.reference_id, coalesce(-sum(e.amount_paise) FILTER (WHERE e.account = 'received'), 0) AS gross,
        coalesce(sum(e.amount_paise) FILTER (WHERE e.account = 'available'), 0) AS net, coalesce(sum(e.amount_paise)
        FILTER (WHERE e.account = 'fees'), 0) AS fee, coalesce(sum(e.amount_paise) FILTER (WHERE e.account = 'taxes'),
        0) AS tax
    FROM ledger_transactions t
    JOIN ledger_entries e ON e.merchant_id = t.merchant_id AND e.seq = t.seq
    WHERE t.merchant_id = $1 AND t.kind = 'payment'
    GROUP BY t.reference_id) l ON l.reference_id = p.id::text
  WHERE p.id IS NULL OR l.reference_id IS NULL OR (p.gross_paise, p.net_paise, p.fee_paise, p.tax_paise) IS DISTINCT
  FROM (l.gross, l.net, l.fee, l.tax)
  ORDER BY 1;
SELECT coalesce(r.id::text, l.reference_id) AS id, r.amount_paise, l.gross
  FROM (SELECT *
    FROM refunds
    WHERE merchant_id = $1 AND status = 'succeeded' AND amount_paise > 0) r
  FULL JOIN (
    SELECT t.reference_id, coalesce(-sum(e.amount_paise) FILTER (WHERE e.account = 'received'), 0) AS gross,
        coalesce(sum(e.amount_paise) FILTER (WHERE e.account = 'available'), 0) AS net, coalesce(sum(e.amount_paise)
        FILTER (WHERE e.account = 'fees'), 0) AS fee, coalesce(sum(e.amount_paise) FILTER (WHERE e.account = 'taxes'),
        0) AS tax
    FROM ledger_transactions t
    JOIN ledger_entries e ON e.merchant_id = t.merchant_id AND e.seq = t.seq
    WHERE t.merchant_id = $1 AND t.kind = 'refund'
    GROUP BY t.reference_id) l ON l.reference_id = r.id::text
  WHERE r.id IS NULL OR l.reference_id IS NULL OR r.amount_paise <> -l.gross OR r.fee_paise <> -l.fee OR r.tax_paise <>
      -l.tax
  ORDER BY 1;
SELECT p.id, p.amount_minor, p.claimed_minor, p.refunded_minor, coalesce(r.claimed, 0) AS claimed, coalesce(r.refunded,
    0) AS refunded
  FROM payments p
  LEFT JOIN (
    SELECT payment_id, sum(amount_minor) FILTER (WHERE status <> 'failed') AS claimed, sum(amount_minor) FILTER (WHERE
        status = 'succeeded') AS refunded
    FROM refunds
    WHERE merchant_id = $1
    GROUP BY payment_id ) r ON r.payment_id = p.id
  WHERE p.merchant_id = $1 AND (coalesce(r.claimed, 0) > p.amount_minor OR coalesce(r.claimed, 0) <> p.claimed_minor OR
      coalesce(r.refunded, 0) <> p.refunded_minor)
  ORDER BY p.id;
SELECT 'payment ' || id AS what, status
  FROM payments
  WHERE merchant_id = $1 AND gateway_disagrees
  UNION ALL
  SELECT 'refund ' || id, status
  FROM refunds
  WHERE merchant_id = $1 AND gateway_disagrees
  ORDER BY 1;
SELECT c.gateway, c.event_id, c.outcome, c.subject, c.reference
  FROM gateway_callbacks c
  WHERE c.outcome IN ('amount_mismatch', 'other_gateway', 'not_confirmed') AND ((c.subject = 'payment' AND EXISTS
      (SELECT
        FROM payments p
        WHERE p.merchant_id = $1 AND p.id::text = c.reference)) OR (c.subject = 'refund' AND EXISTS (SELECT
        FROM refunds r
        WHERE r.merchant_id = $1 AND r.id::text = c.reference)))
  ORDER BY c.received_at;
