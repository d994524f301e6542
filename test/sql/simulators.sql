-- What each method sends. Written by UPDATE_SQL=1 make test-file path=test/integration/repository-sql.spec.ts

-- BankSimulator.submit
WITH accepted AS (
    INSERT INTO bank_simulator.transfers (reference, amount_paise, mode, beneficiary_name, account_number, ifsc, vpa,
        narration, outcome, failure_code, utr, settles_at, returns_at)
    VALUES ($1, $2, $3::text, $4, $5, $6, $12, $7, $8::text, $9, CASE WHEN $8::text = 'paid' THEN
        bank_simulator.next_utr($3::text) END, statement_timestamp() + $10::integer * interval '1 millisecond',
        statement_timestamp() + $11::integer * interval '1 millisecond')
    ON CONFLICT (reference) DO NOTHING
    RETURNING * ), moved AS (
    INSERT INTO bank_simulator.movements (reference, amount_paise, account_number, ifsc, vpa, utr, paid_at)
    SELECT reference, amount_paise, account_number, ifsc, vpa, utr, settles_at
    FROM accepted
    WHERE outcome = 'paid' ), queued AS (
    INSERT INTO bank_simulator.callbacks (reference, event, due_at)
    SELECT reference, event, received_at + after_ms * interval '1 millisecond'
    FROM accepted
    CROSS JOIN unnest($13::text[], $14::integer[]) AS webhook(event, after_ms) )
  SELECT amount_paise, account_number, ifsc, vpa, outcome, failure_code, utr, settles_at <= clock_timestamp() AS
      is_settled, coalesce(returns_at <= clock_timestamp(), false) AS has_come_back
  FROM accepted;
UPDATE bank_simulator.transfers
  SET submissions = submissions + 1
  WHERE reference = $1
  RETURNING amount_paise, account_number, ifsc, vpa, outcome, failure_code, utr, settles_at <= clock_timestamp() AS
      is_settled, coalesce(returns_at <= clock_timestamp(), false) AS has_come_back;

-- BankSimulator.inquire
SELECT amount_paise, account_number, ifsc, vpa, outcome, failure_code, utr, settles_at <= clock_timestamp() AS
    is_settled, coalesce(returns_at <= clock_timestamp(), false) AS has_come_back
  FROM bank_simulator.transfers
  WHERE reference = $1;

-- BankSimulator.listOrders
SELECT reference, amount_paise, to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS received
  FROM bank_simulator.transfers
  WHERE received_at >= $1 AND received_at < $2 AND (received_at, reference) > ($3::timestamptz, $4)
  ORDER BY received_at, reference
  LIMIT $5;

-- SqlPayoutWebhooks.compose
SELECT t.amount_paise, t.account_number, t.vpa, t.utr, t.failure_code, s.secret, clock_timestamp() AS now
  FROM bank_simulator.transfers t
  CROSS JOIN bank_simulator.callback_secret s
  WHERE t.reference = $1;

-- BankSimulator.parseCallback
SELECT secret
  FROM bank_simulator.callback_secret;

-- SqlPayoutWebhooks.due
WITH due AS (
    SELECT id
    FROM bank_simulator.callbacks
    WHERE delivered_at IS NULL AND due_at <= now() AND coalesce(claimed_until <= now(), true)
    ORDER BY due_at
    LIMIT $1 FOR
    UPDATE SKIP LOCKED ), claimed AS (
    UPDATE bank_simulator.callbacks c
    SET claimed_until = now() + interval '10 seconds'
    FROM due
    WHERE c.id = due.id
    RETURNING c.id, c.reference, c.event, c.due_at )
  SELECT id, reference, event
  FROM claimed
  ORDER BY due_at, id;
SELECT t.amount_paise, t.account_number, t.vpa, t.utr, t.failure_code, s.secret, clock_timestamp() AS now
  FROM bank_simulator.transfers t
  CROSS JOIN bank_simulator.callback_secret s
  WHERE t.reference = $1;

-- SqlPayoutWebhooks.delivered
UPDATE bank_simulator.callbacks
  SET delivered_at = now()
  WHERE id = $1
  RETURNING id;

-- PaymentSimulator.charge
WITH charge AS (
    SELECT c.amount_minor - coalesce((SELECT sum(r.amount_minor)
        FROM payment_simulator.orders r
        WHERE r.charge_reference = c.reference AND r.outcome = 'done'), 0) AS left_minor
    FROM payment_simulator.orders c
    WHERE c.reference = $3 AND c.subject = 'payment' AND c.outcome = 'done' ), judged AS (
    SELECT CASE WHEN $2::text = 'refund' AND $8::text = 'done' AND coalesce((SELECT left_minor
        FROM charge), 0) < $4::bigint THEN 'rejected' ELSE $8::text END AS outcome ), accepted AS (
    INSERT INTO payment_simulator.orders (reference, subject, charge_reference, amount_minor, currency, rate,
        purpose_code, outcome, failure_code, provider_id, settles_at)
    SELECT $1, $2::text, $3, $4::bigint, $5::text, $6, $7, outcome, CASE WHEN outcome = 'rejected' THEN
        coalesce($9::text, 'refund_not_possible') END, CASE $2::text WHEN 'refund' THEN 'rf_sim_' ELSE 'ch_sim_' END ||
        nextval('payment_simulator.provider_ids'), statement_timestamp() + $10::integer * interval '1 millisecond'
    FROM judged
    ON CONFLICT (reference) DO NOTHING
    RETURNING * ), moved AS (
    INSERT INTO payment_simulator.movements (reference, subject, amount_minor, currency, moved_at)
    SELECT reference, subject, amount_minor, currency, settles_at
    FROM accepted
    WHERE outcome = 'done' ), queued AS (
    INSERT INTO payment_simulator.callbacks (reference, event, due_at)
    SELECT reference, event, received_at + after_ms * interval '1 millisecond'
    FROM accepted
    CROSS JOIN unnest($11::text[], $12::integer[]) AS webhook(event, after_ms)
    WHERE outcome = 'done' )
  SELECT subject, charge_reference, amount_minor, currency, outcome, failure_code, provider_id, settles_at <=
      clock_timestamp() AS is_settled
  FROM accepted;
UPDATE payment_simulator.orders
  SET submissions = submissions + 1
  WHERE reference = $1
  RETURNING subject, charge_reference, amount_minor, currency, outcome, failure_code, provider_id, settles_at <=
      clock_timestamp() AS is_settled;

-- PaymentSimulator.inquireCharge
SELECT subject, charge_reference, amount_minor, currency, outcome, failure_code, provider_id, settles_at <=
    clock_timestamp() AS is_settled
  FROM payment_simulator.orders
  WHERE reference = $1 AND subject = $2;

-- PaymentSimulator.refund
WITH charge AS (
    SELECT c.amount_minor - coalesce((SELECT sum(r.amount_minor)
        FROM payment_simulator.orders r
        WHERE r.charge_reference = c.reference AND r.outcome = 'done'), 0) AS left_minor
    FROM payment_simulator.orders c
    WHERE c.reference = $3 AND c.subject = 'payment' AND c.outcome = 'done' ), judged AS (
    SELECT CASE WHEN $2::text = 'refund' AND $8::text = 'done' AND coalesce((SELECT left_minor
        FROM charge), 0) < $4::bigint THEN 'rejected' ELSE $8::text END AS outcome ), accepted AS (
    INSERT INTO payment_simulator.orders (reference, subject, charge_reference, amount_minor, currency, rate,
        purpose_code, outcome, failure_code, provider_id, settles_at)
    SELECT $1, $2::text, $3, $4::bigint, $5::text, $6, $7, outcome, CASE WHEN outcome = 'rejected' THEN
        coalesce($9::text, 'refund_not_possible') END, CASE $2::text WHEN 'refund' THEN 'rf_sim_' ELSE 'ch_sim_' END ||
        nextval('payment_simulator.provider_ids'), statement_timestamp() + $10::integer * interval '1 millisecond'
    FROM judged
    ON CONFLICT (reference) DO NOTHING
    RETURNING * ), moved AS (
    INSERT INTO payment_simulator.movements (reference, subject, amount_minor, currency, moved_at)
    SELECT reference, subject, amount_minor, currency, settles_at
    FROM accepted
    WHERE outcome = 'done' ), queued AS (
    INSERT INTO payment_simulator.callbacks (reference, event, due_at)
    SELECT reference, event, received_at + after_ms * interval '1 millisecond'
    FROM accepted
    CROSS JOIN unnest($11::text[], $12::integer[]) AS webhook(event, after_ms)
    WHERE outcome = 'done' )
  SELECT subject, charge_reference, amount_minor, currency, outcome, failure_code, provider_id, settles_at <=
      clock_timestamp() AS is_settled
  FROM accepted;

-- PaymentSimulator.inquireRefund
SELECT subject, charge_reference, amount_minor, currency, outcome, failure_code, provider_id, settles_at <=
    clock_timestamp() AS is_settled
  FROM payment_simulator.orders
  WHERE reference = $1 AND subject = $2;

-- SqlChargeWebhooks.compose
SELECT o.subject, o.amount_minor, o.currency, o.provider_id, s.secret, clock_timestamp() AS now
  FROM payment_simulator.orders o
  CROSS JOIN payment_simulator.callback_secret s
  WHERE o.reference = $1;

-- PaymentSimulator.parseCallback
SELECT secret
  FROM payment_simulator.callback_secret;

-- SqlChargeWebhooks.due
WITH due AS (
    SELECT id
    FROM payment_simulator.callbacks
    WHERE delivered_at IS NULL AND due_at <= now() AND coalesce(claimed_until <= now(), true)
    ORDER BY due_at
    LIMIT $1 FOR
    UPDATE SKIP LOCKED ), claimed AS (
    UPDATE payment_simulator.callbacks c
    SET claimed_until = now() + interval '10 seconds'
    FROM due
    WHERE c.id = due.id
    RETURNING c.id, c.reference, c.event, c.due_at )
  SELECT id, reference, event
  FROM claimed
  ORDER BY due_at, id;
SELECT o.subject, o.amount_minor, o.currency, o.provider_id, s.secret, clock_timestamp() AS now
  FROM payment_simulator.orders o
  CROSS JOIN payment_simulator.callback_secret s
  WHERE o.reference = $1;

-- SqlChargeWebhooks.delivered
UPDATE payment_simulator.callbacks
  SET delivered_at = now()
  WHERE id = $1
  RETURNING id;
