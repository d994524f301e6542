#!/bin/sh
# Creates the owner of the tables; the service's role, which owns nothing; the operators' role; and the database. Runs at each
# start, as the superuser that PGHOST, PGUSER and PGPASSWORD name, and creates only what is missing, so that an older volume
# gets it too. Existing roles are left alone, including one that was locked out; only a bahi_admin without a password, as the
# migration creates it, gets its password.
#
# Passwords appear neither in arguments, which other users could see, nor in the server's log, even after a failure.
set -eu
if psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname postgres <<'SQL'
SET log_min_error_statement = panic;
SET log_statement = none;
SET log_min_duration_statement = -1;
SET log_min_duration_sample = -1;
SET log_transaction_sample_rate = 0;
\getenv owner_password BAHI_OWNER_PASSWORD
\getenv app_password BAHI_APP_PASSWORD
\getenv admin_password BAHI_ADMIN_PASSWORD
SELECT format('%s ROLE %I LOGIN PASSWORD %L', CASE WHEN r.oid IS NULL THEN 'CREATE' ELSE 'ALTER' END, name, password)
FROM (VALUES ('bahi_owner', :'owner_password'), ('bahi_app', :'app_password'), ('bahi_admin', :'admin_password'))
  AS wanted(name, password) LEFT JOIN pg_authid r ON rolname = name
WHERE r.oid IS NULL OR name = 'bahi_admin' AND NOT rolcanlogin AND rolpassword IS NULL \gexec
SELECT 'CREATE DATABASE bahi OWNER bahi_owner' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'bahi') \gexec
REVOKE ALL ON DATABASE bahi FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE bahi TO bahi_app;
GRANT CONNECT ON DATABASE bahi TO bahi_admin;
\connect bahi
-- The default since PostgreSQL 15; up to version 14 every role may create there.
ALTER SCHEMA public OWNER TO pg_database_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SQL
then :; else
  code=$?
  # psql's exit code for a refused connection.
  [ $code -ne 2 ] || echo "No way in as $PGUSER. POSTGRES_PASSWORD must be the password with which the volume was made." >&2
  exit $code
fi
