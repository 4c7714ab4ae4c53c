-- Finds what was given back without reading every invoice.
create index invoice_line_credits_credited on invoice_line_credits (invoice_id) where credited_quantity > 0;
