-- What asked-for credit notes hold back of a line, so that two requests can never promise the same piece.
alter table invoice_line_credits
  add column requested_quantity bigint not null default 0,
  drop constraint invoice_line_credits_remaining,
  add constraint invoice_line_credits_remaining
    check (0 <= credited_quantity and credited_quantity <= requested_quantity and requested_quantity <= quantity);

-- A credit note that is wanted, from the moment it is asked for until the worker has numbered it.
create table credit_requests (
  id bigint generated always as identity primary key,
  client_id bigint not null references clients,
  order_id bigint not null references orders,
  -- Null while the order has no invoice yet: numbering it releases the request.
  invoice_id bigint references invoices,
  source text not null check (source in ('request', 'cancellation', 'return')),
  return_id bigint unique references order_returns,
  reason text not null,
  actor text not null,
  -- [{ lineNumber, quantity }]; null: whatever remains when the credit note is made.
  lines jsonb,
  state text not null default 'pending' check (state in ('pending', 'issued', 'nothing_to_credit')),
  credit_note_id bigint unique references invoices,
  work_item_id bigint references work_items,
  request_id text,
  created_at timestamptz not null default clock_timestamp(),
  settled_at timestamptz,
  constraint credit_requests_issued check ((state = 'issued') = (credit_note_id is not null)),
  constraint credit_requests_settled check ((state = 'pending') = (settled_at is null)),
  constraint credit_requests_return check ((source = 'return') = (return_id is not null))
);
create index credit_requests_order on credit_requests (order_id, id);
create index credit_requests_invoice on credit_requests (invoice_id, id) where invoice_id is not null;
create unique index credit_requests_one_cancellation on credit_requests (order_id) where source = 'cancellation';

-- A PDF of an issued invoice that is wanted again: today's template, or another language.
create table document_requests (
  id bigint generated always as identity primary key,
  client_id bigint not null references clients,
  invoice_id bigint not null references invoices,
  locale text not null,
  actor text not null,
  document_id bigint references documents,
  work_item_id bigint references work_items,
  created_at timestamptz not null default clock_timestamp()
);
create index document_requests_invoice on document_requests (invoice_id, id);

-- A check of an issued invoice against its stored document.
create table invoice_verifications (
  id bigint generated always as identity primary key,
  client_id bigint not null references clients,
  invoice_id bigint not null references invoices,
  actor text not null,
  -- Null until the worker has looked.
  result jsonb,
  work_item_id bigint references work_items,
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  constraint invoice_verifications_finished check ((result is null) = (finished_at is null))
);
create index invoice_verifications_invoice on invoice_verifications (invoice_id, id);

-- Reading: by date for lists and the bookkeeper's export, by change for clients that follow along.
create index invoices_issue_date on invoices (client_id, issue_date, id);
create index invoices_customer on invoices (customer_id, id);
create index invoices_issued_at on invoices (client_id, issued_at);
create index documents_stored_at on documents (stored_at) where stored_at is not null;
create index deliveries_updated_at on deliveries (client_id, updated_at);
