#!/bin/sh
# Runs once, on the first start of the database container: the two roles and the database.
# billpost_owner owns the tables and migrates; billpost_app is what API and worker connect as.
set -eu
psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
  --set owner_password="$BILLPOST_OWNER_PASSWORD" --set app_password="$BILLPOST_APP_PASSWORD" <<'SQL'
create role billpost_owner login password :'owner_password';
create role billpost_app login password :'app_password';
-- The owner hands graphile-worker's schema to the application, for which it must be a member of it.
grant billpost_app to billpost_owner;
create database billpost owner billpost_owner;
SQL
