-- What each method sends. Written by UPDATE_SQL=1 make test-file path=test/integration/repository-sql.spec.ts

-- TypeormPayoutReader.find
SELECT "payouts"."merchant_id" AS "payouts_merchant_id", "payouts"."id" AS "payouts_id", "payouts"."bank_account_id" AS
    "payouts_bank_account_id", "payouts"."recipient_name" AS "payouts_recipient_name",
    "payouts"."recipient_account_number" AS "payouts_recipient_account_number", "payouts"."recipient_ifsc" AS
    "payouts_recipient_ifsc", "payouts"."recipient_vpa" AS "payouts_recipient_vpa", "payouts"."amount_paise" AS
    "payouts_amount_paise", "payouts"."mode" AS "payouts_mode", "payouts"."reference_id" AS "payouts_reference_id",
    "payouts"."narration" AS "payouts_narration", "payouts"."created_at" AS "payouts_created_at", "payouts"."status" AS
    "payouts_status", "payouts"."gateway" AS "payouts_gateway", "payouts"."utr" AS "payouts_utr",
    "payouts"."completed_by" AS "payouts_completed_by", "payouts"."failure" AS "payouts_failure", "payouts"."attempts"
    AS "payouts_attempts", "payouts"."next_step" AS "payouts_next_step", "payouts"."next_attempt_at" AS
    "payouts_next_attempt_at", "payouts"."next_attempt_live_ms" AS "payouts_next_attempt_live_ms",
    "payouts"."submission_ends_at" AS "payouts_submission_ends_at", "payouts"."submission_ends_live_ms" AS
    "payouts_submission_ends_live_ms", "payouts"."not_found_at" AS "payouts_not_found_at", "payouts"."inquiries" AS
    "payouts_inquiries", "payouts"."waiting_for" AS "payouts_waiting_for", "payouts"."waiting_at" AS
    "payouts_waiting_at", "payouts"."needs_attention" AS "payouts_needs_attention", "payouts"."last_answer" AS
    "payouts_last_answer", "payouts"."unchanged_inquiries" AS "payouts_unchanged_inquiries",
    "payouts"."last_unchanged_at" AS "payouts_last_unchanged_at", "payouts"."bank_disagrees" AS
    "payouts_bank_disagrees", "payouts"."bank_has_another_since" AS "payouts_bank_has_another_since",
    "payouts"."first_rejected_at" AS "payouts_first_rejected_at", "payouts"."first_rejected_by" AS
    "payouts_first_rejected_by", "payouts"."first_rejected_live_ms" AS "payouts_first_rejected_live_ms",
    "payouts"."archived_at" AS "payouts_archived_at", "payouts"."watched_from" AS "payouts_watched_from",
    "payouts"."watch_next_at" AS "payouts_watch_next_at", "payouts"."events" AS "payouts_events",
    "payouts"."timeline_hash" AS "payouts_timeline_hash", "payouts"."updated_at" AS "payouts_updated_at",
    "payouts"."revision" AS "payouts_revision"
  FROM "payouts" "payouts"
  WHERE (("payouts"."merchant_id" = $1) AND ("payouts"."id" = $2))
  LIMIT 1;
SELECT "payouts"."merchant_id" AS "payouts_merchant_id", "payouts"."id" AS "payouts_id", "payouts"."bank_account_id" AS
    "payouts_bank_account_id", "payouts"."recipient_name" AS "payouts_recipient_name",
    "payouts"."recipient_account_number" AS "payouts_recipient_account_number", "payouts"."recipient_ifsc" AS
    "payouts_recipient_ifsc", "payouts"."recipient_vpa" AS "payouts_recipient_vpa", "payouts"."amount_paise" AS
    "payouts_amount_paise", "payouts"."mode" AS "payouts_mode", "payouts"."reference_id" AS "payouts_reference_id",
    "payouts"."narration" AS "payouts_narration", "payouts"."created_at" AS "payouts_created_at", "payouts"."status" AS
    "payouts_status", "payouts"."gateway" AS "payouts_gateway", "payouts"."utr" AS "payouts_utr",
    "payouts"."completed_by" AS "payouts_completed_by", "payouts"."failure" AS "payouts_failure", "payouts"."attempts"
    AS "payouts_attempts", "payouts"."next_step" AS "payouts_next_step", "payouts"."next_attempt_at" AS
    "payouts_next_attempt_at", "payouts"."next_attempt_live_ms" AS "payouts_next_attempt_live_ms",
    "payouts"."submission_ends_at" AS "payouts_submission_ends_at", "payouts"."submission_ends_live_ms" AS
    "payouts_submission_ends_live_ms", "payouts"."not_found_at" AS "payouts_not_found_at", "payouts"."inquiries" AS
    "payouts_inquiries", "payouts"."waiting_for" AS "payouts_waiting_for", "payouts"."waiting_at" AS
    "payouts_waiting_at", "payouts"."needs_attention" AS "payouts_needs_attention", "payouts"."last_answer" AS
    "payouts_last_answer", "payouts"."unchanged_inquiries" AS "payouts_unchanged_inquiries",
    "payouts"."last_unchanged_at" AS "payouts_last_unchanged_at", "payouts"."bank_disagrees" AS
    "payouts_bank_disagrees", "payouts"."bank_has_another_since" AS "payouts_bank_has_another_since",
    "payouts"."first_rejected_at" AS "payouts_first_rejected_at", "payouts"."first_rejected_by" AS
    "payouts_first_rejected_by", "payouts"."first_rejected_live_ms" AS "payouts_first_rejected_live_ms",
    "payouts"."archived_at" AS "payouts_archived_at", "payouts"."watched_from" AS "payouts_watched_from",
    "payouts"."watch_next_at" AS "payouts_watch_next_at", "payouts"."events" AS "payouts_events",
    "payouts"."timeline_hash" AS "payouts_timeline_hash", "payouts"."updated_at" AS "payouts_updated_at",
    "payouts"."revision" AS "payouts_revision"
  FROM "payouts" "payouts"
  WHERE (("payouts"."id" = $1))
  LIMIT 1;

-- TypeormPayoutReader.list
SELECT p.merchant_id, p.id, p.bank_account_id, p.recipient_name, p.recipient_account_number, p.recipient_ifsc,
    p.recipient_vpa, p.amount_paise, p.mode, p.reference_id, p.narration, p.created_at, p.status, p.gateway, p.utr,
    p.completed_by, p.failure, p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at,
    p.submission_ends_live_ms, p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention,
    p.last_answer, p.unchanged_inquiries, p.last_unchanged_at, p.bank_disagrees, p.bank_has_another_since,
    p.first_rejected_at, p.first_rejected_by, p.first_rejected_live_ms, p.archived_at, p.watched_from, p.watch_next_at,
    p.events, p.timeline_hash, p.updated_at, p.revision
  FROM unnest($1::text[]) AS s1(value)
  CROSS JOIN unnest($2::boolean[]) AS s2(value)
  CROSS JOIN unnest($3::boolean[]) AS s3(value)
  CROSS JOIN LATERAL (SELECT *
    FROM payouts p
    WHERE p.status = s1.value AND p.needs_attention = s2.value AND (p.archived_at IS NOT NULL) = s3.value
    ORDER BY substr(uuid_send(p.id), 1) DESC
    LIMIT $4) p
  ORDER BY p.id DESC
  LIMIT $5 OFFSET $6;
SELECT p.merchant_id, p.id, p.bank_account_id, p.recipient_name, p.recipient_account_number, p.recipient_ifsc,
    p.recipient_vpa, p.amount_paise, p.mode, p.reference_id, p.narration, p.created_at, p.status, p.gateway, p.utr,
    p.completed_by, p.failure, p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at,
    p.submission_ends_live_ms, p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention,
    p.last_answer, p.unchanged_inquiries, p.last_unchanged_at, p.bank_disagrees, p.bank_has_another_since,
    p.first_rejected_at, p.first_rejected_by, p.first_rejected_live_ms, p.archived_at, p.watched_from, p.watch_next_at,
    p.events, p.timeline_hash, p.updated_at, p.revision
  FROM unnest($1::text[]) AS s1(value)
  CROSS JOIN unnest($2::boolean[]) AS s2(value)
  CROSS JOIN unnest($3::boolean[]) AS s3(value)
  CROSS JOIN unnest($4::uuid[]) AS s4(value)
  CROSS JOIN LATERAL (SELECT *
    FROM payouts p
    WHERE p.status = s1.value AND p.needs_attention = s2.value AND (p.archived_at IS NOT NULL) = s3.value AND
        substr(uuid_send(p.id), 1) < substr(uuid_send(s4.value), 1)
    ORDER BY substr(uuid_send(p.id), 1) DESC
    LIMIT $5) p
  ORDER BY p.id DESC
  LIMIT $6 OFFSET $7;
SELECT p.merchant_id, p.id, p.bank_account_id, p.recipient_name, p.recipient_account_number, p.recipient_ifsc,
    p.recipient_vpa, p.amount_paise, p.mode, p.reference_id, p.narration, p.created_at, p.status, p.gateway, p.utr,
    p.completed_by, p.failure, p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at,
    p.submission_ends_live_ms, p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention,
    p.last_answer, p.unchanged_inquiries, p.last_unchanged_at, p.bank_disagrees, p.bank_has_another_since,
    p.first_rejected_at, p.first_rejected_by, p.first_rejected_live_ms, p.archived_at, p.watched_from, p.watch_next_at,
    p.events, p.timeline_hash, p.updated_at, p.revision
  FROM unnest($1::text[]) AS s1(value)
  CROSS JOIN unnest($2::boolean[]) AS s2(value)
  CROSS JOIN unnest($3::boolean[]) AS s3(value)
  CROSS JOIN unnest($4::uuid[]) AS s4(value)
  CROSS JOIN LATERAL (SELECT *
    FROM payouts p
    WHERE p.status = s1.value AND p.needs_attention = s2.value AND (p.archived_at IS NOT NULL) = s3.value AND
        substr(uuid_send(p.id), 1) > substr(uuid_send(s4.value), 1)
    ORDER BY substr(uuid_send(p.id), 1) ASC
    LIMIT $5) p
  ORDER BY p.id ASC
  LIMIT $6 OFFSET $7;
SELECT p.merchant_id, p.id, p.bank_account_id, p.recipient_name, p.recipient_account_number, p.recipient_ifsc,
    p.recipient_vpa, p.amount_paise, p.mode, p.reference_id, p.narration, p.created_at, p.status, p.gateway, p.utr,
    p.completed_by, p.failure, p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at,
    p.submission_ends_live_ms, p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention,
    p.last_answer, p.unchanged_inquiries, p.last_unchanged_at, p.bank_disagrees, p.bank_has_another_since,
    p.first_rejected_at, p.first_rejected_by, p.first_rejected_live_ms, p.archived_at, p.watched_from, p.watch_next_at,
    p.events, p.timeline_hash, p.updated_at, p.revision
  FROM unnest($5::text[]) AS s1(value)
  CROSS JOIN unnest($11::uuid[]) AS s2(value)
  CROSS JOIN unnest($12::uuid[]) AS s3(value)
  CROSS JOIN LATERAL (SELECT *
    FROM (SELECT *
      FROM payouts f
      WHERE f.reference_id = $2 AND f.merchant_id = $3 OFFSET 0) p
    WHERE p.archived_at IS NULL AND p.waiting_for = s1.value AND p.next_step = 'submit' AND p.id >= s2.value AND p.id <
        s3.value AND p.utr IS NOT DISTINCT
    FROM $4 AND p.status IS NOT DISTINCT
    FROM $6 AND p.needs_attention IS NOT DISTINCT
    FROM $7 AND p.bank_account_id IS NOT DISTINCT
    FROM $8 AND p.amount_paise >= $9 AND p.amount_paise <= $10 AND ($1::uuid[] IS NULL OR p.merchant_id =
        ANY($1::uuid[]))
    ORDER BY p.id DESC
    LIMIT $13) p
  ORDER BY p.id DESC
  LIMIT $14 OFFSET $15;
SELECT p.merchant_id, p.id, p.bank_account_id, p.recipient_name, p.recipient_account_number, p.recipient_ifsc,
    p.recipient_vpa, p.amount_paise, p.mode, p.reference_id, p.narration, p.created_at, p.status, p.gateway, p.utr,
    p.completed_by, p.failure, p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at,
    p.submission_ends_live_ms, p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention,
    p.last_answer, p.unchanged_inquiries, p.last_unchanged_at, p.bank_disagrees, p.bank_has_another_since,
    p.first_rejected_at, p.first_rejected_by, p.first_rejected_live_ms, p.archived_at, p.watched_from, p.watch_next_at,
    p.events, p.timeline_hash, p.updated_at, p.revision
  FROM unnest($2::uuid[]) AS s1(value)
  CROSS JOIN unnest($3::text[]) AS s2(value)
  CROSS JOIN unnest($4::boolean[]) AS s3(value)
  CROSS JOIN unnest($5::boolean[]) AS s4(value)
  CROSS JOIN LATERAL (SELECT *
    FROM payouts p
    WHERE uuid_send(p.merchant_id) = uuid_send(s1.value) AND p.status = s2.value AND p.needs_attention = s3.value AND
        (p.archived_at IS NOT NULL) = s4.value AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
    ORDER BY uuid_send(p.id) DESC
    LIMIT $6) p
  ORDER BY p.id DESC
  LIMIT $7 OFFSET $8;
SELECT p.merchant_id, p.id, p.bank_account_id, p.recipient_name, p.recipient_account_number, p.recipient_ifsc,
    p.recipient_vpa, p.amount_paise, p.mode, p.reference_id, p.narration, p.created_at, p.status, p.gateway, p.utr,
    p.completed_by, p.failure, p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at,
    p.submission_ends_live_ms, p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention,
    p.last_answer, p.unchanged_inquiries, p.last_unchanged_at, p.bank_disagrees, p.bank_has_another_since,
    p.first_rejected_at, p.first_rejected_by, p.first_rejected_live_ms, p.archived_at, p.watched_from, p.watch_next_at,
    p.events, p.timeline_hash, p.updated_at, p.revision
  FROM (SELECT a.id
    FROM bank_accounts a
    WHERE a.merchant_id = $2 AND a.id = $3) AS s1(value)
  CROSS JOIN unnest($4::text[]) AS s2(value)
  CROSS JOIN unnest($5::boolean[]) AS s3(value)
  CROSS JOIN unnest($6::boolean[]) AS s4(value)
  CROSS JOIN LATERAL (SELECT *
    FROM payouts p
    WHERE p.bank_account_id = s1.value AND p.status = s2.value AND p.needs_attention = s3.value AND (p.archived_at IS
        NOT NULL) = s4.value AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
    ORDER BY uuid_send(p.id) DESC
    LIMIT $7) p
  ORDER BY p.id DESC
  LIMIT $8 OFFSET $9;
SELECT p.merchant_id, p.id, p.bank_account_id, p.recipient_name, p.recipient_account_number, p.recipient_ifsc,
    p.recipient_vpa, p.amount_paise, p.mode, p.reference_id, p.narration, p.created_at, p.status, p.gateway, p.utr,
    p.completed_by, p.failure, p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at,
    p.submission_ends_live_ms, p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention,
    p.last_answer, p.unchanged_inquiries, p.last_unchanged_at, p.bank_disagrees, p.bank_has_another_since,
    p.first_rejected_at, p.first_rejected_by, p.first_rejected_live_ms, p.archived_at, p.watched_from, p.watch_next_at,
    p.events, p.timeline_hash, p.updated_at, p.revision
  FROM unnest($1::uuid[]) AS s1(value)
  CROSS JOIN unnest($2::text[]) AS s2(value)
  CROSS JOIN unnest($3::boolean[]) AS s3(value)
  CROSS JOIN unnest($4::boolean[]) AS s4(value)
  CROSS JOIN LATERAL (SELECT *
    FROM payouts p
    WHERE p.bank_account_id = s1.value AND p.status = s2.value AND p.needs_attention = s3.value AND (p.archived_at IS
        NOT NULL) = s4.value
    ORDER BY uuid_send(p.id) DESC
    LIMIT $5) p
  ORDER BY p.id DESC
  LIMIT $6 OFFSET $7;
SELECT p.merchant_id, p.id, p.bank_account_id, p.recipient_name, p.recipient_account_number, p.recipient_ifsc,
    p.recipient_vpa, p.amount_paise, p.mode, p.reference_id, p.narration, p.created_at, p.status, p.gateway, p.utr,
    p.completed_by, p.failure, p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at,
    p.submission_ends_live_ms, p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention,
    p.last_answer, p.unchanged_inquiries, p.last_unchanged_at, p.bank_disagrees, p.bank_has_another_since,
    p.first_rejected_at, p.first_rejected_by, p.first_rejected_live_ms, p.archived_at, p.watched_from, p.watch_next_at,
    p.events, p.timeline_hash, p.updated_at, p.revision
  FROM LATERAL (SELECT *
    FROM (SELECT *
      FROM payouts f
      WHERE f.utr = $1 OFFSET 0) p
    WHERE p.archived_at IS NULL
    ORDER BY p.id DESC
    LIMIT $2) p
  ORDER BY p.id DESC
  LIMIT $3 OFFSET $4;
SELECT p.merchant_id, p.id, p.bank_account_id, p.recipient_name, p.recipient_account_number, p.recipient_ifsc,
    p.recipient_vpa, p.amount_paise, p.mode, p.reference_id, p.narration, p.created_at, p.status, p.gateway, p.utr,
    p.completed_by, p.failure, p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at,
    p.submission_ends_live_ms, p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention,
    p.last_answer, p.unchanged_inquiries, p.last_unchanged_at, p.bank_disagrees, p.bank_has_another_since,
    p.first_rejected_at, p.first_rejected_by, p.first_rejected_live_ms, p.archived_at, p.watched_from, p.watch_next_at,
    p.events, p.timeline_hash, p.updated_at, p.revision
  FROM unnest($2::uuid[]) AS s1(value)
  CROSS JOIN unnest($3::text[]) AS s2(value)
  CROSS JOIN LATERAL (SELECT *
    FROM payouts p
    WHERE uuid_send(p.merchant_id) = uuid_send(s1.value) AND p.archived_at IS NULL AND p.waiting_for = s2.value AND
        p.next_step = 'submit' AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
    ORDER BY uuid_send(p.id) DESC
    LIMIT $4) p
  ORDER BY p.id DESC
  LIMIT $5 OFFSET $6;

-- SqlSubmittedPayouts.known
SELECT merchant_id, id, status, attempts, amount_paise, gateway, created_at
  FROM payouts
  WHERE id = ANY ($1::uuid[]);

-- SqlSubmittedPayouts.banksOf
SELECT gateway, count(*)::int AS orders, max(id::text) AS last
  FROM (SELECT id, gateway
    FROM payouts
    WHERE id > $1::uuid AND id < $2::uuid
    ORDER BY id
    LIMIT $3) slice
  GROUP BY gateway;

-- SqlSubmittedPayouts.submitted
SELECT merchant_id, id, status, attempts, amount_paise, gateway, created_at
  FROM payouts
  WHERE id > $2::uuid AND id < $3::uuid AND gateway = $1 AND attempts > 0 AND status IN ('processing', 'completed',
      'reversed')
  ORDER BY id
  LIMIT 500;

-- TypeormPayoutReader.count
SELECT count(*)::int AS count
  FROM (SELECT
    FROM unnest($2::uuid[]) AS s1(value)
    CROSS JOIN unnest($3::text[]) AS s2(value)
    CROSS JOIN unnest($4::boolean[]) AS s3(value)
    CROSS JOIN unnest($5::boolean[]) AS s4(value)
    CROSS JOIN LATERAL (SELECT
      FROM payouts p
      WHERE uuid_send(p.merchant_id) = uuid_send(s1.value) AND p.status = s2.value AND p.needs_attention = s3.value AND
          (p.archived_at IS NOT NULL) = s4.value AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
      ORDER BY uuid_send(p.id) DESC
      LIMIT $6) p
    LIMIT $7) counted;

-- TypeormPayoutReader.countAmong
SELECT 0 AS place, c0.*
  FROM (SELECT least(count(*) FILTER (WHERE p.amount_paise >= $6), 10)::int AS count, count(*) <= 10 AS "isExact"
    FROM (SELECT p.*
      FROM unnest($2::uuid[]) AS s1(value)
      CROSS JOIN unnest($3::text[]) AS s2(value)
      CROSS JOIN unnest($4::boolean[]) AS s3(value)
      CROSS JOIN unnest($5::boolean[]) AS s4(value)
      CROSS JOIN LATERAL (SELECT *
        FROM payouts p
        WHERE uuid_send(p.merchant_id) = uuid_send(s1.value) AND p.status = s2.value AND p.needs_attention = s3.value
            AND (p.archived_at IS NOT NULL) = s4.value AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
        ORDER BY uuid_send(p.id) DESC
        LIMIT $7) p
      LIMIT $8) p) c0;

-- TypeormPayoutReader.timeline
SELECT t.merchant_id, t.payout_id, t.seq, t.type, t.from_status, t.to_status, t.at, t.actor, t.reason, t.data, t.hash
  FROM payout_events t
  WHERE t.merchant_id = $1 AND t.payout_id = $2 AND t.type LIKE $3 AND t.data @> $4::jsonb AND t.seq > $5 AND t.seq < $6
  ORDER BY t.seq ASC
  LIMIT $7 OFFSET $8;
SELECT t.merchant_id, t.payout_id, t.seq, t.type, t.from_status, t.to_status, t.at, t.actor, t.reason, t.data, t.hash
  FROM payout_events t
  WHERE t.merchant_id = $1 AND t.payout_id = $2 AND t.type LIKE $3 AND t.data @> $4::jsonb AND t.seq > $5 AND t.seq < $6
  ORDER BY t.seq DESC
  LIMIT $7 OFFSET $8;

-- TypeormPayoutReader.attempts
SELECT t.merchant_id, t.payout_id, t.seq, t.type, t.from_status, t.to_status, t.at, t.actor, t.reason, t.data, t.hash
  FROM payout_events t
  WHERE t.merchant_id = $1 AND t.payout_id = $2 AND t.type LIKE $3 AND t.data @> $4::jsonb AND coalesce(t.data ->
      'answer' ->> 'attempt', t.data ->> 'attempt')::integer BETWEEN $5 AND $6 + 1
  ORDER BY t.seq;

-- TypeormPayoutReader.attention
SELECT w.place, t.merchant_id, t.payout_id, t.seq, t.type, t.from_status, t.to_status, t.at, t.actor, t.reason, t.data,
    t.hash
  FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY AS w(merchant_id, order_id, about, place)
  CROSS JOIN LATERAL (
    SELECT *
    FROM payout_events t
    WHERE t.merchant_id = w.merchant_id AND t.payout_id = w.order_id AND t.type = $4 AND t.data @> w.about::jsonb AND
        ($5::uuid[] IS NULL OR t.merchant_id = ANY($5::uuid[]))
    ORDER BY t.seq DESC
    LIMIT 1 ) t;

-- TypeormPayoutReader.due
SELECT due.*, to_char(due.next_attempt_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS due_at, CASE WHEN
    coalesce(requested.payload -> 'payout' ->> 'id') = due.id::text THEN requested.origin END AS origin
  FROM ( (SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at
      FROM payouts
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
    coalesce(requested.payload -> 'payout' ->> 'id') = due.id::text THEN requested.origin END AS origin
  FROM ( (SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at
      FROM payouts
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

-- TypeormPayoutReader.misdated
SELECT due.*, to_char(due.next_attempt_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS due_at, CASE WHEN
    coalesce(requested.payload -> 'payout' ->> 'id') = due.id::text THEN requested.origin END AS origin
  FROM ( (SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at
      FROM payouts
      WHERE next_step = 'inquire' AND next_attempt_at > now() + $4::double precision * interval '1 millisecond' AND (NOT
          needs_attention OR next_attempt_at > now() + $5::double precision * interval '1 millisecond') AND
          ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1)
    UNION ALL (SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at
      FROM payouts
      WHERE next_step = 'submit' AND waiting_for IS NULL AND next_attempt_at > now() + $4::double precision * interval
          '1 millisecond' AND (NOT needs_attention OR next_attempt_at > now() + $5::double precision * interval '1
          millisecond') AND ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1)
    UNION ALL (SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at
      FROM payouts
      WHERE (SELECT set_back_live_ms > live_ms - 3600000
        FROM live_time) AND next_step = 'inquire' AND next_attempt_at > now() AND next_attempt_live_ms <= (SELECT
            live_ms
        FROM live_time) - 3000 AND ($2::timestamptz IS NULL OR (next_attempt_at, id) > ($2, $3::uuid))
      ORDER BY next_attempt_at, id
      LIMIT $1)
    UNION ALL (SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at
      FROM payouts
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

-- TypeormPayoutReader.waiting
SELECT due.*, to_char(due.next_attempt_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS due_at, CASE WHEN
    coalesce(requested.payload -> 'payout' ->> 'id') = due.id::text THEN requested.origin END AS origin
  FROM ( (SELECT found.*
      FROM unnest($2::text[]) AS wanted(text)
      CROSS JOIN LATERAL (
        SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at, waiting_for, waiting_at,
            jsonb_build_object('gateway', t.gateway, 'mode', t.mode, 'amount_paise', t.amount_paise, 'ifsc',
            t.recipient_ifsc) AS routed_by
        FROM payouts t
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
    coalesce(requested.payload -> 'payout' ->> 'id') = due.id::text THEN requested.origin END AS origin
  FROM ( (SELECT found.*
      FROM unnest($2::text[]) AS wanted(text)
      CROSS JOIN LATERAL (
        SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at, waiting_for, waiting_at,
            jsonb_build_object('gateway', t.gateway, 'mode', t.mode, 'amount_paise', t.amount_paise, 'ifsc',
            t.recipient_ifsc) AS routed_by
        FROM payouts t
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

-- TypeormPayoutReader.waitingPlaces
(WITH RECURSIVE place AS ( (SELECT t.waiting_at
        FROM payouts t
        WHERE t.waiting_for = 'gateway_unavailable' AND t.next_step = 'submit' AND t.waiting_at IS NOT NULL
        ORDER BY t.waiting_at
        LIMIT 1)
      UNION ALL
      SELECT (SELECT t.waiting_at
        FROM payouts t
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
      FROM payouts t
      WHERE t.waiting_for = 'gateway_unavailable' AND t.next_step = 'submit' AND t.waiting_at IS NULL
      ORDER BY t.waiting_at
      LIMIT 1));

-- TypeormPayoutReader.waitingAt
SELECT due.*, to_char(due.next_attempt_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS due_at, CASE WHEN
    coalesce(requested.payload -> 'payout' ->> 'id') = due.id::text THEN requested.origin END AS origin
  FROM ( (SELECT found.*
      FROM unnest($2::text[]) AS wanted(text)
      CROSS JOIN LATERAL (
        SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at, waiting_for, waiting_at,
            jsonb_build_object('gateway', t.gateway, 'mode', t.mode, 'amount_paise', t.amount_paise, 'ifsc',
            t.recipient_ifsc) AS routed_by
        FROM payouts t
        WHERE t.waiting_for = 'gateway_unavailable' AND t.waiting_at = wanted.text AND t.next_step = 'submit' AND t.id >
            $3::uuid
        ORDER BY t.id
        LIMIT $1) found)
    UNION ALL (SELECT found.*
      FROM unnest($2::text[]) AS wanted(text)
      CROSS JOIN LATERAL (
        SELECT merchant_id, id, NULL::uuid AS parent_id, attempts, next_attempt_at, waiting_for, waiting_at,
            jsonb_build_object('gateway', t.gateway, 'mode', t.mode, 'amount_paise', t.amount_paise, 'ifsc',
            t.recipient_ifsc) AS routed_by
        FROM payouts t
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

-- SqlReturnWatch.take
SELECT merchant_id, id, watch_next_at::text AS due_at, turn
  FROM ( (SELECT 1 AS turn, merchant_id, id, watch_next_at
      FROM payouts
      WHERE gateway = $1 AND watch_next_at <= now() AND first_rejected_at IS NOT NULL
      ORDER BY watch_next_at
      LIMIT $2)
    UNION ALL (SELECT 2 AS turn, merchant_id, id, watch_next_at
      FROM payouts
      WHERE gateway = $1 AND watch_next_at <= now() AND first_rejected_at IS NULL
      ORDER BY watch_next_at
      LIMIT $2)
    UNION ALL (SELECT 3 AS turn, merchant_id, id, watch_next_at
      FROM payouts
      WHERE gateway = $1 AND watch_next_at > now() + interval '25 hours'
      ORDER BY watch_next_at
      LIMIT $2)) due
  ORDER BY turn, watch_next_at
  LIMIT $2;
INSERT INTO payout_watch_turns AS turn (gateway, taken_at)
  VALUES ($1, clock_timestamp())
  ON CONFLICT (gateway) DO UPDATE
  SET taken_at = excluded.taken_at
  WHERE abs(extract(epoch
      FROM excluded.taken_at - turn.taken_at)) >= 0.9
  RETURNING gateway;
WITH claimed AS (
    UPDATE payouts
    SET watch_next_at = date_trunc('milliseconds', statement_timestamp()) + interval '120 seconds'
    WHERE merchant_id = $1 AND id = $2 AND watch_next_at = $3::timestamptz
    RETURNING watch_next_at, watched_from )
  SELECT watch_next_at::text AS lease_ends_at, extract(epoch
    FROM least(statement_timestamp(), $3::timestamptz + interval '1 hour') - watched_from)::double precision AS elapsed
  FROM claimed;

-- SqlReturnWatch.plan
UPDATE payouts
  SET watch_next_at = date_trunc('milliseconds', statement_timestamp()) + $4::double precision * interval '1 second'
  WHERE merchant_id = $1 AND id = $2 AND watch_next_at = $3::timestamptz;

-- checkPayouts.held
SELECT coalesce(sum(amount_paise), 0) AS sum
  FROM payouts
  WHERE merchant_id = $1 AND next_attempt_at IS NOT NULL;

-- checkPayouts: payouts that a bank has contradicted
SELECT p.id, p.status, p.utr, (SELECT jsonb_agg(jsonb_build_array(e.seq, e.type, e.data)
      ORDER BY e.seq)::text
    FROM payout_events e
    WHERE e.merchant_id = $1 AND e.payout_id = p.id AND e.type <> 'payout.archived') AS history
  FROM payouts p
  WHERE p.merchant_id = $1 AND p.bank_disagrees AND p.id > $2
  ORDER BY p.id
  LIMIT $3;

-- checkPayouts: payouts that a bank has contradicted, since
SELECT p.id, p.status, p.utr, (SELECT jsonb_agg(jsonb_build_array(e.seq, e.type, e.data)
      ORDER BY e.seq)::text
    FROM payout_events e
    WHERE e.merchant_id = $1 AND e.payout_id = p.id AND e.type <> 'payout.archived') AS history
  FROM payouts p
  WHERE p.merchant_id = $1 AND p.bank_disagrees AND p.id > $2
  ORDER BY p.id
  LIMIT $3;

-- checkPayouts: UTRs
SELECT p.id
  FROM payouts p
  WHERE p.merchant_id = $1 AND p.id > $2
  ORDER BY p.id
  LIMIT $3;
SELECT p.id, p.utr, p.status
  FROM payouts p
  WHERE p.merchant_id = $1 AND p.id = ANY($2) AND p.utr IS NOT NULL
  ORDER BY p.id;
SELECT id, utr, status
  FROM (
    SELECT o.id, o.utr, o.status, row_number() OVER (PARTITION BY o.utr
      ORDER BY o.id) AS place
    FROM payouts o
    WHERE o.utr = ANY($1::text[]) ) o
  WHERE place <= 101
  ORDER BY id;

-- checkPayouts: UTRs, since
SELECT p.id
  FROM payouts p
  WHERE p.merchant_id = $1 AND p.id > $2
  ORDER BY p.id
  LIMIT $3;
SELECT t.seq, CASE WHEN t.reference_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN t.reference_id::uuid END AS
    id
  FROM ledger_transactions t
  WHERE t.merchant_id = $1 AND t.kind LIKE 'payout%' AND CASE WHEN t.reference_id ~
      '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN t.reference_id::uuid END <= $2::uuid AND t.seq > $4 AND NOT
      EXISTS (SELECT
    FROM ledger_transactions l
    WHERE l.reference_id = t.reference_id AND l.kind LIKE 'payout%' AND l.merchant_id::text = $1::uuid::text AND
        ($3::uuid[] IS NULL OR l.merchant_id = ANY($3::uuid[])) AND l.seq > t.seq)
  ORDER BY t.seq
  LIMIT $5;
SELECT p.id, p.utr, p.status
  FROM payouts p
  WHERE p.merchant_id = $1 AND p.id = ANY($2) AND p.utr IS NOT NULL
  ORDER BY p.id;
SELECT id, utr, status
  FROM (
    SELECT o.id, o.utr, o.status, row_number() OVER (PARTITION BY o.utr
      ORDER BY o.id) AS place
    FROM payouts o
    WHERE o.utr = ANY($1::text[]) ) o
  WHERE place <= 101
  ORDER BY id;
SELECT p.id
  FROM payouts p
  WHERE p.merchant_id = $1 AND p.next_attempt_at IS NOT NULL AND p.id <= $2::uuid AND NOT EXISTS (SELECT
    FROM ledger_transactions l
    WHERE l.reference_id = p.id::text AND l.kind LIKE 'payout%' AND l.merchant_id::text = $1::uuid::text AND ($4::uuid[]
        IS NULL OR l.merchant_id = ANY($4::uuid[])) AND l.seq > $3::bigint) AND p.id > $5
  ORDER BY p.id
  LIMIT $6;

-- checkPayouts: callbacks about payouts
SELECT c.gateway, c.event_id, c.outcome, c.subject, c.reference, c.body_digest, p.status, c.received_at::text AS
    received
  FROM gateway_callbacks c
  JOIN payouts p ON p.merchant_id = $1 AND p.id = CASE WHEN lower(c.reference) ~
      '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN lower(c.reference)::uuid END
  WHERE c.subject = 'payout' AND c.outcome IN ('amount_mismatch', 'account_mismatch', 'other_gateway', 'not_confirmed',
      'unrecognized') AND (c.received_at, c.gateway, c.event_id) > ($2::timestamptz, $3, $4)
  ORDER BY c.received_at, c.gateway, c.event_id
  LIMIT $5;

-- checkPayouts: callbacks about payouts, since
SELECT c.gateway, c.event_id, c.outcome, c.subject, c.reference, c.body_digest, p.status, c.received_at::text AS
    received
  FROM gateway_callbacks c
  JOIN payouts p ON p.merchant_id = $1 AND p.id = CASE WHEN lower(c.reference) ~
      '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN lower(c.reference)::uuid END
  WHERE c.subject = 'payout' AND c.outcome IN ('amount_mismatch', 'account_mismatch', 'other_gateway', 'not_confirmed',
      'unrecognized') AND (c.received_at, c.gateway, c.event_id) > ($2::timestamptz, $3, $4)
  ORDER BY c.received_at, c.gateway, c.event_id
  LIMIT $5;

-- checkPayouts: payouts
SELECT p.id
  FROM payouts p
  WHERE p.merchant_id = $1 AND p.id > $2
  ORDER BY p.id
  LIMIT $3;
SELECT unhashed_until
  FROM timeline_chain;
SELECT t.merchant_id, t.payout_id, t.seq, t.type, t.from_status, t.to_status, t.at, t.actor, t.reason, t.data, t.hash
  FROM payout_events t
  WHERE t.merchant_id = $1 AND t.payout_id = ANY($2)
  ORDER BY t.payout_id, t.seq;
SELECT p.merchant_id, p.id, p.bank_account_id, p.recipient_name, p.recipient_account_number, p.recipient_ifsc,
    p.recipient_vpa, p.amount_paise, p.mode, p.reference_id, p.narration, p.created_at, p.status, p.gateway, p.utr,
    p.completed_by, p.failure, p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at,
    p.submission_ends_live_ms, p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention,
    p.last_answer, p.unchanged_inquiries, p.last_unchanged_at, p.bank_disagrees, p.bank_has_another_since,
    p.first_rejected_at, p.first_rejected_by, p.first_rejected_live_ms, p.archived_at, p.watched_from, p.watch_next_at,
    p.events, p.timeline_hash, p.updated_at, p.revision
  FROM payouts p
  WHERE p.merchant_id = $1 AND p.id = ANY($2)
  ORDER BY p.id;

-- checkPayouts: payouts, since
SELECT p.id
  FROM payouts p
  WHERE p.merchant_id = $1 AND p.id > $2
  ORDER BY p.id
  LIMIT $3;
SELECT t.seq, CASE WHEN t.reference_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN t.reference_id::uuid END AS
    id
  FROM ledger_transactions t
  WHERE t.merchant_id = $1 AND t.kind LIKE 'payout%' AND CASE WHEN t.reference_id ~
      '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN t.reference_id::uuid END <= $2::uuid AND t.seq > $4 AND NOT
      EXISTS (SELECT
    FROM ledger_transactions l
    WHERE l.reference_id = t.reference_id AND l.kind LIKE 'payout%' AND l.merchant_id::text = $1::uuid::text AND
        ($3::uuid[] IS NULL OR l.merchant_id = ANY($3::uuid[])) AND l.seq > t.seq)
  ORDER BY t.seq
  LIMIT $5;
SELECT unhashed_until
  FROM timeline_chain;
SELECT t.merchant_id, t.payout_id, t.seq, t.type, t.from_status, t.to_status, t.at, t.actor, t.reason, t.data, t.hash
  FROM payout_events t
  WHERE t.merchant_id = $1 AND t.payout_id = ANY($2)
  ORDER BY t.payout_id, t.seq;
SELECT p.merchant_id, p.id, p.bank_account_id, p.recipient_name, p.recipient_account_number, p.recipient_ifsc,
    p.recipient_vpa, p.amount_paise, p.mode, p.reference_id, p.narration, p.created_at, p.status, p.gateway, p.utr,
    p.completed_by, p.failure, p.attempts, p.next_step, p.next_attempt_at, p.next_attempt_live_ms, p.submission_ends_at,
    p.submission_ends_live_ms, p.not_found_at, p.inquiries, p.waiting_for, p.waiting_at, p.needs_attention,
    p.last_answer, p.unchanged_inquiries, p.last_unchanged_at, p.bank_disagrees, p.bank_has_another_since,
    p.first_rejected_at, p.first_rejected_by, p.first_rejected_live_ms, p.archived_at, p.watched_from, p.watch_next_at,
    p.events, p.timeline_hash, p.updated_at, p.revision
  FROM payouts p
  WHERE p.merchant_id = $1 AND p.id = ANY($2)
  ORDER BY p.id;
SELECT p.id
  FROM payouts p
  WHERE p.merchant_id = $1 AND p.next_attempt_at IS NOT NULL AND p.id <= $2::uuid AND NOT EXISTS (SELECT
    FROM ledger_transactions l
    WHERE l.reference_id = p.id::text AND l.kind LIKE 'payout%' AND l.merchant_id::text = $1::uuid::text AND ($4::uuid[]
        IS NULL OR l.merchant_id = ANY($4::uuid[])) AND l.seq > $3::bigint) AND p.id > $5
  ORDER BY p.id
  LIMIT $6;

-- checkPayouts: transactions of payouts
SELECT t.seq, t.kind, t.reference_id AS id, EXISTS (SELECT
    FROM payouts p
    WHERE p.merchant_id = $1 AND p.id = CASE WHEN t.reference_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        t.reference_id::uuid END) AS exists
  FROM ledger_transactions t
  WHERE t.merchant_id = $1 AND t.seq > $2 AND t.kind LIKE 'payout%'
  ORDER BY t.seq
  LIMIT $3;

-- checkPayouts: transactions of payouts, since
SELECT t.seq, t.kind, t.reference_id AS id, EXISTS (SELECT
    FROM payouts p
    WHERE p.merchant_id = $1 AND p.id = CASE WHEN t.reference_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        t.reference_id::uuid END) AS exists
  FROM ledger_transactions t
  WHERE t.merchant_id = $1 AND t.seq > $2 AND t.kind LIKE 'payout%'
  ORDER BY t.seq
  LIMIT $3;

-- checkPayouts: timelines of payouts
SELECT e.id, EXISTS (SELECT
    FROM payouts o
    WHERE o.merchant_id = $1 AND o.id = e.id) AS exists
  FROM (
    SELECT DISTINCT payout_id AS id
    FROM payout_events
    WHERE merchant_id = $1 AND payout_id > $2
    ORDER BY 1
    LIMIT $3 ) e
  ORDER BY e.id;

-- checkPayouts: timelines of payouts, since
SELECT e.id, EXISTS (SELECT
    FROM payouts o
    WHERE o.merchant_id = $1 AND o.id = e.id) AS exists
  FROM (
    SELECT DISTINCT payout_id AS id
    FROM payout_events
    WHERE merchant_id = $1 AND payout_id > $2
    ORDER BY 1
    LIMIT $3 ) e
  ORDER BY e.id;

-- checkPayouts.findingsOfNoBook
SELECT gateway, event_id, outcome, subject, reference, body_digest, received_at::text AS received
  FROM gateway_callbacks
  WHERE outcome <> 'taken_in' AND subject IN ('payout') AND (outcome = 'unreadable' OR (outcome = 'unknown_reference'
      AND reference ~* $1)) AND (received_at, gateway, event_id) < ($2::timestamptz, $3, $4)
  ORDER BY received_at DESC, gateway DESC, event_id DESC
  LIMIT $5;
