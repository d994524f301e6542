-- What each method sends. Written by UPDATE_SQL=1 make test-file path=test/integration/repository-sql.spec.ts

-- SqlCallbackInbox.store
INSERT INTO gateway_callbacks (gateway, event_id, subject, reference, amount_minor, currency, ending, body_digest)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (gateway, event_id) DO NOTHING
  RETURNING event_id;

-- SqlCallbackInbox.find
SELECT *
  FROM gateway_callbacks
  WHERE gateway = $1 AND event_id = $2 AND next_try_at IS NOT NULL;

-- SqlCallbackInbox.due
SELECT gateway, event_id
  FROM gateway_callbacks
  WHERE next_try_at <= now() AND subject = ANY($1)
  ORDER BY next_try_at
  LIMIT $2;

-- SqlCallbackInbox.postpone
UPDATE gateway_callbacks
  SET next_try_at = now() + $3::double precision * interval '1 second', tries = tries + 1
  WHERE gateway = $1 AND event_id = $2 AND next_try_at IS NOT NULL;

-- SqlCallbackInbox.end
UPDATE gateway_callbacks
  SET next_try_at = NULL, outcome = $3
  WHERE gateway = $1 AND event_id = $2 AND next_try_at IS NOT NULL;

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
SELECT gateway, is_paused, paused_reason, open_until, CASE WHEN open_until IS NULL OR $1::double precision = 0 THEN
    'closed' WHEN open_until > now() AND open_until <= now() + $1::double precision * interval '1 second' THEN 'open'
    ELSE 'half_open' END AS breaker, CASE WHEN trial_until > now() AND trial_until <= now() + $2::double precision *
    interval '1 second' THEN trial_order END AS trial_order
  FROM gateway_states;

-- CircuitBreakers.states
SELECT gateway, is_paused, paused_reason, open_until, CASE WHEN open_until IS NULL OR $1::double precision = 0 THEN
    'closed' WHEN open_until > now() AND open_until <= now() + $1::double precision * interval '1 second' THEN 'open'
    ELSE 'half_open' END AS breaker, CASE WHEN trial_until > now() AND trial_until <= now() + $2::double precision *
    interval '1 second' THEN trial_order END AS trial_order
  FROM gateway_states;

-- CircuitBreakers.ended
INSERT INTO gateway_states AS s (gateway, open_until, openings)
  VALUES ($1, now() + $2::double precision * interval '1 second', 1)
  ON CONFLICT (gateway) DO UPDATE
  SET open_until = excluded.open_until, openings = 1, updated_at = now()
  WHERE s.open_until IS NULL
  RETURNING gateway;
SELECT gateway, is_paused, paused_reason, open_until, CASE WHEN open_until IS NULL OR $1::double precision = 0 THEN
    'closed' WHEN open_until > now() AND open_until <= now() + $1::double precision * interval '1 second' THEN 'open'
    ELSE 'half_open' END AS breaker, CASE WHEN trial_until > now() AND trial_until <= now() + $2::double precision *
    interval '1 second' THEN trial_order END AS trial_order
  FROM gateway_states;
UPDATE gateway_states
  SET openings = openings + 1, trial_order = NULL, trial_until = NULL, updated_at = now(), open_until = now() +
      least($4::double precision * 2 ^ least(openings, 10), $3::double precision) * interval '1 second'
  WHERE gateway = $1 AND trial_order = $2
  RETURNING gateway;
UPDATE gateway_states
  SET open_until = NULL, openings = 0, trial_order = NULL, trial_until = NULL, closed_at = now(), closed_by = NULL,
      closed_reason = NULL, updated_at = now()
  WHERE gateway = $1 AND trial_order = $2
  RETURNING gateway;

-- CircuitBreakers.leaseTrial
UPDATE gateway_states
  SET trial_order = $2, trial_until = now() + $4::double precision * interval '1 second', updated_at = now()
  WHERE gateway = $1 AND (open_until <= now() OR open_until > now() + $3::double precision * interval '1 second') AND
      (trial_order = $2 OR trial_until > now() + $4::double precision * interval '1 second' OR coalesce(trial_until <=
      now(), true))
  RETURNING gateway;
SELECT gateway, is_paused, paused_reason, open_until, CASE WHEN open_until IS NULL OR $1::double precision = 0 THEN
    'closed' WHEN open_until > now() AND open_until <= now() + $1::double precision * interval '1 second' THEN 'open'
    ELSE 'half_open' END AS breaker, CASE WHEN trial_until > now() AND trial_until <= now() + $2::double precision *
    interval '1 second' THEN trial_order END AS trial_order
  FROM gateway_states;

-- CircuitBreakers.giveBackTrial
UPDATE gateway_states
  SET trial_order = NULL, trial_until = NULL, updated_at = now()
  WHERE gateway = $1 AND trial_order = $2
  RETURNING gateway;
SELECT gateway, is_paused, paused_reason, open_until, CASE WHEN open_until IS NULL OR $1::double precision = 0 THEN
    'closed' WHEN open_until > now() AND open_until <= now() + $1::double precision * interval '1 second' THEN 'open'
    ELSE 'half_open' END AS breaker, CASE WHEN trial_until > now() AND trial_until <= now() + $2::double precision *
    interval '1 second' THEN trial_order END AS trial_order
  FROM gateway_states;

-- CircuitBreakers.close
UPDATE gateway_states
  SET open_until = NULL, openings = 0, trial_order = NULL, trial_until = NULL, closed_at = now(), closed_by = $2,
      closed_reason = $3, updated_at = now()
  WHERE gateway = $1
  RETURNING gateway;
SELECT gateway, is_paused, paused_reason, open_until, CASE WHEN open_until IS NULL OR $1::double precision = 0 THEN
    'closed' WHEN open_until > now() AND open_until <= now() + $1::double precision * interval '1 second' THEN 'open'
    ELSE 'half_open' END AS breaker, CASE WHEN trial_until > now() AND trial_until <= now() + $2::double precision *
    interval '1 second' THEN trial_order END AS trial_order
  FROM gateway_states;

-- CircuitBreakers.now
SELECT gateway, is_paused, paused_reason, open_until, CASE WHEN open_until IS NULL OR $1::double precision = 0 THEN
    'closed' WHEN open_until > now() AND open_until <= now() + $1::double precision * interval '1 second' THEN 'open'
    ELSE 'half_open' END AS breaker, CASE WHEN trial_until > now() AND trial_until <= now() + $2::double precision *
    interval '1 second' THEN trial_order END AS trial_order
  FROM gateway_states;
