-- What each method sends. Written by UPDATE_SQL=1 make test-file path=test/integration/repository-sql.spec.ts

-- SqlCallbackInbox.store
INSERT INTO gateway_callbacks (gateway, event_id, subject, reference, amount_minor, currency, ending, body_digest, body,
    destination)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (gateway, event_id) DO NOTHING
  RETURNING event_id;

-- SqlCallbackInbox.storeUnreadable
INSERT INTO gateway_callbacks (gateway, event_id, subject, body_digest, body, next_try_at, outcome)
  VALUES ($1, $2, $3, $4, $5, NULL, 'unreadable')
  ON CONFLICT (gateway, event_id) DO NOTHING
  RETURNING event_id;

-- SqlCallbackInbox.find
SELECT *
  FROM gateway_callbacks
  WHERE gateway = $1 AND event_id = $2 AND next_try_at IS NOT NULL;

-- SqlCallbackInbox.due
SELECT gateway, event_id, next_try_at::text AS due_at
  FROM gateway_callbacks
  WHERE (next_try_at <= now() OR next_try_at > now() + interval '1 hour') AND subject = ANY($1) AND ($3::timestamptz IS
      NULL OR (next_try_at, gateway, event_id) > ($3, $4::text, $5::text))
  ORDER BY next_try_at, gateway, event_id
  LIMIT $2;

-- SqlCallbackInbox.postpone
UPDATE gateway_callbacks
  SET next_try_at = now() + $3::double precision * interval '1 second', tries = tries + 1
  WHERE gateway = $1 AND event_id = $2 AND next_try_at IS NOT NULL;

-- SqlCallbackInbox.end
UPDATE gateway_callbacks
  SET next_try_at = NULL, outcome = $3, destination = NULL, body = CASE WHEN $3 = 'taken_in' THEN NULL ELSE body END
  WHERE gateway = $1 AND event_id = $2 AND next_try_at IS NOT NULL
  RETURNING event_id;

-- SqlCallbackInbox.prune
DELETE
  FROM gateway_callbacks c USING (
    SELECT gateway, event_id
    FROM gateway_callbacks
    WHERE outcome = 'taken_in' AND received_at < now() - make_interval(days => $1)
    ORDER BY received_at
    LIMIT $2 ) old
  WHERE c.gateway = old.gateway AND c.event_id = old.event_id
  RETURNING 1;

-- SqlRoutingRules.add
INSERT INTO routing_rules (id, priority, is_enabled, gateway, mode, min_amount_paise, max_amount_paise,
    beneficiary_bank, merchant_id, percentage, updated_by, updated_at, created_by, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- SqlRoutingRules.all
SELECT *
  FROM routing_rules
  ORDER BY priority, id;

-- SqlRoutingRules.find
SELECT *
  FROM routing_rules
  WHERE id = $1;

-- SqlRoutingRules.change
UPDATE routing_rules
  SET priority = $2, is_enabled = $3, gateway = $4, mode = $5, min_amount_paise = $6, max_amount_paise = $7,
      beneficiary_bank = $8, merchant_id = $9, percentage = $10, updated_by = $11, updated_at = $12
  WHERE id = $1
  RETURNING id;

-- SqlRoutingRules.remove
DELETE
  FROM routing_rules
  WHERE id = $1
  RETURNING id;

-- CircuitBreakers.pause
INSERT INTO gateway_states (gateway, is_paused, paused_reason, paused_by)
  VALUES ($1, $2, $3, $4)
  ON CONFLICT (gateway) DO UPDATE
  SET is_paused = $2, paused_reason = $3, paused_by = $4, updated_at = now();
SELECT gateway, is_paused, paused_reason, open_until, updated_at, closed_by, closed_reason, closed_at, CASE WHEN
    open_until IS NULL OR $1::double precision = 0 THEN 'closed' WHEN (coalesce(open_until > clock_timestamp(), false)
    AND open_until <= clock_timestamp() + $1::double precision * interval '1 second') THEN 'open' ELSE 'half_open' END
    AS breaker, CASE WHEN (coalesce(trial_until > clock_timestamp(), false) AND trial_until <= clock_timestamp() +
    $2::double precision * interval '1 second') THEN trial_order END AS trial_order, trial_until
  FROM gateway_states;

-- CircuitBreakers.report
SELECT gateway, is_paused, paused_reason, open_until, updated_at, closed_by, closed_reason, closed_at, CASE WHEN
    open_until IS NULL OR $1::double precision = 0 THEN 'closed' WHEN (coalesce(open_until > clock_timestamp(), false)
    AND open_until <= clock_timestamp() + $1::double precision * interval '1 second') THEN 'open' ELSE 'half_open' END
    AS breaker, CASE WHEN (coalesce(trial_until > clock_timestamp(), false) AND trial_until <= clock_timestamp() +
    $2::double precision * interval '1 second') THEN trial_order END AS trial_order, trial_until
  FROM gateway_states;
WITH results AS (
    SELECT gateway, merchant_id, since AS at, orders, 0 AS failed, 0 AS silent
    FROM gateway_answers
    UNION ALL
    SELECT gateway, merchant_id, date_bin(interval '5 seconds', ended_at, 'epoch'), 1, (NOT is_silent)::integer,
        is_silent::integer
    FROM gateway_failures ), merchants AS (
    SELECT gateway, span, merchant_id, sum(orders)::integer AS orders, sum(failed)::integer AS failed,
        sum(silent)::integer AS silent
    FROM results
    CROSS JOIN unnest(ARRAY[15, 300]) AS span
    WHERE ($1::text IS NULL OR gateway = $1) AND at > now() - span * interval '1 second' AND at <= now()
    GROUP BY gateway, span, merchant_id )
  SELECT gateway, span, count(*)::integer AS merchants, sum(orders)::integer AS orders, sum(failed)::integer AS failed,
      sum(silent)::integer AS silent, (array_agg(jsonb_build_object('orders', orders, 'failed', failed, 'silent',
      silent)
      ORDER BY failed DESC, orders))[1] AS worst
  FROM merchants
  GROUP BY gateway, span
  ORDER BY gateway, span;

-- CircuitBreakers.refresh
SELECT gateway, is_paused, paused_reason, open_until, updated_at, closed_by, closed_reason, closed_at, CASE WHEN
    open_until IS NULL OR $1::double precision = 0 THEN 'closed' WHEN (coalesce(open_until > clock_timestamp(), false)
    AND open_until <= clock_timestamp() + $1::double precision * interval '1 second') THEN 'open' ELSE 'half_open' END
    AS breaker, CASE WHEN (coalesce(trial_until > clock_timestamp(), false) AND trial_until <= clock_timestamp() +
    $2::double precision * interval '1 second') THEN trial_order END AS trial_order, trial_until
  FROM gateway_states;

-- CircuitBreakers.ended
WITH failed AS (
    INSERT INTO gateway_failures (gateway, order_id, merchant_id, is_silent)
    SELECT r.gateway, order_id, merchant_id, is_silent
    FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::boolean[], $5::float8[]) AS r(gateway, order_id, merchant_id,
        is_silent, seconds)
    LEFT JOIN gateway_states s ON s.gateway = r.gateway
    WHERE s.closed_at IS NULL OR s.closed_at NOT BETWEEN now() - seconds * interval '1 second' AND now()
    ORDER BY r.gateway, order_id
    ON CONFLICT (gateway, order_id) DO UPDATE
    SET is_silent = excluded.is_silent, ended_at = excluded.ended_at ), mended AS ( DELETE
    FROM gateway_failures f USING unnest($6::text[], $7::uuid[]) AS r(gateway, order_id)
    WHERE f.gateway = r.gateway AND f.order_id = r.order_id
    RETURNING f.gateway, merchant_id )
  INSERT INTO gateway_answers AS a (gateway, since, merchant_id, orders)
  SELECT gateway, date_bin(interval '5 seconds', now(), 'epoch'), merchant_id, sum(orders)
  FROM (
    SELECT *
    FROM unnest($8::text[], $9::uuid[], $10::integer[]) AS r(gateway, merchant_id, orders)
    UNION ALL
    SELECT gateway, merchant_id, 1
    FROM mended ) AS answered
  GROUP BY gateway, merchant_id
  ORDER BY gateway, merchant_id
  ON CONFLICT (gateway, since, merchant_id) DO UPDATE
  SET orders = a.orders + excluded.orders;
WITH results AS (
    SELECT gateway, merchant_id, since AS at, orders, 0 AS failed, 0 AS silent
    FROM gateway_answers
    UNION ALL
    SELECT gateway, merchant_id, date_bin(interval '5 seconds', ended_at, 'epoch'), 1, (NOT is_silent)::integer,
        is_silent::integer
    FROM gateway_failures ), merchants AS (
    SELECT gateway, span, merchant_id, sum(orders)::integer AS orders, sum(failed)::integer AS failed,
        sum(silent)::integer AS silent
    FROM results
    CROSS JOIN unnest(ARRAY[15, 300]) AS span
    WHERE ($1::text IS NULL OR gateway = $1) AND at > now() - span * interval '1 second' AND at <= now()
    GROUP BY gateway, span, merchant_id )
  SELECT gateway, span, count(*)::integer AS merchants, sum(orders)::integer AS orders, sum(failed)::integer AS failed,
      sum(silent)::integer AS silent, (array_agg(jsonb_build_object('orders', orders, 'failed', failed, 'silent',
      silent)
      ORDER BY failed DESC, orders))[1] AS worst
  FROM merchants
  GROUP BY gateway, span
  ORDER BY gateway, span;
WITH old AS ( DELETE
    FROM gateway_answers
    WHERE since < now() - interval '305 seconds' OR since > now() + interval '1 minute' ) DELETE
  FROM gateway_failures f
  WHERE (ended_at < now() - interval '300 seconds' OR ended_at > now() + interval '1 minute') AND NOT EXISTS (SELECT
    FROM gateway_states s
    WHERE s.gateway = f.gateway AND open_until IS NOT NULL);
INSERT INTO gateway_states AS s (gateway, open_until, openings)
  VALUES ($1, now() + $2::double precision * interval '1 second', 1)
  ON CONFLICT (gateway) DO UPDATE
  SET open_until = excluded.open_until, openings = 1, updated_at = now()
  WHERE s.open_until IS NULL
  RETURNING gateway;
SELECT gateway, is_paused, paused_reason, open_until, updated_at, closed_by, closed_reason, closed_at, CASE WHEN
    open_until IS NULL OR $1::double precision = 0 THEN 'closed' WHEN (coalesce(open_until > clock_timestamp(), false)
    AND open_until <= clock_timestamp() + $1::double precision * interval '1 second') THEN 'open' ELSE 'half_open' END
    AS breaker, CASE WHEN (coalesce(trial_until > clock_timestamp(), false) AND trial_until <= clock_timestamp() +
    $2::double precision * interval '1 second') THEN trial_order END AS trial_order, trial_until
  FROM gateway_states;
WITH known AS (
    SELECT $7::boolean OR EXISTS (SELECT
      FROM gateway_failures f
      WHERE f.gateway = $1 AND (order_id = $2 OR (merchant_id = $6 AND NOT is_silent AND NOT $8))) AS before ), tried AS
          (
    UPDATE gateway_states s
    SET openings = openings + (NOT before)::integer, trial_order = NULL, trial_until = NULL, updated_at = now(),
        open_until = now() + interval '1 second' * least($5::double precision * 2 ^ least(openings - before::integer,
        10), $4::double precision)
    FROM known
    WHERE gateway = $1 AND trial_order = $2 AND trial_until = $3::timestamptz
    RETURNING gateway )
  INSERT INTO gateway_failures (gateway, order_id, merchant_id, is_silent)
  SELECT gateway, $2, $6, $8
  FROM tried
  ON CONFLICT (gateway, order_id) DO UPDATE
  SET is_silent = excluded.is_silent, ended_at = excluded.ended_at
  RETURNING gateway;
WITH closed AS (
    UPDATE gateway_states
    SET open_until = NULL, openings = 0, trial_order = NULL, trial_until = NULL, closed_at = now(), updated_at = now(),
        closed_by = NULL, closed_reason = NULL
    WHERE gateway = $1 AND trial_order = $2 AND trial_until = $3::timestamptz
    RETURNING gateway ), failures AS ( DELETE
    FROM gateway_failures f USING closed
    WHERE f.gateway = closed.gateway ), answers AS ( DELETE
    FROM gateway_answers a USING closed
    WHERE a.gateway = closed.gateway )
  SELECT gateway
  FROM closed;

-- CircuitBreakers.leaseTrial
UPDATE gateway_states s
  SET trial_order = $2, trial_until = clock_timestamp() + $4::double precision * interval '1 second', updated_at = now()
  WHERE gateway = $1 AND open_until IS NOT NULL AND NOT (coalesce(open_until > clock_timestamp(), false) AND open_until
      <= clock_timestamp() + $3::double precision * interval '1 second') AND NOT (coalesce(trial_until >
      clock_timestamp(), false) AND trial_until <= clock_timestamp() + $4::double precision * interval '1 second') AND
      (open_until NOT BETWEEN now() - interval '2 seconds' AND clock_timestamp() OR NOT EXISTS (
      SELECT
      FROM gateway_failures f
      WHERE f.gateway = $1 AND (order_id = $2 OR (merchant_id = $5 AND NOT is_silent))))
  RETURNING trial_until::text AS until;
SELECT gateway, is_paused, paused_reason, open_until, updated_at, closed_by, closed_reason, closed_at, CASE WHEN
    open_until IS NULL OR $1::double precision = 0 THEN 'closed' WHEN (coalesce(open_until > clock_timestamp(), false)
    AND open_until <= clock_timestamp() + $1::double precision * interval '1 second') THEN 'open' ELSE 'half_open' END
    AS breaker, CASE WHEN (coalesce(trial_until > clock_timestamp(), false) AND trial_until <= clock_timestamp() +
    $2::double precision * interval '1 second') THEN trial_order END AS trial_order, trial_until
  FROM gateway_states;

-- CircuitBreakers.giveBackTrial
UPDATE gateway_states
  SET trial_order = NULL, trial_until = NULL, updated_at = now()
  WHERE gateway = $1 AND trial_order = $2 AND trial_until = $3::timestamptz
  RETURNING gateway;
SELECT gateway, is_paused, paused_reason, open_until, updated_at, closed_by, closed_reason, closed_at, CASE WHEN
    open_until IS NULL OR $1::double precision = 0 THEN 'closed' WHEN (coalesce(open_until > clock_timestamp(), false)
    AND open_until <= clock_timestamp() + $1::double precision * interval '1 second') THEN 'open' ELSE 'half_open' END
    AS breaker, CASE WHEN (coalesce(trial_until > clock_timestamp(), false) AND trial_until <= clock_timestamp() +
    $2::double precision * interval '1 second') THEN trial_order END AS trial_order, trial_until
  FROM gateway_states;

-- CircuitBreakers.close
WITH closed AS (
    UPDATE gateway_states
    SET open_until = NULL, openings = 0, trial_order = NULL, trial_until = NULL, closed_at = now(), updated_at = now(),
        closed_by = $2, closed_reason = $3
    WHERE gateway = $1
    RETURNING gateway ), failures AS ( DELETE
    FROM gateway_failures f USING closed
    WHERE f.gateway = closed.gateway ), answers AS ( DELETE
    FROM gateway_answers a USING closed
    WHERE a.gateway = closed.gateway )
  SELECT gateway
  FROM closed;
SELECT gateway, is_paused, paused_reason, open_until, updated_at, closed_by, closed_reason, closed_at, CASE WHEN
    open_until IS NULL OR $1::double precision = 0 THEN 'closed' WHEN (coalesce(open_until > clock_timestamp(), false)
    AND open_until <= clock_timestamp() + $1::double precision * interval '1 second') THEN 'open' ELSE 'half_open' END
    AS breaker, CASE WHEN (coalesce(trial_until > clock_timestamp(), false) AND trial_until <= clock_timestamp() +
    $2::double precision * interval '1 second') THEN trial_order END AS trial_order, trial_until
  FROM gateway_states;

-- CircuitBreakers.now
SELECT gateway, is_paused, paused_reason, open_until, updated_at, closed_by, closed_reason, closed_at, CASE WHEN
    open_until IS NULL OR $1::double precision = 0 THEN 'closed' WHEN (coalesce(open_until > clock_timestamp(), false)
    AND open_until <= clock_timestamp() + $1::double precision * interval '1 second') THEN 'open' ELSE 'half_open' END
    AS breaker, CASE WHEN (coalesce(trial_until > clock_timestamp(), false) AND trial_until <= clock_timestamp() +
    $2::double precision * interval '1 second') THEN trial_order END AS trial_order, trial_until
  FROM gateway_states;

-- GatewayMinutes.write
INSERT INTO gateway_minutes AS m (gateway, minute, succeeded, pending, rejected, unanswered, latencies)
  SELECT c.gateway, date_trunc('minute', now()), c.succeeded, c.pending, c.rejected, c.unanswered,
      c.latencies::integer[]
  FROM unnest($1::text[], $2::integer[], $3::integer[], $4::integer[], $5::integer[], $6::text[]) AS c(gateway,
      succeeded, pending, rejected, unanswered, latencies)
  ORDER BY c.gateway
  ON CONFLICT (gateway, minute) DO UPDATE
  SET succeeded = m.succeeded + excluded.succeeded, pending = m.pending + excluded.pending, rejected = m.rejected +
      excluded.rejected, unanswered = m.unanswered + excluded.unanswered, latencies = ARRAY(SELECT coalesce(a, 0) +
      coalesce(b, 0)
    FROM unnest(m.latencies, excluded.latencies) WITH ORDINALITY AS both_of(a, b, place)
    ORDER BY place);
DELETE
  FROM gateway_minutes
  WHERE minute < now() - interval '2 hours' OR minute > now() + interval '1 hour';

-- GatewayMinutes.lastHour
SELECT gateway, succeeded, pending, rejected, unanswered, latencies
  FROM gateway_minutes
  WHERE minute > now() - interval '1 hour' AND minute <= now()
  LIMIT 10000;

-- SubmissionResults.write
WITH failed AS (
    INSERT INTO gateway_failures (gateway, order_id, merchant_id, is_silent)
    SELECT r.gateway, order_id, merchant_id, is_silent
    FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::boolean[], $5::float8[]) AS r(gateway, order_id, merchant_id,
        is_silent, seconds)
    LEFT JOIN gateway_states s ON s.gateway = r.gateway
    WHERE s.closed_at IS NULL OR s.closed_at NOT BETWEEN now() - seconds * interval '1 second' AND now()
    ORDER BY r.gateway, order_id
    ON CONFLICT (gateway, order_id) DO UPDATE
    SET is_silent = excluded.is_silent, ended_at = excluded.ended_at ), mended AS ( DELETE
    FROM gateway_failures f USING unnest($6::text[], $7::uuid[]) AS r(gateway, order_id)
    WHERE f.gateway = r.gateway AND f.order_id = r.order_id
    RETURNING f.gateway, merchant_id )
  INSERT INTO gateway_answers AS a (gateway, since, merchant_id, orders)
  SELECT gateway, date_bin(interval '5 seconds', now(), 'epoch'), merchant_id, sum(orders)
  FROM (
    SELECT *
    FROM unnest($8::text[], $9::uuid[], $10::integer[]) AS r(gateway, merchant_id, orders)
    UNION ALL
    SELECT gateway, merchant_id, 1
    FROM mended ) AS answered
  GROUP BY gateway, merchant_id
  ORDER BY gateway, merchant_id
  ON CONFLICT (gateway, since, merchant_id) DO UPDATE
  SET orders = a.orders + excluded.orders;
WITH old AS ( DELETE
    FROM gateway_answers
    WHERE since < now() - interval '305 seconds' OR since > now() + interval '1 minute' ) DELETE
  FROM gateway_failures f
  WHERE (ended_at < now() - interval '300 seconds' OR ended_at > now() + interval '1 minute') AND NOT EXISTS (SELECT
    FROM gateway_states s
    WHERE s.gateway = f.gateway AND open_until IS NOT NULL);

-- SubmissionResults.count
WITH results AS (
    SELECT gateway, merchant_id, since AS at, orders, 0 AS failed, 0 AS silent
    FROM gateway_answers
    UNION ALL
    SELECT gateway, merchant_id, date_bin(interval '5 seconds', ended_at, 'epoch'), 1, (NOT is_silent)::integer,
        is_silent::integer
    FROM gateway_failures ), merchants AS (
    SELECT gateway, span, merchant_id, sum(orders)::integer AS orders, sum(failed)::integer AS failed,
        sum(silent)::integer AS silent
    FROM results
    CROSS JOIN unnest(ARRAY[15, 300]) AS span
    WHERE ($1::text IS NULL OR gateway = $1) AND at > now() - span * interval '1 second' AND at <= now()
    GROUP BY gateway, span, merchant_id )
  SELECT gateway, span, count(*)::integer AS merchants, sum(orders)::integer AS orders, sum(failed)::integer AS failed,
      sum(silent)::integer AS silent, (array_agg(jsonb_build_object('orders', orders, 'failed', failed, 'silent',
      silent)
      ORDER BY failed DESC, orders))[1] AS worst
  FROM merchants
  GROUP BY gateway, span
  ORDER BY gateway, span;
