-- What SES told us of a message, by SNS. It repeats and comes in any order: one row per SNS message.
create table ses_events (
  id bigint generated always as identity primary key,
  sns_message_id text not null unique,
  type text not null check (type in ('send', 'delivery', 'bounce', 'complaint', 'reject')),
  ses_message_id text not null,
  -- Null: no delivery of ours is known by this message.
  delivery_id bigint references deliveries,
  -- Kinds, status codes and reasons; no addresses.
  detail jsonb not null default '{}',
  occurred_at timestamptz not null,
  received_at timestamptz not null default clock_timestamp()
);
create index ses_events_delivery on ses_events (delivery_id, id) where delivery_id is not null;
create index ses_events_message on ses_events (ses_message_id);

-- Addresses that get no automatic mail until an operator clears them. Found by the hash; the address itself is
-- for people and goes when its customer is erased.
create table suppressed_addresses (
  id bigint generated always as identity primary key,
  address_sha256 text not null,
  address text,
  reason text not null check (reason in ('hard_bounce', 'complaint')),
  delivery_id bigint references deliveries,
  created_at timestamptz not null default clock_timestamp(),
  cleared_at timestamptz,
  cleared_by text
);
create unique index suppressed_addresses_active on suppressed_addresses (address_sha256) where cleared_at is null;
