#!/bin/sh
# The owner of the tables; the service's role, which owns nothing; the operators' role; and the database. Run each time that
# everything is started, as the superuser that PGHOST, PGUSER and PGPASSWORD name: what is missing is made, so that a volume
# of before gets it too. A role that can log in keeps its password.
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname postgres --set owner_password="$BAHI_OWNER_PASSWORD" \
  --set app_password="$BAHI_APP_PASSWORD" --set admin_password="$BAHI_ADMIN_PASSWORD" <<'SQL'
SELECT format('%s ROLE %I LOGIN PASSWORD %L', CASE WHEN r.oid IS NULL THEN 'CREATE' ELSE 'ALTER' END, name, password)
FROM (VALUES ('bahi_owner', :'owner_password'), ('bahi_app', :'app_password'), ('bahi_admin', :'admin_password'))
  AS wanted(name, password) LEFT JOIN pg_roles r ON rolname = name
WHERE r.oid IS NULL OR NOT r.rolcanlogin \gexec
SELECT 'CREATE DATABASE bahi OWNER bahi_owner' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'bahi') \gexec
REVOKE ALL ON DATABASE bahi FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE bahi TO bahi_app;
GRANT CONNECT ON DATABASE bahi TO bahi_admin;
SQL
