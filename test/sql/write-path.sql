-- What each method sends. Written by UPDATE_SQL=1 make test-file path=test/integration/repository-sql.spec.ts

-- balance_alerts.flush
INSERT INTO balance_alerts (merchant_id, threshold_paise, updated_at)
  SELECT b.merchant_id, u.threshold_paise, u.updated_at
  FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[]) AS u(merchant_id, threshold_paise, updated_at)
  JOIN books b ON b.merchant_id = u.merchant_id
  WHERE ($4::uuid[] IS NULL OR b.merchant_id = ANY($4::uuid[]))
  ON CONFLICT (merchant_id) DO UPDATE
  SET threshold_paise = excluded.threshold_paise, updated_at = excluded.updated_at;

-- balance_alerts.load
SELECT merchant_id, threshold_paise, updated_at
  FROM balance_alerts
  WHERE merchant_id = ANY($1::uuid[]);

-- bank_accounts.flush
INSERT INTO bank_accounts (merchant_id, id, account_holder_name, account_number, ifsc, vpa, is_active, created_at)
  SELECT b.merchant_id, u.id, u.account_holder_name, u.account_number, u.ifsc, u.vpa, u.is_active, u.created_at
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::timestamptz[])
      AS u(merchant_id, id, account_holder_name, account_number, ifsc, vpa, is_active, created_at)
  JOIN books b ON b.merchant_id = u.merchant_id
  WHERE ($9::uuid[] IS NULL OR b.merchant_id = ANY($9::uuid[]));
INSERT INTO bank_accounts (merchant_id, id, account_holder_name, account_number, ifsc, vpa, is_active, created_at)
  VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::boolean, $8::timestamptz);
INSERT INTO bank_accounts (merchant_id, id, account_holder_name, account_number, ifsc, vpa, is_active, created_at)
  VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::boolean, $8::timestamptz), ($9::uuid,
      $10::uuid, $11::text, $12::text, $13::text, $14::text, $15::boolean, $16::timestamptz);
UPDATE bank_accounts
  SET is_active = $3::boolean
  WHERE merchant_id = $1::uuid AND id = $2::uuid;
UPDATE bank_accounts t
  SET is_active = c.is_active
  FROM unnest($1::uuid[], $2::uuid[], $3::boolean[]) AS c(merchant_id, id, is_active)
  WHERE t.merchant_id = c.merchant_id AND t.id = c.id AND ($4::uuid[] IS NULL OR t.merchant_id = ANY($4::uuid[]));

-- bank_accounts.load
SELECT a.merchant_id, a.id, a.account_holder_name, a.account_number, a.ifsc, a.vpa, a.is_active, a.created_at
  FROM bank_accounts a
  WHERE (a.merchant_id, a.id) IN (SELECT *
    FROM unnest($1::uuid[], $2::uuid[])) AND ($3::uuid[] IS NULL OR a.merchant_id = ANY($3::uuid[]));

-- bank_accounts_by_destination.load
WITH wanted AS (SELECT *
    FROM unnest($1::uuid[], $2::text[]) AS wanted(merchant_id, key))
  SELECT a.merchant_id, a.id, a.account_holder_name, a.account_number, a.ifsc, a.vpa, a.is_active, a.created_at
  FROM bank_accounts a
  WHERE (merchant_id, account_number, ifsc) IN (
    SELECT merchant_id, split_part(key, '|', 1), split_part(key, '|', 2)
    FROM wanted) AND ($3::uuid[] IS NULL OR a.merchant_id = ANY($3::uuid[]))
  UNION ALL
  SELECT a.merchant_id, a.id, a.account_holder_name, a.account_number, a.ifsc, a.vpa, a.is_active, a.created_at
  FROM bank_accounts a
  WHERE (merchant_id, vpa) IN (SELECT merchant_id, key
    FROM wanted) AND ($3::uuid[] IS NULL OR a.merchant_id = ANY($3::uuid[]))
  ORDER BY id;

-- idempotency_keys.flush
INSERT INTO idempotency_keys (merchant_id, key, request_hash, status, content_type, body, expires_at,
    expires_at_live_ms)
  SELECT b.merchant_id, u.key, u.request_hash, u.status, u.content_type, u.body, u.expires_at, u.expires_at_live_ms
  FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::smallint[], $5::text[], $6::text[], $7::timestamptz[],
      $8::bigint[]) AS u(merchant_id, key, request_hash, status, content_type, body, expires_at, expires_at_live_ms)
  JOIN books b ON b.merchant_id = u.merchant_id
  WHERE ($9::uuid[] IS NULL OR b.merchant_id = ANY($9::uuid[]));
INSERT INTO idempotency_keys (merchant_id, key, request_hash, status, content_type, body, expires_at,
    expires_at_live_ms)
  VALUES ($1::uuid, $2::text, $3::bytea, $4::smallint, $5::text, $6::text, $7::timestamptz, $8::bigint);
INSERT INTO idempotency_keys (merchant_id, key, request_hash, status, content_type, body, expires_at,
    expires_at_live_ms)
  VALUES ($1::uuid, $2::text, $3::bytea, $4::smallint, $5::text, $6::text, $7::timestamptz, $8::bigint), ($9::uuid,
      $10::text, $11::bytea, $12::smallint, $13::text, $14::text, $15::timestamptz, $16::bigint);

-- idempotency_keys.load
SELECT t.merchant_id, t.key, t.request_hash, t.status, t.content_type, t.body, t.expires_at, t.expires_at_live_ms
  FROM unnest($1::uuid[], $2::text[]) AS wanted(merchant_id, key)
  JOIN idempotency_keys t ON t.merchant_id = wanted.merchant_id AND t.key = wanted.key
  WHERE ($3::uuid[] IS NULL OR t.merchant_id = ANY($3::uuid[]));

-- ledger_causes.load
SELECT t.merchant_id, k.kind || '|' || k.id AS key, t.seq, e.amount_paise AS available_paise, t.request_digest,
    t.created_at
  FROM (SELECT merchant_id, split_part(key, '|', 1) AS kind, substr(key, strpos(key, '|') + 1) AS id
    FROM unnest($1::uuid[], $2::text[]) AS u(merchant_id, key)) k
  JOIN ledger_transactions t ON t.reference_id = k.id AND t.kind = k.kind AND t.merchant_id::text = k.merchant_id::text
  LEFT JOIN ledger_entries e ON e.merchant_id = t.merchant_id AND e.account = 'available' AND e.seq = t.seq AND
      ($3::uuid[] IS NULL OR e.merchant_id = ANY($3::uuid[]))
  WHERE ($3::uuid[] IS NULL OR t.merchant_id = ANY($3::uuid[]));
SELECT undigested_until
  FROM hold_digests;

-- ledger_heads.load
SELECT b.merchant_id, t.seq, t.id, t.hash, w.threshold_paise, available.balance_paise AS available, held.balance_paise
    AS held, paid_out.balance_paise AS paid_out, received.balance_paise AS received, fees.balance_paise AS fees,
    taxes.balance_paise AS taxes
  FROM books b
  LEFT JOIN LATERAL (
    SELECT seq, id, hash
    FROM ledger_transactions t
    WHERE t.merchant_id = b.merchant_id AND ($2::uuid[] IS NULL OR t.merchant_id = ANY($2::uuid[]))
    ORDER BY seq DESC
    LIMIT 1 ) t ON true
  LEFT JOIN LATERAL (
    SELECT threshold_paise
    FROM balance_alerts w
    WHERE w.merchant_id = b.merchant_id AND ($2::uuid[] IS NULL OR w.merchant_id = ANY($2::uuid[]))
    LIMIT 1 ) w ON true
  LEFT JOIN LATERAL (
    SELECT balance_paise
    FROM ledger_entries e
    WHERE e.merchant_id = b.merchant_id AND e.account = 'available' AND ($2::uuid[] IS NULL OR e.merchant_id =
        ANY($2::uuid[]))
    ORDER BY e.seq DESC
    LIMIT 1 ) available ON true
  LEFT JOIN LATERAL (
    SELECT balance_paise
    FROM ledger_entries e
    WHERE e.merchant_id = b.merchant_id AND e.account = 'held' AND ($2::uuid[] IS NULL OR e.merchant_id =
        ANY($2::uuid[]))
    ORDER BY e.seq DESC
    LIMIT 1 ) held ON true
  LEFT JOIN LATERAL (
    SELECT balance_paise
    FROM ledger_entries e
    WHERE e.merchant_id = b.merchant_id AND e.account = 'paid_out' AND ($2::uuid[] IS NULL OR e.merchant_id =
        ANY($2::uuid[]))
    ORDER BY e.seq DESC
    LIMIT 1 ) paid_out ON true
  LEFT JOIN LATERAL (
    SELECT balance_paise
    FROM ledger_entries e
    WHERE e.merchant_id = b.merchant_id AND e.account = 'received' AND ($2::uuid[] IS NULL OR e.merchant_id =
        ANY($2::uuid[]))
    ORDER BY e.seq DESC
    LIMIT 1 ) received ON true
  LEFT JOIN LATERAL (
    SELECT balance_paise
    FROM ledger_entries e
    WHERE e.merchant_id = b.merchant_id AND e.account = 'fees' AND ($2::uuid[] IS NULL OR e.merchant_id =
        ANY($2::uuid[]))
    ORDER BY e.seq DESC
    LIMIT 1 ) fees ON true
  LEFT JOIN LATERAL (
    SELECT balance_paise
    FROM ledger_entries e
    WHERE e.merchant_id = b.merchant_id AND e.account = 'taxes' AND ($2::uuid[] IS NULL OR e.merchant_id =
        ANY($2::uuid[]))
    ORDER BY e.seq DESC
    LIMIT 1 ) taxes ON true
  WHERE b.merchant_id = ANY($1::uuid[]);

-- ledger_transactions.flush
INSERT INTO ledger_entries (merchant_id, account, seq, amount_paise, balance_paise)
  SELECT b.merchant_id, u.account, u.seq, u.amount_paise, u.balance_paise
  FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) AS u(merchant_id, account, seq,
      amount_paise, balance_paise)
  JOIN books b ON b.merchant_id = u.merchant_id
  WHERE ($6::uuid[] IS NULL OR b.merchant_id = ANY($6::uuid[]));
INSERT INTO ledger_entries (merchant_id, account, seq, amount_paise, balance_paise)
  VALUES ($1::uuid, $2::text, $3::bigint, $4::bigint, $5::bigint), ($6::uuid, $7::text, $8::bigint, $9::bigint,
      $10::bigint);
INSERT INTO ledger_transactions (merchant_id, seq, id, kind, reference_type, reference_id, reverses_seq, reason, actor,
    request_digest, prev_hash, hash, created_at)
  SELECT b.merchant_id, u.seq, u.id, u.kind, u.reference_type, u.reference_id, u.reverses_seq, u.reason, u.actor,
      u.request_digest, u.prev_hash, u.hash, u.created_at
  FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[],
      $9::text[], $10::bytea[], $11::bytea[], $12::bytea[], $13::timestamptz[]) AS u(merchant_id, seq, id, kind,
      reference_type, reference_id, reverses_seq, reason, actor, request_digest, prev_hash, hash, created_at)
  JOIN books b ON b.merchant_id = u.merchant_id
  WHERE ($14::uuid[] IS NULL OR b.merchant_id = ANY($14::uuid[]));
INSERT INTO ledger_transactions (merchant_id, seq, id, kind, reference_type, reference_id, reverses_seq, reason, actor,
    request_digest, prev_hash, hash, created_at)
  VALUES ($1::uuid, $2::bigint, $3::uuid, $4::text, $5::text, $6::text, $7::bigint, $8::text, $9::text, $10::bytea,
      $11::bytea, $12::bytea, $13::timestamptz);
INSERT INTO ledger_transactions (merchant_id, seq, id, kind, reference_type, reference_id, reverses_seq, reason, actor,
    request_digest, prev_hash, hash, created_at)
  VALUES ($1::uuid, $2::bigint, $3::uuid, $4::text, $5::text, $6::text, $7::bigint, $8::text, $9::text, $10::bytea,
      $11::bytea, $12::bytea, $13::timestamptz), ($14::uuid, $15::bigint, $16::uuid, $17::text, $18::text, $19::text,
      $20::bigint, $21::text, $22::text, $23::bytea, $24::bytea, $25::bytea, $26::timestamptz);

-- merchant_limits.flush
INSERT INTO merchant_limits (merchant_id, reads_per_second, writes_per_second)
  SELECT *
  FROM unnest($1::uuid[], $2::integer[], $3::integer[])
  ON CONFLICT (merchant_id) DO UPDATE
  SET reads_per_second = excluded.reads_per_second, writes_per_second = excluded.writes_per_second;

-- merchant_limits.load
SELECT merchant_id, reads_per_second, writes_per_second
  FROM merchant_limits
  WHERE merchant_id = ANY($1::uuid[]);

-- merchants.flush
UPDATE merchants
  SET name = $2::text, email = $3::text, is_active = $4::boolean, reads_per_second = $5::integer, writes_per_second =
      $6::integer, updated_at = $7::timestamptz
  WHERE id = $1::uuid;
UPDATE merchants t
  SET name = c.name, email = c.email, is_active = c.is_active, reads_per_second = c.reads_per_second, writes_per_second
      = c.writes_per_second, updated_at = c.updated_at
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::boolean[], $5::integer[], $6::integer[], $7::timestamptz[]) AS
      c(id, name, email, is_active, reads_per_second, writes_per_second, updated_at)
  WHERE t.id = c.id AND ($8::uuid[] IS NULL OR t.id = ANY($8::uuid[]));

-- merchants.load
SELECT m.id, m.name, m.email, m.is_active, m.reads_per_second, m.writes_per_second, m.created_at, m.updated_at
  FROM merchants m
  WHERE m.id = ANY($1::uuid[]);

-- outbox heads.load
SELECT b.merchant_id, o.id, coalesce(o.sequence, (
      SELECT e.sequence
      FROM outbox e
      WHERE e.merchant_id = b.merchant_id AND e.sequence IS NOT NULL AND ($2::uuid[] IS NULL OR e.merchant_id =
          ANY($2::uuid[]))
      ORDER BY e.sequence DESC
      LIMIT 1 ), 0) AS sequence
  FROM books b
  LEFT JOIN LATERAL (
    SELECT id, sequence
    FROM outbox o
    WHERE o.merchant_id = b.merchant_id AND ($2::uuid[] IS NULL OR o.merchant_id = ANY($2::uuid[]))
    ORDER BY id DESC
    LIMIT 1 ) o ON true
  WHERE b.merchant_id = ANY($1::uuid[]);

-- outbox.flush
INSERT INTO outbox (merchant_id, id, type, payload, created_at, origin, sequence, object_id, object, previous_status)
  SELECT b.merchant_id, u.id, u.type, u.payload, u.created_at, u.origin, u.sequence, u.object_id, u.object,
      u.previous_status
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::jsonb[], $5::timestamptz[], $6::jsonb[], $7::bigint[], $8::uuid[],
      $9::text[], $10::text[]) AS u(merchant_id, id, type, payload, created_at, origin, sequence, object_id, object,
      previous_status)
  JOIN books b ON b.merchant_id = u.merchant_id
  WHERE ($11::uuid[] IS NULL OR b.merchant_id = ANY($11::uuid[]));
INSERT INTO outbox (merchant_id, id, type, payload, created_at, origin, sequence, object_id, object, previous_status)
  VALUES ($1::uuid, $2::uuid, $3::text, $4::jsonb, $5::timestamptz, $6::jsonb, $7::bigint, $8::uuid, $9::text,
      $10::text);
INSERT INTO outbox (merchant_id, id, type, payload, created_at, origin, sequence, object_id, object, previous_status)
  VALUES ($1::uuid, $2::uuid, $3::text, $4::jsonb, $5::timestamptz, $6::jsonb, $7::bigint, $8::uuid, $9::text,
      $10::text), ($11::uuid, $12::uuid, $13::text, $14::jsonb, $15::timestamptz, $16::jsonb, $17::bigint, $18::uuid,
      $19::text, $20::text);
INSERT INTO outbox_queue (merchant_id, id)
  SELECT b.merchant_id, u.id
  FROM unnest($1::uuid[], $2::uuid[]) AS u(merchant_id, id)
  JOIN books b ON b.merchant_id = u.merchant_id
  WHERE ($3::uuid[] IS NULL OR b.merchant_id = ANY($3::uuid[]));
INSERT INTO outbox_queue (merchant_id, id)
  VALUES ($1::uuid, $2::uuid);
INSERT INTO outbox_queue (merchant_id, id)
  VALUES ($1::uuid, $2::uuid), ($3::uuid, $4::uuid);

-- payment_events.flush
INSERT INTO payment_events (merchant_id, payment_id, seq, type, from_status, to_status, at, actor, reason, data, hash)
  SELECT b.merchant_id, u.payment_id, u.seq, u.type, u.from_status, u.to_status, u.at, u.actor, u.reason, u.data, u.hash
  FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[],
      $9::text[], $10::jsonb[], $11::bytea[]) AS u(merchant_id, payment_id, seq, type, from_status, to_status, at,
      actor, reason, data, hash)
  JOIN books b ON b.merchant_id = u.merchant_id
  WHERE ($12::uuid[] IS NULL OR b.merchant_id = ANY($12::uuid[]));
INSERT INTO payment_events (merchant_id, payment_id, seq, type, from_status, to_status, at, actor, reason, data, hash)
  VALUES ($1::uuid, $2::uuid, $3::integer, $4::text, $5::text, $6::text, $7::timestamptz, $8::text, $9::text,
      $10::jsonb, $11::bytea);
INSERT INTO payment_events (merchant_id, payment_id, seq, type, from_status, to_status, at, actor, reason, data, hash)
  VALUES ($1::uuid, $2::uuid, $3::integer, $4::text, $5::text, $6::text, $7::timestamptz, $8::text, $9::text,
      $10::jsonb, $11::bytea), ($12::uuid, $13::uuid, $14::integer, $15::text, $16::text, $17::text, $18::timestamptz,
      $19::text, $20::text, $21::jsonb, $22::bytea);

-- payment_references.load
SELECT t.merchant_id, t.reference_id, t.id
  FROM unnest($1::uuid[], $2::text[]) AS wanted(merchant_id, reference_id)
  JOIN payments t ON t.reference_id = wanted.reference_id AND (t.reference_id, t.merchant_id) BETWEEN
      (wanted.reference_id, wanted.merchant_id) AND (wanted.reference_id, wanted.merchant_id)
  WHERE ($3::uuid[] IS NULL OR t.merchant_id = ANY($3::uuid[]));

-- payments.flush
INSERT INTO payments (merchant_id, id, amount_minor, currency, description, customer, purpose_code, reference_id,
    attempts, next_step, next_attempt_at, next_attempt_live_ms, submission_ends_at, submission_ends_live_ms,
    not_found_at, inquiries, waiting_for, waiting_at, needs_attention, last_answer, unchanged_inquiries,
    last_unchanged_at, provider_id, failure, gateway_disagrees, gateway_has_another_since, failed_at, created_at,
    updated_at, revision, status, gateway, rate, gross_paise, fee_paise, tax_paise, net_paise, quote_id, claimed_minor,
    claimed_paise, claimed_fee_paise, claimed_tax_paise, refunded_minor, refunded_paise, events, timeline_hash)
  SELECT b.merchant_id, u.id, u.amount_minor, u.currency, u.description, u.customer, u.purpose_code, u.reference_id,
      u.attempts, u.next_step, u.next_attempt_at, u.next_attempt_live_ms, u.submission_ends_at,
      u.submission_ends_live_ms, u.not_found_at, u.inquiries, u.waiting_for, u.waiting_at, u.needs_attention,
      u.last_answer, u.unchanged_inquiries, u.last_unchanged_at, u.provider_id, u.failure, u.gateway_disagrees,
      u.gateway_has_another_since, u.failed_at, u.created_at, u.updated_at, u.revision, u.status, u.gateway, u.rate,
      u.gross_paise, u.fee_paise, u.tax_paise, u.net_paise, u.quote_id, u.claimed_minor, u.claimed_paise,
      u.claimed_fee_paise, u.claimed_tax_paise, u.refunded_minor, u.refunded_paise, u.events, u.timeline_hash
  FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::jsonb[], $7::text[], $8::text[],
      $9::integer[], $10::text[], $11::timestamptz[], $12::bigint[], $13::timestamptz[], $14::bigint[],
      $15::timestamptz[], $16::integer[], $17::text[], $18::text[], $19::boolean[], $20::text[], $21::integer[],
      $22::timestamptz[], $23::text[], $24::jsonb[], $25::boolean[], $26::timestamptz[], $27::timestamptz[],
      $28::timestamptz[], $29::timestamptz[], $30::integer[], $31::text[], $32::text[], $33::text[], $34::bigint[],
      $35::bigint[], $36::bigint[], $37::bigint[], $38::text[], $39::bigint[], $40::bigint[], $41::bigint[],
      $42::bigint[], $43::bigint[], $44::bigint[], $45::integer[], $46::bytea[]) AS u(merchant_id, id, amount_minor,
      currency, description, customer, purpose_code, reference_id, attempts, next_step, next_attempt_at,
      next_attempt_live_ms, submission_ends_at, submission_ends_live_ms, not_found_at, inquiries, waiting_for,
      waiting_at, needs_attention, last_answer, unchanged_inquiries, last_unchanged_at, provider_id, failure,
      gateway_disagrees, gateway_has_another_since, failed_at, created_at, updated_at, revision, status, gateway, rate,
      gross_paise, fee_paise, tax_paise, net_paise, quote_id, claimed_minor, claimed_paise, claimed_fee_paise,
      claimed_tax_paise, refunded_minor, refunded_paise, events, timeline_hash)
  JOIN books b ON b.merchant_id = u.merchant_id
  WHERE ($47::uuid[] IS NULL OR b.merchant_id = ANY($47::uuid[]));
INSERT INTO payments (merchant_id, id, amount_minor, currency, description, customer, purpose_code, reference_id,
    attempts, next_step, next_attempt_at, next_attempt_live_ms, submission_ends_at, submission_ends_live_ms,
    not_found_at, inquiries, waiting_for, waiting_at, needs_attention, last_answer, unchanged_inquiries,
    last_unchanged_at, provider_id, failure, gateway_disagrees, gateway_has_another_since, failed_at, created_at,
    updated_at, revision, status, gateway, rate, gross_paise, fee_paise, tax_paise, net_paise, quote_id, claimed_minor,
    claimed_paise, claimed_fee_paise, claimed_tax_paise, refunded_minor, refunded_paise, events, timeline_hash)
  VALUES ($1::uuid, $2::uuid, $3::bigint, $4::text, $5::text, $6::jsonb, $7::text, $8::text, $9::integer, $10::text,
      $11::timestamptz, $12::bigint, $13::timestamptz, $14::bigint, $15::timestamptz, $16::integer, $17::text,
      $18::text, $19::boolean, $20::text, $21::integer, $22::timestamptz, $23::text, $24::jsonb, $25::boolean,
      $26::timestamptz, $27::timestamptz, $28::timestamptz, $29::timestamptz, $30::integer, $31::text, $32::text,
      $33::text, $34::bigint, $35::bigint, $36::bigint, $37::bigint, $38::text, $39::bigint, $40::bigint, $41::bigint,
      $42::bigint, $43::bigint, $44::bigint, $45::integer, $46::bytea);
INSERT INTO payments (merchant_id, id, amount_minor, currency, description, customer, purpose_code, reference_id,
    attempts, next_step, next_attempt_at, next_attempt_live_ms, submission_ends_at, submission_ends_live_ms,
    not_found_at, inquiries, waiting_for, waiting_at, needs_attention, last_answer, unchanged_inquiries,
    last_unchanged_at, provider_id, failure, gateway_disagrees, gateway_has_another_since, failed_at, created_at,
    updated_at, revision, status, gateway, rate, gross_paise, fee_paise, tax_paise, net_paise, quote_id, claimed_minor,
    claimed_paise, claimed_fee_paise, claimed_tax_paise, refunded_minor, refunded_paise, events, timeline_hash)
  VALUES ($1::uuid, $2::uuid, $3::bigint, $4::text, $5::text, $6::jsonb, $7::text, $8::text, $9::integer, $10::text,
      $11::timestamptz, $12::bigint, $13::timestamptz, $14::bigint, $15::timestamptz, $16::integer, $17::text,
      $18::text, $19::boolean, $20::text, $21::integer, $22::timestamptz, $23::text, $24::jsonb, $25::boolean,
      $26::timestamptz, $27::timestamptz, $28::timestamptz, $29::timestamptz, $30::integer, $31::text, $32::text,
      $33::text, $34::bigint, $35::bigint, $36::bigint, $37::bigint, $38::text, $39::bigint, $40::bigint, $41::bigint,
      $42::bigint, $43::bigint, $44::bigint, $45::integer, $46::bytea), ($47::uuid, $48::uuid, $49::bigint, $50::text,
      $51::text, $52::jsonb, $53::text, $54::text, $55::integer, $56::text, $57::timestamptz, $58::bigint,
      $59::timestamptz, $60::bigint, $61::timestamptz, $62::integer, $63::text, $64::text, $65::boolean, $66::text,
      $67::integer, $68::timestamptz, $69::text, $70::jsonb, $71::boolean, $72::timestamptz, $73::timestamptz,
      $74::timestamptz, $75::timestamptz, $76::integer, $77::text, $78::text, $79::text, $80::bigint, $81::bigint,
      $82::bigint, $83::bigint, $84::text, $85::bigint, $86::bigint, $87::bigint, $88::bigint, $89::bigint, $90::bigint,
      $91::integer, $92::bytea);
UPDATE payments
  SET attempts = $3::integer, next_step = $4::text, next_attempt_at = $5::timestamptz, next_attempt_live_ms =
      $6::bigint, submission_ends_at = $7::timestamptz, submission_ends_live_ms = $8::bigint, not_found_at =
      $9::timestamptz, inquiries = $10::integer, waiting_for = $11::text, waiting_at = $12::text, needs_attention =
      $13::boolean, last_answer = $14::text, unchanged_inquiries = $15::integer, last_unchanged_at = $16::timestamptz,
      provider_id = $17::text, failure = $18::jsonb, gateway_disagrees = $19::boolean, gateway_has_another_since =
      $20::timestamptz, failed_at = $21::timestamptz, updated_at = $22::timestamptz, revision = $23::integer, status =
      $24::text, gateway = $25::text, rate = $26::text, gross_paise = $27::bigint, fee_paise = $28::bigint, tax_paise =
      $29::bigint, net_paise = $30::bigint, quote_id = $31::text, claimed_minor = $32::bigint, claimed_paise =
      $33::bigint, claimed_fee_paise = $34::bigint, claimed_tax_paise = $35::bigint, refunded_minor = $36::bigint,
      refunded_paise = $37::bigint, events = $38::integer, timeline_hash = $39::bytea
  WHERE merchant_id = $1::uuid AND id = $2::uuid;
UPDATE payments t
  SET attempts = c.attempts, next_step = c.next_step, next_attempt_at = c.next_attempt_at, next_attempt_live_ms =
      c.next_attempt_live_ms, submission_ends_at = c.submission_ends_at, submission_ends_live_ms =
      c.submission_ends_live_ms, not_found_at = c.not_found_at, inquiries = c.inquiries, waiting_for = c.waiting_for,
      waiting_at = c.waiting_at, needs_attention = c.needs_attention, last_answer = c.last_answer, unchanged_inquiries =
      c.unchanged_inquiries, last_unchanged_at = c.last_unchanged_at, provider_id = c.provider_id, failure = c.failure,
      gateway_disagrees = c.gateway_disagrees, gateway_has_another_since = c.gateway_has_another_since, failed_at =
      c.failed_at, updated_at = c.updated_at, revision = c.revision, status = c.status, gateway = c.gateway, rate =
      c.rate, gross_paise = c.gross_paise, fee_paise = c.fee_paise, tax_paise = c.tax_paise, net_paise = c.net_paise,
      quote_id = c.quote_id, claimed_minor = c.claimed_minor, claimed_paise = c.claimed_paise, claimed_fee_paise =
      c.claimed_fee_paise, claimed_tax_paise = c.claimed_tax_paise, refunded_minor = c.refunded_minor, refunded_paise =
      c.refunded_paise, events = c.events, timeline_hash = c.timeline_hash
  FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::timestamptz[], $6::bigint[], $7::timestamptz[],
      $8::bigint[], $9::timestamptz[], $10::integer[], $11::text[], $12::text[], $13::boolean[], $14::text[],
      $15::integer[], $16::timestamptz[], $17::text[], $18::jsonb[], $19::boolean[], $20::timestamptz[],
      $21::timestamptz[], $22::timestamptz[], $23::integer[], $24::text[], $25::text[], $26::text[], $27::bigint[],
      $28::bigint[], $29::bigint[], $30::bigint[], $31::text[], $32::bigint[], $33::bigint[], $34::bigint[],
      $35::bigint[], $36::bigint[], $37::bigint[], $38::integer[], $39::bytea[]) AS c(merchant_id, id, attempts,
      next_step, next_attempt_at, next_attempt_live_ms, submission_ends_at, submission_ends_live_ms, not_found_at,
      inquiries, waiting_for, waiting_at, needs_attention, last_answer, unchanged_inquiries, last_unchanged_at,
      provider_id, failure, gateway_disagrees, gateway_has_another_since, failed_at, updated_at, revision, status,
      gateway, rate, gross_paise, fee_paise, tax_paise, net_paise, quote_id, claimed_minor, claimed_paise,
      claimed_fee_paise, claimed_tax_paise, refunded_minor, refunded_paise, events, timeline_hash)
  WHERE t.merchant_id = c.merchant_id AND t.id = c.id AND ($40::uuid[] IS NULL OR t.merchant_id = ANY($40::uuid[]));

-- payments.load
SELECT t.merchant_id, t.id, t.amount_minor, t.currency, t.description, t.customer, t.purpose_code, t.reference_id,
    t.attempts, t.next_step, t.next_attempt_at, t.next_attempt_live_ms, t.submission_ends_at, t.submission_ends_live_ms,
    t.not_found_at, t.inquiries, t.waiting_for, t.waiting_at, t.needs_attention, t.last_answer, t.unchanged_inquiries,
    t.last_unchanged_at, t.provider_id, t.failure, t.gateway_disagrees, t.gateway_has_another_since, t.failed_at,
    t.created_at, t.updated_at, t.revision, t.status, t.gateway, t.rate, t.gross_paise, t.fee_paise, t.tax_paise,
    t.net_paise, t.quote_id, t.claimed_minor, t.claimed_paise, t.claimed_fee_paise, t.claimed_tax_paise,
    t.refunded_minor, t.refunded_paise, t.events, t.timeline_hash
  FROM unnest($1::uuid[], $2::uuid[]) AS wanted(merchant_id, id)
  JOIN payments t ON t.merchant_id = wanted.merchant_id AND t.id = wanted.id
  WHERE ($3::uuid[] IS NULL OR t.merchant_id = ANY($3::uuid[]));

-- payout_destinations.load
SELECT p.merchant_id, p.id, a.is_active
  FROM unnest($1::uuid[], $2::uuid[]) AS wanted(merchant_id, id)
  CROSS JOIN LATERAL (
    SELECT p.merchant_id, p.id, p.bank_account_id
    FROM payouts p
    WHERE p.merchant_id = wanted.merchant_id AND p.id = wanted.id AND ($3::uuid[] IS NULL OR p.merchant_id =
        ANY($3::uuid[])) OFFSET 0 ) p
  CROSS JOIN LATERAL (
    SELECT a.is_active
    FROM bank_accounts a
    WHERE a.merchant_id = p.merchant_id AND a.id = p.bank_account_id AND ($3::uuid[] IS NULL OR a.merchant_id =
        ANY($3::uuid[])) OFFSET 0 ) a;

-- payout_events.flush
INSERT INTO payout_events (merchant_id, payout_id, seq, type, from_status, to_status, at, actor, reason, data, hash)
  SELECT b.merchant_id, u.payout_id, u.seq, u.type, u.from_status, u.to_status, u.at, u.actor, u.reason, u.data, u.hash
  FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[],
      $9::text[], $10::jsonb[], $11::bytea[]) AS u(merchant_id, payout_id, seq, type, from_status, to_status, at, actor,
      reason, data, hash)
  JOIN books b ON b.merchant_id = u.merchant_id
  WHERE ($12::uuid[] IS NULL OR b.merchant_id = ANY($12::uuid[]));
INSERT INTO payout_events (merchant_id, payout_id, seq, type, from_status, to_status, at, actor, reason, data, hash)
  VALUES ($1::uuid, $2::uuid, $3::integer, $4::text, $5::text, $6::text, $7::timestamptz, $8::text, $9::text,
      $10::jsonb, $11::bytea);
INSERT INTO payout_events (merchant_id, payout_id, seq, type, from_status, to_status, at, actor, reason, data, hash)
  VALUES ($1::uuid, $2::uuid, $3::integer, $4::text, $5::text, $6::text, $7::timestamptz, $8::text, $9::text,
      $10::jsonb, $11::bytea), ($12::uuid, $13::uuid, $14::integer, $15::text, $16::text, $17::text, $18::timestamptz,
      $19::text, $20::text, $21::jsonb, $22::bytea);

-- payout_references.load
SELECT t.merchant_id, t.reference_id, t.id
  FROM unnest($1::uuid[], $2::text[]) AS wanted(merchant_id, reference_id)
  JOIN payouts t ON t.reference_id = wanted.reference_id AND (t.reference_id, t.merchant_id) BETWEEN
      (wanted.reference_id, wanted.merchant_id) AND (wanted.reference_id, wanted.merchant_id)
  WHERE ($3::uuid[] IS NULL OR t.merchant_id = ANY($3::uuid[]));

-- payouts.flush
INSERT INTO payouts (merchant_id, id, bank_account_id, recipient_name, recipient_account_number, recipient_ifsc,
    recipient_vpa, amount_paise, mode, reference_id, narration, created_at, status, gateway, utr, completed_by, failure,
    attempts, next_step, next_attempt_at, next_attempt_live_ms, submission_ends_at, submission_ends_live_ms,
    not_found_at, inquiries, waiting_for, waiting_at, needs_attention, last_answer, unchanged_inquiries,
    last_unchanged_at, bank_disagrees, bank_has_another_since, first_rejected_at, first_rejected_by,
    first_rejected_live_ms, archived_at, watched_from, watch_next_at, events, timeline_hash, updated_at, revision)
  SELECT b.merchant_id, u.id, u.bank_account_id, u.recipient_name, u.recipient_account_number, u.recipient_ifsc,
      u.recipient_vpa, u.amount_paise, u.mode, u.reference_id, u.narration, u.created_at, u.status, u.gateway, u.utr,
      u.completed_by, u.failure, u.attempts, u.next_step, u.next_attempt_at, u.next_attempt_live_ms,
      u.submission_ends_at, u.submission_ends_live_ms, u.not_found_at, u.inquiries, u.waiting_for, u.waiting_at,
      u.needs_attention, u.last_answer, u.unchanged_inquiries, u.last_unchanged_at, u.bank_disagrees,
      u.bank_has_another_since, u.first_rejected_at, u.first_rejected_by, u.first_rejected_live_ms, u.archived_at,
      u.watched_from, u.watch_next_at, u.events, u.timeline_hash, u.updated_at, u.revision
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[],
      $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::text[], $14::text[], $15::text[], $16::text[],
      $17::jsonb[], $18::integer[], $19::text[], $20::timestamptz[], $21::bigint[], $22::timestamptz[], $23::bigint[],
      $24::timestamptz[], $25::integer[], $26::text[], $27::text[], $28::boolean[], $29::text[], $30::integer[],
      $31::timestamptz[], $32::boolean[], $33::timestamptz[], $34::timestamptz[], $35::text[], $36::bigint[],
      $37::timestamptz[], $38::timestamptz[], $39::timestamptz[], $40::integer[], $41::bytea[], $42::timestamptz[],
      $43::integer[]) AS u(merchant_id, id, bank_account_id, recipient_name, recipient_account_number, recipient_ifsc,
      recipient_vpa, amount_paise, mode, reference_id, narration, created_at, status, gateway, utr, completed_by,
      failure, attempts, next_step, next_attempt_at, next_attempt_live_ms, submission_ends_at, submission_ends_live_ms,
      not_found_at, inquiries, waiting_for, waiting_at, needs_attention, last_answer, unchanged_inquiries,
      last_unchanged_at, bank_disagrees, bank_has_another_since, first_rejected_at, first_rejected_by,
      first_rejected_live_ms, archived_at, watched_from, watch_next_at, events, timeline_hash, updated_at, revision)
  JOIN books b ON b.merchant_id = u.merchant_id
  WHERE ($44::uuid[] IS NULL OR b.merchant_id = ANY($44::uuid[]));
INSERT INTO payouts (merchant_id, id, bank_account_id, recipient_name, recipient_account_number, recipient_ifsc,
    recipient_vpa, amount_paise, mode, reference_id, narration, created_at, status, gateway, utr, completed_by, failure,
    attempts, next_step, next_attempt_at, next_attempt_live_ms, submission_ends_at, submission_ends_live_ms,
    not_found_at, inquiries, waiting_for, waiting_at, needs_attention, last_answer, unchanged_inquiries,
    last_unchanged_at, bank_disagrees, bank_has_another_since, first_rejected_at, first_rejected_by,
    first_rejected_live_ms, archived_at, watched_from, watch_next_at, events, timeline_hash, updated_at, revision)
  VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, $5::text, $6::text, $7::text, $8::bigint, $9::text, $10::text,
      $11::text, $12::timestamptz, $13::text, $14::text, $15::text, $16::text, $17::jsonb, $18::integer, $19::text,
      $20::timestamptz, $21::bigint, $22::timestamptz, $23::bigint, $24::timestamptz, $25::integer, $26::text,
      $27::text, $28::boolean, $29::text, $30::integer, $31::timestamptz, $32::boolean, $33::timestamptz,
      $34::timestamptz, $35::text, $36::bigint, $37::timestamptz, $38::timestamptz, $39::timestamptz, $40::integer,
      $41::bytea, $42::timestamptz, $43::integer);
INSERT INTO payouts (merchant_id, id, bank_account_id, recipient_name, recipient_account_number, recipient_ifsc,
    recipient_vpa, amount_paise, mode, reference_id, narration, created_at, status, gateway, utr, completed_by, failure,
    attempts, next_step, next_attempt_at, next_attempt_live_ms, submission_ends_at, submission_ends_live_ms,
    not_found_at, inquiries, waiting_for, waiting_at, needs_attention, last_answer, unchanged_inquiries,
    last_unchanged_at, bank_disagrees, bank_has_another_since, first_rejected_at, first_rejected_by,
    first_rejected_live_ms, archived_at, watched_from, watch_next_at, events, timeline_hash, updated_at, revision)
  VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, $5::text, $6::text, $7::text, $8::bigint, $9::text, $10::text,
      $11::text, $12::timestamptz, $13::text, $14::text, $15::text, $16::text, $17::jsonb, $18::integer, $19::text,
      $20::timestamptz, $21::bigint, $22::timestamptz, $23::bigint, $24::timestamptz, $25::integer, $26::text,
      $27::text, $28::boolean, $29::text, $30::integer, $31::timestamptz, $32::boolean, $33::timestamptz,
      $34::timestamptz, $35::text, $36::bigint, $37::timestamptz, $38::timestamptz, $39::timestamptz, $40::integer,
      $41::bytea, $42::timestamptz, $43::integer), ($44::uuid, $45::uuid, $46::uuid, $47::text, $48::text, $49::text,
      $50::text, $51::bigint, $52::text, $53::text, $54::text, $55::timestamptz, $56::text, $57::text, $58::text,
      $59::text, $60::jsonb, $61::integer, $62::text, $63::timestamptz, $64::bigint, $65::timestamptz, $66::bigint,
      $67::timestamptz, $68::integer, $69::text, $70::text, $71::boolean, $72::text, $73::integer, $74::timestamptz,
      $75::boolean, $76::timestamptz, $77::timestamptz, $78::text, $79::bigint, $80::timestamptz, $81::timestamptz,
      $82::timestamptz, $83::integer, $84::bytea, $85::timestamptz, $86::integer);
UPDATE payouts
  SET status = $3::text, gateway = $4::text, utr = $5::text, completed_by = $6::text, failure = $7::jsonb, attempts =
      $8::integer, next_step = $9::text, next_attempt_at = $10::timestamptz, next_attempt_live_ms = $11::bigint,
      submission_ends_at = $12::timestamptz, submission_ends_live_ms = $13::bigint, not_found_at = $14::timestamptz,
      inquiries = $15::integer, waiting_for = $16::text, waiting_at = $17::text, needs_attention = $18::boolean,
      last_answer = $19::text, unchanged_inquiries = $20::integer, last_unchanged_at = $21::timestamptz, bank_disagrees
      = $22::boolean, bank_has_another_since = $23::timestamptz, first_rejected_at = $24::timestamptz, first_rejected_by
      = $25::text, first_rejected_live_ms = $26::bigint, archived_at = $27::timestamptz, watched_from =
      $28::timestamptz, watch_next_at = $29::timestamptz, events = $30::integer, timeline_hash = $31::bytea, updated_at
      = $32::timestamptz, revision = $33::integer
  WHERE merchant_id = $1::uuid AND id = $2::uuid;
UPDATE payouts t
  SET status = c.status, gateway = c.gateway, utr = c.utr, completed_by = c.completed_by, failure = c.failure, attempts
      = c.attempts, next_step = c.next_step, next_attempt_at = c.next_attempt_at, next_attempt_live_ms =
      c.next_attempt_live_ms, submission_ends_at = c.submission_ends_at, submission_ends_live_ms =
      c.submission_ends_live_ms, not_found_at = c.not_found_at, inquiries = c.inquiries, waiting_for = c.waiting_for,
      waiting_at = c.waiting_at, needs_attention = c.needs_attention, last_answer = c.last_answer, unchanged_inquiries =
      c.unchanged_inquiries, last_unchanged_at = c.last_unchanged_at, bank_disagrees = c.bank_disagrees,
      bank_has_another_since = c.bank_has_another_since, first_rejected_at = c.first_rejected_at, first_rejected_by =
      c.first_rejected_by, first_rejected_live_ms = c.first_rejected_live_ms, archived_at = c.archived_at, watched_from
      = c.watched_from, watch_next_at = c.watch_next_at, events = c.events, timeline_hash = c.timeline_hash, updated_at
      = c.updated_at, revision = c.revision
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::integer[],
      $9::text[], $10::timestamptz[], $11::bigint[], $12::timestamptz[], $13::bigint[], $14::timestamptz[],
      $15::integer[], $16::text[], $17::text[], $18::boolean[], $19::text[], $20::integer[], $21::timestamptz[],
      $22::boolean[], $23::timestamptz[], $24::timestamptz[], $25::text[], $26::bigint[], $27::timestamptz[],
      $28::timestamptz[], $29::timestamptz[], $30::integer[], $31::bytea[], $32::timestamptz[], $33::integer[]) AS
      c(merchant_id, id, status, gateway, utr, completed_by, failure, attempts, next_step, next_attempt_at,
      next_attempt_live_ms, submission_ends_at, submission_ends_live_ms, not_found_at, inquiries, waiting_for,
      waiting_at, needs_attention, last_answer, unchanged_inquiries, last_unchanged_at, bank_disagrees,
      bank_has_another_since, first_rejected_at, first_rejected_by, first_rejected_live_ms, archived_at, watched_from,
      watch_next_at, events, timeline_hash, updated_at, revision)
  WHERE t.merchant_id = c.merchant_id AND t.id = c.id AND ($34::uuid[] IS NULL OR t.merchant_id = ANY($34::uuid[]));

-- payouts.load
SELECT t.merchant_id, t.id, t.bank_account_id, t.recipient_name, t.recipient_account_number, t.recipient_ifsc,
    t.recipient_vpa, t.amount_paise, t.mode, t.reference_id, t.narration, t.created_at, t.status, t.gateway, t.utr,
    t.completed_by, t.failure, t.attempts, t.next_step, t.next_attempt_at, t.next_attempt_live_ms, t.submission_ends_at,
    t.submission_ends_live_ms, t.not_found_at, t.inquiries, t.waiting_for, t.waiting_at, t.needs_attention,
    t.last_answer, t.unchanged_inquiries, t.last_unchanged_at, t.bank_disagrees, t.bank_has_another_since,
    t.first_rejected_at, t.first_rejected_by, t.first_rejected_live_ms, t.archived_at, t.watched_from, t.watch_next_at,
    t.events, t.timeline_hash, t.updated_at, t.revision
  FROM unnest($1::uuid[], $2::uuid[]) AS wanted(merchant_id, id)
  JOIN payouts t ON t.merchant_id = wanted.merchant_id AND t.id = wanted.id
  WHERE ($3::uuid[] IS NULL OR t.merchant_id = ANY($3::uuid[]));

-- refunds.flush
INSERT INTO refunds (merchant_id, id, payment_id, amount_minor, amount_paise, fee_paise, tax_paise, attempts, next_step,
    next_attempt_at, next_attempt_live_ms, submission_ends_at, submission_ends_live_ms, not_found_at, inquiries,
    waiting_for, waiting_at, needs_attention, last_answer, unchanged_inquiries, last_unchanged_at, provider_id, failure,
    gateway_disagrees, gateway_has_another_since, failed_at, created_at, updated_at, revision, status)
  SELECT b.merchant_id, u.id, u.payment_id, u.amount_minor, u.amount_paise, u.fee_paise, u.tax_paise, u.attempts,
      u.next_step, u.next_attempt_at, u.next_attempt_live_ms, u.submission_ends_at, u.submission_ends_live_ms,
      u.not_found_at, u.inquiries, u.waiting_for, u.waiting_at, u.needs_attention, u.last_answer, u.unchanged_inquiries,
      u.last_unchanged_at, u.provider_id, u.failure, u.gateway_disagrees, u.gateway_has_another_since, u.failed_at,
      u.created_at, u.updated_at, u.revision, u.status
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::integer[],
      $9::text[], $10::timestamptz[], $11::bigint[], $12::timestamptz[], $13::bigint[], $14::timestamptz[],
      $15::integer[], $16::text[], $17::text[], $18::boolean[], $19::text[], $20::integer[], $21::timestamptz[],
      $22::text[], $23::jsonb[], $24::boolean[], $25::timestamptz[], $26::timestamptz[], $27::timestamptz[],
      $28::timestamptz[], $29::integer[], $30::text[]) AS u(merchant_id, id, payment_id, amount_minor, amount_paise,
      fee_paise, tax_paise, attempts, next_step, next_attempt_at, next_attempt_live_ms, submission_ends_at,
      submission_ends_live_ms, not_found_at, inquiries, waiting_for, waiting_at, needs_attention, last_answer,
      unchanged_inquiries, last_unchanged_at, provider_id, failure, gateway_disagrees, gateway_has_another_since,
      failed_at, created_at, updated_at, revision, status)
  JOIN books b ON b.merchant_id = u.merchant_id
  WHERE ($31::uuid[] IS NULL OR b.merchant_id = ANY($31::uuid[]));
INSERT INTO refunds (merchant_id, id, payment_id, amount_minor, amount_paise, fee_paise, tax_paise, attempts, next_step,
    next_attempt_at, next_attempt_live_ms, submission_ends_at, submission_ends_live_ms, not_found_at, inquiries,
    waiting_for, waiting_at, needs_attention, last_answer, unchanged_inquiries, last_unchanged_at, provider_id, failure,
    gateway_disagrees, gateway_has_another_since, failed_at, created_at, updated_at, revision, status)
  VALUES ($1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::bigint, $6::bigint, $7::bigint, $8::integer, $9::text,
      $10::timestamptz, $11::bigint, $12::timestamptz, $13::bigint, $14::timestamptz, $15::integer, $16::text,
      $17::text, $18::boolean, $19::text, $20::integer, $21::timestamptz, $22::text, $23::jsonb, $24::boolean,
      $25::timestamptz, $26::timestamptz, $27::timestamptz, $28::timestamptz, $29::integer, $30::text);
INSERT INTO refunds (merchant_id, id, payment_id, amount_minor, amount_paise, fee_paise, tax_paise, attempts, next_step,
    next_attempt_at, next_attempt_live_ms, submission_ends_at, submission_ends_live_ms, not_found_at, inquiries,
    waiting_for, waiting_at, needs_attention, last_answer, unchanged_inquiries, last_unchanged_at, provider_id, failure,
    gateway_disagrees, gateway_has_another_since, failed_at, created_at, updated_at, revision, status)
  VALUES ($1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::bigint, $6::bigint, $7::bigint, $8::integer, $9::text,
      $10::timestamptz, $11::bigint, $12::timestamptz, $13::bigint, $14::timestamptz, $15::integer, $16::text,
      $17::text, $18::boolean, $19::text, $20::integer, $21::timestamptz, $22::text, $23::jsonb, $24::boolean,
      $25::timestamptz, $26::timestamptz, $27::timestamptz, $28::timestamptz, $29::integer, $30::text), ($31::uuid,
      $32::uuid, $33::uuid, $34::bigint, $35::bigint, $36::bigint, $37::bigint, $38::integer, $39::text,
      $40::timestamptz, $41::bigint, $42::timestamptz, $43::bigint, $44::timestamptz, $45::integer, $46::text,
      $47::text, $48::boolean, $49::text, $50::integer, $51::timestamptz, $52::text, $53::jsonb, $54::boolean,
      $55::timestamptz, $56::timestamptz, $57::timestamptz, $58::timestamptz, $59::integer, $60::text);
UPDATE refunds
  SET attempts = $3::integer, next_step = $4::text, next_attempt_at = $5::timestamptz, next_attempt_live_ms =
      $6::bigint, submission_ends_at = $7::timestamptz, submission_ends_live_ms = $8::bigint, not_found_at =
      $9::timestamptz, inquiries = $10::integer, waiting_for = $11::text, waiting_at = $12::text, needs_attention =
      $13::boolean, last_answer = $14::text, unchanged_inquiries = $15::integer, last_unchanged_at = $16::timestamptz,
      provider_id = $17::text, failure = $18::jsonb, gateway_disagrees = $19::boolean, gateway_has_another_since =
      $20::timestamptz, failed_at = $21::timestamptz, updated_at = $22::timestamptz, revision = $23::integer, status =
      $24::text
  WHERE merchant_id = $1::uuid AND id = $2::uuid;
UPDATE refunds t
  SET attempts = c.attempts, next_step = c.next_step, next_attempt_at = c.next_attempt_at, next_attempt_live_ms =
      c.next_attempt_live_ms, submission_ends_at = c.submission_ends_at, submission_ends_live_ms =
      c.submission_ends_live_ms, not_found_at = c.not_found_at, inquiries = c.inquiries, waiting_for = c.waiting_for,
      waiting_at = c.waiting_at, needs_attention = c.needs_attention, last_answer = c.last_answer, unchanged_inquiries =
      c.unchanged_inquiries, last_unchanged_at = c.last_unchanged_at, provider_id = c.provider_id, failure = c.failure,
      gateway_disagrees = c.gateway_disagrees, gateway_has_another_since = c.gateway_has_another_since, failed_at =
      c.failed_at, updated_at = c.updated_at, revision = c.revision, status = c.status
  FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::timestamptz[], $6::bigint[], $7::timestamptz[],
      $8::bigint[], $9::timestamptz[], $10::integer[], $11::text[], $12::text[], $13::boolean[], $14::text[],
      $15::integer[], $16::timestamptz[], $17::text[], $18::jsonb[], $19::boolean[], $20::timestamptz[],
      $21::timestamptz[], $22::timestamptz[], $23::integer[], $24::text[]) AS c(merchant_id, id, attempts, next_step,
      next_attempt_at, next_attempt_live_ms, submission_ends_at, submission_ends_live_ms, not_found_at, inquiries,
      waiting_for, waiting_at, needs_attention, last_answer, unchanged_inquiries, last_unchanged_at, provider_id,
      failure, gateway_disagrees, gateway_has_another_since, failed_at, updated_at, revision, status)
  WHERE t.merchant_id = c.merchant_id AND t.id = c.id AND ($25::uuid[] IS NULL OR t.merchant_id = ANY($25::uuid[]));

-- refunds.load
SELECT t.merchant_id, t.id, t.payment_id, t.amount_minor, t.amount_paise, t.fee_paise, t.tax_paise, t.attempts,
    t.next_step, t.next_attempt_at, t.next_attempt_live_ms, t.submission_ends_at, t.submission_ends_live_ms,
    t.not_found_at, t.inquiries, t.waiting_for, t.waiting_at, t.needs_attention, t.last_answer, t.unchanged_inquiries,
    t.last_unchanged_at, t.provider_id, t.failure, t.gateway_disagrees, t.gateway_has_another_since, t.failed_at,
    t.created_at, t.updated_at, t.revision, t.status
  FROM unnest($1::uuid[], $2::uuid[]) AS wanted(merchant_id, id)
  JOIN refunds t ON t.merchant_id = wanted.merchant_id AND t.id = wanted.id
  WHERE ($3::uuid[] IS NULL OR t.merchant_id = ANY($3::uuid[]));

-- webhook endpoint switches.flush
UPDATE webhook_endpoints e
  SET is_active = false, turned_off = off.why, updated_at = off.at
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) AS off(merchant_id, id, why, at)
  WHERE e.merchant_id = off.merchant_id AND e.id = off.id AND ($5::uuid[] IS NULL OR e.merchant_id = ANY($5::uuid[]));

-- webhook endpoint switches.load
SELECT e.merchant_id, e.id, e.url, e.event_types, e.description, e.is_active, e.is_ordered, e.turned_off,
    e.failing_since, e.paused_since, e.created_at, e.updated_at, coalesce(( e.failing_since < clock_timestamp() -
    interval '5 days' AND (
        SELECT count(*)
        FROM (
          SELECT
          FROM webhook_attempts a
          WHERE a.endpoint_id = e.id AND a.merchant_id = e.merchant_id AND ($3::uuid[] IS NULL OR a.merchant_id =
              ANY($3::uuid[])) AND a.started_at > clock_timestamp() - interval '1 day' AND NOT a.is_delivered AND
              a.is_counted
          LIMIT 10) f ) >= 10), false) AS has_failed
  FROM unnest($1::uuid[], $2::uuid[]) AS wanted(merchant_id, id)
  JOIN webhook_endpoints e ON e.merchant_id = wanted.merchant_id AND e.id = wanted.id
  WHERE ($3::uuid[] IS NULL OR e.merchant_id = ANY($3::uuid[]))
  ORDER BY e.id FOR NO KEY
  UPDATE OF e;
