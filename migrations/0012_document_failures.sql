-- Why a document that was asked for cannot be made, such as a language that has no texts.
alter table document_requests add column failure text;
