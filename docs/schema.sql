-- The schema as the migrations make it, with the rights of the service's roles. Generated: make fix writes it, make
-- check compares it. The queue's tables are BullMQ's and left out.

-- database
ALTER DATABASE … SET jit = off;

-- bank_simulator
CREATE SCHEMA bank_simulator;
GRANT USAGE ON SCHEMA bank_simulator TO bahi_app;

-- payment_simulator
CREATE SCHEMA payment_simulator;
GRANT USAGE ON SCHEMA payment_simulator TO bahi_app;

-- public
CREATE SCHEMA public;
GRANT USAGE ON SCHEMA public TO bahi_app;
GRANT USAGE ON SCHEMA public TO bahi_admin;

-- bank_simulator.utr_numbers
CREATE SEQUENCE bank_simulator.utr_numbers;
GRANT USAGE ON SEQUENCE bank_simulator.utr_numbers TO bahi_app;

-- payment_simulator.provider_ids
CREATE SEQUENCE payment_simulator.provider_ids;
GRANT USAGE ON SEQUENCE payment_simulator.provider_ids TO bahi_app;

-- bank_simulator.next_utr(text)
CREATE OR REPLACE FUNCTION bank_simulator.next_utr(mode text)
 RETURNS text
 LANGUAGE sql
AS $function$
        SELECT CASE mode
          WHEN 'NEFT' THEN 'SIMBN' || to_char(today, 'YY') || lpad((number % 1000000000)::text, 9, '0')
          WHEN 'RTGS' THEN 'SIMBR5' || to_char(today, 'YYYYMMDD') || lpad((number % 100000000)::text, 8, '0')
          ELSE to_char(today, 'YDDD') || lpad((number % 100000000)::text, 8, '0')
        END
        FROM (SELECT nextval('bank_simulator.utr_numbers') AS number,
          now() AT TIME ZONE 'Asia/Kolkata' AS today) AS next
      $function$;

-- gateway_callbacks_stay()
CREATE OR REPLACE FUNCTION public.gateway_callbacks_stay()
 RETURNS trigger
 LANGUAGE plpgsql
 SET jit TO 'off'
AS $function$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          IF OLD.outcome IS NOT NULL THEN
            RAISE EXCEPTION 'the outcome of callback % of % is set once', OLD.event_id, OLD.gateway
              USING ERRCODE = 'restrict_violation';
          END IF;
          RETURN NEW;
        END IF;
        -- Who owns the table may: the service does not.
        IF pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
          RETURN OLD;
        END IF;
        IF OLD.outcome IS DISTINCT FROM 'taken_in' OR OLD.received_at > clock_timestamp() - interval '1 day' THEN
          RAISE EXCEPTION 'callback % of % is not settled, or of today', OLD.event_id, OLD.gateway
            USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
      END $function$;

-- grant_to_admin()
CREATE OR REPLACE FUNCTION public.grant_to_admin()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bahi_admin') THEN
          RETURN;
        END IF;
        GRANT USAGE ON SCHEMA public TO bahi_admin;
        GRANT SELECT ON merchants, live_time, hold_digests, balance_alerts TO bahi_admin;
        -- FOR NO KEY UPDATE asks for the right to UPDATE; a trigger refuses the change itself.
        GRANT SELECT, UPDATE ON books TO bahi_admin;
        GRANT SELECT, INSERT ON ledger_transactions, ledger_entries, api_keys, acknowledgements TO bahi_admin;
        -- An adjustment too may bring a balance below what its merchant wants to be told of.
        GRANT SELECT, INSERT ON outbox TO bahi_admin;
        GRANT INSERT ON outbox_queue TO bahi_admin;
        BEGIN
          EXECUTE format('GRANT CONNECT ON DATABASE %I TO bahi_admin', current_database());
        EXCEPTION WHEN insufficient_privilege THEN
          -- The database belongs to somebody else, who lets in whom they want.
          NULL;
        END;
      END $function$;
REVOKE EXECUTE ON FUNCTION grant_to_admin() FROM PUBLIC;

-- grant_to_service(text)
CREATE OR REPLACE FUNCTION public.grant_to_service(what text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
      BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'bahi_app') THEN
          EXECUTE format('GRANT %s TO bahi_app', what);
        END IF;
      END $function$;
REVOKE EXECUTE ON FUNCTION grant_to_service(text) FROM PUBLIC;

-- ledger_entries_balance()
CREATE OR REPLACE FUNCTION public.ledger_entries_balance()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
AS $function$
      DECLARE
        transactions regclass;
        entries      regclass := TG_RELID;
        wrong        record;
      BEGIN
        IF TG_TABLE_NAME <> 'ledger_entries' THEN
          transactions := (SELECT confrelid FROM pg_constraint WHERE conrelid = TG_RELID AND contype = 'f');
        END IF;
        SELECT merchant_id, seq INTO wrong FROM added GROUP BY merchant_id, seq HAVING sum(amount_paise) <> 0 LIMIT 1;
        IF wrong IS NOT NULL THEN
          RAISE EXCEPTION 'ledger transaction % of book % does not balance', wrong.seq, wrong.merchant_id
            USING ERRCODE = 'P0001';
        END IF;
        
  IF TG_TABLE_NAME = 'ledger_entries' THEN 
  SELECT n.merchant_id, n.account, n.seq INTO wrong FROM (
    SELECT *, lag(balance_paise) OVER w AS before, first_value(seq) OVER w AS first_seq, lead(seq) OVER w AS next_seq
    FROM added WINDOW w AS (PARTITION BY merchant_id, account ORDER BY seq)
  ) n
  WHERE n.balance_paise <> n.amount_paise + coalesce(n.before, (
    SELECT e.balance_paise FROM public.ledger_entries e
    WHERE e.merchant_id = n.merchant_id AND e.account = n.account AND e.seq < n.first_seq
    ORDER BY e.seq DESC LIMIT 1), 0)
    OR (n.next_seq IS NULL AND (SELECT e.seq FROM public.ledger_entries e
      WHERE e.merchant_id = n.merchant_id AND e.account = n.account AND e.seq > n.seq LIMIT 1) IS NOT NULL)
  LIMIT 1;
  ELSE EXECUTE format($sql$ 
  SELECT n.merchant_id, n.account, n.seq  FROM (
    SELECT *, lag(balance_paise) OVER w AS before, first_value(seq) OVER w AS first_seq, lead(seq) OVER w AS next_seq
    FROM added WINDOW w AS (PARTITION BY merchant_id, account ORDER BY seq)
  ) n
  WHERE n.balance_paise <> n.amount_paise + coalesce(n.before, (
    SELECT e.balance_paise FROM %2$s e
    WHERE e.merchant_id = n.merchant_id AND e.account = n.account AND e.seq < n.first_seq
    ORDER BY e.seq DESC LIMIT 1), 0)
    OR (n.next_seq IS NULL AND (SELECT e.seq FROM %2$s e
      WHERE e.merchant_id = n.merchant_id AND e.account = n.account AND e.seq > n.seq LIMIT 1) IS NOT NULL)
  LIMIT 1 $sql$, transactions, entries) INTO wrong;
  END IF;
        IF wrong IS NOT NULL THEN
          RAISE EXCEPTION 'entry % of account % in book % does not continue its balance', wrong.seq, wrong.account,
            wrong.merchant_id USING ERRCODE = 'P0001';
        END IF;
        
  IF TG_TABLE_NAME = 'ledger_entries' THEN 
  SELECT n.merchant_id, n.seq INTO wrong FROM added n
  WHERE (SELECT t.xmin FROM public.ledger_transactions t WHERE t.merchant_id = n.merchant_id AND t.seq = n.seq)
    <> pg_current_xact_id()::xid
  LIMIT 1;
  ELSE EXECUTE format($sql$ 
  SELECT n.merchant_id, n.seq  FROM added n
  WHERE (SELECT t.xmin FROM %1$s t WHERE t.merchant_id = n.merchant_id AND t.seq = n.seq)
    <> pg_current_xact_id()::xid
  LIMIT 1 $sql$, transactions, entries) INTO wrong;
  END IF;
        IF wrong IS NOT NULL THEN
          RAISE EXCEPTION 'ledger transaction % of book % is closed', wrong.seq, wrong.merchant_id
            USING ERRCODE = 'P0001';
        END IF;
        RETURN NULL;
      END $function$;

-- ledger_transactions_follow()
CREATE OR REPLACE FUNCTION public.ledger_transactions_follow()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
AS $function$
      DECLARE
        transactions regclass := TG_RELID;
        entries      regclass;
        partner      name;
        wrong        record;
      BEGIN
        IF TG_TABLE_NAME <> 'ledger_transactions' THEN
          SELECT conrelid, conname INTO entries, partner FROM pg_constraint WHERE confrelid = TG_RELID AND contype = 'f';
        END IF;
        
  IF TG_TABLE_NAME = 'ledger_transactions' THEN 
  SELECT f.merchant_id, f.seq, f.loose INTO wrong FROM (
    SELECT n.merchant_id, n.seq, n.prev_hash IS DISTINCT FROM CASE n.seq WHEN 1 THEN decode(repeat('00', 32), 'hex')
      ELSE (SELECT p.hash FROM public.ledger_transactions p WHERE p.merchant_id = n.merchant_id AND p.seq = n.seq - 1) END AS loose
    FROM added n
  ) f
  WHERE f.loose OR (
    SELECT e.seq FROM unnest(ARRAY['available', 'held', 'paid_out', 'received', 'fees', 'taxes']) AS a(account)
    CROSS JOIN LATERAL (
      SELECT seq FROM public.ledger_entries WHERE merchant_id = f.merchant_id AND account = a.account AND seq = f.seq LIMIT 1
    ) e LIMIT 1) IS NULL
  LIMIT 1;
  ELSE EXECUTE format($sql$ 
  SELECT f.merchant_id, f.seq, f.loose  FROM (
    SELECT n.merchant_id, n.seq, n.prev_hash IS DISTINCT FROM CASE n.seq WHEN 1 THEN decode(repeat('00', 32), 'hex')
      ELSE (SELECT p.hash FROM %1$s p WHERE p.merchant_id = n.merchant_id AND p.seq = n.seq - 1) END AS loose
    FROM added n
  ) f
  WHERE f.loose OR (
    SELECT e.seq FROM unnest(ARRAY['available', 'held', 'paid_out', 'received', 'fees', 'taxes']) AS a(account)
    CROSS JOIN LATERAL (
      SELECT seq FROM %2$s WHERE merchant_id = f.merchant_id AND account = a.account AND seq = f.seq LIMIT 1
    ) e LIMIT 1) IS NULL
  LIMIT 1 $sql$, transactions, entries) INTO wrong;
  END IF;
        IF wrong IS NOT NULL THEN
          RAISE EXCEPTION 'ledger transaction % of book % %', wrong.seq, wrong.merchant_id,
            CASE WHEN NOT wrong.loose THEN 'comes without its entries'
              WHEN wrong.seq = 1 THEN 'begins with another hash than an empty book'
              ELSE 'does not follow the one before it' END
            USING ERRCODE = 'P0001';
        END IF;
        -- Then and there: the entries that have come before. And again for what another statement brings.
        IF TG_TABLE_NAME = 'ledger_transactions' THEN
          SET CONSTRAINTS public.ledger_entry_has_transaction IMMEDIATE;
          SET CONSTRAINTS public.ledger_entry_has_transaction DEFERRED;
        ELSE
          EXECUTE format('SET CONSTRAINTS public.%I IMMEDIATE', partner);
          EXECUTE format('SET CONSTRAINTS public.%I DEFERRED', partner);
        END IF;
        RETURN NULL;
      END $function$;

-- may_administer()
CREATE OR REPLACE FUNCTION public.may_administer()
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
        SELECT EXISTS (
          SELECT FROM pg_roles r
          WHERE (r.rolname = 'bahi_admin' OR r.oid = (SELECT relowner FROM pg_class WHERE oid = 'public.books'::regclass))
            AND pg_has_role(session_user, r.oid, 'MEMBER'))
      $function$;

-- merchant_limits_follow()
CREATE OR REPLACE FUNCTION public.merchant_limits_follow()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
      BEGIN
        IF TG_TABLE_NAME = 'merchants' THEN
          INSERT INTO public.merchant_limits (merchant_id, reads_per_second, writes_per_second)
          VALUES (NEW.id, NEW.reads_per_second, NEW.writes_per_second)
          ON CONFLICT (merchant_id) DO UPDATE
          SET reads_per_second = excluded.reads_per_second, writes_per_second = excluded.writes_per_second;
        END IF;
        RETURN NULL;
      END $function$;

-- outbox_keeps_last()
CREATE OR REPLACE FUNCTION public.outbox_keeps_last()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
AS $function$
      DECLARE
        last bigint;
      BEGIN
        IF TG_TABLE_NAME = 'outbox' THEN
          last := (SELECT o.sequence FROM public.outbox o WHERE o.merchant_id = OLD.merchant_id AND o.sequence IS NOT NULL
            ORDER BY o.sequence DESC LIMIT 1);
        ELSE
          EXECUTE format($sql$ SELECT o.sequence FROM %s o WHERE o.merchant_id = $1 AND o.sequence IS NOT NULL
            ORDER BY o.sequence DESC LIMIT 1 $sql$, TG_RELID::regclass) INTO last USING OLD.merchant_id;
        END IF;
        -- Passed over, not refused: the version before deletes many in one statement.
        RETURN CASE WHEN OLD.sequence < last THEN OLD END;
      END $function$;

-- payouts_are_held_for()
CREATE OR REPLACE FUNCTION public.payouts_are_held_for()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
AS $function$
  DECLARE
    wrong record;
  BEGIN
    IF TG_TABLE_NAME = 'payouts' THEN 
  SELECT n.merchant_id, n.id INTO wrong FROM added n
  WHERE n.amount_paise IS DISTINCT FROM (
  SELECT (SELECT e.amount_paise FROM public.ledger_entries e
    WHERE e.merchant_id = t.merchant_id AND e.account = 'held' AND e.seq = t.seq)
  FROM public.ledger_transactions t
  WHERE t.reference_id = n.id::text AND t.kind = 'payout_hold' AND t.merchant_id::text = n.merchant_id::text
    AND t.xmin = pg_current_xact_id()::xid LIMIT 1) LIMIT 1;
    ELSE
      EXECUTE format($sql$ 
  SELECT n.merchant_id, n.id  FROM added n
  WHERE n.amount_paise IS DISTINCT FROM (
  SELECT (SELECT e.amount_paise FROM %1$I.%3$I e
    WHERE e.merchant_id = t.merchant_id AND e.account = 'held' AND e.seq = t.seq)
  FROM %1$I.%2$I t
  WHERE t.reference_id = n.id::text AND t.kind = 'payout_hold' AND t.merchant_id::text = n.merchant_id::text
    AND t.xmin = pg_current_xact_id()::xid LIMIT 1) LIMIT 1 $sql$, TG_TABLE_SCHEMA, 
  (SELECT 'ledger_transactions_' || o.shardid FROM pg_dist_shard s JOIN pg_dist_shard o ON o.shardminvalue = s.shardminvalue
   WHERE s.shardid = substring(TG_TABLE_NAME FROM '_([0-9]+)$')::bigint AND o.logicalrelid = 'public.ledger_transactions'::regclass),
        
  (SELECT 'ledger_entries_' || o.shardid FROM pg_dist_shard s JOIN pg_dist_shard o ON o.shardminvalue = s.shardminvalue
   WHERE s.shardid = substring(TG_TABLE_NAME FROM '_([0-9]+)$')::bigint AND o.logicalrelid = 'public.ledger_entries'::regclass)) INTO wrong;
    END IF;
    IF wrong IS NOT NULL THEN
      RAISE EXCEPTION '% on % is refused: nothing is held for % of book %', TG_OP, TG_RELID::regclass, wrong.id,
        wrong.merchant_id USING ERRCODE = 'P0001';
    END IF;
    RETURN NULL;
  END $function$;

-- refunds_are_held_for()
CREATE OR REPLACE FUNCTION public.refunds_are_held_for()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
AS $function$
  DECLARE
    wrong record;
  BEGIN
    IF TG_TABLE_NAME = 'refunds' THEN 
  SELECT n.merchant_id, n.id INTO wrong FROM added n
  WHERE n.amount_paise - n.fee_paise - n.tax_paise IS DISTINCT FROM coalesce((
  SELECT (SELECT e.amount_paise FROM public.ledger_entries e
    WHERE e.merchant_id = t.merchant_id AND e.account = 'held' AND e.seq = t.seq)
  FROM public.ledger_transactions t
  WHERE t.reference_id = n.id::text AND t.kind = 'refund_hold' AND t.merchant_id::text = n.merchant_id::text
    AND t.xmin = pg_current_xact_id()::xid LIMIT 1), 0) LIMIT 1;
    ELSE
      EXECUTE format($sql$ 
  SELECT n.merchant_id, n.id  FROM added n
  WHERE n.amount_paise - n.fee_paise - n.tax_paise IS DISTINCT FROM coalesce((
  SELECT (SELECT e.amount_paise FROM %1$I.%3$I e
    WHERE e.merchant_id = t.merchant_id AND e.account = 'held' AND e.seq = t.seq)
  FROM %1$I.%2$I t
  WHERE t.reference_id = n.id::text AND t.kind = 'refund_hold' AND t.merchant_id::text = n.merchant_id::text
    AND t.xmin = pg_current_xact_id()::xid LIMIT 1), 0) LIMIT 1 $sql$, TG_TABLE_SCHEMA, 
  (SELECT 'ledger_transactions_' || o.shardid FROM pg_dist_shard s JOIN pg_dist_shard o ON o.shardminvalue = s.shardminvalue
   WHERE s.shardid = substring(TG_TABLE_NAME FROM '_([0-9]+)$')::bigint AND o.logicalrelid = 'public.ledger_transactions'::regclass),
        
  (SELECT 'ledger_entries_' || o.shardid FROM pg_dist_shard s JOIN pg_dist_shard o ON o.shardminvalue = s.shardminvalue
   WHERE s.shardid = substring(TG_TABLE_NAME FROM '_([0-9]+)$')::bigint AND o.logicalrelid = 'public.ledger_entries'::regclass)) INTO wrong;
    END IF;
    IF wrong IS NOT NULL THEN
      RAISE EXCEPTION '% on % is refused: nothing is held for % of book %', TG_OP, TG_RELID::regclass, wrong.id,
        wrong.merchant_id USING ERRCODE = 'P0001';
    END IF;
    RETURN NULL;
  END $function$;

-- refuse_all_but_admin()
CREATE OR REPLACE FUNCTION public.refuse_all_but_admin()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
      BEGIN
        IF NOT public.may_administer() THEN
          RAISE EXCEPTION '% on % is refused (%): % is not bahi_admin', TG_OP, TG_RELID::regclass, TG_NAME, session_user
            USING ERRCODE = '42501', HINT = 'Set ADMIN_DATABASE_URL to the role bahi_admin.';
        END IF;
        RETURN NULL;
      END $function$;

-- refuse_change()
CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET jit TO 'off'
AS $function$
      BEGIN
        RAISE EXCEPTION '% on % is refused: it is append-only', TG_OP, TG_RELID::regclass USING ERRCODE = 'P0001';
      END $function$;

-- refuse_move()
CREATE OR REPLACE FUNCTION public.refuse_move()
 RETURNS trigger
 LANGUAGE plpgsql
 SET jit TO 'off'
AS $function$
      BEGIN
        RAISE EXCEPTION '% on % is refused (%): % %', TG_OP, TG_RELID::regclass, TG_NAME,
          to_jsonb(NEW) ->> 'id', to_jsonb(NEW) ->> 'status' USING ERRCODE = 'P0001';
      END $function$;

-- refuse_unrevoking()
CREATE OR REPLACE FUNCTION public.refuse_unrevoking()
 RETURNS trigger
 LANGUAGE plpgsql
 SET jit TO 'off'
AS $function$
      BEGIN
        RAISE EXCEPTION '% on % is refused: key % was revoked', TG_OP, TG_RELID::regclass, OLD.id USING ERRCODE = 'P0001';
      END $function$;

-- watch_completed_payout()
CREATE OR REPLACE FUNCTION public.watch_completed_payout()
 RETURNS trigger
 LANGUAGE plpgsql
 SET jit TO 'off'
AS $function$
      BEGIN
        EXECUTE format('UPDATE %s SET watched_from = date_trunc(''milliseconds'', clock_timestamp()),
            watch_next_at = date_trunc(''milliseconds'', clock_timestamp()) + interval ''1 hour''
          WHERE merchant_id = $1 AND id = $2', TG_RELID::regclass) USING NEW.merchant_id, NEW.id;
        RETURN NULL;
      END $function$;

-- bank_simulator.callback_secret
CREATE TABLE bank_simulator.callback_secret (
  secret text NOT NULL,
  is_the_one boolean NOT NULL DEFAULT true,
  CONSTRAINT callback_secret_pkey PRIMARY KEY (is_the_one),
  CONSTRAINT callback_secret_only_one CHECK (is_the_one)
);
GRANT SELECT ON bank_simulator.callback_secret TO bahi_app;

-- bank_simulator.callbacks
CREATE TABLE bank_simulator.callbacks (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  reference text NOT NULL,
  event text NOT NULL,
  due_at timestamp with time zone NOT NULL,
  claimed_until timestamp with time zone,
  delivered_at timestamp with time zone,
  CONSTRAINT callbacks_pkey PRIMARY KEY (id),
  CONSTRAINT callbacks_event_known CHECK (event = ANY (ARRAY['pending'::text, 'succeeded'::text, 'rejected'::text,
    'returned'::text]))
);
CREATE INDEX callbacks_due ON bank_simulator.callbacks USING btree (due_at) WHERE (delivered_at IS NULL);
GRANT INSERT, SELECT, UPDATE (claimed_until, delivered_at) ON bank_simulator.callbacks TO bahi_app;

-- bank_simulator.movements
CREATE TABLE bank_simulator.movements (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  reference text NOT NULL,
  amount_paise bigint NOT NULL,
  account_number text,
  ifsc text,
  utr text NOT NULL,
  paid_at timestamp with time zone NOT NULL,
  vpa text,
  CONSTRAINT movements_pkey PRIMARY KEY (id),
  CONSTRAINT movements_reference_fkey FOREIGN KEY (reference) REFERENCES bank_simulator.transfers(reference)
);
CREATE INDEX movements_by_reference ON bank_simulator.movements USING btree (reference);
CREATE TRIGGER movements_never_change BEFORE DELETE OR UPDATE ON bank_simulator.movements FOR EACH ROW EXECUTE FUNCTION
    refuse_change();
CREATE TRIGGER movements_never_emptied BEFORE TRUNCATE ON bank_simulator.movements FOR EACH STATEMENT EXECUTE FUNCTION
    refuse_change();
GRANT INSERT, SELECT ON bank_simulator.movements TO bahi_app;

-- bank_simulator.transfers
CREATE TABLE bank_simulator.transfers (
  reference text NOT NULL,
  amount_paise bigint NOT NULL,
  mode text NOT NULL,
  beneficiary_name text NOT NULL,
  account_number text,
  ifsc text,
  narration text,
  outcome text NOT NULL,
  failure_code text,
  utr text,
  received_at timestamp with time zone NOT NULL DEFAULT statement_timestamp(),
  settles_at timestamp with time zone NOT NULL,
  returns_at timestamp with time zone,
  submissions integer NOT NULL DEFAULT 1,
  vpa text,
  CONSTRAINT transfers_pkey PRIMARY KEY (reference),
  CONSTRAINT transfers_amount_positive CHECK (amount_paise > 0),
  CONSTRAINT transfers_mode_known CHECK (mode = ANY (ARRAY['IMPS'::text, 'NEFT'::text, 'RTGS'::text, 'UPI'::text])),
  CONSTRAINT transfers_only_paid_return CHECK (returns_at IS NULL OR outcome = 'paid'::text),
  CONSTRAINT transfers_outcome_known CHECK (outcome = ANY (ARRAY['paid'::text, 'rejected'::text, 'down'::text])),
  CONSTRAINT transfers_paid_under_a_utr CHECK ((outcome = 'paid'::text) = (utr IS NOT NULL)),
  CONSTRAINT transfers_rejected_for_a_reason CHECK ((outcome = 'rejected'::text) = (failure_code IS NOT NULL))
);
GRANT INSERT, SELECT, UPDATE (submissions) ON bank_simulator.transfers TO bahi_app;

-- payment_simulator.callback_secret
CREATE TABLE payment_simulator.callback_secret (
  secret text NOT NULL,
  is_the_one boolean NOT NULL DEFAULT true,
  CONSTRAINT callback_secret_pkey PRIMARY KEY (is_the_one),
  CONSTRAINT callback_secret_only_one CHECK (is_the_one)
);
GRANT SELECT ON payment_simulator.callback_secret TO bahi_app;

-- payment_simulator.callbacks
CREATE TABLE payment_simulator.callbacks (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  reference text NOT NULL,
  event text NOT NULL,
  due_at timestamp with time zone NOT NULL,
  claimed_until timestamp with time zone,
  delivered_at timestamp with time zone,
  CONSTRAINT callbacks_pkey PRIMARY KEY (id),
  CONSTRAINT callbacks_event_known CHECK (event = ANY (ARRAY['pending'::text, 'succeeded'::text, 'rejected'::text]))
);
CREATE INDEX callbacks_due ON payment_simulator.callbacks USING btree (due_at) WHERE (delivered_at IS NULL);
GRANT INSERT, SELECT, UPDATE (claimed_until, delivered_at) ON payment_simulator.callbacks TO bahi_app;

-- payment_simulator.movements
CREATE TABLE payment_simulator.movements (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  reference text NOT NULL,
  subject text NOT NULL,
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  moved_at timestamp with time zone NOT NULL,
  CONSTRAINT movements_pkey PRIMARY KEY (id),
  CONSTRAINT movements_reference_fkey FOREIGN KEY (reference) REFERENCES payment_simulator.orders(reference)
);
CREATE INDEX movements_by_reference ON payment_simulator.movements USING btree (reference);
CREATE TRIGGER movements_never_change BEFORE DELETE OR UPDATE ON payment_simulator.movements FOR EACH ROW EXECUTE
    FUNCTION refuse_change();
CREATE TRIGGER movements_never_emptied BEFORE TRUNCATE ON payment_simulator.movements FOR EACH STATEMENT EXECUTE
    FUNCTION refuse_change();
GRANT INSERT, SELECT ON payment_simulator.movements TO bahi_app;

-- payment_simulator.orders
CREATE TABLE payment_simulator.orders (
  reference text NOT NULL,
  subject text NOT NULL,
  charge_reference text,
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  rate text,
  purpose_code text,
  outcome text NOT NULL,
  failure_code text,
  provider_id text NOT NULL,
  received_at timestamp with time zone NOT NULL DEFAULT statement_timestamp(),
  settles_at timestamp with time zone NOT NULL,
  submissions integer NOT NULL DEFAULT 1,
  CONSTRAINT orders_pkey PRIMARY KEY (reference),
  CONSTRAINT orders_amount_positive CHECK (amount_minor > 0),
  CONSTRAINT orders_outcome_known CHECK (outcome = ANY (ARRAY['done'::text, 'rejected'::text, 'down'::text])),
  CONSTRAINT orders_refund_of_charge CHECK ((subject = 'refund'::text) = (charge_reference IS NOT NULL)),
  CONSTRAINT orders_rejected_for_a_reason CHECK ((outcome = 'rejected'::text) = (failure_code IS NOT NULL)),
  CONSTRAINT orders_subject_known CHECK (subject = ANY (ARRAY['payment'::text, 'refund'::text]))
);
CREATE INDEX orders_of_charge ON payment_simulator.orders USING btree (charge_reference) WHERE (subject =
    'refund'::text);
GRANT INSERT, SELECT, UPDATE (submissions) ON payment_simulator.orders TO bahi_app;

-- public.acknowledgements
CREATE TABLE public.acknowledgements (
  evidence text NOT NULL,
  id uuid NOT NULL,
  merchant_id uuid,
  finding text NOT NULL,
  detail text NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT acknowledgements_pkey PRIMARY KEY (evidence),
  CONSTRAINT acknowledgements_id_once UNIQUE (id),
  CONSTRAINT acknowledgements_evidence CHECK (evidence ~ '^[0-9a-f]{64}$'::text),
  CONSTRAINT acknowledgements_say_why CHECK (length(reason) >= 1 AND length(reason) <= 500),
  CONSTRAINT acknowledgements_to_be_judged CHECK (finding = ANY (ARRAY['BANK_DISAGREES'::text,
    'CALLBACK_REFUSED'::text, 'UNKNOWN_AT_BOOKS'::text, 'UTR_REUSED'::text]))
);
CREATE TRIGGER acknowledgements_by_admin AFTER INSERT ON public.acknowledgements FOR EACH ROW EXECUTE FUNCTION
    refuse_all_but_admin();
CREATE TRIGGER acknowledgements_never_change BEFORE DELETE OR UPDATE OR TRUNCATE ON public.acknowledgements FOR EACH
    STATEMENT EXECUTE FUNCTION refuse_change();
GRANT INSERT, SELECT ON acknowledgements TO bahi_app;
GRANT INSERT, SELECT ON acknowledgements TO bahi_admin;

-- public.api_keys
CREATE TABLE public.api_keys (
  id uuid NOT NULL,
  kind text NOT NULL,
  merchant_id uuid,
  name text NOT NULL,
  prefix text NOT NULL,
  last4 text NOT NULL,
  key_hash bytea NOT NULL,
  created_at timestamp with time zone NOT NULL,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  CONSTRAINT api_keys_pkey PRIMARY KEY (id),
  CONSTRAINT api_keys_hash_unique UNIQUE (key_hash),
  CONSTRAINT api_keys_hash_sha256 CHECK (octet_length(key_hash) = 32),
  CONSTRAINT api_keys_kind_known CHECK (kind = ANY (ARRAY['merchant'::text, 'operator'::text])),
  CONSTRAINT api_keys_last4_length CHECK (char_length(last4) = 4),
  CONSTRAINT api_keys_name_length CHECK (char_length(name) >= 1 AND char_length(name) <= 120),
  CONSTRAINT api_keys_operator_has_no_merchant CHECK ((kind = 'operator'::text) = (merchant_id IS NULL)),
  CONSTRAINT api_keys_revoked_after_creation CHECK (revoked_at >= created_at)
);
CREATE INDEX api_keys_of_merchant ON public.api_keys USING btree (merchant_id, id);
CREATE TRIGGER api_keys_stay_revoked AFTER UPDATE OF revoked_at ON public.api_keys FOR EACH ROW WHEN (((old.revoked_at
    IS NOT NULL) AND (new.revoked_at IS DISTINCT FROM old.revoked_at))) EXECUTE FUNCTION refuse_unrevoking();
CREATE TRIGGER operator_keys_by_admin AFTER INSERT ON public.api_keys FOR EACH ROW WHEN ((new.kind = 'operator'::text))
    EXECUTE FUNCTION refuse_all_but_admin();
GRANT INSERT, SELECT, UPDATE (last_used_at, revoked_at) ON api_keys TO bahi_app;
GRANT INSERT, SELECT ON api_keys TO bahi_admin;

-- public.balance_alerts
CREATE TABLE public.balance_alerts (
  merchant_id uuid NOT NULL,
  threshold_paise bigint,
  updated_at timestamp with time zone NOT NULL,
  CONSTRAINT balance_alerts_pkey PRIMARY KEY (merchant_id),
  CONSTRAINT balance_alerts_threshold CHECK (threshold_paise >= 1 AND threshold_paise <= '9007199254740991'::bigint)
);
GRANT INSERT, SELECT, UPDATE ON balance_alerts TO bahi_app;
GRANT SELECT ON balance_alerts TO bahi_admin;

-- public.bank_accounts
CREATE TABLE public.bank_accounts (
  merchant_id uuid NOT NULL,
  id uuid NOT NULL,
  account_holder_name text NOT NULL,
  account_number text,
  ifsc text,
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamp with time zone NOT NULL,
  vpa text,
  CONSTRAINT bank_accounts_pkey PRIMARY KEY (merchant_id, id),
  CONSTRAINT bank_accounts_once_per_holder UNIQUE (merchant_id, account_number, ifsc, account_holder_name),
  CONSTRAINT bank_accounts_vpa_once_per_holder UNIQUE (merchant_id, vpa, account_holder_name),
  CONSTRAINT bank_accounts_of_merchant FOREIGN KEY (merchant_id) REFERENCES merchants(id),
  CONSTRAINT bank_accounts_holder_length CHECK (char_length(account_holder_name) >= 1 AND
    char_length(account_holder_name) <= 120),
  CONSTRAINT bank_accounts_ifsc_shape CHECK (ifsc ~ '^[A-Z]{4}0[A-Z0-9]{6}$'::text),
  CONSTRAINT bank_accounts_number_shape CHECK (account_number ~ '^[A-Za-z0-9]{5,35}$'::text),
  CONSTRAINT bank_accounts_one_destination CHECK ((account_number IS NULL) = (ifsc IS NULL) AND (account_number IS
    NULL) = (vpa IS NOT NULL)),
  CONSTRAINT bank_accounts_vpa_shape CHECK (char_length(vpa) <= 100 AND vpa ~
    '^[a-z0-9._-]{2,80}@[a-z][a-z0-9.-]{1,63}$'::text)
);
CREATE INDEX bank_accounts_by_id ON public.bank_accounts USING btree (id);
GRANT INSERT, SELECT, UPDATE (is_active) ON bank_accounts TO bahi_app;

-- public.books
CREATE TABLE public.books (
  merchant_id uuid NOT NULL,
  currency text NOT NULL DEFAULT 'INR'::text,
  CONSTRAINT books_pkey PRIMARY KEY (merchant_id),
  CONSTRAINT books_currency_inr CHECK (currency = 'INR'::text)
);
CREATE TRIGGER books_never_change BEFORE DELETE OR UPDATE ON public.books FOR EACH STATEMENT EXECUTE FUNCTION
    refuse_change();
CREATE TRIGGER books_never_emptied BEFORE TRUNCATE ON public.books FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT INSERT, SELECT, UPDATE ON books TO bahi_app;
GRANT SELECT, UPDATE ON books TO bahi_admin;

-- public.database_failovers
CREATE TABLE public.database_failovers (
  system_identifier text NOT NULL,
  timeline bigint NOT NULL,
  from_timeline bigint NOT NULL,
  was_synchronous boolean NOT NULL,
  seen_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  resumed_at timestamp with time zone,
  resumed_by text,
  resumed_because text,
  CONSTRAINT database_failovers_pkey PRIMARY KEY (system_identifier, timeline),
  CONSTRAINT database_failovers_goes_up CHECK (timeline > from_timeline),
  CONSTRAINT database_failovers_resumed CHECK (num_nulls(resumed_at, resumed_by, resumed_because) = ANY (ARRAY[0, 3]))
);
GRANT INSERT, SELECT, UPDATE (resumed_at, resumed_by, resumed_because) ON database_failovers TO bahi_app;

-- public.event_streams
CREATE TABLE public.event_streams (
  id uuid NOT NULL,
  key_id uuid NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  seen_at timestamp with time zone NOT NULL,
  CONSTRAINT event_streams_pkey PRIMARY KEY (id)
) WITH (fillfactor=70);
CREATE INDEX event_streams_of_key ON public.event_streams USING btree (key_id, opened_at);
GRANT DELETE, INSERT, SELECT, UPDATE (seen_at) ON event_streams TO bahi_app;

-- public.gateway_answers
CREATE UNLOGGED TABLE public.gateway_answers (
  gateway text NOT NULL,
  since timestamp with time zone NOT NULL,
  merchant_id uuid NOT NULL,
  orders integer NOT NULL,
  CONSTRAINT gateway_answers_pkey PRIMARY KEY (gateway, since, merchant_id),
  CONSTRAINT gateway_answers_counted CHECK (orders > 0)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON gateway_answers TO bahi_app;

-- public.gateway_callbacks
CREATE TABLE public.gateway_callbacks (
  gateway text NOT NULL,
  event_id text NOT NULL,
  reference text,
  amount_minor bigint,
  ending jsonb,
  body_digest text NOT NULL,
  received_at timestamp with time zone NOT NULL DEFAULT now(),
  tries integer NOT NULL DEFAULT 0,
  next_try_at timestamp with time zone DEFAULT now(),
  outcome text,
  subject text NOT NULL DEFAULT 'payout'::text,
  currency text DEFAULT 'INR'::text,
  body text,
  destination jsonb,
  CONSTRAINT gateway_callbacks_pkey PRIMARY KEY (gateway, event_id),
  CONSTRAINT gateway_callbacks_body_short CHECK (length(body) <= 16384),
  CONSTRAINT gateway_callbacks_digest CHECK (body_digest ~ '^[0-9a-f]{64}$'::text),
  CONSTRAINT gateway_callbacks_ended_somehow CHECK ((next_try_at IS NULL) = (outcome IS NOT NULL)),
  CONSTRAINT gateway_callbacks_id_short CHECK (length(event_id) <= 200),
  CONSTRAINT gateway_callbacks_readable CHECK (NOT outcome IS DISTINCT FROM 'unreadable'::text OR reference IS NOT NULL
    AND ending IS NOT NULL),
  CONSTRAINT gateway_callbacks_subject CHECK (subject = ANY (ARRAY['payout'::text, 'payment'::text, 'refund'::text]))
);
CREATE INDEX gateway_callbacks_due ON public.gateway_callbacks USING btree (next_try_at, gateway, event_id) WHERE
    (next_try_at IS NOT NULL);
CREATE INDEX gateway_callbacks_findings ON public.gateway_callbacks USING btree (reference) WHERE (outcome <>
    'taken_in'::text);
CREATE INDEX gateway_callbacks_settled ON public.gateway_callbacks USING btree (received_at) WHERE (outcome =
    'taken_in'::text);
CREATE INDEX gateway_callbacks_to_judge ON public.gateway_callbacks USING btree (received_at, gateway, event_id) WHERE
    (outcome <> 'taken_in'::text);
CREATE TRIGGER gateway_callbacks_stay BEFORE DELETE OR UPDATE ON public.gateway_callbacks FOR EACH ROW EXECUTE FUNCTION
    gateway_callbacks_stay();
GRANT DELETE, INSERT, SELECT, UPDATE (tries, next_try_at, outcome, body, destination) ON gateway_callbacks TO bahi_app;

-- public.gateway_failures
CREATE UNLOGGED TABLE public.gateway_failures (
  gateway text NOT NULL,
  order_id uuid NOT NULL,
  merchant_id uuid NOT NULL,
  is_silent boolean NOT NULL,
  ended_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT gateway_failures_pkey PRIMARY KEY (gateway, order_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON gateway_failures TO bahi_app;

-- public.gateway_minutes
CREATE UNLOGGED TABLE public.gateway_minutes (
  gateway text NOT NULL,
  minute timestamp with time zone NOT NULL,
  succeeded integer NOT NULL,
  pending integer NOT NULL,
  rejected integer NOT NULL,
  unanswered integer NOT NULL,
  latencies integer[] NOT NULL,
  CONSTRAINT gateway_minutes_pkey PRIMARY KEY (gateway, minute)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON gateway_minutes TO bahi_app;

-- public.gateway_states
CREATE TABLE public.gateway_states (
  gateway text NOT NULL,
  is_paused boolean NOT NULL DEFAULT false,
  paused_reason text,
  paused_by text,
  open_until timestamp with time zone,
  openings integer NOT NULL DEFAULT 0,
  probing_until timestamp with time zone,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  trial_order uuid,
  trial_until timestamp with time zone,
  closed_at timestamp with time zone,
  closed_by text,
  closed_reason text,
  CONSTRAINT gateway_states_pkey PRIMARY KEY (gateway)
);
GRANT INSERT, SELECT, UPDATE ON gateway_states TO bahi_app;

-- public.hold_digests
CREATE TABLE public.hold_digests (
  the_only_row boolean NOT NULL DEFAULT true,
  undigested_until timestamp with time zone NOT NULL,
  CONSTRAINT hold_digests_pkey PRIMARY KEY (the_only_row),
  CONSTRAINT hold_digests_one_row CHECK (the_only_row)
);
GRANT SELECT ON hold_digests TO bahi_app;
GRANT SELECT ON hold_digests TO bahi_admin;

-- public.idempotency_keys
CREATE TABLE public.idempotency_keys (
  merchant_id uuid NOT NULL,
  key text NOT NULL,
  request_hash bytea NOT NULL,
  status smallint NOT NULL,
  content_type text NOT NULL,
  body text NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  expires_at_live_ms bigint,
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (merchant_id, key),
  CONSTRAINT idempotency_hash_sha256 CHECK (octet_length(request_hash) = 32),
  CONSTRAINT idempotency_key_printable CHECK (length(key) >= 1 AND length(key) <= 255 AND key !~ '[^ -~]'::text),
  CONSTRAINT idempotency_status_final CHECK (status >= 200 AND status <= 499)
);
CREATE INDEX idempotency_keys_expired ON public.idempotency_keys USING btree (expires_at);
GRANT DELETE, INSERT, SELECT, UPDATE ON idempotency_keys TO bahi_app;

-- public.key_tickets
CREATE TABLE public.key_tickets (
  ticket_hash bytea NOT NULL,
  key_id uuid NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT key_tickets_pkey PRIMARY KEY (ticket_hash)
);
CREATE INDEX key_tickets_expires_at ON public.key_tickets USING btree (expires_at);
GRANT DELETE, INSERT, SELECT ON key_tickets TO bahi_app;

-- public.ledger_entries
CREATE TABLE public.ledger_entries (
  merchant_id uuid NOT NULL,
  account text NOT NULL,
  seq bigint NOT NULL,
  amount_paise bigint NOT NULL,
  balance_paise bigint NOT NULL,
  CONSTRAINT ledger_entries_pkey PRIMARY KEY (merchant_id, account, seq),
  CONSTRAINT ledger_entry_has_transaction FOREIGN KEY (merchant_id, seq) REFERENCES ledger_transactions(merchant_id,
    seq) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT ledger_account_known CHECK (account = ANY (ARRAY['available'::text, 'held'::text, 'paid_out'::text,
    'received'::text, 'fees'::text, 'taxes'::text])),
  CONSTRAINT ledger_amount_not_zero CHECK (amount_paise <> 0),
  CONSTRAINT ledger_balance_not_negative CHECK (balance_paise >= 0 OR (account <> ALL (ARRAY['available'::text,
    'held'::text]))),
  CONSTRAINT ledger_balance_shown_exactly CHECK (abs(balance_paise) <= '9007199254740991'::bigint)
);
CREATE TRIGGER ledger_entries_balance AFTER INSERT ON public.ledger_entries REFERENCING NEW TABLE AS added FOR EACH
    STATEMENT EXECUTE FUNCTION ledger_entries_balance();
CREATE TRIGGER ledger_entries_never_change BEFORE DELETE OR UPDATE ON public.ledger_entries FOR EACH STATEMENT EXECUTE
    FUNCTION refuse_change();
CREATE TRIGGER ledger_entries_never_emptied BEFORE TRUNCATE ON public.ledger_entries FOR EACH STATEMENT EXECUTE
    FUNCTION refuse_change();
GRANT INSERT, SELECT ON ledger_entries TO bahi_app;
GRANT INSERT, SELECT ON ledger_entries TO bahi_admin;

-- public.ledger_transactions
CREATE TABLE public.ledger_transactions (
  merchant_id uuid NOT NULL,
  seq bigint NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  reference_type text NOT NULL,
  reference_id text NOT NULL,
  reverses_seq bigint,
  reason text,
  actor text NOT NULL,
  prev_hash bytea NOT NULL,
  hash bytea NOT NULL,
  created_at timestamp with time zone NOT NULL,
  request_digest bytea,
  CONSTRAINT ledger_transactions_pkey PRIMARY KEY (merchant_id, seq),
  CONSTRAINT ledger_once_per_cause UNIQUE (reference_id, kind, merchant_id),
  CONSTRAINT ledger_hash_sha256 CHECK (octet_length(hash) = 32),
  CONSTRAINT ledger_kind_known CHECK (kind = ANY (ARRAY['payment'::text, 'payout_hold'::text,
    'payout_settlement'::text, 'payout_release'::text, 'payout_reversal'::text, 'refund_hold'::text, 'refund'::text,
    'refund_release'::text, 'adjustment'::text])) NOT VALID,
  CONSTRAINT ledger_prev_hash_sha256 CHECK (octet_length(prev_hash) = 32),
  CONSTRAINT ledger_request_digest_sha256 CHECK (octet_length(request_digest) = 32),
  CONSTRAINT ledger_reverses_earlier CHECK (reverses_seq < seq),
  CONSTRAINT ledger_seq_from_one CHECK (seq >= 1),
  CONSTRAINT ledger_transactions_cause CHECK (reference_type = split_part(kind, '_'::text, 1)) NOT VALID,
  CONSTRAINT ledger_transactions_finite CHECK (isfinite(created_at)) NOT VALID
);
CREATE INDEX ledger_transactions_summed ON public.ledger_transactions USING btree (uuid_send(merchant_id), seq) WHERE
    (kind = ANY (ARRAY['payout_reversal'::text, 'refund'::text, 'adjustment'::text]));
CREATE TRIGGER adjustments_by_admin AFTER INSERT ON public.ledger_transactions FOR EACH ROW WHEN ((new.kind =
    'adjustment'::text)) EXECUTE FUNCTION refuse_all_but_admin();
CREATE TRIGGER ledger_transactions_follow AFTER INSERT ON public.ledger_transactions REFERENCING NEW TABLE AS added FOR
    EACH STATEMENT EXECUTE FUNCTION ledger_transactions_follow();
CREATE TRIGGER ledger_transactions_never_change BEFORE DELETE OR UPDATE ON public.ledger_transactions FOR EACH
    STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_transactions_never_emptied BEFORE TRUNCATE ON public.ledger_transactions FOR EACH STATEMENT
    EXECUTE FUNCTION refuse_change();
GRANT INSERT, SELECT ON ledger_transactions TO bahi_app;
GRANT INSERT, SELECT ON ledger_transactions TO bahi_admin;

-- public.live_time
CREATE TABLE public.live_time (
  the_only_row boolean NOT NULL DEFAULT true,
  live_ms bigint NOT NULL DEFAULT 0,
  counted_by uuid,
  ticks bigint NOT NULL DEFAULT 0,
  clock_at timestamp with time zone,
  set_back_live_ms bigint,
  CONSTRAINT live_time_pkey PRIMARY KEY (the_only_row),
  CONSTRAINT live_time_not_negative CHECK (live_ms >= 0),
  CONSTRAINT live_time_one_row CHECK (the_only_row)
);
GRANT SELECT, UPDATE (live_ms, counted_by, ticks, clock_at, set_back_live_ms) ON live_time TO bahi_app;
GRANT SELECT ON live_time TO bahi_admin;

-- public.merchant_limits
CREATE TABLE public.merchant_limits (
  merchant_id uuid NOT NULL,
  reads_per_second integer,
  writes_per_second integer,
  CONSTRAINT merchant_limits_pkey PRIMARY KEY (merchant_id),
  CONSTRAINT merchant_limits_reads_per_second CHECK (reads_per_second >= 1 AND reads_per_second <= 1000000),
  CONSTRAINT merchant_limits_writes_per_second CHECK (writes_per_second >= 1 AND writes_per_second <= 1000000)
);
GRANT INSERT, SELECT, UPDATE ON merchant_limits TO bahi_app;

-- public.merchants
CREATE TABLE public.merchants (
  id uuid NOT NULL,
  name text NOT NULL,
  email text NOT NULL,
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  reads_per_second integer,
  writes_per_second integer,
  CONSTRAINT merchants_pkey PRIMARY KEY (id),
  CONSTRAINT merchants_email_shape CHECK (char_length(email) <= 254 AND email ~
    '^[^[:space:]@]+@[^[:space:]@]+[.][^[:space:]@]+$'::text),
  CONSTRAINT merchants_name_length CHECK (char_length(name) >= 1 AND char_length(name) <= 120),
  CONSTRAINT merchants_reads_per_second CHECK (reads_per_second >= 1 AND reads_per_second <= 1000000),
  CONSTRAINT merchants_updated_after_creation CHECK (updated_at >= created_at),
  CONSTRAINT merchants_writes_per_second CHECK (writes_per_second >= 1 AND writes_per_second <= 1000000)
);
CREATE TRIGGER merchant_limits_follow AFTER UPDATE OF reads_per_second, writes_per_second ON public.merchants FOR EACH
    ROW EXECUTE FUNCTION merchant_limits_follow();
GRANT INSERT, SELECT, UPDATE (name, email, is_active, updated_at, reads_per_second, writes_per_second) ON merchants TO
    bahi_app;
GRANT SELECT ON merchants TO bahi_admin;

-- public.migrations
CREATE TABLE public.migrations (
  id integer NOT NULL DEFAULT nextval('migrations_id_seq'::regclass),
  "timestamp" bigint NOT NULL,
  name character varying NOT NULL,
  CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id)
);
GRANT SELECT ON migrations TO bahi_app;

-- public.outbox
CREATE TABLE public.outbox (
  merchant_id uuid NOT NULL,
  id uuid NOT NULL,
  type text NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL,
  claimed_until timestamp with time zone,
  published_at timestamp with time zone DEFAULT now(),
  origin jsonb,
  sequence bigint,
  object_id uuid,
  object text,
  previous_status text,
  CONSTRAINT outbox_pkey PRIMARY KEY (merchant_id, id),
  CONSTRAINT outbox_event_whole CHECK ((sequence IS NULL) = (object_id IS NULL) AND (sequence IS NULL) = (object IS
    NULL) AND (sequence IS NOT NULL OR previous_status IS NULL)),
  CONSTRAINT outbox_type_dotted CHECK (type ~ '^[a-z_]+([.][a-z_]+)+$'::text)
) WITH (fillfactor=70, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=10000);
CREATE INDEX outbox_by_object ON public.outbox USING btree (object_id, id) WHERE (sequence IS NOT NULL);
CREATE INDEX outbox_listed ON public.outbox USING btree (uuid_send(merchant_id), type, uuid_send(id)) WHERE (sequence
    IS NOT NULL);
CREATE INDEX outbox_listed_of_all ON public.outbox USING btree (type, substr(uuid_send(id), 1)) WHERE (sequence IS NOT
    NULL);
CREATE UNIQUE INDEX outbox_sequence_unique ON public.outbox USING btree (merchant_id, sequence) WHERE (sequence IS NOT
    NULL);
CREATE INDEX outbox_unpublished ON public.outbox USING btree (id) WHERE (published_at IS NULL);
CREATE TRIGGER outbox_keeps_last BEFORE DELETE ON public.outbox FOR EACH ROW WHEN ((old.sequence IS NOT NULL)) EXECUTE
    FUNCTION outbox_keeps_last();
GRANT DELETE, INSERT, SELECT, UPDATE (claimed_until, published_at) ON outbox TO bahi_app;
GRANT INSERT, SELECT ON outbox TO bahi_admin;

-- public.outbox_marks
CREATE TABLE public.outbox_marks (
  live_ms bigint NOT NULL,
  clock_at timestamp with time zone NOT NULL,
  CONSTRAINT outbox_marks_pkey PRIMARY KEY (live_ms)
);
GRANT DELETE, INSERT, SELECT ON outbox_marks TO bahi_app;

-- public.outbox_queue
CREATE TABLE public.outbox_queue (
  merchant_id uuid NOT NULL,
  id uuid NOT NULL,
  claimed_until timestamp with time zone,
  CONSTRAINT outbox_queue_pkey PRIMARY KEY (id, merchant_id)
) WITH (fillfactor=50, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=10000, vacuum_truncate=off);
GRANT DELETE, INSERT, SELECT, UPDATE (claimed_until) ON outbox_queue TO bahi_app;
GRANT INSERT ON outbox_queue TO bahi_admin;

-- public.payment_events
CREATE TABLE public.payment_events (
  merchant_id uuid NOT NULL,
  payment_id uuid NOT NULL,
  seq integer NOT NULL,
  type text NOT NULL,
  from_status text,
  to_status text NOT NULL,
  at timestamp with time zone NOT NULL,
  actor text NOT NULL,
  reason text,
  data jsonb NOT NULL,
  hash bytea,
  CONSTRAINT payment_events_pkey PRIMARY KEY (merchant_id, payment_id, seq),
  CONSTRAINT payment_events_finite CHECK (isfinite(at) AND jsonb_typeof(data) = 'object'::text) NOT VALID,
  CONSTRAINT payment_events_from_one CHECK (seq >= 1),
  CONSTRAINT payment_events_hash_sha256 CHECK (octet_length(hash) = 32)
);
CREATE TRIGGER payment_events_never_change BEFORE DELETE OR UPDATE ON public.payment_events FOR EACH STATEMENT EXECUTE
    FUNCTION refuse_change();
CREATE TRIGGER payment_events_never_emptied BEFORE TRUNCATE ON public.payment_events FOR EACH STATEMENT EXECUTE
    FUNCTION refuse_change();
GRANT INSERT, SELECT ON payment_events TO bahi_app;

-- public.payments
CREATE TABLE public.payments (
  merchant_id uuid NOT NULL,
  id uuid NOT NULL,
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  description text,
  customer jsonb,
  purpose_code text,
  reference_id text,
  status text NOT NULL,
  gateway text,
  provider_id text,
  rate text,
  quote_id text,
  gross_paise bigint,
  fee_paise bigint,
  tax_paise bigint,
  net_paise bigint,
  attempts integer NOT NULL,
  failure jsonb,
  next_step text,
  next_attempt_at timestamp with time zone,
  submission_ends_at timestamp with time zone,
  not_found_at timestamp with time zone,
  inquiries integer NOT NULL,
  needs_attention boolean NOT NULL,
  gateway_disagrees boolean NOT NULL,
  claimed_minor bigint NOT NULL,
  claimed_paise bigint NOT NULL,
  claimed_fee_paise bigint NOT NULL,
  claimed_tax_paise bigint NOT NULL,
  refunded_minor bigint NOT NULL,
  refunded_paise bigint NOT NULL,
  events integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  revision integer NOT NULL DEFAULT 0,
  last_answer text,
  unchanged_inquiries integer NOT NULL DEFAULT 0,
  last_unchanged_at timestamp with time zone,
  waiting_for text,
  timeline_hash bytea,
  waiting_at text,
  submission_ends_live_ms bigint,
  failed_at timestamp with time zone,
  gateway_has_another_since timestamp with time zone,
  next_attempt_live_ms bigint,
  CONSTRAINT payments_pkey PRIMARY KEY (merchant_id, id),
  CONSTRAINT payments_amount_in_range CHECK (amount_minor >= 1 AND amount_minor <= '10000000000000'::bigint),
  CONSTRAINT payments_captured_is_known CHECK ((status <> ALL (ARRAY['succeeded'::text, 'partially_refunded'::text,
    'refunded'::text])) OR provider_id IS NOT NULL AND gross_paise IS NOT NULL),
  CONSTRAINT payments_currency_code CHECK (currency ~ '^[A-Z]{3}$'::text),
  CONSTRAINT payments_failed_says_why CHECK ((status = 'failed'::text) = (failure IS NOT NULL)),
  CONSTRAINT payments_open_is_due CHECK ((status = ANY (ARRAY['created'::text, 'processing'::text])) = (next_attempt_at
    IS NOT NULL) AND (next_step IS NULL) = (next_attempt_at IS NULL)),
  CONSTRAINT payments_purpose_code CHECK (purpose_code ~ '^P[0-9]{4}$'::text),
  CONSTRAINT payments_receipt_adds_up CHECK (gross_paise = (fee_paise + tax_paise + net_paise) AND net_paise >= 0 AND
    fee_paise >= 0 AND tax_paise >= 0),
  CONSTRAINT payments_reference_short CHECK (length(reference_id) <= 40),
  CONSTRAINT payments_refunds_within_captured CHECK (refunded_minor >= 0 AND refunded_minor <= claimed_minor AND
    claimed_minor <= amount_minor AND claimed_paise >= 0 AND (claimed_paise = 0 OR claimed_paise <= gross_paise)),
  CONSTRAINT payments_status_known CHECK (status = ANY (ARRAY['created'::text, 'processing'::text, 'succeeded'::text,
    'partially_refunded'::text, 'refunded'::text, 'failed'::text])),
  CONSTRAINT payments_step_known CHECK (next_step = ANY (ARRAY['submit'::text, 'inquire'::text])),
  CONSTRAINT payments_timeline_hash_sha256 CHECK (octet_length(timeline_hash) = 32),
  CONSTRAINT payments_unchanged_when CHECK ((unchanged_inquiries > 0) = (last_unchanged_at IS NOT NULL)) NOT VALID,
  CONSTRAINT payments_waits_for_known CHECK (waiting_for = ANY (ARRAY['merchant_inactive'::text,
    'bank_account_inactive'::text, 'gateway_paused'::text, 'gateway_unavailable'::text, 'no_gateway'::text,
    'database_failover'::text]))
);
CREATE INDEX payments_by_id ON public.payments USING btree (id);
CREATE INDEX payments_by_provider_id ON public.payments USING btree (provider_id) WHERE (provider_id IS NOT NULL);
CREATE INDEX payments_due_inquiries ON public.payments USING btree (next_attempt_at, id) WHERE (next_step =
    'inquire'::text);
CREATE INDEX payments_due_submissions ON public.payments USING btree (next_attempt_at, id) WHERE ((next_step =
    'submit'::text) AND (waiting_for IS NULL));
CREATE INDEX payments_listed ON public.payments USING btree (uuid_send(merchant_id), uuid_send(id));
CREATE INDEX payments_listed_attention ON public.payments USING btree (uuid_send(merchant_id), uuid_send(id)) WHERE
    needs_attention;
CREATE INDEX payments_listed_attention_of_all ON public.payments USING btree (substr(uuid_send(id), 1)) WHERE
    needs_attention;
CREATE INDEX payments_listed_by_status ON public.payments USING btree (uuid_send(merchant_id), status, currency,
    uuid_send(id));
CREATE INDEX payments_listed_of_all ON public.payments USING btree (status, currency, substr(uuid_send(id), 1));
CREATE INDEX payments_listed_waiting ON public.payments USING btree (uuid_send(merchant_id), waiting_for,
    uuid_send(id)) WHERE ((next_step = 'submit'::text) AND (waiting_for IS NOT NULL));
CREATE INDEX payments_listed_waiting_of_all ON public.payments USING btree (waiting_for, substr(uuid_send(id), 1))
    WHERE ((next_step = 'submit'::text) AND (waiting_for IS NOT NULL));
CREATE INDEX payments_open ON public.payments USING btree (merchant_id) WHERE (next_attempt_at IS NOT NULL);
CREATE UNIQUE INDEX payments_reference_unique ON public.payments USING btree (reference_id, merchant_id) WHERE
    (reference_id IS NOT NULL);
CREATE INDEX payments_to_look_at ON public.payments USING btree (merchant_id, id) WHERE (needs_attention OR
    gateway_disagrees);
CREATE INDEX payments_waiting ON public.payments USING btree (waiting_for, id) WHERE ((next_step = 'submit'::text) AND
    (waiting_for IS NOT NULL));
CREATE INDEX payments_waiting_at ON public.payments USING btree (waiting_at, id) WHERE ((next_step = 'submit'::text)
    AND (waiting_for = 'gateway_unavailable'::text));
CREATE INDEX payments_waiting_of_merchant ON public.payments USING btree (merchant_id, waiting_for, id) WHERE
    ((next_step = 'submit'::text) AND (waiting_for IS NOT NULL));
CREATE TRIGGER payments_begin AFTER INSERT ON public.payments FOR EACH ROW WHEN ((new.status <> ALL
    (ARRAY['created'::text, 'failed'::text]))) EXECUTE FUNCTION refuse_move();
CREATE TRIGGER payments_move AFTER UPDATE ON public.payments FOR EACH ROW WHEN ((((old.status <> new.status) AND
    (((((((((((((old.status <> 'created'::text) OR (new.status <> 'processing'::text)) AND ((old.status <>
    'created'::text) OR (new.status <> 'succeeded'::text))) AND ((old.status <> 'created'::text) OR (new.status <>
    'failed'::text))) AND ((old.status <> 'created'::text) OR (new.status <> 'partially_refunded'::text))) AND
    ((old.status <> 'created'::text) OR (new.status <> 'refunded'::text))) AND ((old.status <> 'processing'::text) OR
    (new.status <> 'succeeded'::text))) AND ((old.status <> 'processing'::text) OR (new.status <> 'failed'::text))) AND
    ((old.status <> 'processing'::text) OR (new.status <> 'partially_refunded'::text))) AND ((old.status <>
    'processing'::text) OR (new.status <> 'refunded'::text))) AND ((old.status <> 'succeeded'::text) OR (new.status <>
    'partially_refunded'::text))) AND ((old.status <> 'succeeded'::text) OR (new.status <> 'refunded'::text))) AND
    ((old.status <> 'partially_refunded'::text) OR (new.status <> 'refunded'::text)))) OR (old.gateway <>
    COALESCE(new.gateway, ''::text)) OR (new.refunded_minor < old.refunded_minor) OR (new.refunded_paise <
    old.refunded_paise) OR ((old.status <> ALL (ARRAY['created'::text, 'processing'::text])) AND (((((((old.provider_id
    IS DISTINCT FROM new.provider_id) OR (old.failure IS DISTINCT FROM new.failure)) OR (old.rate IS DISTINCT FROM
    new.rate)) OR (old.gross_paise IS DISTINCT FROM new.gross_paise)) OR (old.fee_paise IS DISTINCT FROM
    new.fee_paise)) OR (old.tax_paise IS DISTINCT FROM new.tax_paise)) OR (old.net_paise IS DISTINCT FROM
    new.net_paise))))) EXECUTE FUNCTION refuse_move();
GRANT INSERT, SELECT, UPDATE (status, gateway, provider_id, rate, quote_id, gross_paise, fee_paise, tax_paise,
    net_paise, attempts, failure, next_step, next_attempt_at, submission_ends_at, not_found_at, inquiries,
    needs_attention, gateway_disagrees, claimed_minor, claimed_paise, claimed_fee_paise, claimed_tax_paise,
    refunded_minor, refunded_paise, events, updated_at, revision, last_answer, unchanged_inquiries, last_unchanged_at,
    waiting_for, timeline_hash, waiting_at, submission_ends_live_ms, failed_at, gateway_has_another_since,
    next_attempt_live_ms) ON payments TO bahi_app;

-- public.payout_events
CREATE TABLE public.payout_events (
  merchant_id uuid NOT NULL,
  payout_id uuid NOT NULL,
  seq integer NOT NULL,
  type text NOT NULL,
  from_status text,
  to_status text NOT NULL,
  at timestamp with time zone NOT NULL,
  actor text NOT NULL,
  reason text,
  data jsonb NOT NULL,
  hash bytea,
  CONSTRAINT payout_events_pkey PRIMARY KEY (merchant_id, payout_id, seq),
  CONSTRAINT payout_events_finite CHECK (isfinite(at) AND jsonb_typeof(data) = 'object'::text) NOT VALID,
  CONSTRAINT payout_events_from_one CHECK (seq >= 1),
  CONSTRAINT payout_events_hash_sha256 CHECK (octet_length(hash) = 32)
);
CREATE TRIGGER payout_events_never_change BEFORE DELETE OR UPDATE ON public.payout_events FOR EACH STATEMENT EXECUTE
    FUNCTION refuse_change();
CREATE TRIGGER payout_events_never_emptied BEFORE TRUNCATE ON public.payout_events FOR EACH STATEMENT EXECUTE FUNCTION
    refuse_change();
GRANT INSERT, SELECT ON payout_events TO bahi_app;

-- public.payout_watch_turns
CREATE TABLE public.payout_watch_turns (
  gateway text NOT NULL,
  taken_at timestamp with time zone NOT NULL,
  CONSTRAINT payout_watch_turns_pkey PRIMARY KEY (gateway)
);
GRANT INSERT, SELECT, UPDATE ON payout_watch_turns TO bahi_app;

-- public.payouts
CREATE TABLE public.payouts (
  merchant_id uuid NOT NULL,
  id uuid NOT NULL,
  bank_account_id uuid NOT NULL,
  recipient_name text NOT NULL,
  recipient_account_number text,
  recipient_ifsc text,
  amount_paise bigint NOT NULL,
  mode text NOT NULL,
  reference_id text,
  narration text,
  status text NOT NULL,
  gateway text,
  attempts integer NOT NULL,
  utr text,
  failure jsonb,
  next_step text,
  next_attempt_at timestamp with time zone,
  submission_ends_at timestamp with time zone,
  not_found_at timestamp with time zone,
  inquiries integer NOT NULL,
  needs_attention boolean NOT NULL,
  bank_disagrees boolean NOT NULL,
  archived_at timestamp with time zone,
  events integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  recipient_vpa text,
  revision integer NOT NULL DEFAULT 0,
  completed_by text,
  first_rejected_at timestamp with time zone,
  first_rejected_by text,
  watched_from timestamp with time zone,
  watch_next_at timestamp with time zone,
  last_answer text,
  unchanged_inquiries integer NOT NULL DEFAULT 0,
  last_unchanged_at timestamp with time zone,
  waiting_for text,
  timeline_hash bytea,
  bank_has_another_since timestamp with time zone,
  waiting_at text,
  submission_ends_live_ms bigint,
  first_rejected_live_ms bigint,
  next_attempt_live_ms bigint,
  CONSTRAINT payouts_pkey PRIMARY KEY (merchant_id, id),
  CONSTRAINT payouts_amount_in_range CHECK (amount_paise >= 100 AND amount_paise <= '10000000000000'::bigint),
  CONSTRAINT payouts_completed_by_known CHECK (completed_by = ANY (ARRAY['bank'::text, 'operator'::text])) NOT VALID,
  CONSTRAINT payouts_completed_has_utr CHECK ((status <> ALL (ARRAY['completed'::text, 'reversed'::text])) OR utr IS
    NOT NULL),
  CONSTRAINT payouts_failed_says_why CHECK ((status = ANY (ARRAY['failed'::text, 'reversed'::text])) = (failure IS NOT
    NULL)),
  CONSTRAINT payouts_first_rejected CHECK ((first_rejected_at IS NULL) = (first_rejected_by IS NULL) AND
    (first_rejected_by = ANY (ARRAY['inquiry'::text, 'callback'::text]))) NOT VALID,
  CONSTRAINT payouts_mode_known CHECK (mode = ANY (ARRAY['IMPS'::text, 'NEFT'::text, 'RTGS'::text, 'UPI'::text])),
  CONSTRAINT payouts_narration_plain CHECK (length(narration) >= 1 AND length(narration) <= 30 AND narration !~
    '[^A-Za-z0-9 ]'::text),
  CONSTRAINT payouts_open_is_due CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text])) = (next_attempt_at
    IS NOT NULL) AND (next_step IS NULL) = (next_attempt_at IS NULL)),
  CONSTRAINT payouts_reference_short CHECK (length(reference_id) <= 40),
  CONSTRAINT payouts_status_known CHECK (status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text,
    'failed'::text, 'cancelled'::text, 'reversed'::text])),
  CONSTRAINT payouts_step_known CHECK (next_step = ANY (ARRAY['submit'::text, 'inquire'::text])),
  CONSTRAINT payouts_timeline_hash_sha256 CHECK (octet_length(timeline_hash) = 32),
  CONSTRAINT payouts_unchanged_when CHECK ((unchanged_inquiries > 0) = (last_unchanged_at IS NOT NULL)) NOT VALID,
  CONSTRAINT payouts_upi_to_a_vpa CHECK ((recipient_account_number IS NULL) = (recipient_ifsc IS NULL) AND
    (recipient_account_number IS NULL) = (recipient_vpa IS NOT NULL) AND (mode = 'UPI'::text) = (recipient_vpa IS NOT
    NULL)),
  CONSTRAINT payouts_waits_for_known CHECK (waiting_for = ANY (ARRAY['merchant_inactive'::text,
    'bank_account_inactive'::text, 'gateway_paused'::text, 'gateway_unavailable'::text, 'no_gateway'::text,
    'database_failover'::text]))
);
CREATE INDEX payouts_by_id ON public.payouts USING btree (id);
CREATE INDEX payouts_by_utr ON public.payouts USING btree (utr) WHERE (utr IS NOT NULL);
CREATE INDEX payouts_due_inquiries ON public.payouts USING btree (next_attempt_at, id) WHERE (next_step =
    'inquire'::text);
CREATE INDEX payouts_due_submissions ON public.payouts USING btree (next_attempt_at, id) WHERE ((next_step =
    'submit'::text) AND (waiting_for IS NULL));
CREATE INDEX payouts_listed ON public.payouts USING btree (uuid_send(merchant_id), status, needs_attention,
    ((archived_at IS NOT NULL)), uuid_send(id));
CREATE INDEX payouts_listed_by_account ON public.payouts USING btree (bank_account_id, status, needs_attention,
    ((archived_at IS NOT NULL)), uuid_send(id));
CREATE INDEX payouts_listed_of_all ON public.payouts USING btree (status, needs_attention, ((archived_at IS NOT NULL)),
    substr(uuid_send(id), 1));
CREATE INDEX payouts_listed_waiting ON public.payouts USING btree (uuid_send(merchant_id), waiting_for, uuid_send(id))
    WHERE ((next_step = 'submit'::text) AND (waiting_for IS NOT NULL));
CREATE INDEX payouts_listed_waiting_of_all ON public.payouts USING btree (waiting_for, substr(uuid_send(id), 1)) WHERE
    ((next_step = 'submit'::text) AND (waiting_for IS NOT NULL));
CREATE INDEX payouts_open ON public.payouts USING btree (merchant_id) WHERE (next_attempt_at IS NOT NULL);
CREATE UNIQUE INDEX payouts_reference_unique ON public.payouts USING btree (reference_id, merchant_id) WHERE
    (reference_id IS NOT NULL);
CREATE INDEX payouts_to_look_at ON public.payouts USING btree (merchant_id, id) WHERE (needs_attention OR
    bank_disagrees);
CREATE INDEX payouts_waiting ON public.payouts USING btree (waiting_for, id) WHERE ((next_step = 'submit'::text) AND
    (waiting_for IS NOT NULL));
CREATE INDEX payouts_waiting_at ON public.payouts USING btree (waiting_at, id) WHERE ((next_step = 'submit'::text) AND
    (waiting_for = 'gateway_unavailable'::text));
CREATE INDEX payouts_waiting_of_merchant ON public.payouts USING btree (merchant_id, waiting_for, id) WHERE ((next_step
    = 'submit'::text) AND (waiting_for IS NOT NULL));
CREATE INDEX payouts_watched ON public.payouts USING btree (gateway, watch_next_at) WHERE (watch_next_at IS NOT NULL);
CREATE INDEX payouts_watched_rejected ON public.payouts USING btree (gateway, watch_next_at) WHERE ((watch_next_at IS
    NOT NULL) AND (first_rejected_at IS NOT NULL));
CREATE TRIGGER payouts_are_held_for AFTER INSERT ON public.payouts REFERENCING NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION payouts_are_held_for();
CREATE TRIGGER payouts_begin AFTER INSERT ON public.payouts FOR EACH ROW WHEN ((new.status <> ALL
    (ARRAY['pending'::text, 'cancelled'::text]))) EXECUTE FUNCTION refuse_move();
CREATE TRIGGER payouts_move AFTER UPDATE ON public.payouts FOR EACH ROW WHEN ((((old.status <> new.status) AND
    ((((((((((old.status <> 'pending'::text) OR (new.status <> 'processing'::text)) AND ((old.status <>
    'pending'::text) OR (new.status <> 'cancelled'::text))) AND ((old.status <> 'pending'::text) OR (new.status <>
    'completed'::text))) AND ((old.status <> 'pending'::text) OR (new.status <> 'failed'::text))) AND ((old.status <>
    'pending'::text) OR (new.status <> 'reversed'::text))) AND ((old.status <> 'processing'::text) OR (new.status <>
    'completed'::text))) AND ((old.status <> 'processing'::text) OR (new.status <> 'failed'::text))) AND ((old.status
    <> 'processing'::text) OR (new.status <> 'reversed'::text))) AND ((old.status <> 'completed'::text) OR (new.status
    <> 'reversed'::text)))) OR (old.gateway <> COALESCE(new.gateway, ''::text)) OR (old.utr <> COALESCE(new.utr,
    ''::text)) OR ((old.status = new.status) AND (old.status <> ALL (ARRAY['pending'::text, 'processing'::text])) AND
    ((old.utr IS DISTINCT FROM new.utr) OR (old.failure IS DISTINCT FROM new.failure))))) EXECUTE FUNCTION
    refuse_move();
CREATE TRIGGER payouts_watched_anyhow AFTER UPDATE ON public.payouts FOR EACH ROW WHEN (((new.status =
    'completed'::text) AND (old.status <> 'completed'::text) AND (new.watched_from IS NULL) AND (new.gateway IS NOT
    NULL))) EXECUTE FUNCTION watch_completed_payout();
GRANT INSERT, SELECT, UPDATE (status, gateway, attempts, utr, failure, next_step, next_attempt_at, submission_ends_at,
    not_found_at, inquiries, needs_attention, bank_disagrees, archived_at, events, updated_at, revision, completed_by,
    first_rejected_at, first_rejected_by, watched_from, watch_next_at, last_answer, unchanged_inquiries,
    last_unchanged_at, waiting_for, timeline_hash, bank_has_another_since, waiting_at, submission_ends_live_ms,
    first_rejected_live_ms, next_attempt_live_ms) ON payouts TO bahi_app;

-- public.rate_limit_counts
CREATE UNLOGGED TABLE public.rate_limit_counts (
  subject text NOT NULL,
  points integer NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  CONSTRAINT rate_limit_counts_pkey PRIMARY KEY (subject)
);
GRANT INSERT, SELECT, UPDATE ON rate_limit_counts TO bahi_app;

-- public.refunds
CREATE TABLE public.refunds (
  merchant_id uuid NOT NULL,
  id uuid NOT NULL,
  payment_id uuid NOT NULL,
  amount_minor bigint NOT NULL,
  amount_paise bigint NOT NULL,
  fee_paise bigint NOT NULL,
  tax_paise bigint NOT NULL,
  status text NOT NULL,
  provider_id text,
  attempts integer NOT NULL,
  failure jsonb,
  next_step text,
  next_attempt_at timestamp with time zone,
  submission_ends_at timestamp with time zone,
  not_found_at timestamp with time zone,
  inquiries integer NOT NULL,
  needs_attention boolean NOT NULL,
  gateway_disagrees boolean NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  revision integer NOT NULL DEFAULT 0,
  last_answer text,
  unchanged_inquiries integer NOT NULL DEFAULT 0,
  last_unchanged_at timestamp with time zone,
  waiting_for text,
  waiting_at text,
  submission_ends_live_ms bigint,
  failed_at timestamp with time zone,
  gateway_has_another_since timestamp with time zone,
  next_attempt_live_ms bigint,
  CONSTRAINT refunds_pkey PRIMARY KEY (merchant_id, id),
  CONSTRAINT refunds_amount_positive CHECK (amount_minor > 0),
  CONSTRAINT refunds_failed_says_why CHECK ((status = 'failed'::text) = (failure IS NOT NULL)),
  CONSTRAINT refunds_fee_within CHECK (fee_paise >= 0 AND tax_paise >= 0 AND (fee_paise + tax_paise) <= amount_paise),
  CONSTRAINT refunds_open_is_due CHECK ((status = 'pending'::text) = (next_attempt_at IS NOT NULL) AND (next_step IS
    NULL) = (next_attempt_at IS NULL)),
  CONSTRAINT refunds_paise_not_negative CHECK (amount_paise >= 0),
  CONSTRAINT refunds_status_known CHECK (status = ANY (ARRAY['pending'::text, 'succeeded'::text, 'failed'::text])),
  CONSTRAINT refunds_step_known CHECK (next_step = ANY (ARRAY['submit'::text, 'inquire'::text])),
  CONSTRAINT refunds_unchanged_when CHECK ((unchanged_inquiries > 0) = (last_unchanged_at IS NOT NULL)) NOT VALID,
  CONSTRAINT refunds_waits_for_known CHECK (waiting_for = ANY (ARRAY['merchant_inactive'::text,
    'bank_account_inactive'::text, 'gateway_paused'::text, 'gateway_unavailable'::text, 'no_gateway'::text,
    'database_failover'::text]))
);
CREATE INDEX refunds_by_id ON public.refunds USING btree (id);
CREATE INDEX refunds_by_provider_id ON public.refunds USING btree (provider_id) WHERE (provider_id IS NOT NULL);
CREATE INDEX refunds_due_inquiries ON public.refunds USING btree (next_attempt_at, id) WHERE (next_step =
    'inquire'::text);
CREATE INDEX refunds_due_submissions ON public.refunds USING btree (next_attempt_at, id) WHERE ((next_step =
    'submit'::text) AND (waiting_for IS NULL));
CREATE INDEX refunds_listed ON public.refunds USING btree (uuid_send(merchant_id), status, needs_attention,
    uuid_send(id));
CREATE INDEX refunds_listed_of_all ON public.refunds USING btree (status, needs_attention, substr(uuid_send(id), 1));
CREATE INDEX refunds_listed_waiting ON public.refunds USING btree (uuid_send(merchant_id), waiting_for, uuid_send(id))
    WHERE ((next_step = 'submit'::text) AND (waiting_for IS NOT NULL));
CREATE INDEX refunds_listed_waiting_of_all ON public.refunds USING btree (waiting_for, substr(uuid_send(id), 1)) WHERE
    ((next_step = 'submit'::text) AND (waiting_for IS NOT NULL));
CREATE INDEX refunds_of_payment ON public.refunds USING btree (merchant_id, payment_id, id);
CREATE INDEX refunds_open ON public.refunds USING btree (merchant_id) WHERE (next_attempt_at IS NOT NULL);
CREATE INDEX refunds_to_look_at ON public.refunds USING btree (merchant_id, id) WHERE (needs_attention OR
    gateway_disagrees);
CREATE INDEX refunds_waiting ON public.refunds USING btree (waiting_for, id) WHERE ((next_step = 'submit'::text) AND
    (waiting_for IS NOT NULL));
CREATE INDEX refunds_waiting_at ON public.refunds USING btree (waiting_at, id) WHERE ((next_step = 'submit'::text) AND
    (waiting_for = 'gateway_unavailable'::text));
CREATE INDEX refunds_waiting_of_merchant ON public.refunds USING btree (merchant_id, waiting_for, id) WHERE ((next_step
    = 'submit'::text) AND (waiting_for IS NOT NULL));
CREATE TRIGGER refunds_are_held_for AFTER INSERT ON public.refunds REFERENCING NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION refunds_are_held_for();
CREATE TRIGGER refunds_begin AFTER INSERT ON public.refunds FOR EACH ROW WHEN ((new.status <> 'pending'::text)) EXECUTE
    FUNCTION refuse_move();
CREATE TRIGGER refunds_move AFTER UPDATE ON public.refunds FOR EACH ROW WHEN (((old.status <> 'pending'::text) AND
    (((old.status IS DISTINCT FROM new.status) OR (old.provider_id IS DISTINCT FROM new.provider_id)) OR (old.failure
    IS DISTINCT FROM new.failure)))) EXECUTE FUNCTION refuse_move();
GRANT INSERT, SELECT, UPDATE (status, provider_id, attempts, failure, next_step, next_attempt_at, submission_ends_at,
    not_found_at, inquiries, needs_attention, gateway_disagrees, updated_at, revision, last_answer,
    unchanged_inquiries, last_unchanged_at, waiting_for, waiting_at, submission_ends_live_ms, failed_at,
    gateway_has_another_since, next_attempt_live_ms) ON refunds TO bahi_app;

-- public.routing_rules
CREATE TABLE public.routing_rules (
  id uuid NOT NULL,
  priority integer NOT NULL,
  is_enabled boolean NOT NULL,
  gateway text NOT NULL,
  mode text,
  min_amount_paise bigint,
  max_amount_paise bigint,
  beneficiary_bank text,
  merchant_id uuid,
  percentage integer NOT NULL,
  created_by text NOT NULL,
  updated_by text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT routing_rules_pkey PRIMARY KEY (id),
  CONSTRAINT routing_rules_band CHECK (min_amount_paise <= max_amount_paise),
  CONSTRAINT routing_rules_bank CHECK (beneficiary_bank ~ '^[A-Z]{4}$'::text),
  CONSTRAINT routing_rules_mode CHECK (mode = ANY (ARRAY['IMPS'::text, 'NEFT'::text, 'RTGS'::text, 'UPI'::text])),
  CONSTRAINT routing_rules_percentage CHECK (percentage >= 1 AND percentage <= 100),
  CONSTRAINT routing_rules_priority CHECK (priority >= 0 AND priority <= 1000000)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON routing_rules TO bahi_app;

-- public.schema_compatibility
CREATE TABLE public.schema_compatibility (
  the_only_row boolean NOT NULL DEFAULT true,
  serves_from integer NOT NULL,
  CONSTRAINT schema_compatibility_pkey PRIMARY KEY (the_only_row),
  CONSTRAINT schema_compatibility_one_row CHECK (the_only_row)
);
GRANT SELECT ON schema_compatibility TO bahi_app;

-- public.timeline_chain
CREATE TABLE public.timeline_chain (
  the_only_row boolean NOT NULL DEFAULT true,
  unhashed_until timestamp with time zone NOT NULL,
  CONSTRAINT timeline_chain_pkey PRIMARY KEY (the_only_row),
  CONSTRAINT timeline_chain_one_row CHECK (the_only_row)
);
GRANT SELECT ON timeline_chain TO bahi_app;

-- public.verified_books
CREATE TABLE public.verified_books (
  merchant_id uuid NOT NULL,
  run_id uuid NOT NULL,
  verified_at timestamp with time zone NOT NULL,
  head text NOT NULL,
  unread bigint NOT NULL,
  findings integer NOT NULL,
  acknowledged integer NOT NULL,
  CONSTRAINT verified_books_pkey PRIMARY KEY (merchant_id)
);
GRANT INSERT, SELECT, UPDATE ON verified_books TO bahi_app;

-- public.verify_findings
CREATE TABLE public.verify_findings (
  merchant_id uuid NOT NULL,
  digest text NOT NULL,
  id uuid NOT NULL,
  run_id uuid NOT NULL,
  code text NOT NULL,
  detail text NOT NULL,
  evidence text,
  first_found_at timestamp with time zone NOT NULL,
  last_found_at timestamp with time zone NOT NULL,
  particulars jsonb,
  CONSTRAINT verify_findings_pkey PRIMARY KEY (merchant_id, digest),
  CONSTRAINT verify_findings_id_once UNIQUE (id),
  CONSTRAINT verify_findings_digest CHECK (digest ~ '^[0-9a-f]{64}$'::text)
);
CREATE INDEX verify_findings_listed ON public.verify_findings USING btree (merchant_id, id);
GRANT DELETE, INSERT, SELECT, UPDATE ON verify_findings TO bahi_app;

-- public.verify_runs
CREATE TABLE public.verify_runs (
  id uuid NOT NULL,
  merchant_id uuid,
  started_by text NOT NULL,
  started_at timestamp with time zone NOT NULL,
  finished_at timestamp with time zone,
  books integer NOT NULL DEFAULT 0,
  partly_read integer NOT NULL DEFAULT 0,
  findings integer NOT NULL DEFAULT 0,
  acknowledged integer NOT NULL DEFAULT 0,
  CONSTRAINT verify_runs_pkey PRIMARY KEY (id)
);
GRANT INSERT, SELECT, UPDATE ON verify_runs TO bahi_app;

-- public.webhook_attempts
CREATE TABLE public.webhook_attempts (
  merchant_id uuid NOT NULL,
  delivery_id uuid NOT NULL,
  number integer NOT NULL,
  endpoint_id uuid NOT NULL,
  started_at timestamp with time zone NOT NULL,
  duration_ms integer NOT NULL,
  status_code integer,
  failure text,
  answer text,
  is_delivered boolean NOT NULL,
  is_counted boolean NOT NULL DEFAULT true,
  CONSTRAINT webhook_attempts_pkey PRIMARY KEY (merchant_id, delivery_id, number),
  CONSTRAINT webhook_attempts_answered CHECK ((status_code IS NULL) = (failure IS NOT NULL))
);
CREATE INDEX webhook_attempts_failed ON public.webhook_attempts USING btree (endpoint_id, started_at) WHERE (NOT
    is_delivered);
GRANT DELETE, INSERT, SELECT ON webhook_attempts TO bahi_app;

-- public.webhook_cursors
CREATE TABLE public.webhook_cursors (
  merchant_id uuid NOT NULL,
  endpoint_id uuid NOT NULL,
  sequence bigint NOT NULL,
  CONSTRAINT webhook_cursors_pkey PRIMARY KEY (merchant_id, endpoint_id)
);
CREATE INDEX webhook_cursors_endpoint ON public.webhook_cursors USING btree (endpoint_id);
GRANT DELETE, INSERT, SELECT, UPDATE ON webhook_cursors TO bahi_app;

-- public.webhook_deliveries
CREATE TABLE public.webhook_deliveries (
  merchant_id uuid NOT NULL,
  id uuid NOT NULL,
  endpoint_id uuid NOT NULL,
  owner_id uuid NOT NULL,
  event_id uuid NOT NULL,
  event_type text NOT NULL,
  sequence bigint NOT NULL,
  body text NOT NULL,
  status text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  tries integer NOT NULL DEFAULT 0,
  next_attempt_at timestamp with time zone,
  claimed_until timestamp with time zone,
  created_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  object_id uuid,
  CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (merchant_id, id),
  CONSTRAINT webhook_deliveries_once UNIQUE (merchant_id, endpoint_id, event_id),
  CONSTRAINT webhook_deliveries_ended CHECK ((status = 'pending'::text) = (ended_at IS NULL)),
  CONSTRAINT webhook_deliveries_planned CHECK ((status = 'pending'::text) = (next_attempt_at IS NOT NULL)),
  CONSTRAINT webhook_deliveries_status CHECK (status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text,
    'cancelled'::text]))
) WITH (fillfactor=80);
CREATE INDEX webhook_deliveries_due ON public.webhook_deliveries USING btree (endpoint_id, next_attempt_at) WHERE
    (status = 'pending'::text);
CREATE INDEX webhook_deliveries_id ON public.webhook_deliveries USING btree (id);
CREATE INDEX webhook_deliveries_in_order ON public.webhook_deliveries USING btree (endpoint_id, merchant_id, sequence)
    WHERE (status = 'pending'::text);
CREATE INDEX webhook_deliveries_of_all ON public.webhook_deliveries USING btree (status, id);
CREATE INDEX webhook_deliveries_of_endpoint ON public.webhook_deliveries USING btree (endpoint_id, status, id);
CREATE INDEX webhook_deliveries_of_event ON public.webhook_deliveries USING btree (event_id, id);
CREATE INDEX webhook_deliveries_of_object ON public.webhook_deliveries USING btree (object_id, id);
CREATE INDEX webhook_deliveries_of_owner ON public.webhook_deliveries USING btree (owner_id, status, id);
GRANT DELETE, INSERT, SELECT, UPDATE ON webhook_deliveries TO bahi_app;

-- public.webhook_endpoints
CREATE TABLE public.webhook_endpoints (
  merchant_id uuid NOT NULL,
  id uuid NOT NULL,
  url text NOT NULL,
  event_types text[],
  description text,
  is_active boolean NOT NULL,
  secret text NOT NULL,
  previous_secret text,
  previous_secret_until timestamp with time zone,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  is_ordered boolean NOT NULL DEFAULT false,
  turned_off text,
  failing_since timestamp with time zone,
  paused_since timestamp with time zone,
  CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (merchant_id, id),
  CONSTRAINT webhook_endpoints_previous CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL)),
  CONSTRAINT webhook_endpoints_previous_secret CHECK (previous_secret ~~ 'v1.%.%'::text),
  CONSTRAINT webhook_endpoints_secret CHECK (secret ~~ 'v1.%.%'::text),
  CONSTRAINT webhook_endpoints_turned_off CHECK (turned_off = ANY (ARRAY['gone'::text, 'failing'::text])),
  CONSTRAINT webhook_endpoints_types CHECK (cardinality(event_types) > 0),
  CONSTRAINT webhook_endpoints_url CHECK (length(url) >= 1 AND length(url) <= 2048)
);
CREATE INDEX webhook_endpoints_id ON public.webhook_endpoints USING btree (id);
GRANT DELETE, INSERT, SELECT, UPDATE ON webhook_endpoints TO bahi_app;

-- public.worker_presence
CREATE TABLE public.worker_presence (
  id uuid NOT NULL,
  host text NOT NULL,
  started_at timestamp with time zone NOT NULL,
  seen_at timestamp with time zone NOT NULL,
  CONSTRAINT worker_presence_pkey PRIMARY KEY (id)
);
GRANT DELETE, INSERT, SELECT, UPDATE (seen_at) ON worker_presence TO bahi_app;
