-- What each method sends. Written by UPDATE_SQL=1 make test-file path=test/integration/repository-sql.spec.ts

-- TypeormPaymentReader.find
SELECT "payments"."merchant_id" AS "payments_merchant_id", "payments"."id" AS "payments_id", "payments"."amount_minor"
    AS "payments_amount_minor", "payments"."currency" AS "payments_currency", "payments"."description" AS
    "payments_description", "payments"."customer" AS "payments_customer", "payments"."purpose_code" AS
    "payments_purpose_code", "payments"."reference_id" AS "payments_reference_id", "payments"."attempts" AS
    "payments_attempts", "payments"."next_step" AS "payments_next_step", "payments"."next_attempt_at" AS
    "payments_next_attempt_at", "payments"."next_attempt_live_ms" AS "payments_next_attempt_live_ms",
    "payments"."submission_ends_at" AS "payments_submission_ends_at", "payments"."submission_ends_live_ms" AS
    "payments_submission_ends_live_ms", "payments"."not_found_at" AS "payments_not_found_at", "payments"."inquiries" AS
    "payments_inquiries", "payments"."waiting_for" AS "payments_waiting_for", "payments"."waiting_at" AS
    "payments_waiting_at", "payments"."needs_attention" AS "payments_needs_attention", "payments"."last_answer" AS
    "payments_last_answer", "payments"."unchanged_inquiries" AS "payments_unchanged_inquiries",
    "payments"."last_unchanged_at" AS "payments_last_unchanged_at", "payments"."provider_id" AS "payments_provider_id",
    "payments"."failure" AS "payments_failure", "payments"."gateway_disagrees" AS "payments_gateway_disagrees",
    "payments"."gateway_has_another_since" AS "payments_gateway_has_another_since", "payments"."failed_at" AS
    "payments_failed_at", "payments"."created_at" AS "payments_created_at", "payments"."updated_at" AS
    "payments_updated_at", "payments"."revision" AS "payments_revision", "payments"."status" AS "payments_status",
    "payments"."gateway" AS "payments_gateway", "payments"."rate" AS "payments_rate", "payments"."gross_paise" AS
    "payments_gross_paise", "payments"."fee_paise" AS "payments_fee_paise", "payments"."tax_paise" AS
    "payments_tax_paise", "payments"."net_paise" AS "payments_net_paise", "payments"."quote_id" AS "payments_quote_id",
    "payments"."claimed_minor" AS "payments_claimed_minor", "payments"."claimed_paise" AS "payments_claimed_paise",
    "payments"."claimed_fee_paise" AS "payments_claimed_fee_paise", "payments"."claimed_tax_paise" AS
    "payments_claimed_tax_paise", "payments"."refunded_minor" AS "payments_refunded_minor", "payments"."refunded_paise"
    AS "payments_refunded_paise", "payments"."events" AS "payments_events", "payments"."timeline_hash" AS
    "payments_timeline_hash"
  FROM "payments" "payments"
  WHERE (("payments"."merchant_id" = $1) AND ("payments"."id" = $2))
  LIMIT 1;
SELECT "payments"."merchant_id" AS "payments_merchant_id", "payments"."id" AS "payments_id", "payments"."amount_minor"
    AS "payments_amount_minor", "payments"."currency" AS "payments_currency", "payments"."description" AS
    "payments_description", "payments"."customer" AS "payments_customer", "payments"."purpose_code" AS
    "payments_purpose_code", "payments"."reference_id" AS "payments_reference_id", "payments"."attempts" AS
    "payments_attempts", "payments"."next_step" AS "payments_next_step", "payments"."next_attempt_at" AS
    "payments_next_attempt_at", "payments"."next_attempt_live_ms" AS "payments_next_attempt_live_ms",
    "payments"."submission_ends_at" AS "payments_submission_ends_at", "payments"."submission_ends_live_ms" AS
    "payments_submission_ends_live_ms", "payments"."not_found_at" AS "payments_not_found_at", "payments"."inquiries" AS
    "payments_inquiries", "payments"."waiting_for" AS "payments_waiting_for", "payments"."waiting_at" AS
    "payments_waiting_at", "payments"."needs_attention" AS "payments_needs_attention", "payments"."last_answer" AS
    "payments_last_answer", "payments"."unchanged_inquiries" AS "payments_unchanged_inquiries",
    "payments"."last_unchanged_at" AS "payments_last_unchanged_at", "payments"."provider_id" AS "payments_provider_id",
    "payments"."failure" AS "payments_failure", "payments"."gateway_disagrees" AS "payments_gateway_disagrees",
    "payments"."gateway_has_another_since" AS "payments_gateway_has_another_since", "payments"."failed_at" AS
    "payments_failed_at", "payments"."created_at" AS "payments_created_at", "payments"."updated_at" AS
    "payments_updated_at", "payments"."revision" AS "payments_revision", "payments"."status" AS "payments_status",
    "payments"."gateway" AS "payments_gateway", "payments"."rate" AS "payments_rate", "payments"."gross_paise" AS
    "payments_gross_paise", "payments"."fee_paise" AS "payments_fee_paise", "payments"."tax_paise" AS
    "payments_tax_paise", "payments"."net_paise" AS "payments_net_paise", "payments"."quote_id" AS "payments_quote_id",
    "payments"."claimed_minor" AS "payments_claimed_minor", "payments"."claimed_paise" AS "payments_claimed_paise",
    "payments"."claimed_fee_paise" AS "payments_claimed_fee_paise", "payments"."claimed_tax_paise" AS
    "payments_claimed_tax_paise", "payments"."refunded_minor" AS "payments_refunded_minor", "payments"."refunded_paise"
    AS "payments_refunded_paise", "payments"."events" AS "payments_events", "payments"."timeline_hash" AS
    "payments_timeline_hash"
  FROM "payments" "payments"
  WHERE (("payments"."id" = $1))
  LIMIT 1;

-- TypeormPaymentReader.findRefund
SELECT "refunds"."merchant_id" AS "refunds_merchant_id", "refunds"."id" AS "refunds_id", "refunds"."payment_id" AS
    "refunds_payment_id", "refunds"."amount_minor" AS "refunds_amount_minor", "refunds"."amount_paise" AS
    "refunds_amount_paise", "refunds"."fee_paise" AS "refunds_fee_paise", "refunds"."tax_paise" AS "refunds_tax_paise",
    "refunds"."attempts" AS "refunds_attempts", "refunds"."next_step" AS "refunds_next_step",
    "refunds"."next_attempt_at" AS "refunds_next_attempt_at", "refunds"."next_attempt_live_ms" AS
    "refunds_next_attempt_live_ms", "refunds"."submission_ends_at" AS "refunds_submission_ends_at",
    "refunds"."submission_ends_live_ms" AS "refunds_submission_ends_live_ms", "refunds"."not_found_at" AS
    "refunds_not_found_at", "refunds"."inquiries" AS "refunds_inquiries", "refunds"."waiting_for" AS
    "refunds_waiting_for", "refunds"."waiting_at" AS "refunds_waiting_at", "refunds"."needs_attention" AS
    "refunds_needs_attention", "refunds"."last_answer" AS "refunds_last_answer", "refunds"."unchanged_inquiries" AS
    "refunds_unchanged_inquiries", "refunds"."last_unchanged_at" AS "refunds_last_unchanged_at", "refunds"."provider_id"
    AS "refunds_provider_id", "refunds"."failure" AS "refunds_failure", "refunds"."gateway_disagrees" AS
    "refunds_gateway_disagrees", "refunds"."gateway_has_another_since" AS "refunds_gateway_has_another_since",
    "refunds"."failed_at" AS "refunds_failed_at", "refunds"."created_at" AS "refunds_created_at", "refunds"."updated_at"
    AS "refunds_updated_at", "refunds"."revision" AS "refunds_revision", "refunds"."status" AS "refunds_status"
  FROM "refunds" "refunds"
  WHERE (("refunds"."merchant_id" = $1) AND ("refunds"."id" = $2))
  LIMIT 1;
SELECT "refunds"."merchant_id" AS "refunds_merchant_id", "refunds"."id" AS "refunds_id", "refunds"."payment_id" AS
    "refunds_payment_id", "refunds"."amount_minor" AS "refunds_amount_minor", "refunds"."amount_paise" AS
    "refunds_amount_paise", "refunds"."fee_paise" AS "refunds_fee_paise", "refunds"."tax_paise" AS "refunds_tax_paise",
    "refunds"."attempts" AS "refunds_attempts", "refunds"."next_step" AS "refunds_next_step",
    "refunds"."next_attempt_at" AS "refunds_next_attempt_at", "refunds"."next_attempt_live_ms" AS
    "refunds_next_attempt_live_ms", "refunds"."submission_ends_at" AS "refunds_submission_ends_at",
    "refunds"."submission_ends_live_ms" AS "refunds_submission_ends_live_ms", "refunds"."not_found_at" AS
    "refunds_not_found_at", "refunds"."inquiries" AS "refunds_inquiries", "refunds"."waiting_for" AS
    "refunds_waiting_for", "refunds"."waiting_at" AS "refunds_waiting_at", "refunds"."needs_attention" AS
    "refunds_needs_attention", "refunds"."last_answer" AS "refunds_last_answer", "refunds"."unchanged_inquiries" AS
    "refunds_unchanged_inquiries", "refunds"."last_unchanged_at" AS "refunds_last_unchanged_at", "refunds"."provider_id"
    AS "refunds_provider_id", "refunds"."failure" AS "refunds_failure", "refunds"."gateway_disagrees" AS
    "refunds_gateway_disagrees", "refunds"."gateway_has_another_since" AS "refunds_gateway_has_another_since",
    "refunds"."failed_at" AS "refunds_failed_at", "refunds"."created_at" AS "refunds_created_at", "refunds"."updated_at"
    AS "refunds_updated_at", "refunds"."revision" AS "refunds_revision", "refunds"."status" AS "refunds_status"
  FROM "refunds" "refunds"
  WHERE (("refunds"."id" = $1))
  LIMIT 1;

-- TypeormPaymentReader.openRefunds
SELECT count(*)::int AS count
  FROM (
    SELECT
    FROM refunds
    WHERE merchant_id = $1 AND next_attempt_at IS NOT NULL
    LIMIT $2) AS open;

-- TypeormPaymentReader.providersOf
SELECT gateway, count(*)::int AS orders, max(id::text) AS last
  FROM (SELECT id, gateway
    FROM payments
    WHERE id > $1::uuid AND id < $2::uuid
    ORDER BY id
    LIMIT $3) slice
  GROUP BY gateway;

-- TypeormPaymentReader.list
SELECT p.merchant_id, p.id, p.amount_minor, p.currency, p.description, p.customer, p.purpose_code, p.reference_id,
    p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status, p.gateway, p.rate, p.gross_paise, p.fee_paise, p.tax_paise,
    p.net_paise, p.quote_id, p.claimed_minor, p.claimed_paise, p.claimed_fee_paise, p.claimed_tax_paise,
    p.refunded_minor, p.refunded_paise, p.events, p.timeline_hash
  FROM LATERAL (SELECT *
    FROM payments p
    ORDER BY p.id DESC
    LIMIT $1) p
  ORDER BY p.id DESC
  LIMIT $2 OFFSET $3;
SELECT p.merchant_id, p.id, p.amount_minor, p.currency, p.description, p.customer, p.purpose_code, p.reference_id,
    p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status, p.gateway, p.rate, p.gross_paise, p.fee_paise, p.tax_paise,
    p.net_paise, p.quote_id, p.claimed_minor, p.claimed_paise, p.claimed_fee_paise, p.claimed_tax_paise,
    p.refunded_minor, p.refunded_paise, p.events, p.timeline_hash
  FROM unnest($1::uuid[]) AS s1(value)
  CROSS JOIN LATERAL (SELECT *
    FROM payments p
    WHERE p.id < s1.value
    ORDER BY p.id DESC
    LIMIT $2) p
  ORDER BY p.id DESC
  LIMIT $3 OFFSET $4;
SELECT p.merchant_id, p.id, p.amount_minor, p.currency, p.description, p.customer, p.purpose_code, p.reference_id,
    p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status, p.gateway, p.rate, p.gross_paise, p.fee_paise, p.tax_paise,
    p.net_paise, p.quote_id, p.claimed_minor, p.claimed_paise, p.claimed_fee_paise, p.claimed_tax_paise,
    p.refunded_minor, p.refunded_paise, p.events, p.timeline_hash
  FROM unnest($1::uuid[]) AS s1(value)
  CROSS JOIN LATERAL (SELECT *
    FROM payments p
    WHERE p.id > s1.value
    ORDER BY p.id ASC
    LIMIT $2) p
  ORDER BY p.id ASC
  LIMIT $3 OFFSET $4;
SELECT p.merchant_id, p.id, p.amount_minor, p.currency, p.description, p.customer, p.purpose_code, p.reference_id,
    p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status, p.gateway, p.rate, p.gross_paise, p.fee_paise, p.tax_paise,
    p.net_paise, p.quote_id, p.claimed_minor, p.claimed_paise, p.claimed_fee_paise, p.claimed_tax_paise,
    p.refunded_minor, p.refunded_paise, p.events, p.timeline_hash
  FROM unnest($4::text[]) AS s1(value)
  CROSS JOIN unnest($10::uuid[]) AS s2(value)
  CROSS JOIN unnest($11::uuid[]) AS s3(value)
  CROSS JOIN LATERAL (SELECT *
    FROM (SELECT *
      FROM payments f
      WHERE f.reference_id = $2 AND f.merchant_id = $3 OFFSET 0) p
    WHERE p.waiting_for = s1.value AND p.next_step = 'submit' AND p.id >= s2.value AND p.id < s3.value AND p.status IS
        NOT DISTINCT
    FROM $5 AND p.currency IS NOT DISTINCT
    FROM $6 AND p.needs_attention IS NOT DISTINCT
    FROM $7 AND p.amount_minor >= $8 AND p.amount_minor <= $9 AND ($1::uuid[] IS NULL OR p.merchant_id =
        ANY($1::uuid[]))
    ORDER BY p.id DESC
    LIMIT $12) p
  ORDER BY p.id DESC
  LIMIT $13 OFFSET $14;
SELECT p.merchant_id, p.id, p.amount_minor, p.currency, p.description, p.customer, p.purpose_code, p.reference_id,
    p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status, p.gateway, p.rate, p.gross_paise, p.fee_paise, p.tax_paise,
    p.net_paise, p.quote_id, p.claimed_minor, p.claimed_paise, p.claimed_fee_paise, p.claimed_tax_paise,
    p.refunded_minor, p.refunded_paise, p.events, p.timeline_hash
  FROM unnest($2::uuid[]) AS s1(value)
  CROSS JOIN unnest($3::text[]) AS s2(value)
  CROSS JOIN unnest($4::text[]) AS s3(value)
  CROSS JOIN LATERAL (SELECT *
    FROM payments p
    WHERE uuid_send(p.merchant_id) = uuid_send(s1.value) AND p.status = s2.value AND p.currency = s3.value AND
        ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
    ORDER BY uuid_send(p.id) DESC
    LIMIT $5) p
  ORDER BY p.id DESC
  LIMIT $6 OFFSET $7;
SELECT p.merchant_id, p.id, p.amount_minor, p.currency, p.description, p.customer, p.purpose_code, p.reference_id,
    p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status, p.gateway, p.rate, p.gross_paise, p.fee_paise, p.tax_paise,
    p.net_paise, p.quote_id, p.claimed_minor, p.claimed_paise, p.claimed_fee_paise, p.claimed_tax_paise,
    p.refunded_minor, p.refunded_paise, p.events, p.timeline_hash
  FROM unnest($2::text[]) AS s1(value)
  CROSS JOIN unnest($3::text[]) AS s2(value)
  CROSS JOIN LATERAL (SELECT *
    FROM payments p
    WHERE p.status = s1.value AND p.currency = s2.value AND p.needs_attention IS NOT DISTINCT
    FROM $1
    ORDER BY substr(uuid_send(p.id), 1) DESC
    LIMIT $4) p
  ORDER BY p.id DESC
  LIMIT $5 OFFSET $6;
SELECT p.merchant_id, p.id, p.amount_minor, p.currency, p.description, p.customer, p.purpose_code, p.reference_id,
    p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status, p.gateway, p.rate, p.gross_paise, p.fee_paise, p.tax_paise,
    p.net_paise, p.quote_id, p.claimed_minor, p.claimed_paise, p.claimed_fee_paise, p.claimed_tax_paise,
    p.refunded_minor, p.refunded_paise, p.events, p.timeline_hash
  FROM LATERAL (SELECT *
    FROM payments p
    WHERE p.needs_attention
    ORDER BY substr(uuid_send(p.id), 1) DESC
    LIMIT $1) p
  ORDER BY p.id DESC
  LIMIT $2 OFFSET $3;
SELECT p.merchant_id, p.id, p.amount_minor, p.currency, p.description, p.customer, p.purpose_code, p.reference_id,
    p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status, p.gateway, p.rate, p.gross_paise, p.fee_paise, p.tax_paise,
    p.net_paise, p.quote_id, p.claimed_minor, p.claimed_paise, p.claimed_fee_paise, p.claimed_tax_paise,
    p.refunded_minor, p.refunded_paise, p.events, p.timeline_hash
  FROM unnest($2::uuid[]) AS s1(value)
  CROSS JOIN unnest($3::text[]) AS s2(value)
  CROSS JOIN LATERAL (SELECT *
    FROM payments p
    WHERE uuid_send(p.merchant_id) = uuid_send(s1.value) AND p.waiting_for = s2.value AND p.next_step = 'submit' AND
        ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
    ORDER BY uuid_send(p.id) DESC
    LIMIT $4) p
  ORDER BY p.id DESC
  LIMIT $5 OFFSET $6;

-- TypeormPaymentReader.timeline
SELECT t.merchant_id, t.payment_id, t.seq, t.type, t.from_status, t.to_status, t.at, t.actor, t.reason, t.data, t.hash
  FROM payment_events t
  WHERE t.merchant_id = $1 AND t.payment_id = $2 AND t.type LIKE $3 AND t.data @> $4::jsonb AND t.seq > $5 AND t.seq <
      $6
  ORDER BY t.seq ASC
  LIMIT $7 OFFSET $8;

-- TypeormPaymentReader.attempts
SELECT t.merchant_id, t.payment_id, t.seq, t.type, t.from_status, t.to_status, t.at, t.actor, t.reason, t.data, t.hash
  FROM payment_events t
  WHERE t.merchant_id = $1 AND t.payment_id = $2 AND t.type LIKE $3 AND t.data @> $4::jsonb AND coalesce(t.data ->
      'answer' ->> 'attempt', t.data ->> 'attempt')::integer BETWEEN $5 AND $6 + 1
  ORDER BY t.seq;

-- TypeormPaymentReader.attention
SELECT w.place, t.merchant_id, t.payment_id, t.seq, t.type, t.from_status, t.to_status, t.at, t.actor, t.reason, t.data,
    t.hash
  FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY AS w(merchant_id, order_id, about, place)
  CROSS JOIN LATERAL (
    SELECT *
    FROM payment_events t
    WHERE t.merchant_id = w.merchant_id AND t.payment_id = w.order_id AND t.type = $4 AND t.data @> w.about::jsonb AND
        ($5::uuid[] IS NULL OR t.merchant_id = ANY($5::uuid[]))
    ORDER BY t.seq DESC
    LIMIT 1 ) t;

-- TypeormPaymentReader.count
SELECT count(*)::int AS count
  FROM (SELECT
    FROM unnest($2::uuid[]) AS s1(value)
    CROSS JOIN unnest($3::text[]) AS s2(value)
    CROSS JOIN unnest($4::text[]) AS s3(value)
    CROSS JOIN LATERAL (SELECT
      FROM payments p
      WHERE uuid_send(p.merchant_id) = uuid_send(s1.value) AND p.status = s2.value AND p.currency = s3.value AND
          ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
      ORDER BY uuid_send(p.id) DESC
      LIMIT $5) p
    LIMIT $6) counted;

-- TypeormPaymentReader.countAmong
SELECT 0 AS place, c0.*
  FROM (SELECT least(count(*) , 10)::int AS count, count(*) <= 10 AS "isExact"
    FROM (SELECT
      FROM unnest($2::uuid[]) AS s1(value)
      CROSS JOIN unnest($3::text[]) AS s2(value)
      CROSS JOIN unnest($4::text[]) AS s3(value)
      CROSS JOIN LATERAL (SELECT
        FROM payments p
        WHERE uuid_send(p.merchant_id) = uuid_send(s1.value) AND p.status = s2.value AND p.currency = s3.value AND
            ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
        ORDER BY uuid_send(p.id) DESC
        LIMIT $5) p
      LIMIT $6) p) c0;

-- TypeormPaymentReader.listRefunds
SELECT p.merchant_id, p.id, p.payment_id, p.amount_minor, p.amount_paise, p.fee_paise, p.tax_paise, p.attempts,
    p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status
  FROM unnest($1::text[]) AS s1(value)
  CROSS JOIN unnest($2::boolean[]) AS s2(value)
  CROSS JOIN LATERAL (SELECT *
    FROM refunds p
    WHERE p.status = s1.value AND p.needs_attention = s2.value AND p.amount_paise <= $3
    ORDER BY substr(uuid_send(p.id), 1) DESC
    LIMIT $4) p
  ORDER BY p.id DESC
  LIMIT $5 OFFSET $6;
SELECT p.id, p.currency
  FROM unnest($1::uuid[], $2::uuid[]) AS wanted(merchant_id, id)
  JOIN payments p ON p.merchant_id = wanted.merchant_id AND p.id = wanted.id AND ($3::uuid[] IS NULL OR p.merchant_id =
      ANY($3::uuid[]));
SELECT p.merchant_id, p.id, p.payment_id, p.amount_minor, p.amount_paise, p.fee_paise, p.tax_paise, p.attempts,
    p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status
  FROM unnest($1::text[]) AS s1(value)
  CROSS JOIN unnest($2::boolean[]) AS s2(value)
  CROSS JOIN unnest($4::uuid[]) AS s3(value)
  CROSS JOIN LATERAL (SELECT *
    FROM refunds p
    WHERE p.status = s1.value AND p.needs_attention = s2.value AND substr(uuid_send(p.id), 1) <
        substr(uuid_send(s3.value), 1) AND p.amount_paise <= $3
    ORDER BY substr(uuid_send(p.id), 1) DESC
    LIMIT $5) p
  ORDER BY p.id DESC
  LIMIT $6 OFFSET $7;
SELECT p.merchant_id, p.id, p.payment_id, p.amount_minor, p.amount_paise, p.fee_paise, p.tax_paise, p.attempts,
    p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status
  FROM unnest($1::text[]) AS s1(value)
  CROSS JOIN unnest($2::boolean[]) AS s2(value)
  CROSS JOIN unnest($4::uuid[]) AS s3(value)
  CROSS JOIN LATERAL (SELECT *
    FROM refunds p
    WHERE p.status = s1.value AND p.needs_attention = s2.value AND substr(uuid_send(p.id), 1) >
        substr(uuid_send(s3.value), 1) AND p.amount_paise <= $3
    ORDER BY substr(uuid_send(p.id), 1) ASC
    LIMIT $5) p
  ORDER BY p.id ASC
  LIMIT $6 OFFSET $7;
SELECT p.merchant_id, p.id, p.payment_id, p.amount_minor, p.amount_paise, p.fee_paise, p.tax_paise, p.attempts,
    p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status
  FROM unnest($2::uuid[]) AS s1(value)
  CROSS JOIN unnest($3::text[]) AS s2(value)
  CROSS JOIN unnest($7::uuid[]) AS s3(value)
  CROSS JOIN unnest($8::uuid[]) AS s4(value)
  CROSS JOIN LATERAL (SELECT *
    FROM refunds p
    WHERE uuid_send(p.merchant_id) = uuid_send(s1.value) AND p.waiting_for = s2.value AND p.next_step = 'submit' AND
        uuid_send(p.id) >= uuid_send(s3.value) AND uuid_send(p.id) < uuid_send(s4.value) AND p.status IS NOT DISTINCT
    FROM $4 AND p.needs_attention IS NOT DISTINCT
    FROM $5 AND p.amount_paise <= $6 AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
    ORDER BY uuid_send(p.id) DESC
    LIMIT $9) p
  ORDER BY p.id DESC
  LIMIT $10 OFFSET $11;
SELECT p.merchant_id, p.id, p.payment_id, p.amount_minor, p.amount_paise, p.fee_paise, p.tax_paise, p.attempts,
    p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status
  FROM unnest($4::text[]) AS s1(value)
  CROSS JOIN LATERAL (SELECT *
    FROM (SELECT *
      FROM refunds f
      WHERE f.id = $2 AND f.merchant_id = $3 OFFSET 0) p
    WHERE p.waiting_for = s1.value AND p.next_step = 'submit' AND p.status IS NOT DISTINCT
    FROM $5 AND p.needs_attention IS NOT DISTINCT
    FROM $6 AND p.amount_paise <= $7 AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
    ORDER BY p.id DESC
    LIMIT $8) p
  ORDER BY p.id DESC
  LIMIT $9 OFFSET $10;

-- TypeormPaymentReader.countRefunds
SELECT count(*)::int AS count
  FROM (SELECT
    FROM unnest($2::uuid[]) AS s1(value)
    CROSS JOIN unnest($3::text[]) AS s2(value)
    CROSS JOIN LATERAL (SELECT
      FROM refunds p
      WHERE uuid_send(p.merchant_id) = uuid_send(s1.value) AND p.waiting_for = s2.value AND p.next_step = 'submit' AND
          p.status IS NOT DISTINCT
      FROM $4 AND p.needs_attention IS NOT DISTINCT
      FROM $5 AND p.amount_paise <= $6 AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
      ORDER BY uuid_send(p.id) DESC
      LIMIT $7) p
    LIMIT $8) counted;

-- TypeormPaymentReader.countRefundsAmong
SELECT 0 AS place, c0.*
  FROM (SELECT least(count(*) FILTER (WHERE p.status IS NOT DISTINCT
        FROM $4 AND p.needs_attention IS NOT DISTINCT
        FROM $5 AND p.amount_paise <= $6), 10)::int AS count, count(*) <= 10 AS "isExact"
    FROM (SELECT p.*
      FROM unnest($2::uuid[]) AS s1(value)
      CROSS JOIN unnest($3::text[]) AS s2(value)
      CROSS JOIN LATERAL (SELECT *
        FROM refunds p
        WHERE uuid_send(p.merchant_id) = uuid_send(s1.value) AND p.waiting_for = s2.value AND p.next_step = 'submit' AND
            ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
        ORDER BY uuid_send(p.id) DESC
        LIMIT $7) p
      LIMIT $8) p) c0;

-- TypeormPaymentReader.refunds
SELECT p.merchant_id, p.id, p.payment_id, p.amount_minor, p.amount_paise, p.fee_paise, p.tax_paise, p.attempts,
    p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status
  FROM unnest($2::uuid[]) AS s1(value)
  CROSS JOIN unnest($3::uuid[]) AS s2(value)
  CROSS JOIN LATERAL (SELECT *
    FROM refunds p
    WHERE p.merchant_id = s1.value AND p.payment_id = s2.value AND ($1::uuid[] IS NULL OR p.merchant_id =
        ANY($1::uuid[]))
    ORDER BY p.id DESC
    LIMIT $4) p
  ORDER BY p.id DESC
  LIMIT $5 OFFSET $6;
SELECT p.merchant_id, p.id, p.payment_id, p.amount_minor, p.amount_paise, p.fee_paise, p.tax_paise, p.attempts,
    p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status
  FROM unnest($2::uuid[]) AS s1(value)
  CROSS JOIN unnest($3::uuid[]) AS s2(value)
  CROSS JOIN unnest($4::uuid[]) AS s3(value)
  CROSS JOIN LATERAL (SELECT *
    FROM refunds p
    WHERE p.merchant_id = s1.value AND p.payment_id = s2.value AND p.id < s3.value AND ($1::uuid[] IS NULL OR
        p.merchant_id = ANY($1::uuid[]))
    ORDER BY p.id DESC
    LIMIT $5) p
  ORDER BY p.id DESC
  LIMIT $6 OFFSET $7;
SELECT p.merchant_id, p.id, p.payment_id, p.amount_minor, p.amount_paise, p.fee_paise, p.tax_paise, p.attempts,
    p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status
  FROM unnest($2::uuid[]) AS s1(value)
  CROSS JOIN unnest($3::uuid[]) AS s2(value)
  CROSS JOIN unnest($4::uuid[]) AS s3(value)
  CROSS JOIN LATERAL (SELECT *
    FROM refunds p
    WHERE p.merchant_id = s1.value AND p.payment_id = s2.value AND p.id > s3.value AND ($1::uuid[] IS NULL OR
        p.merchant_id = ANY($1::uuid[]))
    ORDER BY p.id ASC
    LIMIT $5) p
  ORDER BY p.id ASC
  LIMIT $6 OFFSET $7;

-- TypeormPaymentReader.due
SELECT due.*, to_char(due.next_attempt_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS due_at, CASE WHEN
    coalesce(requested.payload -> 'refund' ->> 'id', requested.payload -> 'payment' ->> 'id') = due.id::text THEN
    requested.origin END AS origin
  FROM ( (SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at
      FROM payments
      WHERE next_step = 'submit' AND waiting_for IS NULL AND next_attempt_at <= now() AND ($2::timestamptz IS NULL OR
          (next_attempt_at, id) > ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1)
    UNION ALL (SELECT merchant_id, id, payment_id AS parent_id, attempts, next_attempt_at
      FROM refunds
      WHERE next_step = 'submit' AND waiting_for IS NULL AND next_attempt_at <= now() AND ($2::timestamptz IS NULL OR
          (next_attempt_at, id) > ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1)) due
  LEFT JOIN LATERAL (
    SELECT o.payload, o.origin
    FROM outbox o
    WHERE o.merchant_id = due.merchant_id AND o.id > due.id
    ORDER BY o.id
    LIMIT 1 ) requested ON true
  ORDER BY due.next_attempt_at, due.id
  LIMIT $1;
SELECT due.*, to_char(due.next_attempt_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS due_at, CASE WHEN
    coalesce(requested.payload -> 'refund' ->> 'id', requested.payload -> 'payment' ->> 'id') = due.id::text THEN
    requested.origin END AS origin
  FROM ( (SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at
      FROM payments
      WHERE next_step = 'inquire' AND next_attempt_at <= now() AND ($2::timestamptz IS NULL OR (next_attempt_at, id) >
          ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1)
    UNION ALL (SELECT merchant_id, id, payment_id AS parent_id, attempts, next_attempt_at
      FROM refunds
      WHERE next_step = 'inquire' AND next_attempt_at <= now() AND ($2::timestamptz IS NULL OR (next_attempt_at, id) >
          ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1)) due
  LEFT JOIN LATERAL (
    SELECT o.payload, o.origin
    FROM outbox o
    WHERE o.merchant_id = due.merchant_id AND o.id > due.id
    ORDER BY o.id
    LIMIT 1 ) requested ON true
  ORDER BY due.next_attempt_at, due.id
  LIMIT $1;

-- TypeormPaymentReader.misdated
SELECT due.*, to_char(due.next_attempt_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS due_at, CASE WHEN
    coalesce(requested.payload -> 'refund' ->> 'id', requested.payload -> 'payment' ->> 'id') = due.id::text THEN
    requested.origin END AS origin
  FROM ( (SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at
      FROM payments
      WHERE next_step = 'inquire' AND next_attempt_at > now() + $4::double precision * interval '1 millisecond' AND (NOT
          needs_attention OR next_attempt_at > now() + $5::double precision * interval '1 millisecond') AND
          ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1)
    UNION ALL (SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at
      FROM payments
      WHERE next_step = 'submit' AND waiting_for IS NULL AND next_attempt_at > now() + $4::double precision * interval
          '1 millisecond' AND (NOT needs_attention OR next_attempt_at > now() + $5::double precision * interval '1
          millisecond') AND ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1)
    UNION ALL (SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at
      FROM payments
      WHERE (SELECT set_back_live_ms > live_ms - 3600000
        FROM live_time) AND next_step = 'inquire' AND next_attempt_at > now() AND next_attempt_live_ms <= (SELECT
            live_ms
        FROM live_time) - 3000 AND ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1)
    UNION ALL (SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at
      FROM payments
      WHERE (SELECT set_back_live_ms > live_ms - 3600000
        FROM live_time) AND next_step = 'submit' AND waiting_for IS NULL AND next_attempt_at > now() AND
            next_attempt_live_ms <= (SELECT live_ms
        FROM live_time) - 3000 AND ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1)
    UNION ALL (SELECT merchant_id, id, payment_id AS parent_id, attempts, next_attempt_at
      FROM refunds
      WHERE next_step = 'inquire' AND next_attempt_at > now() + $4::double precision * interval '1 millisecond' AND (NOT
          needs_attention OR next_attempt_at > now() + $5::double precision * interval '1 millisecond') AND
          ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1)
    UNION ALL (SELECT merchant_id, id, payment_id AS parent_id, attempts, next_attempt_at
      FROM refunds
      WHERE next_step = 'submit' AND waiting_for IS NULL AND next_attempt_at > now() + $4::double precision * interval
          '1 millisecond' AND (NOT needs_attention OR next_attempt_at > now() + $5::double precision * interval '1
          millisecond') AND ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1)
    UNION ALL (SELECT merchant_id, id, payment_id AS parent_id, attempts, next_attempt_at
      FROM refunds
      WHERE (SELECT set_back_live_ms > live_ms - 3600000
        FROM live_time) AND next_step = 'inquire' AND next_attempt_at > now() AND next_attempt_live_ms <= (SELECT
            live_ms
        FROM live_time) - 3000 AND ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1)
    UNION ALL (SELECT merchant_id, id, payment_id AS parent_id, attempts, next_attempt_at
      FROM refunds
      WHERE (SELECT set_back_live_ms > live_ms - 3600000
        FROM live_time) AND next_step = 'submit' AND waiting_for IS NULL AND next_attempt_at > now() AND
            next_attempt_live_ms <= (SELECT live_ms
        FROM live_time) - 3000 AND ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1)) due
  LEFT JOIN LATERAL (
    SELECT o.payload, o.origin
    FROM outbox o
    WHERE o.merchant_id = due.merchant_id AND o.id > due.id
    ORDER BY o.id
    LIMIT 1 ) requested ON true
  ORDER BY due.next_attempt_at, due.id
  LIMIT $1;

-- TypeormPaymentReader.waiting
SELECT due.*, to_char(due.next_attempt_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS due_at, CASE WHEN
    coalesce(requested.payload -> 'refund' ->> 'id', requested.payload -> 'payment' ->> 'id') = due.id::text THEN
    requested.origin END AS origin
  FROM ( (SELECT found.*
      FROM unnest($2::text[]) AS wanted(text)
      CROSS JOIN LATERAL (
        SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at, waiting_for, waiting_at,
            jsonb_build_object('gateway', t.gateway, 'currency', t.currency) AS routed_by
        FROM payments t
        WHERE t.waiting_for = wanted.text AND t.next_step = 'submit' AND t.id > $3::uuid
        ORDER BY t.id
        LIMIT $1) found)
    UNION ALL (SELECT found.*
      FROM unnest($2::text[]) AS wanted(text)
      CROSS JOIN LATERAL (
        SELECT merchant_id, id, payment_id AS parent_id, attempts, next_attempt_at, waiting_for, waiting_at, (SELECT
            jsonb_build_object('gateway', p.gateway, 'currency', p.currency)
          FROM payments p
          WHERE p.merchant_id = t.merchant_id AND p.id = t.payment_id) AS routed_by
        FROM refunds t
        WHERE t.waiting_for = wanted.text AND t.next_step = 'submit' AND t.id > $3::uuid
        ORDER BY t.id
        LIMIT $1) found)) due
  LEFT JOIN LATERAL (
    SELECT o.payload, o.origin
    FROM outbox o
    WHERE o.merchant_id = due.merchant_id AND o.id > due.id
    ORDER BY o.id
    LIMIT 1 ) requested ON true
  ORDER BY due.id
  LIMIT $1;
SELECT due.*, to_char(due.next_attempt_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS due_at, CASE WHEN
    coalesce(requested.payload -> 'refund' ->> 'id', requested.payload -> 'payment' ->> 'id') = due.id::text THEN
    requested.origin END AS origin
  FROM ( (SELECT found.*
      FROM unnest($2::text[]) AS wanted(text)
      CROSS JOIN LATERAL (
        SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at, waiting_for, waiting_at,
            jsonb_build_object('gateway', t.gateway, 'currency', t.currency) AS routed_by
        FROM payments t
        WHERE t.merchant_id = $4 AND t.waiting_for = wanted.text AND t.next_step = 'submit' AND t.id > $3::uuid
        ORDER BY t.id
        LIMIT $1) found)
    UNION ALL (SELECT found.*
      FROM unnest($2::text[]) AS wanted(text)
      CROSS JOIN LATERAL (
        SELECT merchant_id, id, payment_id AS parent_id, attempts, next_attempt_at, waiting_for, waiting_at, (SELECT
            jsonb_build_object('gateway', p.gateway, 'currency', p.currency)
          FROM payments p
          WHERE p.merchant_id = t.merchant_id AND p.id = t.payment_id) AS routed_by
        FROM refunds t
        WHERE t.merchant_id = $4 AND t.waiting_for = wanted.text AND t.next_step = 'submit' AND t.id > $3::uuid
        ORDER BY t.id
        LIMIT $1) found)) due
  LEFT JOIN LATERAL (
    SELECT o.payload, o.origin
    FROM outbox o
    WHERE o.merchant_id = due.merchant_id AND o.id > due.id
    ORDER BY o.id
    LIMIT 1 ) requested ON true
  ORDER BY due.id
  LIMIT $1;

-- TypeormPaymentReader.waitingPlaces
(WITH RECURSIVE place AS ( (SELECT t.waiting_at
        FROM payments t
        WHERE t.waiting_for = 'gateway_unavailable' AND t.next_step = 'submit' AND t.waiting_at IS NOT NULL
        ORDER BY t.waiting_at
        LIMIT 1)
      UNION ALL
      SELECT (SELECT t.waiting_at
        FROM payments t
        WHERE t.waiting_for = 'gateway_unavailable' AND t.next_step = 'submit' AND t.waiting_at > place.waiting_at
        ORDER BY t.waiting_at
        LIMIT 1)
      FROM place
      WHERE place.waiting_at IS NOT NULL)
    SELECT waiting_at
    FROM place
    WHERE waiting_at IS NOT NULL
    UNION ALL
    SELECT ''
    WHERE EXISTS (SELECT t.waiting_at
      FROM payments t
      WHERE t.waiting_for = 'gateway_unavailable' AND t.next_step = 'submit' AND t.waiting_at IS NULL
      ORDER BY t.waiting_at
      LIMIT 1))
  UNION (WITH RECURSIVE place AS ( (SELECT t.waiting_at
        FROM refunds t
        WHERE t.waiting_for = 'gateway_unavailable' AND t.next_step = 'submit' AND t.waiting_at IS NOT NULL
        ORDER BY t.waiting_at
        LIMIT 1)
      UNION ALL
      SELECT (SELECT t.waiting_at
        FROM refunds t
        WHERE t.waiting_for = 'gateway_unavailable' AND t.next_step = 'submit' AND t.waiting_at > place.waiting_at
        ORDER BY t.waiting_at
        LIMIT 1)
      FROM place
      WHERE place.waiting_at IS NOT NULL)
    SELECT waiting_at
    FROM place
    WHERE waiting_at IS NOT NULL
    UNION ALL
    SELECT ''
    WHERE EXISTS (SELECT t.waiting_at
      FROM refunds t
      WHERE t.waiting_for = 'gateway_unavailable' AND t.next_step = 'submit' AND t.waiting_at IS NULL
      ORDER BY t.waiting_at
      LIMIT 1));

-- TypeormPaymentReader.waitingAt
SELECT due.*, to_char(due.next_attempt_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS due_at, CASE WHEN
    coalesce(requested.payload -> 'refund' ->> 'id', requested.payload -> 'payment' ->> 'id') = due.id::text THEN
    requested.origin END AS origin
  FROM ( (SELECT found.*
      FROM unnest($2::text[]) AS wanted(text)
      CROSS JOIN LATERAL (
        SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at, waiting_for, waiting_at,
            jsonb_build_object('gateway', t.gateway, 'currency', t.currency) AS routed_by
        FROM payments t
        WHERE t.waiting_for = 'gateway_unavailable' AND t.waiting_at = wanted.text AND t.next_step = 'submit' AND t.id >
            $3::uuid
        ORDER BY t.id
        LIMIT $1) found)
    UNION ALL (SELECT found.*
      FROM unnest($2::text[]) AS wanted(text)
      CROSS JOIN LATERAL (
        SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at, waiting_for, waiting_at,
            jsonb_build_object('gateway', t.gateway, 'currency', t.currency) AS routed_by
        FROM payments t
        WHERE t.waiting_for = 'gateway_unavailable' AND t.waiting_at IS NULL AND wanted.text = '' AND t.next_step =
            'submit' AND t.id > $3::uuid
        ORDER BY t.id
        LIMIT $1) found)
    UNION ALL (SELECT found.*
      FROM unnest($2::text[]) AS wanted(text)
      CROSS JOIN LATERAL (
        SELECT merchant_id, id, payment_id AS parent_id, attempts, next_attempt_at, waiting_for, waiting_at, (SELECT
            jsonb_build_object('gateway', p.gateway, 'currency', p.currency)
          FROM payments p
          WHERE p.merchant_id = t.merchant_id AND p.id = t.payment_id) AS routed_by
        FROM refunds t
        WHERE t.waiting_for = 'gateway_unavailable' AND t.waiting_at = wanted.text AND t.next_step = 'submit' AND t.id >
            $3::uuid
        ORDER BY t.id
        LIMIT $1) found)
    UNION ALL (SELECT found.*
      FROM unnest($2::text[]) AS wanted(text)
      CROSS JOIN LATERAL (
        SELECT merchant_id, id, payment_id AS parent_id, attempts, next_attempt_at, waiting_for, waiting_at, (SELECT
            jsonb_build_object('gateway', p.gateway, 'currency', p.currency)
          FROM payments p
          WHERE p.merchant_id = t.merchant_id AND p.id = t.payment_id) AS routed_by
        FROM refunds t
        WHERE t.waiting_for = 'gateway_unavailable' AND t.waiting_at IS NULL AND wanted.text = '' AND t.next_step =
            'submit' AND t.id > $3::uuid
        ORDER BY t.id
        LIMIT $1) found)) due
  LEFT JOIN LATERAL (
    SELECT o.payload, o.origin
    FROM outbox o
    WHERE o.merchant_id = due.merchant_id AND o.id > due.id
    ORDER BY o.id
    LIMIT 1 ) requested ON true
  ORDER BY due.id
  LIMIT $1;

-- checkPayments.held
SELECT coalesce(sum(amount_paise - fee_paise - tax_paise), 0) AS sum
  FROM refunds
  WHERE merchant_id = $1 AND next_attempt_at IS NOT NULL;

-- checkPayments: payments that a provider has contradicted
SELECT o.id, 'payment' AS subject, o.status, (SELECT jsonb_agg(jsonb_build_array(e.seq, e.type, e.data)
      ORDER BY e.seq)::text
    FROM payment_events e
    WHERE e.merchant_id = $1 AND e.payment_id = o.id AND e.data ->> 'refund_id' IS NOT DISTINCT
    FROM NULL) AS history
  FROM payments o
  WHERE o.merchant_id = $1 AND o.gateway_disagrees AND o.id > $2
  ORDER BY o.id
  LIMIT $3;

-- checkPayments: payments that a provider has contradicted, since
SELECT o.id, 'payment' AS subject, o.status, (SELECT jsonb_agg(jsonb_build_array(e.seq, e.type, e.data)
      ORDER BY e.seq)::text
    FROM payment_events e
    WHERE e.merchant_id = $1 AND e.payment_id = o.id AND e.data ->> 'refund_id' IS NOT DISTINCT
    FROM NULL) AS history
  FROM payments o
  WHERE o.merchant_id = $1 AND o.gateway_disagrees AND o.id > $2
  ORDER BY o.id
  LIMIT $3;

-- checkPayments: refunds that a provider has contradicted
SELECT o.id, 'refund' AS subject, o.status, (SELECT jsonb_agg(jsonb_build_array(e.seq, e.type, e.data)
      ORDER BY e.seq)::text
    FROM payment_events e
    WHERE e.merchant_id = $1 AND e.payment_id = o.payment_id AND e.data ->> 'refund_id' IS NOT DISTINCT
    FROM o.id::text) AS history
  FROM refunds o
  WHERE o.merchant_id = $1 AND o.gateway_disagrees AND o.id > $2
  ORDER BY o.id
  LIMIT $3;

-- checkPayments: refunds that a provider has contradicted, since
SELECT o.id, 'refund' AS subject, o.status, (SELECT jsonb_agg(jsonb_build_array(e.seq, e.type, e.data)
      ORDER BY e.seq)::text
    FROM payment_events e
    WHERE e.merchant_id = $1 AND e.payment_id = o.payment_id AND e.data ->> 'refund_id' IS NOT DISTINCT
    FROM o.id::text) AS history
  FROM refunds o
  WHERE o.merchant_id = $1 AND o.gateway_disagrees AND o.id > $2
  ORDER BY o.id
  LIMIT $3;

-- checkPayments: callbacks about payments
SELECT c.gateway, c.event_id, c.outcome, c.subject, c.reference, c.body_digest, o.status, c.received_at::text AS
    received
  FROM gateway_callbacks c
  CROSS JOIN LATERAL (
    SELECT status
    FROM payments
    WHERE c.subject = 'payment' AND merchant_id = $1 AND id = CASE WHEN lower(c.reference) ~
        '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN lower(c.reference)::uuid END
    UNION ALL
    SELECT status
    FROM refunds
    WHERE c.subject = 'refund' AND merchant_id = $1 AND id = CASE WHEN lower(c.reference) ~
        '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN lower(c.reference)::uuid END ) o
  WHERE c.outcome IN ('amount_mismatch', 'other_gateway', 'not_confirmed', 'unrecognized') AND (c.received_at,
      c.gateway, c.event_id) > ($2::timestamptz, $3, $4)
  ORDER BY c.received_at, c.gateway, c.event_id
  LIMIT $5;

-- checkPayments: callbacks about payments, since
SELECT c.gateway, c.event_id, c.outcome, c.subject, c.reference, c.body_digest, o.status, c.received_at::text AS
    received
  FROM gateway_callbacks c
  CROSS JOIN LATERAL (
    SELECT status
    FROM payments
    WHERE c.subject = 'payment' AND merchant_id = $1 AND id = CASE WHEN lower(c.reference) ~
        '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN lower(c.reference)::uuid END
    UNION ALL
    SELECT status
    FROM refunds
    WHERE c.subject = 'refund' AND merchant_id = $1 AND id = CASE WHEN lower(c.reference) ~
        '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN lower(c.reference)::uuid END ) o
  WHERE c.outcome IN ('amount_mismatch', 'other_gateway', 'not_confirmed', 'unrecognized') AND (c.received_at,
      c.gateway, c.event_id) > ($2::timestamptz, $3, $4)
  ORDER BY c.received_at, c.gateway, c.event_id
  LIMIT $5;

-- checkPayments: ids of providers
SELECT p.id
  FROM payments p
  WHERE p.merchant_id = $1 AND p.id > $2
  ORDER BY p.id
  LIMIT $3;
SELECT p.id, p.gateway, p.provider_id
  FROM payments p
  WHERE p.merchant_id = $1 AND p.id = ANY($2) AND p.provider_id IS NOT NULL
  ORDER BY p.id;
SELECT id, gateway, provider_id
  FROM (
    SELECT o.*, row_number() OVER (PARTITION BY o.gateway, o.provider_id
      ORDER BY o.id) AS place
    FROM (SELECT p.id, p.gateway, p.provider_id
      FROM payments p
      WHERE p.provider_id = ANY($1::text[])) o ) o
  WHERE place <= 101
  ORDER BY id;
SELECT r.id, p.gateway, r.provider_id
  FROM refunds r
  JOIN payments p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
  WHERE r.merchant_id = $1 AND r.payment_id = ANY($2) AND r.provider_id IS NOT NULL
  ORDER BY r.id;
SELECT id, gateway, provider_id
  FROM (
    SELECT o.*, row_number() OVER (PARTITION BY o.gateway, o.provider_id
      ORDER BY o.id) AS place
    FROM (SELECT r.id, p.gateway, r.provider_id
      FROM refunds r
      JOIN payments p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
      WHERE r.provider_id = ANY($1::text[])) o ) o
  WHERE place <= 101
  ORDER BY id;

-- checkPayments: ids of providers, since
SELECT p.id
  FROM payments p
  WHERE p.merchant_id = $1 AND p.id > $2
  ORDER BY p.id
  LIMIT $3;
SELECT m.seq, m.id
  FROM (
    SELECT t.seq, CASE WHEN t.kind = 'payment' THEN CASE WHEN t.reference_id ~
        '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN t.reference_id::uuid END ELSE (
      SELECT r.payment_id
      FROM refunds r
      WHERE r.merchant_id = $1 AND r.id = CASE WHEN t.reference_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
          t.reference_id::uuid END ) END AS id
    FROM ledger_transactions t
    WHERE t.merchant_id = $1 AND (t.kind = 'payment' OR t.kind LIKE 'refund%') AND t.seq > $4 ) m
  WHERE m.id <= $2::uuid AND NOT EXISTS (SELECT
    FROM ledger_transactions l
    WHERE l.reference_id = ANY(ARRAY(
        SELECT m.id::text
        UNION ALL
        SELECT r.id::text
        FROM refunds r
        WHERE r.merchant_id = $1 AND r.payment_id = m.id )) AND l.kind <> 'adjustment' AND l.merchant_id::text =
            $1::uuid::text AND ($3::uuid[] IS NULL OR l.merchant_id = ANY($3::uuid[])) AND l.seq > m.seq)
  ORDER BY m.seq
  LIMIT $5;
SELECT p.id, p.gateway, p.provider_id
  FROM payments p
  WHERE p.merchant_id = $1 AND p.id = ANY($2) AND p.provider_id IS NOT NULL
  ORDER BY p.id;
SELECT id, gateway, provider_id
  FROM (
    SELECT o.*, row_number() OVER (PARTITION BY o.gateway, o.provider_id
      ORDER BY o.id) AS place
    FROM (SELECT p.id, p.gateway, p.provider_id
      FROM payments p
      WHERE p.provider_id = ANY($1::text[])) o ) o
  WHERE place <= 101
  ORDER BY id;
SELECT r.id, p.gateway, r.provider_id
  FROM refunds r
  JOIN payments p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
  WHERE r.merchant_id = $1 AND r.payment_id = ANY($2) AND r.provider_id IS NOT NULL
  ORDER BY r.id;
SELECT id, gateway, provider_id
  FROM (
    SELECT o.*, row_number() OVER (PARTITION BY o.gateway, o.provider_id
      ORDER BY o.id) AS place
    FROM (SELECT r.id, p.gateway, r.provider_id
      FROM refunds r
      JOIN payments p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
      WHERE r.provider_id = ANY($1::text[])) o ) o
  WHERE place <= 101
  ORDER BY id;
SELECT p.id
  FROM payments p
  WHERE p.merchant_id = $1 AND p.id <= $2::uuid AND p.id IN (
    SELECT o.id
    FROM payments o
    WHERE o.merchant_id = $1 AND o.next_attempt_at IS NOT NULL
    UNION ALL
    SELECT r.payment_id
    FROM refunds r
    WHERE r.merchant_id = $1 AND r.next_attempt_at IS NOT NULL ) AND NOT EXISTS (SELECT
    FROM ledger_transactions l
    WHERE l.reference_id = ANY(ARRAY(
        SELECT p.id::text
        UNION ALL
        SELECT r.id::text
        FROM refunds r
        WHERE r.merchant_id = $1 AND r.payment_id = p.id )) AND l.kind <> 'adjustment' AND l.merchant_id::text =
            $1::uuid::text AND ($4::uuid[] IS NULL OR l.merchant_id = ANY($4::uuid[])) AND l.seq > $3::bigint) AND p.id
            > $5
  ORDER BY p.id
  LIMIT $6;

-- checkPayments: payments
SELECT p.id
  FROM payments p
  WHERE p.merchant_id = $1 AND p.id > $2
  ORDER BY p.id
  LIMIT $3;
SELECT unhashed_until
  FROM timeline_chain;
SELECT r.merchant_id, r.id, r.payment_id, r.amount_minor, r.amount_paise, r.fee_paise, r.tax_paise, r.attempts,
    r.next_step, r.next_attempt_at, r.next_attempt_live_ms, r.submission_ends_at, r.submission_ends_live_ms,
    r.not_found_at, r.inquiries, r.waiting_for, r.waiting_at, r.needs_attention, r.last_answer, r.unchanged_inquiries,
    r.last_unchanged_at, r.provider_id, r.failure, r.gateway_disagrees, r.gateway_has_another_since, r.failed_at,
    r.created_at, r.updated_at, r.revision, r.status
  FROM refunds r
  WHERE r.merchant_id = $1 AND r.payment_id = ANY($2)
  ORDER BY r.id;
SELECT t.merchant_id, t.payment_id, t.seq, t.type, t.from_status, t.to_status, t.at, t.actor, t.reason, t.data, t.hash
  FROM payment_events t
  WHERE t.merchant_id = $1 AND t.payment_id = ANY($2)
  ORDER BY t.payment_id, t.seq;
SELECT p.merchant_id, p.id, p.amount_minor, p.currency, p.description, p.customer, p.purpose_code, p.reference_id,
    p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status, p.gateway, p.rate, p.gross_paise, p.fee_paise, p.tax_paise,
    p.net_paise, p.quote_id, p.claimed_minor, p.claimed_paise, p.claimed_fee_paise, p.claimed_tax_paise,
    p.refunded_minor, p.refunded_paise, p.events, p.timeline_hash
  FROM payments p
  WHERE p.merchant_id = $1 AND p.id = ANY($2)
  ORDER BY p.id;

-- checkPayments: payments, since
SELECT p.id
  FROM payments p
  WHERE p.merchant_id = $1 AND p.id > $2
  ORDER BY p.id
  LIMIT $3;
SELECT m.seq, m.id
  FROM (
    SELECT t.seq, CASE WHEN t.kind = 'payment' THEN CASE WHEN t.reference_id ~
        '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN t.reference_id::uuid END ELSE (
      SELECT r.payment_id
      FROM refunds r
      WHERE r.merchant_id = $1 AND r.id = CASE WHEN t.reference_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
          t.reference_id::uuid END ) END AS id
    FROM ledger_transactions t
    WHERE t.merchant_id = $1 AND (t.kind = 'payment' OR t.kind LIKE 'refund%') AND t.seq > $4 ) m
  WHERE m.id <= $2::uuid AND NOT EXISTS (SELECT
    FROM ledger_transactions l
    WHERE l.reference_id = ANY(ARRAY(
        SELECT m.id::text
        UNION ALL
        SELECT r.id::text
        FROM refunds r
        WHERE r.merchant_id = $1 AND r.payment_id = m.id )) AND l.kind <> 'adjustment' AND l.merchant_id::text =
            $1::uuid::text AND ($3::uuid[] IS NULL OR l.merchant_id = ANY($3::uuid[])) AND l.seq > m.seq)
  ORDER BY m.seq
  LIMIT $5;
SELECT unhashed_until
  FROM timeline_chain;
SELECT r.merchant_id, r.id, r.payment_id, r.amount_minor, r.amount_paise, r.fee_paise, r.tax_paise, r.attempts,
    r.next_step, r.next_attempt_at, r.next_attempt_live_ms, r.submission_ends_at, r.submission_ends_live_ms,
    r.not_found_at, r.inquiries, r.waiting_for, r.waiting_at, r.needs_attention, r.last_answer, r.unchanged_inquiries,
    r.last_unchanged_at, r.provider_id, r.failure, r.gateway_disagrees, r.gateway_has_another_since, r.failed_at,
    r.created_at, r.updated_at, r.revision, r.status
  FROM refunds r
  WHERE r.merchant_id = $1 AND r.payment_id = ANY($2)
  ORDER BY r.id;
SELECT t.merchant_id, t.payment_id, t.seq, t.type, t.from_status, t.to_status, t.at, t.actor, t.reason, t.data, t.hash
  FROM payment_events t
  WHERE t.merchant_id = $1 AND t.payment_id = ANY($2)
  ORDER BY t.payment_id, t.seq;
SELECT p.merchant_id, p.id, p.amount_minor, p.currency, p.description, p.customer, p.purpose_code, p.reference_id,
    p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at, p.submission_ends_live_ms,
    p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention, p.last_answer, p.unchanged_inquiries,
    p.last_unchanged_at, p.provider_id, p.failure, p.gateway_disagrees, p.gateway_has_another_since, p.failed_at,
    p.created_at, p.updated_at, p.revision, p.status, p.gateway, p.rate, p.gross_paise, p.fee_paise, p.tax_paise,
    p.net_paise, p.quote_id, p.claimed_minor, p.claimed_paise, p.claimed_fee_paise, p.claimed_tax_paise,
    p.refunded_minor, p.refunded_paise, p.events, p.timeline_hash
  FROM payments p
  WHERE p.merchant_id = $1 AND p.id = ANY($2)
  ORDER BY p.id;
SELECT p.id
  FROM payments p
  WHERE p.merchant_id = $1 AND p.id <= $2::uuid AND p.id IN (
    SELECT o.id
    FROM payments o
    WHERE o.merchant_id = $1 AND o.next_attempt_at IS NOT NULL
    UNION ALL
    SELECT r.payment_id
    FROM refunds r
    WHERE r.merchant_id = $1 AND r.next_attempt_at IS NOT NULL ) AND NOT EXISTS (SELECT
    FROM ledger_transactions l
    WHERE l.reference_id = ANY(ARRAY(
        SELECT p.id::text
        UNION ALL
        SELECT r.id::text
        FROM refunds r
        WHERE r.merchant_id = $1 AND r.payment_id = p.id )) AND l.kind <> 'adjustment' AND l.merchant_id::text =
            $1::uuid::text AND ($4::uuid[] IS NULL OR l.merchant_id = ANY($4::uuid[])) AND l.seq > $3::bigint) AND p.id
            > $5
  ORDER BY p.id
  LIMIT $6;

-- checkPayments: transactions of payments
SELECT t.seq, t.kind, t.reference_id AS id, CASE WHEN t.kind = 'payment' THEN EXISTS (SELECT
    FROM payments p
    WHERE p.merchant_id = $1 AND p.id = CASE WHEN t.reference_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        t.reference_id::uuid END) ELSE EXISTS (
    SELECT
    FROM refunds r
    JOIN payments p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
    WHERE r.merchant_id = $1 AND r.id = CASE WHEN t.reference_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        t.reference_id::uuid END ) END AS exists
  FROM ledger_transactions t
  WHERE t.merchant_id = $1 AND t.seq > $2 AND (t.kind = 'payment' OR t.kind LIKE 'refund%')
  ORDER BY t.seq
  LIMIT $3;

-- checkPayments: transactions of payments, since
SELECT t.seq, t.kind, t.reference_id AS id, CASE WHEN t.kind = 'payment' THEN EXISTS (SELECT
    FROM payments p
    WHERE p.merchant_id = $1 AND p.id = CASE WHEN t.reference_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        t.reference_id::uuid END) ELSE EXISTS (
    SELECT
    FROM refunds r
    JOIN payments p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
    WHERE r.merchant_id = $1 AND r.id = CASE WHEN t.reference_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        t.reference_id::uuid END ) END AS exists
  FROM ledger_transactions t
  WHERE t.merchant_id = $1 AND t.seq > $2 AND (t.kind = 'payment' OR t.kind LIKE 'refund%')
  ORDER BY t.seq
  LIMIT $3;

-- checkPayments: timelines of payments
SELECT e.id, EXISTS (SELECT
    FROM payments o
    WHERE o.merchant_id = $1 AND o.id = e.id) AS exists
  FROM (
    SELECT DISTINCT payment_id AS id
    FROM payment_events
    WHERE merchant_id = $1 AND payment_id > $2
    ORDER BY 1
    LIMIT $3 ) e
  ORDER BY e.id;

-- checkPayments: timelines of payments, since
SELECT e.id, EXISTS (SELECT
    FROM payments o
    WHERE o.merchant_id = $1 AND o.id = e.id) AS exists
  FROM (
    SELECT DISTINCT payment_id AS id
    FROM payment_events
    WHERE merchant_id = $1 AND payment_id > $2
    ORDER BY 1
    LIMIT $3 ) e
  ORDER BY e.id;

-- checkPayments.findingsOfNoBook
SELECT gateway, event_id, outcome, subject, reference, body_digest, received_at::text AS received
  FROM gateway_callbacks
  WHERE outcome <> 'taken_in' AND subject IN ('payment', 'refund') AND (outcome = 'unreadable' OR (outcome =
      'unknown_reference' AND reference ~* $1)) AND (received_at, gateway, event_id) < ($2::timestamptz, $3, $4)
  ORDER BY received_at DESC, gateway DESC, event_id DESC
  LIMIT $5;
