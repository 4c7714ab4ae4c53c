-- Run once as the master user, who on RDS is no superuser:
--   psql "host=… dbname=postgres user=… sslmode=verify-full sslrootcert=global-bundle.pem" \
--     -v owner_password=… -v app_password=… -f docs/aws/create-roles.sql
\set ON_ERROR_STOP on
create role billpost_owner login password :'owner_password';
create role billpost_app login password :'app_password';
-- The owner hands graphile-worker's schema to the application, for which it must be a member of it.
grant billpost_app to billpost_owner;
-- For the next line alone.
grant billpost_owner to current_user;
create database billpost owner billpost_owner;
revoke billpost_owner from current_user;
