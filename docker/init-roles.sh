#!/bin/sh
# Run once by the postgres image, on an empty volume: the owner of the tables, and the service's role, which owns nothing.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set owner_password="$BAHI_OWNER_PASSWORD" --set app_password="$BAHI_APP_PASSWORD" <<'SQL'
CREATE ROLE bahi_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE bahi_app LOGIN PASSWORD :'app_password';
CREATE DATABASE bahi OWNER bahi_owner;
REVOKE ALL ON DATABASE bahi FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE bahi TO bahi_app;
SQL
