-- How many messages may go to SES now, for all workers together. `all` is the account's rate; `bulk` is what of
-- it may go to anything but an order's first email, so that a run of thousands cannot delay fresh orders.
create table send_buckets (
  name text primary key check (name in ('all', 'bulk')),
  tokens double precision not null default 1,
  updated_at timestamptz not null default clock_timestamp()
);
insert into send_buckets (name) values ('all'), ('bulk');
