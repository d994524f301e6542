-- What each method sends. Written by UPDATE_SQL=1 make test-file path=test/integration/repository-sql.spec.ts

-- SqlLedgerReader.balances
SELECT b.merchant_id, a.balance_paise AS available, h.balance_paise AS held
  FROM books b
  LEFT JOIN LATERAL (
    SELECT balance_paise
    FROM ledger_entries e
    WHERE e.merchant_id = b.merchant_id AND e.account = 'available'
    ORDER BY e.seq DESC
    LIMIT 1 ) a ON true
  LEFT JOIN LATERAL (
    SELECT balance_paise
    FROM ledger_entries e
    WHERE e.merchant_id = b.merchant_id AND e.account = 'held'
    ORDER BY e.seq DESC
    LIMIT 1 ) h ON true
  WHERE b.merchant_id = ANY($1);

-- SqlLedgerReader.alert
SELECT a.threshold_paise, a.updated_at
  FROM books b
  LEFT JOIN balance_alerts a USING (merchant_id)
  WHERE b.merchant_id = $1;

-- SqlLedgerReader.overTime
WITH RECURSIVE book AS (
    SELECT coalesce(t.seq, 0) AS seq, t.hash, greatest(date_trunc('milliseconds', statement_timestamp()), t.created_at)
        AS read_at
    FROM books b
    LEFT JOIN LATERAL (
      SELECT seq, hash, created_at
      FROM ledger_transactions t
      WHERE t.merchant_id = $1
      ORDER BY t.seq DESC
      LIMIT 1 ) t ON true
    WHERE b.merchant_id = $1 ), halved AS (
    SELECT m.place, m.moment, 0::bigint AS low, book.seq + 1 AS high
    FROM book
    CROSS JOIN unnest($2::timestamptz[]) WITH ORDINALITY AS m(moment, place)
    UNION ALL
    SELECT h.place, h.moment, CASE WHEN t.is_before THEN h.middle ELSE h.low END, CASE WHEN t.is_before THEN h.high ELSE
        h.middle END
    FROM (SELECT *, (low + high) / 2 AS middle
      FROM halved
      WHERE high - low > 1) h
    LEFT JOIN LATERAL (
      SELECT t.created_at < h.moment AS is_before
      FROM ledger_transactions t
      WHERE t.merchant_id = $1 AND t.seq = h.middle
      LIMIT 1 ) t ON true ), points AS (
    SELECT 0 AS place, seq
    FROM book
    UNION ALL
    SELECT place, low
    FROM halved
    WHERE high - low = 1 )
  SELECT book.read_at, book.seq AS head_seq, encode(book.hash, 'hex') AS head_hash, p.place, p.seq, a.account,
      e.balance_paise
  FROM book
  CROSS JOIN points p
  CROSS JOIN unnest($3::text[]) AS a(account)
  LEFT JOIN LATERAL (
    SELECT balance_paise
    FROM ledger_entries e
    WHERE e.merchant_id = $1 AND e.account = a.account AND e.seq <= p.seq
    ORDER BY e.seq DESC
    LIMIT 1 ) e ON true;

-- SqlLedgerReader.overDays
WITH RECURSIVE book AS (
    SELECT coalesce(t.seq, 0) AS seq, t.hash, greatest(date_trunc('milliseconds', statement_timestamp()), t.created_at)
        AS read_at
    FROM books b
    LEFT JOIN LATERAL (
      SELECT seq, hash, created_at
      FROM ledger_transactions t
      WHERE t.merchant_id = $1
      ORDER BY t.seq DESC
      LIMIT 1 ) t ON true
    WHERE b.merchant_id = $1 ), halved AS (
    SELECT m.place, m.moment, 0::bigint AS low, book.seq + 1 AS high
    FROM book
    CROSS JOIN unnest($2::timestamptz[]) WITH ORDINALITY AS m(moment, place)
    UNION ALL
    SELECT h.place, h.moment, CASE WHEN t.is_before THEN h.middle ELSE h.low END, CASE WHEN t.is_before THEN h.high ELSE
        h.middle END
    FROM (SELECT *, (low + high) / 2 AS middle
      FROM halved
      WHERE high - low > 1) h
    LEFT JOIN LATERAL (
      SELECT t.created_at < h.moment AS is_before
      FROM ledger_transactions t
      WHERE t.merchant_id = $1 AND t.seq = h.middle
      LIMIT 1 ) t ON true ), points AS (
    SELECT 0 AS place, seq
    FROM book
    UNION ALL
    SELECT place, low
    FROM halved
    WHERE high - low = 1 )
  SELECT book.read_at, book.seq AS head_seq, encode(book.hash, 'hex') AS head_hash, p.place, p.seq, a.account,
      e.balance_paise
  FROM book
  CROSS JOIN points p
  CROSS JOIN unnest($3::text[]) AS a(account)
  LEFT JOIN LATERAL (
    SELECT balance_paise
    FROM ledger_entries e
    WHERE e.merchant_id = $1 AND e.account = a.account AND e.seq <= p.seq
    ORDER BY e.seq DESC
    LIMIT 1 ) e ON true;

-- SqlLedgerReader.balancesOf
SELECT b.merchant_id, a.balance_paise AS available, h.balance_paise AS held
  FROM books b
  LEFT JOIN LATERAL (
    SELECT balance_paise
    FROM ledger_entries e
    WHERE e.merchant_id = b.merchant_id AND e.account = 'available'
    ORDER BY e.seq DESC
    LIMIT 1 ) a ON true
  LEFT JOIN LATERAL (
    SELECT balance_paise
    FROM ledger_entries e
    WHERE e.merchant_id = b.merchant_id AND e.account = 'held'
    ORDER BY e.seq DESC
    LIMIT 1 ) h ON true
  WHERE b.merchant_id = ANY($1);

-- SqlLedgerReader.apart
SELECT width_bucket(t.seq - 1, $2::bigint[]) - 1 AS day, t.kind, e.account, coalesce(sum(e.amount_paise) FILTER (WHERE
    e.amount_paise > 0), 0) AS gained, coalesce(-sum(e.amount_paise) FILTER (WHERE e.amount_paise < 0), 0) AS lost
  FROM (
    SELECT seq, kind
    FROM ledger_transactions
    WHERE uuid_send(merchant_id) = uuid_send($1::uuid) AND ($5::uuid[] IS NULL OR merchant_id = ANY($5::uuid[])) AND seq
        > $3 AND seq <= $4 AND kind IN ('payout_reversal', 'refund', 'adjustment') ) t
  CROSS JOIN unnest('{paid_out,received,fees,taxes}'::text[]) AS a(account)
  CROSS JOIN LATERAL (
    SELECT e.account, e.amount_paise
    FROM ledger_entries e
    WHERE e.merchant_id = $1 AND e.account = a.account AND e.seq = t.seq
    LIMIT 1 ) e
  GROUP BY 1, 2, 3;

-- SqlLedgerReader.statement
SELECT e.seq, e.account, e.amount_paise, e.balance_paise, t.id, t.kind, t.reference_type, t.reference_id,
    t.reverses_seq, t.reason, t.created_at
  FROM (
    SELECT e.*
    FROM unnest($2::text[]) AS wanted(account)
    CROSS JOIN LATERAL (
      SELECT *
      FROM ledger_entries e
      WHERE e.merchant_id = $1 AND e.account = wanted.account AND e.seq > $6 AND e.seq <= $7
      ORDER BY e.seq DESC
      LIMIT $3 ) e
    ORDER BY e.seq DESC, e.account DESC
    LIMIT $4 OFFSET $5 ) e
  CROSS JOIN LATERAL (SELECT *
    FROM ledger_transactions t
    WHERE t.merchant_id = $1 AND t.seq = e.seq OFFSET 0) t
  ORDER BY e.seq DESC, e.account DESC;
SELECT e.seq, e.account, e.amount_paise, e.balance_paise, t.id, t.kind, t.reference_type, t.reference_id,
    t.reverses_seq, t.reason, t.created_at
  FROM (
    SELECT e.*
    FROM unnest($2::text[]) AS wanted(account)
    CROSS JOIN LATERAL (
      SELECT *
      FROM ledger_entries e
      WHERE e.merchant_id = $1 AND e.account = wanted.account AND e.seq > $6 AND e.seq <= $7 AND e.seq <= $8 AND (e.seq
          <> $8 OR e.account < $9)
      ORDER BY e.seq DESC
      LIMIT $3 ) e
    ORDER BY e.seq DESC, e.account DESC
    LIMIT $4 OFFSET $5 ) e
  CROSS JOIN LATERAL (SELECT *
    FROM ledger_transactions t
    WHERE t.merchant_id = $1 AND t.seq = e.seq OFFSET 0) t
  ORDER BY e.seq DESC, e.account DESC;
SELECT e.seq, e.account, e.amount_paise, e.balance_paise, t.id, t.kind, t.reference_type, t.reference_id,
    t.reverses_seq, t.reason, t.created_at
  FROM (
    SELECT e.*
    FROM unnest($2::text[]) AS wanted(account)
    CROSS JOIN LATERAL (
      SELECT *
      FROM ledger_entries e
      WHERE e.merchant_id = $1 AND e.account = wanted.account AND e.seq > $6 AND e.seq <= $7 AND e.seq >= $8 AND (e.seq
          <> $8 OR e.account > $9)
      ORDER BY e.seq ASC
      LIMIT $3 ) e
    ORDER BY e.seq ASC, e.account ASC
    LIMIT $4 OFFSET $5 ) e
  CROSS JOIN LATERAL (SELECT *
    FROM ledger_transactions t
    WHERE t.merchant_id = $1 AND t.seq = e.seq OFFSET 0) t
  ORDER BY e.seq ASC, e.account ASC;
SELECT e.seq, e.account, e.amount_paise, e.balance_paise, t.id, t.kind, t.reference_type, t.reference_id,
    t.reverses_seq, t.reason, t.created_at
  FROM ledger_transactions t
  CROSS JOIN unnest($2::text[]) AS wanted(account)
  CROSS JOIN LATERAL (
    SELECT *
    FROM ledger_entries e
    WHERE e.merchant_id = $1 AND e.account = wanted.account AND e.seq = t.seq
    LIMIT $3 ) e
  WHERE t.reference_id = $8 AND t.reference_type = $9 AND t.merchant_id::text = $1::uuid::text AND ($10::uuid[] IS NULL
      OR t.merchant_id = ANY($10::uuid[])) AND t.seq > $6 AND t.seq <= $7
  ORDER BY e.seq DESC, e.account DESC
  LIMIT $4 OFFSET $5;
SELECT e.seq, e.account, e.amount_paise, e.balance_paise, t.id, t.kind, t.reference_type, t.reference_id,
    t.reverses_seq, t.reason, t.created_at
  FROM ledger_transactions t
  CROSS JOIN unnest($2::text[]) AS wanted(account)
  CROSS JOIN LATERAL (
    SELECT *
    FROM ledger_entries e
    WHERE e.merchant_id = $1 AND e.account = wanted.account AND e.seq = t.seq
    LIMIT $3 ) e
  WHERE t.reference_id = $10 AND t.reference_type = $11 AND t.merchant_id::text = $1::uuid::text AND ($12::uuid[] IS
      NULL OR t.merchant_id = ANY($12::uuid[])) AND t.seq > $6 AND t.seq <= $7 AND e.seq <= $8 AND (e.seq <> $8 OR
      e.account < $9)
  ORDER BY e.seq DESC, e.account DESC
  LIMIT $4 OFFSET $5;

-- SqlLedgerReader.countLines
SELECT count(*)::int AS count
  FROM (
    SELECT
    FROM unnest($2::text[]) AS wanted(account)
    CROSS JOIN LATERAL (
      SELECT
      FROM ledger_entries e
      WHERE e.merchant_id = $1 AND e.account = wanted.account AND e.seq > $3 AND e.seq <= $4
      LIMIT $5 ) e
    LIMIT $5 ) counted;

-- SqlLedgerArchive.merchantIds
BEGIN ISOLATION LEVEL READ COMMITTED;
  SET LOCAL statement_timeout = 600000;
  SET LOCAL idle_in_transaction_session_timeout = 600000;
SELECT merchant_id
  FROM books b
  WHERE b.merchant_id > $1::uuid
  ORDER BY b.merchant_id
  LIMIT $2;
COMMIT;

-- SqlLedgerArchive.hashAt
SELECT encode(hash, 'hex') AS hash
  FROM ledger_transactions
  WHERE merchant_id = $1 AND seq = $2;

-- SqlLedgerArchive.snapshotOfNoBook
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SET LOCAL statement_timeout = 600000;
  SET LOCAL idle_in_transaction_session_timeout = 600000;
SELECT gateway, event_id, outcome, subject, reference, body_digest, received_at::text AS received
  FROM gateway_callbacks
  WHERE outcome <> 'taken_in' AND subject IN ('payout') AND (outcome = 'unreadable' OR (outcome = 'unknown_reference'
      AND reference ~* $1)) AND (received_at, gateway, event_id) < ($2::timestamptz, $3, $4)
  ORDER BY received_at DESC, gateway DESC, event_id DESC
  LIMIT $5;
SELECT gateway, event_id, outcome, subject, reference, body_digest, received_at::text AS received
  FROM gateway_callbacks
  WHERE outcome <> 'taken_in' AND subject IN ('payment', 'refund') AND (outcome = 'unreadable' OR (outcome =
      'unknown_reference' AND reference ~* $1)) AND (received_at, gateway, event_id) < ($2::timestamptz, $3, $4)
  ORDER BY received_at DESC, gateway DESC, event_id DESC
  LIMIT $5;
COMMIT;

-- SqlLedgerArchive.snapshot
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SET LOCAL statement_timeout = 600000;
  SET LOCAL idle_in_transaction_session_timeout = 600000;
SELECT t.merchant_id, t.seq, t.id, t.kind, t.reference_type, t.reference_id, t.reverses_seq, t.reason, t.actor,
    t.request_digest, t.prev_hash, t.hash, t.created_at
  FROM ledger_transactions t
  WHERE t.merchant_id = $1 AND t.seq > $2
  ORDER BY t.seq
  LIMIT $3;
SELECT e.merchant_id, e.account, e.seq, e.amount_paise, e.balance_paise
  FROM ledger_entries e
  WHERE e.merchant_id = $1 AND e.account = ANY($2) AND e.seq > $3 AND e.seq <= $4;
SELECT seq
  FROM ledger_transactions
  WHERE merchant_id = $1
  ORDER BY seq DESC
  LIMIT 1;
SELECT t.merchant_id, t.seq, t.id, t.kind, t.reference_type, t.reference_id, t.reverses_seq, t.reason, t.actor,
    t.request_digest, t.prev_hash, t.hash, t.created_at
  FROM ledger_transactions t
  WHERE t.merchant_id = $1 AND t.seq = $2;
SELECT e.merchant_id, e.account, e.seq, e.amount_paise, e.balance_paise
  FROM ledger_entries e
  WHERE e.merchant_id = $1 AND e.account = ANY($2) AND e.seq = ANY($3);
SELECT a.account, e.balance_paise
  FROM unnest($2::text[]) AS a(account)
  CROSS JOIN LATERAL (
    SELECT balance_paise
    FROM ledger_entries e
    WHERE e.merchant_id = $1 AND e.account = a.account AND e.seq <= $3
    ORDER BY e.seq DESC
    LIMIT 1 ) e;
SELECT id, evidence, merchant_id, finding, detail, reason, actor, created_at
  FROM acknowledgements
  WHERE evidence = ANY($1);
COMMIT;

-- SqlAcknowledgements.add
INSERT INTO acknowledgements (id, evidence, merchant_id, finding, detail, reason, actor)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (evidence) DO NOTHING;
SELECT id, evidence, merchant_id, finding, detail, reason, actor, created_at
  FROM acknowledgements
  WHERE evidence = ANY($1);

-- SqlAcknowledgements.list
SELECT id, evidence, merchant_id, finding, detail, reason, actor, created_at
  FROM LATERAL (SELECT *
    FROM acknowledgements p
    ORDER BY p.id DESC
    LIMIT $1) p
  ORDER BY p.id DESC
  LIMIT $2 OFFSET $3;
SELECT id, evidence, merchant_id, finding, detail, reason, actor, created_at
  FROM unnest($3::uuid[]) AS s1(value)
  CROSS JOIN LATERAL (SELECT *
    FROM acknowledgements p
    WHERE p.id > s1.value AND p.merchant_id IS NOT DISTINCT
    FROM $2 AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
    ORDER BY p.id ASC
    LIMIT $4) p
  ORDER BY p.id ASC
  LIMIT $5 OFFSET $6;

-- SqlAcknowledgements.of
SELECT id, evidence, merchant_id, finding, detail, reason, actor, created_at
  FROM acknowledgements
  WHERE evidence = ANY($1);

-- SqlVerifyRecord.begin
SELECT clock_timestamp() AS now, (SELECT live_ms
    FROM live_time) AS live_ms;
INSERT INTO verify_runs (id, merchant_id, started_by, started_at)
  VALUES ($1, $2, $3, date_trunc('milliseconds', clock_timestamp()));

-- SqlVerifyRecord.recordBook
SELECT clock_timestamp() AS now, (SELECT live_ms
    FROM live_time) AS live_ms;
BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT pg_advisory_xact_lock(hashtextextended('verify_findings ' || $1::text, 0));
UPDATE verify_findings f
  SET digest = same.now
  FROM (
    SELECT DISTINCT ON (g.digest) g.digest AS now, o.digest AS before
    FROM unnest($2::text[], $3::text[], $4::text[], $5::jsonb[]) AS g(digest, code, detail, particulars)
    JOIN verify_findings o ON o.merchant_id = $1 AND o.evidence IS NULL AND o.code = g.code AND o.digest <> ALL
        ($2::text[]) AND (o.particulars = g.particulars OR o.particulars IS NULL AND o.detail = g.detail)
    WHERE NOT EXISTS (SELECT
      FROM verify_findings n
      WHERE n.merchant_id = $1 AND n.digest = g.digest)
    ORDER BY g.digest, o.id ) same
  WHERE f.merchant_id = $1 AND f.digest = same.before;
DELETE
  FROM verify_findings
  WHERE merchant_id = $1 AND digest <> ALL ($2::text[]) AND code <> ALL ($3::text[]);
INSERT INTO verify_findings AS f (merchant_id, digest, id, run_id, code, detail, particulars, evidence, first_found_at,
    last_found_at)
  SELECT $1, g.digest, g.id, $2, g.code, g.detail, g.particulars, g.evidence, t.now, t.now
  FROM unnest($3::text[], $4::uuid[], $5::text[], $6::text[], $7::jsonb[], $8::text[]) AS g(digest, id, code, detail,
      particulars, evidence)
  CROSS JOIN (SELECT date_trunc('milliseconds', clock_timestamp()) AS now) t
  ORDER BY g.digest
  ON CONFLICT (merchant_id, digest) DO UPDATE
  SET run_id = excluded.run_id, detail = excluded.detail, particulars = excluded.particulars, last_found_at =
      excluded.last_found_at;
INSERT INTO verified_books AS b (merchant_id, run_id, verified_at, head, unread, findings, acknowledged)
  VALUES ($1, $2, date_trunc('milliseconds', clock_timestamp()), $3, $4, $5, $6)
  ON CONFLICT (merchant_id) DO UPDATE
  SET run_id = excluded.run_id, verified_at = excluded.verified_at, head = excluded.head, unread = excluded.unread,
      findings = excluded.findings, acknowledged = excluded.acknowledged;
UPDATE verify_runs
  SET books = books + $2, partly_read = partly_read + $3, findings = findings + $4, acknowledged = acknowledged + $5
  WHERE id = $1;
COMMIT;

-- SqlVerifyRecord.recordOfNoBook
SELECT clock_timestamp() AS now, (SELECT live_ms
    FROM live_time) AS live_ms;
BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT pg_advisory_xact_lock(hashtextextended('verify_findings ' || $1::text, 0));
UPDATE verify_findings f
  SET digest = same.now
  FROM (
    SELECT DISTINCT ON (g.digest) g.digest AS now, o.digest AS before
    FROM unnest($2::text[], $3::text[], $4::text[], $5::jsonb[]) AS g(digest, code, detail, particulars)
    JOIN verify_findings o ON o.merchant_id = $1 AND o.evidence IS NULL AND o.code = g.code AND o.digest <> ALL
        ($2::text[]) AND (o.particulars = g.particulars OR o.particulars IS NULL AND o.detail = g.detail)
    WHERE NOT EXISTS (SELECT
      FROM verify_findings n
      WHERE n.merchant_id = $1 AND n.digest = g.digest)
    ORDER BY g.digest, o.id ) same
  WHERE f.merchant_id = $1 AND f.digest = same.before;
DELETE
  FROM verify_findings
  WHERE merchant_id = $1 AND digest <> ALL ($2::text[]) AND code <> ALL ($3::text[]);
INSERT INTO verify_findings AS f (merchant_id, digest, id, run_id, code, detail, particulars, evidence, first_found_at,
    last_found_at)
  SELECT $1, g.digest, g.id, $2, g.code, g.detail, g.particulars, g.evidence, t.now, t.now
  FROM unnest($3::text[], $4::uuid[], $5::text[], $6::text[], $7::jsonb[], $8::text[]) AS g(digest, id, code, detail,
      particulars, evidence)
  CROSS JOIN (SELECT date_trunc('milliseconds', clock_timestamp()) AS now) t
  ORDER BY g.digest
  ON CONFLICT (merchant_id, digest) DO UPDATE
  SET run_id = excluded.run_id, detail = excluded.detail, particulars = excluded.particulars, last_found_at =
      excluded.last_found_at;
UPDATE verify_runs
  SET books = books + $2, partly_read = partly_read + $3, findings = findings + $4, acknowledged = acknowledged + $5
  WHERE id = $1;
COMMIT;

-- SqlVerifyRecord.end
UPDATE verify_runs
  SET finished_at = date_trunc('milliseconds', clock_timestamp())
  WHERE id = $1;

-- SqlVerifyRecord.runs
SELECT id, merchant_id, started_by, started_at, finished_at, books, partly_read, findings, acknowledged
  FROM LATERAL (SELECT *
    FROM verify_runs p
    ORDER BY p.id DESC
    LIMIT $1) p
  ORDER BY p.id DESC
  LIMIT $2 OFFSET $3;

-- SqlVerifyRecord.run
SELECT id, merchant_id, started_by, started_at, finished_at, books, partly_read, findings, acknowledged
  FROM verify_runs
  WHERE id = $1;

-- SqlVerifyRecord.lastOf
SELECT run_id, verified_at, head, unread, findings, acknowledged
  FROM verified_books
  WHERE merchant_id = $1;

-- SqlVerifyRecord.findings
SELECT merchant_id, id, run_id, code, detail, particulars, evidence, first_found_at, last_found_at
  FROM LATERAL (SELECT *
    FROM verify_findings p
    ORDER BY p.id DESC
    LIMIT $1) p
  ORDER BY p.id DESC
  LIMIT $2 OFFSET $3;
SELECT merchant_id, id, run_id, code, detail, particulars, evidence, first_found_at, last_found_at
  FROM LATERAL (SELECT *
    FROM verify_findings p
    WHERE EXISTS (SELECT
      FROM acknowledgements a
      WHERE a.evidence = p.evidence)
    ORDER BY p.id DESC
    LIMIT $1) p
  ORDER BY p.id DESC
  LIMIT $2 OFFSET $3;
SELECT merchant_id, id, run_id, code, detail, particulars, evidence, first_found_at, last_found_at
  FROM LATERAL (SELECT *
    FROM verify_findings p
    WHERE NOT EXISTS (SELECT
      FROM acknowledgements a
      WHERE a.evidence = p.evidence)
    ORDER BY p.id DESC
    LIMIT $1) p
  ORDER BY p.id DESC
  LIMIT $2 OFFSET $3;
SELECT merchant_id, id, run_id, code, detail, particulars, evidence, first_found_at, last_found_at
  FROM unnest($2::uuid[]) AS s1(value)
  CROSS JOIN unnest($3::uuid[]) AS s2(value)
  CROSS JOIN LATERAL (SELECT *
    FROM verify_findings p
    WHERE p.merchant_id = s1.value AND p.id < s2.value AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
    ORDER BY p.id DESC
    LIMIT $4) p
  ORDER BY p.id DESC
  LIMIT $5 OFFSET $6;

-- SqlVerifyRecord.withParticulars
SELECT digest, particulars
  FROM verify_findings
  WHERE merchant_id = ANY($1::uuid[]) AND digest = ANY($2::text[]);
