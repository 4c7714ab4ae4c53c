-- Who is signed in to the console. The cookie holds a secret; here is its hash only, so that a copy of this table
-- signs nobody in. A session ends by the database's clock, at sign-out, and with its key.
create table console_sessions (
  id_hash bytea primary key check (length(id_hash) = 32),
  key_id bigint not null references api_keys (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null check (expires_at > created_at)
);
create index console_sessions_expiry on console_sessions (expires_at);
create index console_sessions_key on console_sessions (key_id);
