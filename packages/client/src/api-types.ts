// Made by `pnpm client:generate` from the API's own /openapi.json. Do not edit.

/** Every code that a refusal can have. */
export type ProblemCode =
  | "act_not_allowed"
  | "address_suppressed"
  | "already_paused"
  | "amount_too_large"
  | "batch_external_ref_taken"
  | "batch_not_found"
  | "batch_state_conflict"
  | "body_too_large"
  | "bulk_operation_not_found"
  | "bulk_operation_over"
  | "bulk_too_large"
  | "client_name_taken"
  | "client_not_found"
  | "credit_note_not_creditable"
  | "credit_request_not_found"
  | "currency_mismatch"
  | "customer_erased"
  | "customer_needed"
  | "customer_not_found"
  | "database_unavailable"
  | "delivery_not_found"
  | "discount_too_large"
  | "document_damaged"
  | "document_not_found"
  | "document_not_ready"
  | "document_request_not_found"
  | "external_ref_taken"
  | "idempotency_key_in_flight"
  | "idempotency_key_not_allowed"
  | "idempotency_key_reused"
  | "insufficient_stock"
  | "internal_error"
  | "invalid_cursor"
  | "invoice_not_found"
  | "job_not_found"
  | "job_running"
  | "key_expired"
  | "key_invalid"
  | "key_missing"
  | "key_not_found"
  | "key_revoked"
  | "malformed_json"
  | "malformed_request"
  | "more_than_bought"
  | "more_than_remains"
  | "not_paused"
  | "not_ready"
  | "nothing_left_to_credit"
  | "order_already_cancelled"
  | "order_already_invoiced"
  | "order_needs_no_invoice"
  | "order_not_found"
  | "overloaded"
  | "precondition_failed"
  | "precondition_required"
  | "preview_needed"
  | "preview_stale"
  | "product_archived"
  | "product_not_found"
  | "range_not_satisfiable"
  | "rate_limited"
  | "reason_required"
  | "reconciliation_not_found"
  | "request_timed_out"
  | "sample_not_found"
  | "scope_missing"
  | "sku_taken"
  | "stage_not_found"
  | "stock_not_tracked"
  | "stock_too_large"
  | "storage_unavailable"
  | "suppression_not_found"
  | "task_not_found"
  | "too_many_decimals"
  | "unknown_customer"
  | "unknown_invoice_line"
  | "unknown_order_line"
  | "unknown_product"
  | "unknown_selection"
  | "unsupported_currency"
  | "unsupported_media_type"
  | "uri_too_long"
  | "validation_failed"
  | "verification_not_found"
  | "worker_alive"
  | "worker_not_found"
  | "worker_stopping";

/** The POSTs that take an Idempotency-Key. */
export const idempotentPosts: ReadonlySet<string> = new Set([
  "/api/batches",
  "/api/batches/{id}/cancel",
  "/api/batches/{id}/pause",
  "/api/batches/{id}/resume",
  "/api/batches/{id}/retry-failed",
  "/api/batches/{id}/start",
  "/api/bulk-operations",
  "/api/bulk-operations/{id}/stop",
  "/api/clients",
  "/api/customers",
  "/api/customers/{id}/erase",
  "/api/invoices/{number}/credit-notes",
  "/api/invoices/{number}/deliveries",
  "/api/invoices/{number}/documents",
  "/api/invoices/{number}/verifications",
  "/api/jobs/{jobId}/cancel",
  "/api/jobs/{jobId}/correct-address",
  "/api/jobs/{jobId}/mark-handled",
  "/api/jobs/{jobId}/release",
  "/api/jobs/{jobId}/reschedule",
  "/api/jobs/{jobId}/retry",
  "/api/jobs/{jobId}/run-now",
  "/api/jobs/{jobId}/settle",
  "/api/orders",
  "/api/orders/{orderId}/cancel",
  "/api/orders/{orderId}/returns",
  "/api/products",
  "/api/products/{id}/archive",
  "/api/products/{id}/stock-movements",
  "/api/products/{id}/unarchive",
  "/api/reconciliations",
  "/api/tasks/{task}/pause",
  "/api/tasks/{task}/resume",
  "/api/tasks/{task}/stages/{stage}/pause",
  "/api/tasks/{task}/stages/{stage}/resume",
  "/api/workers/{workerId}/quiet",
  "/api/workers/{workerId}/stop",
  "/api/workers/{workerId}/wake",
]);

export interface paths {
    "/api/attention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count what waits for a person
         * @description Needs the scope `operator:read`.
         */
        get: operations["getAttention"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List who did what, newest first
         * @description Every change is in it, of every client. Orders that were placed would hide all else: they are listed when asked for, by `action=order.placed`, a target or a request.
         *
         *     Needs the scope `operator:read`.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List batches, newest first
         * @description Needs the scope `batches:read`.
         */
        get: operations["listBatches"];
        put?: never;
        /**
         * Plan a batch
         * @description Freezes what is selected as it is now and adds up what would be done; `start` then carries out exactly that, and what has changed meanwhile is skipped. Posting the same `externalRef` and body again answers the same batch, with 200, so that a script can be run again at any time.
         *
         *     Needs the scope `batches:write`.
         */
        post: operations["createBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how a batch stands
         * @description Needs the scope `batches:read`.
         */
        get: operations["getBatch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a batch
         * @description What was not begun is skipped as `cancelled`; what was done stays done. What is so already is answered as it is.
         *
         *     Needs the scope `batches:write`.
         */
        post: operations["cancelBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Watch a batch live
         * @description Server-sent events: `progress` with the batch whenever it changed, `end` when it is over. When the connection ends without `end`, connect again.
         *
         *     Needs the scope `batches:read`.
         */
        get: operations["watchBatch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches/{id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the items of a batch
         * @description Needs the scope `batches:read`.
         */
        get: operations["listBatchItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches/{id}/items.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the items of a batch as CSV
         * @description Written while it is read. Cells that a spreadsheet would take for formulas begin with an apostrophe.
         *
         *     Needs the scope `batches:read`.
         */
        get: operations["exportBatchItemsCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches/{id}/items.ndjson": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the items of a batch as JSON Lines
         * @description Written while it is read. Cells that a spreadsheet would take for formulas begin with an apostrophe.
         *
         *     Needs the scope `batches:read`.
         */
        get: operations["exportBatchItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a running batch
         * @description No further item is begun; what a worker has begun ends. What is so already is answered as it is.
         *
         *     Needs the scope `batches:write`.
         */
        post: operations["pauseBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go on with a paused batch
         * @description The failure rate is counted afresh. What is so already is answered as it is.
         *
         *     Needs the scope `batches:write`.
         */
        post: operations["resumeBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches/{id}/retry-failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run the failed items of a batch again
         * @description Never one whose message may have gone out. What is so already is answered as it is.
         *
         *     Needs the scope `batches:write`.
         */
        post: operations["retryFailedBatchItems"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches/{id}/samples/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a sample of what a batch would make
         * @description A PDF marked as a sample, without a number.
         *
         *     Needs the scope `batches:read`.
         */
        get: operations["getBatchSample"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/batches/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a planned batch
         * @description Carries out exactly what was planned. What is so already is answered as it is.
         *
         *     Needs the scope `batches:write`.
         */
        post: operations["startBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bulk-operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List bulk operations, newest first
         * @description Needs the scope `operator:read`.
         */
        get: operations["listBulkOperations"];
        put?: never;
        /**
         * Act on many jobs: selected ones, or all that match a filter
         * @description The jobs are frozen now; a worker acts on them in the background. What is not proven not to mail twice is passed over, unless it is settled in so many words. With `dryRun` (200) it is only told what would become of them.
         *
         *     Needs the scope `operator`.
         */
        post: operations["beginBulkOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bulk-operations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how a bulk operation stands
         * @description Needs the scope `operator:read`.
         */
        get: operations["getBulkOperation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bulk-operations/{id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what became of each job of a bulk operation
         * @description Needs the scope `operator:read`.
         */
        get: operations["listBulkOperationItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bulk-operations/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a bulk operation
         * @description It acts on no further jobs, from its next window on. What it has done stays done.
         *
         *     Needs the scope `operator`.
         */
        post: operations["stopBulkOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List clients, oldest first
         * @description Needs the scope `operator:read`.
         */
        get: operations["listClients"];
        put?: never;
        /**
         * Make a client
         * @description Needs the scope `operator`.
         */
        post: operations["createClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients/{id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a client's keys, newest first
         * @description Needs the scope `operator:read`.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Make a key for a client
         * @description A client may have several live keys: make the new one, change over, revoke the old one.
         *
         *     Needs the scope `operator`.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clients/{id}/keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key
         * @description Every process refuses it within 3 seconds. Revoking again changes nothing.
         *
         *     Needs the scope `operator`.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/credit-requests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a credit request
         * @description Needs the scope `invoices:read`.
         */
        get: operations["getCreditRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List customers, oldest first
         * @description Needs the scope `customers:read`.
         */
        get: operations["listCustomers"];
        put?: never;
        /**
         * Make a customer
         * @description Needs the scope `customers:write`.
         */
        post: operations["createCustomer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/customers/{customerId}/verdict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Say why a customer has no invoice or email yet
         * @description One sentence on the worst that there is, with the next safe act; the rest in `others`. Operators ask for every client's, a client's own key for its own. The customer's latest 100 orders are looked at.
         *
         *     Needs the scope `orders:read` or `operator:read`.
         */
        get: operations["judgeCustomer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/customers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a customer
         * @description Needs the scope `customers:read`.
         */
        get: operations["getCustomer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a customer
         * @description Orders and invoices keep the data as it was.
         *
         *     Needs the scope `customers:write`.
         */
        patch: operations["changeCustomer"];
        trace?: never;
    };
    "/api/customers/{id}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase a customer's personal data
         * @description For good: in the customer, in its orders, in stored replies, in the audit and in deliveries. Issued invoices and credit notes keep what the law says they must. Refused while one of them, or its mail, is still to come. A second time changes nothing.
         *
         *     Needs the scope `customers:write`.
         */
        post: operations["eraseCustomer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/document-requests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a document request
         * @description Needs the scope `invoices:read`.
         */
        get: operations["getDocumentRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/failures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List failures, grouped by what they have in common
         * @description What fails now or failed in the last 24 hours; the kind that most jobs wait for comes first.
         *
         *     Needs the scope `operator:read`.
         */
        get: operations["listFailures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invoice-series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Prove the series of numbers
         * @description Counted by the database over every document: from the start number to the last, each exactly once, in the order of the dates. It covers all clients, since the numbers are the seller's, and reads every document: it is for audits. With `content=true` the frozen content is compared with its hash, too, which takes several times as long.
         *
         *     Needs the scope `operator:read`.
         */
        get: operations["listInvoiceSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invoice-verifications/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a verification
         * @description Needs the scope `invoices:read`.
         */
        get: operations["getInvoiceVerification"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invoices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List invoices and credit notes
         * @description Newest first; with `issuedFrom` or `issuedTo` by issue date. With `updatedAfter` the longest unchanged first, which is the way to follow changes: pass the last `updatedAt` you saw, less some seconds for transactions that commit late. To read everything for the first time, list without it.
         *
         *     Needs the scope `invoices:read`.
         */
        get: operations["listInvoices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invoices/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an invoice or credit note
         * @description As it was issued, with its credit notes, PDFs and deliveries.
         *
         *     Needs the scope `invoices:read`.
         */
        get: operations["getInvoice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invoices/{number}/credit-notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give back an invoice, whole or in part
         * @description Holds what is to be given back at once, so that no two requests credit the same piece; the worker then numbers the credit note in its own series, renders it and sends it. Poll `Location` for its number. Amounts follow from what was charged, so that crediting in any number of steps gives back exactly that.
         *
         *     Needs the scope `invoices:write`.
         */
        post: operations["creditInvoice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invoices/{number}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the deliveries of an invoice or credit note, oldest first
         * @description Needs the scope `invoices:read`.
         */
        get: operations["listInvoiceDeliveries"];
        put?: never;
        /**
         * Send an invoice or credit note again
         * @description The stored PDF, byte for byte, to the customer or to the address `to`, as a delivery of its own with a reason. Send an Idempotency-Key, so that a repeated request is not another message.
         *
         *     Needs the scope `invoices:write`.
         */
        post: operations["resendInvoice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invoices/{number}/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a delivery of an invoice or credit note
         * @description Needs the scope `invoices:read`.
         */
        get: operations["getInvoiceDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invoices/{number}/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the PDFs of an invoice or credit note, the original first
         * @description Needs the scope `invoices:read`.
         */
        get: operations["listInvoiceDocuments"];
        put?: never;
        /**
         * Make another PDF of an invoice or credit note
         * @description From what was frozen when it was issued, with today's template, or in another language, as a new revision. The legal content cannot change, and the PDFs before stay. Poll `Location`.
         *
         *     Needs the scope `invoices:write`.
         */
        post: operations["renderInvoiceAgain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invoices/{number}/pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the PDF of an invoice or credit note
         * @description The original's bytes, or those of a `revision`. Its SHA-256 is the ETag; one byte range is answered 206. With `link=true` a presigned link instead.
         *
         *     Needs the scope `invoices:read`.
         */
        get: operations["getInvoicePdf"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invoices/{number}/verifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check an invoice or credit note against its stored PDF
         * @description The worker compares the hashes of the frozen content and of the stored PDF, and renders it again: by bytes when template and Chrome are the same, else by text. Poll `Location`.
         *
         *     Needs the scope `invoices:read`.
         */
        post: operations["verifyInvoice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invoices/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export a month for the bookkeeper
         * @description Every invoice and credit note with an issue date in the month. CSV has one row for each tax rate of a document, so that columns can be summed within a kind and currency; cells that a spreadsheet would take for formulas begin with an apostrophe. JSON Lines has one object for each document.
         *
         *     Needs the scope `invoices:read`.
         */
        get: operations["exportInvoices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List jobs, newest first
         * @description A job is one unit of work of any task: issuing an invoice, a delivery, a new PDF, a check. It has one id for life. Every client's jobs are listed; every condition that is given must hold.
         *
         *     Needs the scope `operator:read`.
         */
        get: operations["listJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{jobId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read everything known of a job
         * @description Needs the scope `operator:read`.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{jobId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a job that is not done
         * @description Preview it first: `GET /api/jobs/{jobId}/preview`. The audit keeps who did it and why.
         *
         *     Needs the scope `operator`.
         */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{jobId}/correct-address": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Correct a delivery's address and send it there
         * @description In one transaction: where no mail went out, the same delivery goes to the corrected address; else a new one with the same PDFs. The order's further mail goes there, too. The audit keeps who did it and why.
         *
         *     Needs the scope `operator`.
         */
        post: operations["correctJobAddress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{jobId}/mark-handled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Note that a job was settled by other means
         * @description Preview it first: `GET /api/jobs/{jobId}/preview`. The audit keeps who did it and why.
         *
         *     Needs the scope `operator`.
         */
        post: operations["markJobHandled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{jobId}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what an act would do to a job, before it is done
         * @description Says what exactly will happen, what is skipped because it is done, and whether a mail may go out twice. Acting with the token does exactly that, or answers `preview_stale`.
         *
         *     Needs the scope `operator:read`.
         */
        get: operations["previewJobAct"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{jobId}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Release a job from quarantine
         * @description Preview it first: `GET /api/jobs/{jobId}/preview`. The audit keeps who did it and why.
         *
         *     Needs the scope `operator`.
         */
        post: operations["releaseJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{jobId}/reschedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a waiting job run at another time
         * @description Preview it first: `GET /api/jobs/{jobId}/preview`. The audit keeps who did it and why.
         *
         *     Needs the scope `operator`.
         */
        post: operations["rescheduleJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{jobId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a job again, with all its attempts
         * @description Preview it first: `GET /api/jobs/{jobId}/preview`. The audit keeps who did it and why.
         *
         *     Needs the scope `operator`.
         */
        post: operations["retryJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{jobId}/run-now": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a job at once that waits for its time
         * @description Preview it first: `GET /api/jobs/{jobId}/preview`. The audit keeps who did it and why.
         *
         *     Needs the scope `operator`.
         */
        post: operations["runJobNow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{jobId}/settle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Settle a delivery in doubt: it was sent, or is to be sent again
         * @description Preview it first: `GET /api/jobs/{jobId}/preview`. The audit keeps who did it and why.
         *
         *     Needs the scope `operator`.
         */
        post: operations["settleJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List orders
         * @description Newest first. With `updatedAfter` the longest unchanged first, which is the way to follow changes: pass the last `updatedAt` you saw, less some seconds for transactions that commit late.
         *
         *     Needs the scope `orders:read`.
         */
        get: operations["listOrders"];
        put?: never;
        /**
         * Place an order
         * @description Takes the stock, writes the order and asks for its invoice in one transaction: all or nothing. Send an Idempotency-Key, so that a lost reply can be asked for again.
         *
         *     Needs the scope `orders:write`.
         */
        post: operations["placeOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an order
         * @description Needs the scope `orders:read`.
         */
        get: operations["getOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderId}/billing-details": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Complete whom the invoice is made out to
         * @description Before the invoice is numbered only. An order that was `blocked` is tried again at once: it becomes `pending`, and `blocked` again with what is still missing. The customer's own data stays as it is.
         *
         *     Needs the scope `orders:write`.
         */
        patch: operations["completeBillingDetails"];
        trace?: never;
    };
    "/api/orders/{orderId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an order
         * @description What has not come back returns to stock through the ledger. Before its invoice was numbered there will be none; after that, a credit note gives back what is left of it.
         *
         *     Needs the scope `orders:write`.
         */
        post: operations["cancelOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderId}/invoices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was issued for an order, oldest first
         * @description Needs the scope `invoices:read`.
         */
        get: operations["listInvoicesOfOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderId}/returns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take goods of an order back
         * @description Into stock, if asked. A credit note of the lines follows; when the invoice was not yet numbered, after the invoice.
         *
         *     Needs the scope `orders:write`.
         */
        post: operations["returnGoods"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderId}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened to an order, oldest first
         * @description `order.placed`, `order.cancelled`, `order.returned`, `invoice.issued`, `invoice.blocked`, `credit_note.issued`, `document.stored`, `email.sent`, `delivery.retrying`, `delivery.failed` and others. Never pruned.
         *
         *     Needs the scope `orders:read`.
         */
        get: operations["getTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderId}/verdict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Say why an order has no invoice or email yet
         * @description One sentence on the worst that there is, with the next safe act; the rest in `others`. Operators ask for every client's, a client's own key for its own.
         *
         *     Needs the scope `orders:read` or `operator:read`.
         */
        get: operations["judgeOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import orders of the past
         * @description JSON Lines in, JSON Lines out, both streamed: one order a line, each all or nothing, in groups as they come, with the outcome of each line and a summary at the end. A line that is wrong is refused and the rest goes on. It can be sent again at any time: a line whose `externalRef` has an equal order answers `already_imported`. Imported orders are invoiced elsewhere (`invoiceStatus` is `external`): nothing is issued, mailed or missed until a batch of kind `issue` selects them. Read the answer while you send.
         *
         *     Needs the scope `orders:write`.
         */
        post: operations["importOrders"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List products, oldest first
         * @description Archived ones too, unless `archived` says otherwise.
         *
         *     Needs the scope `catalog:read`.
         */
        get: operations["listProducts"];
        put?: never;
        /**
         * Add a product to the catalogue
         * @description `stock` becomes the first receipt in the product's stock ledger.
         *
         *     Needs the scope `catalog:write`.
         */
        post: operations["createProduct"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a product
         * @description Needs the scope `catalog:read`.
         */
        get: operations["getProduct"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a product
         * @description Orders keep the data as it was. A sale changes the ETag too, but not so that If-Match fails: only a change of the catalogue's data does that.
         *
         *     Needs the scope `catalog:write`.
         */
        patch: operations["changeProduct"];
        trace?: never;
    };
    "/api/products/{id}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a product out of the catalogue
         * @description A second time changes nothing.
         *
         *     Needs the scope `catalog:write`.
         */
        post: operations["archiveProduct"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products/{id}/stock-movements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a product's stock ledger, oldest first
         * @description The sum of `quantity` is the product's stock.
         *
         *     Needs the scope `catalog:read`.
         */
        get: operations["listStockMovements"];
        put?: never;
        /**
         * Move a product's stock
         * @description Stock is never set, only moved. It never goes below zero.
         *
         *     Needs the scope `catalog:write`.
         */
        post: operations["addStockMovement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products/{id}/unarchive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring a product back into the catalogue
         * @description A second time changes nothing.
         *
         *     Needs the scope `catalog:write`.
         */
        post: operations["unarchiveProduct"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reconciliations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List reconciliations, newest first
         * @description The first one that is `done` is the latest result, with its date. They are kept for 30 days.
         *
         *     Needs the scope `operator:read`.
         */
        get: operations["listReconciliations"];
        put?: never;
        /**
         * Look for what fell between the tables, the queue and the object store
         * @description A worker looks and repairs what is safe: work without a job, jobs without work, locks of dead workers, completed orders that nothing invoices. The rest is listed with what repairs it. It also runs every 10 minutes.
         *
         *     Needs the scope `operator`.
         */
        post: operations["startReconciliation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reconciliations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how a reconciliation stands
         * @description Needs the scope `operator:read`.
         */
        get: operations["getReconciliation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reconciliations/{id}/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what a reconciliation found
         * @description Needs the scope `operator:read`.
         */
        get: operations["listReconciliationFindings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find whatever a text is the name of
         * @description The number of an order or invoice, a customer's email address, an external reference, an SES message id, a request id, a job's id; of every client, in any case.
         *
         *     Needs the scope `operator:read`.
         */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how the queue does
         * @description What waits and since when, throughput, success and the time from an order to its email, of the last hour and the last day.
         *
         *     Needs the scope `operator:read`.
         */
        get: operations["getStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/suppressions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List addresses that get no mail, newest first
         * @description A hard bounce or a complaint that SES reports stops automatic mail to its address until it is cleared.
         *
         *     Needs the scope `operator:read`.
         */
        get: operations["listSuppressions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/suppressions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Allow mail to an address again
         * @description Sends nothing by itself: retry or resend what was suppressed.
         *
         *     Needs the scope `operator`.
         */
        delete: operations["clearSuppression"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tasks, what of them is paused, and how much is waiting
         * @description Needs the scope `operator:read`.
         */
        get: operations["listTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tasks/{task}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a task
         * @description What is under way ends; workers begin nothing more of it within 2 seconds. What waits because of a pause is not stuck, burns no attempt and goes on by itself afterwards.
         *
         *     Needs the scope `operator`.
         */
        post: operations["pauseTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tasks/{task}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a paused task
         * @description Needs the scope `operator`.
         */
        post: operations["resumeTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tasks/{task}/stages/{stage}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause one stage of a task, such as sending
         * @description The stages before it go on. What is under way ends; workers begin nothing more of it within 2 seconds. What waits because of a pause is not stuck, burns no attempt and goes on by itself afterwards.
         *
         *     Needs the scope `operator`.
         */
        post: operations["pauseStage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tasks/{task}/stages/{stage}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a paused stage
         * @description Needs the scope `operator`.
         */
        post: operations["resumeStage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the worker processes
         * @description A worker that ended in good order is not listed any more.
         *
         *     Needs the scope `operator:read`.
         */
        get: operations["listWorkers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workers/{workerId}/quiet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a worker take no new jobs
         * @description What it is at is finished. It lives on, and can be woken.
         *
         *     Needs the scope `operator`.
         */
        post: operations["quietWorker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workers/{workerId}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a worker end in good order, as by SIGTERM
         * @description What it is at is finished or handed back, and the process ends with 0. Whoever supervises it may start it again.
         *
         *     Needs the scope `operator`.
         */
        post: operations["stopWorker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workers/{workerId}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take its jobs from a dead worker
         * @description Only for one that is proven dead: its beat is old and stands still while it is watched for 3 seconds. Living workers do this by themselves within 15 seconds; this is for when there are none. What may have been sent is in doubt and waits for a person.
         *
         *     Needs the scope `operator`.
         */
        post: operations["unlockWorker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workers/{workerId}/wake": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a quiet worker take jobs again
         * @description Within two seconds.
         *
         *     Needs the scope `operator`.
         */
        post: operations["wakeWorker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process is alive
         * @description Never depends on the database.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{orderId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an order, by the shorter path
         * @description Needs the scope `orders:read`.
         */
        get: operations["getOrderShort"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether requests may be sent here
         * @description The database is reachable and at least as new as this version, and the process is not stopping.
         */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Address
         * @description A postal address.
         */
        Address: {
            /**
             * @description Town or city.
             * @example San Francisco
             */
            city: string;
            /**
             * @description ISO 3166-1 alpha-2, in capitals.
             * @example US
             * @enum {unknown}
             */
            countryCode: "AD" | "AE" | "AF" | "AG" | "AI" | "AL" | "AM" | "AO" | "AQ" | "AR" | "AS" | "AT" | "AU" | "AW" | "AX" | "AZ" | "BA" | "BB" | "BD" | "BE" | "BF" | "BG" | "BH" | "BI" | "BJ" | "BL" | "BM" | "BN" | "BO" | "BQ" | "BR" | "BS" | "BT" | "BV" | "BW" | "BY" | "BZ" | "CA" | "CC" | "CD" | "CF" | "CG" | "CH" | "CI" | "CK" | "CL" | "CM" | "CN" | "CO" | "CR" | "CU" | "CV" | "CW" | "CX" | "CY" | "CZ" | "DE" | "DJ" | "DK" | "DM" | "DO" | "DZ" | "EC" | "EE" | "EG" | "EH" | "ER" | "ES" | "ET" | "FI" | "FJ" | "FK" | "FM" | "FO" | "FR" | "GA" | "GB" | "GD" | "GE" | "GF" | "GG" | "GH" | "GI" | "GL" | "GM" | "GN" | "GP" | "GQ" | "GR" | "GS" | "GT" | "GU" | "GW" | "GY" | "HK" | "HM" | "HN" | "HR" | "HT" | "HU" | "ID" | "IE" | "IL" | "IM" | "IN" | "IO" | "IQ" | "IR" | "IS" | "IT" | "JE" | "JM" | "JO" | "JP" | "KE" | "KG" | "KH" | "KI" | "KM" | "KN" | "KP" | "KR" | "KW" | "KY" | "KZ" | "LA" | "LB" | "LC" | "LI" | "LK" | "LR" | "LS" | "LT" | "LU" | "LV" | "LY" | "MA" | "MC" | "MD" | "ME" | "MF" | "MG" | "MH" | "MK" | "ML" | "MM" | "MN" | "MO" | "MP" | "MQ" | "MR" | "MS" | "MT" | "MU" | "MV" | "MW" | "MX" | "MY" | "MZ" | "NA" | "NC" | "NE" | "NF" | "NG" | "NI" | "NL" | "NO" | "NP" | "NR" | "NU" | "NZ" | "OM" | "PA" | "PE" | "PF" | "PG" | "PH" | "PK" | "PL" | "PM" | "PN" | "PR" | "PS" | "PT" | "PW" | "PY" | "QA" | "RE" | "RO" | "RS" | "RU" | "RW" | "SA" | "SB" | "SC" | "SD" | "SE" | "SG" | "SH" | "SI" | "SJ" | "SK" | "SL" | "SM" | "SN" | "SO" | "SR" | "SS" | "ST" | "SV" | "SX" | "SY" | "SZ" | "TC" | "TD" | "TF" | "TG" | "TH" | "TJ" | "TK" | "TL" | "TM" | "TN" | "TO" | "TR" | "TT" | "TV" | "TW" | "TZ" | "UA" | "UG" | "UM" | "US" | "UY" | "UZ" | "VA" | "VC" | "VE" | "VG" | "VI" | "VN" | "VU" | "WF" | "WS" | "YE" | "YT" | "ZA" | "ZM" | "ZW";
            /**
             * @description Street and number, or a post office box.
             * @example 1 Market Street
             */
            line1: string;
            /**
             * @description Building, floor, care of.
             * @example Floor 3
             */
            line2?: string;
            /**
             * @description As the country writes it.
             * @example 94105
             */
            postalCode?: string;
            /**
             * @description State, province or prefecture.
             * @example CA
             */
            region?: string;
        };
        /**
         * Attention
         * @description What waits for a person.
         */
        Attention: {
            data: {
                /** @description Jobs; of `bounced`, deliveries that came back and that nothing was sent after. */
                count: number;
                /** @description Since when the oldest of them waits; null: there is none. */
                oldestAt: string | null;
                /** @enum {unknown} */
                state: "blocked" | "failed" | "ambiguous" | "quarantined" | "suppressed" | "bounced";
            }[];
            /** @description All of them. */
            total: number;
        };
        /**
         * AuditedAct
         * @description Who did what, when and why.
         */
        AuditedAct: {
            /** @example order.cancelled */
            action: string;
            /**
             * @description `key:<prefix>` of an API key, or ourselves.
             * @example key:bp_1a2b3c
             */
            actor: string;
            /** @description What is. */
            after: {
                [key: string]: unknown;
            } | null;
            /** @description What was, as far as it changed. */
            before: {
                [key: string]: unknown;
            } | null;
            /** @description Whose key it was. */
            client: {
                id: number;
                name: string;
            } | null;
            id: number;
            occurredAt: string;
            /** @description Why, in the actor's words. */
            reason: string | null;
            /** @description The request that did it. */
            requestId: string | null;
            /**
             * @description As the API names it.
             * @example ORD-2026-000001
             */
            targetId: string;
            /** @example order */
            targetType: string;
        };
        /**
         * Batch
         * @description A run over many invoices or orders.
         */
        Batch: {
            canary: number | null;
            /** @description waiting + running + done + skipped + failed = total, at any time. */
            counts: {
                /** @description Carried out. */
                done: number;
                /** @description Given up, each with a reason; `retry-failed` lets them run again. */
                failed: number;
                /** @description Of the running: whether the message went out is not known yet. */
                inDoubt: number;
                /** @description Under way. */
                running: number;
                /** @description Not to be carried out, each with a reason. */
                skipped: number;
                /** @description All items. */
                total: number;
                /** @description Not begun. */
                waiting: number;
            };
            createdAt: string;
            /**
             * @description `key:` and the key's prefix.
             * @example key:abc123
             */
            createdBy: string;
            /** @description When it is expected to end; null: not running, or nothing to go by. */
            expectedEnd: string | null;
            /**
             * @description Yours.
             * @example bounced-2026-01
             */
            externalRef: string | null;
            /** @description Why it could not be planned. */
            failure: string | null;
            /** @description When its last item ended. */
            finishedAt: string | null;
            /**
             * @description Names it in every path.
             * @example 1
             */
            id: number;
            /**
             * @description `resend`: stored documents go out again. `rerender`: a new PDF of the frozen content. `reissue`: a credit note and a corrected invoice. `issue`: invoices for orders that have none.
             * @enum {unknown}
             */
            kind: "resend" | "rerender" | "reissue" | "issue";
            /**
             * @description `canary_failed`, `failure_rate` or `by_hand`.
             * @example by_hand
             */
            pauseReason: string | null;
            /** @description Null while it is being planned. */
            plan: {
                amounts: {
                    /** @description ISO 4217. */
                    currency: string;
                    /** @description New less old: above 0 is to be claimed, below 0 to be refunded. */
                    difference: number;
                    /** @description Items in this currency. */
                    items: number;
                    /** @description Of what comes in their place, in major units. */
                    newTotal: number;
                    /** @description Of the documents selected, in major units. */
                    oldTotal: number;
                }[];
                /** @description Of the PDFs in them; for PDFs yet to be made, those of the old ones. */
                bytes: number;
                /** @description Messages. */
                emails: number;
                /** @description By the rate measured before; null: none was. */
                expectedSeconds: number | null;
                /** @description Items that were to be carried out. */
                items: number;
                /** @description Paths of PDFs that show what would be made. */
                samples: string[];
                /** @description How many, by reason. */
                skipped: {
                    [key: string]: number;
                };
            } | null;
            /** @description When planning ended. */
            plannedAt: string | null;
            /** @description Items that ended in the last half minute, per second. */
            ratePerSecond: number;
            reason: string;
            /** @description When it was first started. */
            startedAt: string | null;
            /**
             * @description Who started it.
             * @example key:abc123
             */
            startedBy: string | null;
            /**
             * @description `failed`: it could not be planned, and nothing was done.
             * @enum {unknown}
             */
            state: "planning" | "planned" | "running" | "paused" | "done" | "cancelled" | "failed";
            stopAtFailureRate: number | null;
        };
        /**
         * BatchItem
         * @description One invoice or order of a batch.
         */
        BatchItem: {
            /** @description Of `rerender` and `reissue`: lines of text that differ, as `- old` and `+ new`. */
            changes: string[];
            /**
             * @description Of a `reissue`.
             * @example CN-2026-000001
             */
            creditNoteNumber: string | null;
            /** @description ISO 4217, of all its amounts, which are in major units. */
            currency: string;
            /**
             * @description Of the batch's own message.
             * @example sent
             */
            deliveryState: string | null;
            /** @description The same in words. */
            detail: string | null;
            /** @description New total less old: above 0 is to be claimed, below 0 to be refunded. */
            difference: number | null;
            /** @description When it got its outcome. */
            endedAt: string | null;
            /** @description The order's. */
            externalRef: string | null;
            /**
             * @description What was selected; null for an order that had none.
             * @example INV-2026-000001
             */
            invoiceNumber: string | null;
            /** @description The job that carries it out, for operators. */
            jobId: number | null;
            /** @description Of the document that is made, as planned or as it is. */
            new: {
                subtotal: number;
                tax: number;
                total: number;
            } | null;
            /**
             * @description Of a `reissue` or `issue`.
             * @example INV-2026-000002
             */
            newInvoiceNumber: string | null;
            /** @description Of the document selected; of a correction, what it gives back. */
            old: {
                subtotal: number;
                tax: number;
                total: number;
            } | null;
            /** @example ORD-2026-000001 */
            orderId: string;
            /** @enum {unknown} */
            outcome: "waiting" | "running" | "done" | "skipped" | "failed";
            /** @description From 1, in the order of numbering. */
            position: number;
            /**
             * @description A code: why it was skipped or failed, or what came of it.
             * @example changed_since_plan
             */
            reason: string | null;
            /** @description Of the PDF that is sent again, or of the new one. */
            revision: number | null;
        };
        /**
         * Client
         * @description A client: a shop or back office that calls this API.
         */
        Client: {
            createdAt: string;
            /**
             * @description The client's id.
             * @example 1
             */
            id: number;
            /**
             * @description Lower case letters, digits and hyphens.
             * @example shop-eu
             */
            name: string;
        };
        /**
         * CreatedKey
         * @description The new key. Its secret is shown this once.
         */
        CreatedKey: {
            /**
             * @description The client it belongs to.
             * @example 1
             */
            clientId: number;
            createdAt: string;
            /** @description Null: never. */
            expiresAt: string | null;
            /**
             * @description The key's id.
             * @example 1
             */
            id: number;
            /** @description The key itself. It is shown this once and kept nowhere. */
            key: string;
            label: string;
            /** @description To the minute. */
            lastUsedAt: string | null;
            /** @description The part of the key that may be seen. */
            prefix: string;
            /** @description Null: not revoked. */
            revokedAt: string | null;
            scopes: string[];
        };
        /**
         * CreditRequest
         * @description A credit note that is wanted, or what became of it.
         */
        CreditRequest: {
            createdAt: string;
            /**
             * @description The credit note, once issued.
             * @example CN-2026-000001
             */
            creditNoteNumber: string | null;
            /**
             * @description The credit request.
             * @example 1
             */
            id: number;
            /** @description The invoice it corrects; null until the order has one. */
            invoiceNumber: string | null;
            /** @description What it gives back; null: whatever remains when it is numbered. */
            lines: {
                /** @description As on the invoice. */
                lineNumber: number;
                /**
                 * @description Units.
                 * @example 1
                 */
                quantity: number;
            }[] | null;
            orderId: string;
            reason: string;
            /** @description When it was issued, or found to have nothing to give back. */
            settledAt: string | null;
            /** @enum {unknown} */
            source: "request" | "cancellation" | "return";
            /**
             * @description `pending`: the worker will number it. `issued`: `creditNoteNumber` names it. `nothing_to_credit`: all was given back before. `failed`: an operator can start it again.
             * @enum {unknown}
             */
            state: "pending" | "issued" | "nothing_to_credit" | "failed";
        };
        /**
         * Customer
         * @description A customer of the client that the key belongs to.
         */
        Customer: {
            address: components["schemas"]["Address"] | null;
            createdAt: string;
            email: string;
            /** @description When the personal data was erased; null: it was not. */
            erasedAt: string | null;
            /**
             * @description The customer's id.
             * @example 1
             */
            id: number;
            locale: string;
            name: string;
            updatedAt: string;
            /**
             * @description VAT id.
             * @example DE123456789
             */
            vatId: string | null;
            /** @description Grows with each change. */
            version: number;
        };
        /**
         * Delivery
         * @description One intent to bring a document to an address.
         */
        Delivery: {
            attempts: number;
            createdAt: string;
            /**
             * @description The delivery.
             * @example 1
             */
            id: number;
            /** @description Of its last attempt that failed. */
            lastErrorClass: string | null;
            /** @description Why it was sent again. */
            reason: string | null;
            /** @description Of the document it brings; null: not rendered yet. */
            revision: number | null;
            /** @description When SES accepted it. */
            sentAt: string | null;
            /** @example sent */
            state: string;
            /** @description The address. */
            to: string;
            /**
             * @description Why it was made.
             * @enum {unknown}
             */
            type: "issue" | "resend" | "batch";
            updatedAt: string;
        };
        /**
         * Document
         * @description One PDF of an invoice. It is never overwritten.
         */
        Document: {
            chromeVersion: string;
            /** @example en */
            locale: string;
            pages: number;
            /**
             * @description Path of the bytes.
             * @example /api/invoices/INV-2026-000001/pdf?revision=1
             */
            pdf: string;
            renderedAt: string;
            /**
             * @description 1 is the original, which was sent.
             * @example 1
             */
            revision: number;
            /** @description Of the PDF's bytes; its ETag. */
            sha256: string;
            /** @description Bytes. */
            size: number;
            /** @description When it was known to be stored; null: on its way. */
            storedAt: string | null;
            /** @description Of all that decides its look. */
            templateHash: string;
        };
        /**
         * DocumentRequest
         * @description A PDF that is wanted, or what became of the wish.
         */
        DocumentRequest: {
            createdAt: string;
            /** @description Why it cannot be made. */
            failure: string | null;
            /**
             * @description The document request.
             * @example 1
             */
            id: number;
            /** @example de */
            locale: string;
            /** @example INV-2026-000001 */
            number: string;
            /** @description Once it is rendered. */
            revision: number | null;
            /** @enum {unknown} */
            state: "pending" | "stored" | "failed";
        };
        /**
         * FailureGroup
         * @description Failures of one class, in one stage, with one message but for its numbers and ids.
         */
        FailureGroup: {
            /**
             * @description What kind of failure.
             * @example retryable
             */
            errorClass: string | null;
            /**
             * @description Pass it to `GET /api/jobs?fingerprint=`.
             * @example send:retryable:ses-answered-N
             */
            fingerprint: string;
            /** @description As far back as history is kept. */
            firstSeenAt: string | null;
            /** @description Attempts that ended so in the last 24 hours, also of jobs that are over. */
            lastDay: number;
            /** @description The latest. */
            lastSeenAt: string | null;
            /** @description The latest, as it was. */
            message: string | null;
            /** @description Jobs that failed so last and are not over. */
            openJobs: number;
            /** @description Of so many orders. */
            openOrders: number;
            /** @description The latest job that failed so. */
            sampleJobId: number | null;
            /**
             * @description Where.
             * @example send
             */
            stage: string | null;
            /** @description The same by the hour, 24 of them, the oldest first; the last is the hour until now. */
            trend: number[];
        };
        /** FieldError */
        FieldError: {
            /** @description Units that are left for this line. */
            available?: number;
            /**
             * @description What is wrong with it; stable.
             * @example out_of_range
             */
            code: string;
            /** @description The same for people. */
            detail: string;
            /**
             * @description The part of the request.
             * @enum {unknown}
             */
            in: "body" | "query" | "path" | "header";
            /**
             * @description JSON pointer (RFC 6901) of the field in that part.
             * @example /items/0/quantity
             */
            pointer: string;
            productId?: number;
            /** @description Units that this line asks for. */
            requested?: number;
        };
        /**
         * ImportedOrder
         * @description An order of the past: one JSON object a line.
         */
        ImportedOrder: {
            /** @description Where the invoice is made out to; absent: the customer's address. */
            billingAddress?: {
                /**
                 * @description Town or city.
                 * @example San Francisco
                 */
                city: string;
                /**
                 * @description ISO 3166-1 alpha-2, in capitals.
                 * @example US
                 * @enum {unknown}
                 */
                countryCode: "AD" | "AE" | "AF" | "AG" | "AI" | "AL" | "AM" | "AO" | "AQ" | "AR" | "AS" | "AT" | "AU" | "AW" | "AX" | "AZ" | "BA" | "BB" | "BD" | "BE" | "BF" | "BG" | "BH" | "BI" | "BJ" | "BL" | "BM" | "BN" | "BO" | "BQ" | "BR" | "BS" | "BT" | "BV" | "BW" | "BY" | "BZ" | "CA" | "CC" | "CD" | "CF" | "CG" | "CH" | "CI" | "CK" | "CL" | "CM" | "CN" | "CO" | "CR" | "CU" | "CV" | "CW" | "CX" | "CY" | "CZ" | "DE" | "DJ" | "DK" | "DM" | "DO" | "DZ" | "EC" | "EE" | "EG" | "EH" | "ER" | "ES" | "ET" | "FI" | "FJ" | "FK" | "FM" | "FO" | "FR" | "GA" | "GB" | "GD" | "GE" | "GF" | "GG" | "GH" | "GI" | "GL" | "GM" | "GN" | "GP" | "GQ" | "GR" | "GS" | "GT" | "GU" | "GW" | "GY" | "HK" | "HM" | "HN" | "HR" | "HT" | "HU" | "ID" | "IE" | "IL" | "IM" | "IN" | "IO" | "IQ" | "IR" | "IS" | "IT" | "JE" | "JM" | "JO" | "JP" | "KE" | "KG" | "KH" | "KI" | "KM" | "KN" | "KP" | "KR" | "KW" | "KY" | "KZ" | "LA" | "LB" | "LC" | "LI" | "LK" | "LR" | "LS" | "LT" | "LU" | "LV" | "LY" | "MA" | "MC" | "MD" | "ME" | "MF" | "MG" | "MH" | "MK" | "ML" | "MM" | "MN" | "MO" | "MP" | "MQ" | "MR" | "MS" | "MT" | "MU" | "MV" | "MW" | "MX" | "MY" | "MZ" | "NA" | "NC" | "NE" | "NF" | "NG" | "NI" | "NL" | "NO" | "NP" | "NR" | "NU" | "NZ" | "OM" | "PA" | "PE" | "PF" | "PG" | "PH" | "PK" | "PL" | "PM" | "PN" | "PR" | "PS" | "PT" | "PW" | "PY" | "QA" | "RE" | "RO" | "RS" | "RU" | "RW" | "SA" | "SB" | "SC" | "SD" | "SE" | "SG" | "SH" | "SI" | "SJ" | "SK" | "SL" | "SM" | "SN" | "SO" | "SR" | "SS" | "ST" | "SV" | "SX" | "SY" | "SZ" | "TC" | "TD" | "TF" | "TG" | "TH" | "TJ" | "TK" | "TL" | "TM" | "TN" | "TO" | "TR" | "TT" | "TV" | "TW" | "TZ" | "UA" | "UG" | "UM" | "US" | "UY" | "UZ" | "VA" | "VC" | "VE" | "VG" | "VI" | "VN" | "VU" | "WF" | "WS" | "YE" | "YT" | "ZA" | "ZM" | "ZW";
                /**
                 * @description Street and number, or a post office box.
                 * @example 1 Market Street
                 */
                line1: string;
                /**
                 * @description Building, floor, care of.
                 * @example Floor 3
                 */
                line2?: string;
                /** @description Whom the invoice is made out to; absent: the customer's name. */
                name?: string;
                /**
                 * @description As the country writes it.
                 * @example 94105
                 */
                postalCode?: string;
                /**
                 * @description State, province or prefecture.
                 * @example CA
                 */
                region?: string;
                /**
                 * @description The buyer's VAT id; absent: the customer's.
                 * @example DE123456789
                 */
                vatId?: string;
            };
            /**
             * @description The customer, one of the client's own.
             * @example 1
             */
            customerId: number;
            /** @description Discounts on the whole order. */
            discounts?: {
                /**
                 * @description In major units of the order's currency.
                 * @example 5
                 */
                amount?: number;
                /**
                 * @description As it is printed on the invoice.
                 * @example Summer sale
                 */
                label: string;
                /**
                 * @description Of the sum of the lines; at most four decimals.
                 * @example 10
                 */
                percent?: number;
            }[];
            /**
             * @description Your own reference of the order; an import that is run again knows its orders by it.
             * @example web-1001
             */
            externalRef: string;
            /** @description What was bought. */
            items: {
                /**
                 * @description The product; an archived one, too.
                 * @example 1
                 */
                productId: number;
                /**
                 * @description Units.
                 * @example 2
                 */
                quantity: number;
                /**
                 * @description The rate then, in percent; absent: the product's now. Only where the product is taxed.
                 * @example 19
                 */
                taxRatePercent?: number;
                /**
                 * @description What one unit cost then, in major units of the product's currency; absent: its price now.
                 * @example 17.5
                 */
                unitPrice?: number;
            }[];
            /**
             * Format: date-time
             * @description When the order was placed; not in the future.
             * @example 2026-01-15T10:30:00Z
             */
            orderedAt: string;
            /**
             * @description The buyer's reference; printed on the invoice.
             * @example PO-77
             */
            purchaseOrder?: string;
            /**
             * @description Take the goods from today's stock, and give them back when the order is cancelled.
             * @default false
             */
            takeStock?: boolean;
        };
        /**
         * ImportResult
         * @description One JSON object a line.
         */
        ImportResult: {
            /** @description On the last line. */
            alreadyImported?: number;
            /** @description Why it was refused, or failed; as in a problem. */
            code?: string;
            /** @description On the last line: every line was read and has its outcome. */
            complete?: boolean;
            /** @description The same for people. */
            detail?: string;
            /** @description With `external_ref_taken`: where line and order differ. */
            differences?: {
                /** @description What the order of this reference has. */
                existing: unknown;
                /** @description What the line says. */
                given: unknown;
                /** @description JSON pointer of the field in the line. */
                pointer: string;
            }[];
            /** @description The fields concerned, as in a problem. */
            errors?: unknown[];
            externalRef?: string;
            /** @description On the last line. */
            failed?: number;
            /** @description On the last line. */
            imported?: number;
            /** @description Of the request, from 1. Absent on the last line. */
            line?: number;
            /** @example ORD-2025-000001 */
            orderId?: string;
            /**
             * @description `already_imported`: an equal order has the reference. `refused`: the line is at fault. `failed`: we are; send it again. `summary`: the last line.
             * @enum {unknown}
             */
            outcome: "imported" | "already_imported" | "refused" | "failed" | "summary";
            /** @description On the last line. */
            refused?: number;
        };
        /**
         * Invoice
         * @description An invoice or credit note as it was issued, and what became of it.
         */
        Invoice: {
            buyer: {
                address: components["schemas"]["Address"] | null;
                name: string;
                /** @description The buyer's VAT id. */
                vatId: string | null;
            };
            creditNotes: {
                issueDate: string;
                number: string;
                /** @description Given back. In major units of `currency`. */
                total: number;
            }[];
            /** @description What was asked to be given back. */
            creditRequests: components["schemas"]["CreditRequest"][];
            /**
             * @description ISO 4217, of all its amounts.
             * @example USD
             */
            currency: string;
            /**
             * @description The customer it was issued to.
             * @example 1
             */
            customerId: number;
            deliveries: components["schemas"]["Delivery"][];
            /**
             * @description Of its latest delivery: `sent`, `delivered`, `failed` and others; null while there is none.
             * @example sent
             */
            deliveryState: string | null;
            discounts: {
                /** @description Taken off the lines. In major units of `currency`. */
                amount: number;
                label: string;
            }[];
            documents: components["schemas"]["Document"][];
            /** @description The order's reference. */
            externalRef: string | null;
            /**
             * @description When it was numbered.
             * @example 2026-01-15T10:30:00.123Z
             */
            issuedAt: string;
            /**
             * @description Calendar date in the seller's time zone.
             * @example 2026-01-15
             */
            issueDate: string;
            /** @enum {unknown} */
            kind: "invoice" | "credit_note";
            lines: components["schemas"]["InvoiceLine"][];
            /** @description BCP 47. */
            locale: string;
            /** @description Statements printed by law. */
            mentions: ("reverse_charge" | "exempt")[];
            /** @example INV-2026-000001 */
            number: string;
            /** @example ORD-2026-000001 */
            orderId: string;
            /** @description On a credit note: what it corrects. */
            original: {
                issueDate: string;
                number: string;
            } | null;
            /**
             * @description On a credit note: the invoice it corrects.
             * @example INV-2026-000001
             */
            originalNumber: string | null;
            /** @description The buyer's reference. */
            purchaseOrder: string | null;
            /** @description Why the credit note was made. */
            reason: string | null;
            /** @description The invoice that takes its place. */
            replacedBy: string | null;
            /** @description The invoice that it takes the place of. */
            replaces: string | null;
            /**
             * @description What prices with tax cannot reach from a net amount; usually 0. In major units of `currency`.
             * @example 0
             */
            rounding: number;
            seller: {
                address: components["schemas"]["Address"];
                /** @description The seller's address for questions. */
                email: string | null;
                name: string;
                /** @description The seller's VAT id. */
                vatId: string | null;
            };
            /** @description Of the frozen legal content, as canonical JSON (RFC 8785). */
            snapshotSha256: string;
            /**
             * @description `issued`, or how much credit notes have given back of it. Derived: what was issued does not change. A credit note is always `issued`.
             * @enum {unknown}
             */
            state: "issued" | "partially_credited" | "credited";
            /**
             * @description Sum of the lines without tax. Positive on a credit note too. In major units of `currency`.
             * @example 39.98
             */
            subtotal: number;
            supplyDate: string;
            /**
             * @description All tax. In major units of `currency`.
             * @example 4
             */
            tax: number;
            taxes: {
                /** @enum {unknown} */
                category: "standard" | "zero" | "exempt" | "reverse_charge";
                /** @description Why it is not taxed. */
                exemptionReason: string | null;
                /** @description Percent. */
                ratePercent: number;
                /** @description The tax, rounded once. In major units of `currency`. */
                tax: number;
                /** @description What the tax is computed on. In major units of `currency`. */
                taxable: number;
            }[];
            /**
             * @description `subtotal` + `tax` + `rounding`. In major units of `currency`.
             * @example 43.98
             */
            total: number;
            /** @description When it was issued, credited, rendered or its delivery moved, whichever was last. */
            updatedAt: string;
        };
        /** InvoiceLine */
        InvoiceLine: {
            /** @description Units that a credit note can still give back. */
            creditableQuantity: number;
            /** @description Units given back by credit notes; 0 on a credit note. */
            creditedQuantity: number;
            /** @description This line's share of the discounts. In major units of `currency`. */
            discount: number;
            /** @description Why it is not taxed. */
            exemptionReason: string | null;
            /** @description Credit notes name lines by it. */
            lineNumber: number;
            name: string;
            /** @description After discount and without tax. In major units of `currency`. */
            netPrice: number;
            priceIncludesTax: boolean;
            /** @description Units. */
            quantity: number;
            sku: string;
            /** @enum {unknown} */
            taxCategory: "standard" | "zero" | "exempt" | "reverse_charge";
            /**
             * @description Percent.
             * @example 10
             */
            taxRatePercent: number;
            /**
             * @description `quantity` × `unitPrice`. In major units of `currency`.
             * @example 39.98
             */
            totalPrice: number;
            /** @description What one `quantity` is. */
            unit: string;
            /**
             * @description Price of one unit, with tax when `priceIncludesTax`. In major units of `currency`.
             * @example 19.99
             */
            unitPrice: number;
        };
        /**
         * InvoiceSummary
         * @description An invoice or credit note.
         */
        InvoiceSummary: {
            /**
             * @description ISO 4217, of all its amounts.
             * @example USD
             */
            currency: string;
            /**
             * @description The customer it was issued to.
             * @example 1
             */
            customerId: number;
            /**
             * @description Of its latest delivery: `sent`, `delivered`, `failed` and others; null while there is none.
             * @example sent
             */
            deliveryState: string | null;
            /**
             * @description When it was numbered.
             * @example 2026-01-15T10:30:00.123Z
             */
            issuedAt: string;
            /**
             * @description Calendar date in the seller's time zone.
             * @example 2026-01-15
             */
            issueDate: string;
            /** @enum {unknown} */
            kind: "invoice" | "credit_note";
            /** @example INV-2026-000001 */
            number: string;
            /** @example ORD-2026-000001 */
            orderId: string;
            /**
             * @description On a credit note: the invoice it corrects.
             * @example INV-2026-000001
             */
            originalNumber: string | null;
            /**
             * @description What prices with tax cannot reach from a net amount; usually 0. In major units of `currency`.
             * @example 0
             */
            rounding: number;
            /**
             * @description `issued`, or how much credit notes have given back of it. Derived: what was issued does not change. A credit note is always `issued`.
             * @enum {unknown}
             */
            state: "issued" | "partially_credited" | "credited";
            /**
             * @description Sum of the lines without tax. Positive on a credit note too. In major units of `currency`.
             * @example 39.98
             */
            subtotal: number;
            /**
             * @description All tax. In major units of `currency`.
             * @example 4
             */
            tax: number;
            /**
             * @description `subtotal` + `tax` + `rounding`. In major units of `currency`.
             * @example 43.98
             */
            total: number;
            /** @description When it was issued, credited, rendered or its delivery moved, whichever was last. */
            updatedAt: string;
        };
        /**
         * InvoiceVerification
         * @description A check of an invoice against its stored PDF.
         */
        InvoiceVerification: {
            createdAt: string;
            /** @description When the worker had looked. */
            finishedAt: string | null;
            /**
             * @description The verification.
             * @example 1
             */
            id: number;
            /** @example INV-2026-000001 */
            number: string;
            /** @description Null until it is finished. */
            result: {
                checks: {
                    /** @enum {unknown} */
                    check: "snapshot_hash" | "snapshot_content" | "stored_object" | "rendering";
                    /** @description Lines of text that only one side has: `- stored`, `+ rendered`. */
                    differences: string[];
                    message: string;
                    /** @enum {unknown} */
                    result: "same" | "different" | "not_possible";
                }[];
                /**
                 * @description By bytes when template and Chrome are those of the stored PDF, else by the text.
                 * @enum {unknown}
                 */
                comparedBy: "bytes" | "text" | "nothing";
                /** @description Of the PDF that was compared. */
                revision: number | null;
                /** @description Whether nothing differs. */
                verified: boolean;
            } | null;
            /**
             * @description `failed`: the worker could not look; an operator can start it again.
             * @enum {unknown}
             */
            state: "pending" | "finished" | "failed";
        };
        /**
         * Job
         * @description One unit of work, with one id for life.
         */
        Job: {
            /** @description Attempts that counted. */
            attempt: number;
            /** @description The batch that asked for it. */
            batchId: number | null;
            /** @description Whose it is; null: the installation's own. */
            client: {
                id: number;
                name: string;
            } | null;
            /** @description When it was asked for. */
            createdAt: string;
            /** @description As the order has it. */
            customer: {
                email: string;
                id: number;
                name: string;
            } | null;
            /** @description The delivery that it brings. */
            deliveryId: number | null;
            /**
             * @description How that stands.
             * @example sent
             */
            deliveryState: string | null;
            /** @description Of the last attempt that failed, also when a later one succeeded. */
            error: {
                /** @enum {string} */
                class: "retryable" | "throttled" | "permanent" | "ambiguous" | "crashed" | "handed_back";
                fingerprint: string;
                message: string;
            } | null;
            /**
             * @description When it came to an end; null: it goes on.
             * @example 2026-01-15T10:30:00.000Z
             */
            finishedAt: string | null;
            /**
             * @description The job's id, for life.
             * @example 1
             */
            id: number;
            /**
             * @description The document that it is about, or that it made.
             * @example INV-2026-000001
             */
            invoiceNumber: string | null;
            /** @description After so many it has failed. */
            maxAttempts: number;
            /**
             * @description The order that it is about.
             * @example ORD-2026-000001
             */
            orderId: string | null;
            /**
             * @description Where that goes.
             * @example john.doe@example.com
             */
            recipientEmail: string | null;
            /** @description The request that asked for it. */
            requestId: string | null;
            /** @description When it is or was due. */
            runAt: string;
            /**
             * @description When its last attempt began.
             * @example 2026-01-15T10:30:00.000Z
             */
            startedAt: string | null;
            /** @enum {unknown} */
            state: "waiting" | "scheduled" | "running" | "retrying" | "blocked" | "throttled" | "failed" | "ambiguous" | "quarantined" | "suppressed" | "cancelled" | "handled" | "done";
            /**
             * @description What is to be done.
             * @example deliver-invoice
             */
            task: string;
            updatedAt: string;
            /** @description Who holds it now. */
            workerId: string | null;
        };
        /**
         * JobDetail
         * @description Everything known of one job.
         */
        JobDetail: {
            /** @description Attempts that counted. */
            attempt: number;
            /** @description The batch that asked for it. */
            batchId: number | null;
            /** @description Whose it is; null: the installation's own. */
            client: {
                id: number;
                name: string;
            } | null;
            /** @description How often it ended its worker, running alone. */
            crashesAlone: number;
            /** @description When it was asked for. */
            createdAt: string;
            /** @description As the order has it. */
            customer: {
                email: string;
                id: number;
                name: string;
            } | null;
            delivery: {
                /**
                 * @description The delivery's id.
                 * @example 1
                 */
                id: number;
                /** @description The states that a delivery can be in, and what leads from one to the other. */
                machine: {
                    /** @enum {unknown} */
                    current: "pending" | "rendering" | "stored" | "sending" | "sent" | "delivered" | "bounced" | "ambiguous" | "throttled" | "suppressed" | "quarantined" | "failed" | "cancelled" | "handled";
                    states: ("pending" | "rendering" | "stored" | "sending" | "sent" | "delivered" | "bounced" | "ambiguous" | "throttled" | "suppressed" | "quarantined" | "failed" | "cancelled" | "handled")[];
                    transitions: {
                        /** @enum {unknown} */
                        event: "begun" | "documents_stored" | "send_started" | "resend_started" | "accepted" | "throttled" | "attempt_failed" | "gave_up" | "reply_lost" | "crashed" | "handed_back" | "suppressed" | "quarantined" | "ses_send" | "ses_delivery" | "ses_bounce" | "ses_complaint" | "ses_reject" | "retried" | "resent_by_hand" | "confirmed_sent" | "cancelled" | "handled";
                        /** @enum {unknown} */
                        from: "pending" | "rendering" | "stored" | "sending" | "sent" | "delivered" | "bounced" | "ambiguous" | "throttled" | "suppressed" | "quarantined" | "failed" | "cancelled" | "handled";
                        /** @enum {unknown} */
                        to: "pending" | "rendering" | "stored" | "sending" | "sent" | "delivered" | "bounced" | "ambiguous" | "throttled" | "suppressed" | "quarantined" | "failed" | "cancelled" | "handled";
                    }[];
                };
                /** @example invoice:17 */
                purpose: string;
                /** @description Why it was asked for. */
                reason: string | null;
                recipientEmail: string;
                recipientName: string;
                /** @description Sent again after a doubt. */
                resends: number;
                /**
                 * @description When SES took it.
                 * @example 2026-01-15T10:30:00.000Z
                 */
                sentAt: string | null;
                /** @description What SES told, oldest first. */
                sesEvents: {
                    /** @description As SES told it, without addresses. */
                    detail: {
                        [key: string]: unknown;
                    };
                    /** @description By SES's clock. */
                    occurredAt: string;
                    receivedAt: string;
                    sesMessageId: string;
                    /** @enum {unknown} */
                    type: "send" | "delivery" | "bounce" | "complaint" | "reject";
                }[];
                /** @description The last message's. */
                sesMessageId: string | null;
                /** @enum {unknown} */
                state: "pending" | "rendering" | "stored" | "sending" | "sent" | "delivered" | "bounced" | "ambiguous" | "throttled" | "suppressed" | "quarantined" | "failed" | "cancelled" | "handled";
                updatedAt: string;
            } | null;
            /** @description The delivery that it brings. */
            deliveryId: number | null;
            /**
             * @description How that stands.
             * @example sent
             */
            deliveryState: string | null;
            documents: {
                chromeVersion: string;
                id: number;
                /** @enum {unknown} */
                invoiceKind: "invoice" | "credit_note";
                invoiceNumber: string;
                locale: string;
                pages: number;
                renderedAt: string;
                revision: number;
                /** @description Of the object. */
                s3Key: string;
                /** @description Of its bytes. */
                sha256: string;
                /** @description Bytes. */
                size: number;
                /**
                 * @description Null: not known to be in the object store.
                 * @example 2026-01-15T10:30:00.000Z
                 */
                storedAt: string | null;
                templateHash: string;
                /**
                 * @description When the object was last read and compared.
                 * @example 2026-01-15T10:30:00.000Z
                 */
                verifiedAt: string | null;
            }[];
            /** @description Of the last attempt that failed, also when a later one succeeded. */
            error: {
                /** @enum {string} */
                class: "retryable" | "throttled" | "permanent" | "ambiguous" | "crashed" | "handed_back";
                fingerprint: string;
                message: string;
            } | null;
            /**
             * @description When it came to an end; null: it goes on.
             * @example 2026-01-15T10:30:00.000Z
             */
            finishedAt: string | null;
            /**
             * @description The job's id, for life.
             * @example 1
             */
            id: number;
            /**
             * @description The document that it is about, or that it made.
             * @example INV-2026-000001
             */
            invoiceNumber: string | null;
            /** @description After so many it has failed. */
            maxAttempts: number;
            /**
             * @description The order that it is about.
             * @example ORD-2026-000001
             */
            orderId: string | null;
            /**
             * @description When the order was committed: where the timeline begins.
             * @example 2026-01-15T10:30:00.000Z
             */
            orderPlacedAt: string | null;
            /** @description Options of the job; the rows are the truth. */
            payload: {
                [key: string]: unknown;
            };
            /**
             * @description Where that goes.
             * @example john.doe@example.com
             */
            recipientEmail: string | null;
            /** @description The request that asked for it. */
            requestId: string | null;
            /** @description When it is or was due. */
            runAt: string;
            /** @description Its worker died while it ran, so nothing runs beside it. */
            runsAlone: boolean;
            /**
             * @description When its last attempt began.
             * @example 2026-01-15T10:30:00.000Z
             */
            startedAt: string | null;
            /** @enum {unknown} */
            state: "waiting" | "scheduled" | "running" | "retrying" | "blocked" | "throttled" | "failed" | "ambiguous" | "quarantined" | "suppressed" | "cancelled" | "handled" | "done";
            /**
             * @description What is to be done.
             * @example deliver-invoice
             */
            task: string;
            /** @description Times in a row that it was told to wait. */
            throttles: number;
            /** @description Oldest first; the last 500 entries. */
            timeline: {
                at: string;
                /** @description An attempt that was told to wait is not counted: its number comes again. */
                attempt: number;
                /** @description What came of it. */
                detail: {
                    [key: string]: unknown;
                } | null;
                /** @description What it took; null for a beginning. */
                durationMs: number | null;
                /**
                 * @description What kind of failure.
                 * @example retryable
                 */
                errorClass: string | null;
                /** @description In words, without names and addresses. */
                errorMessage: string | null;
                /** @description For programmers. */
                errorStack: string | null;
                /** @enum {unknown} */
                event: "started" | "succeeded" | "failed" | "crashed" | "skipped";
                id: number;
                /** @description Since the order was placed, or else the job asked for. */
                sinceStartMs: number;
                /**
                 * @description `attempt` for the attempt as a whole.
                 * @example send
                 */
                stage: string;
                /** @description Who did it. */
                workerId: string | null;
            }[];
            updatedAt: string;
            /** @description Who holds it now. */
            workerId: string | null;
        };
        /**
         * Key
         * @description A key, without its secret.
         */
        Key: {
            /**
             * @description The client it belongs to.
             * @example 1
             */
            clientId: number;
            createdAt: string;
            /** @description Null: never. */
            expiresAt: string | null;
            /**
             * @description The key's id.
             * @example 1
             */
            id: number;
            label: string;
            /** @description To the minute. */
            lastUsedAt: string | null;
            /** @description The part of the key that may be seen. */
            prefix: string;
            /** @description Null: not revoked. */
            revokedAt: string | null;
            scopes: string[];
        };
        /**
         * Order
         * @description The order.
         */
        Order: {
            /** @description The buyer as the invoice names it. */
            billing: {
                address: components["schemas"]["Address"] | null;
                name: string;
                /** @description The buyer's VAT id. */
                vatId: string | null;
            };
            /** @description When it was cancelled. */
            cancelledAt: string | null;
            /**
             * @description When it was placed, to the second.
             * @example 2026-01-15T10:30:00Z
             */
            createdAt: string;
            /**
             * @description ISO 4217, of all its amounts.
             * @example USD
             */
            currency: string;
            /** @description As it was when the order was placed. */
            customerEmail: string;
            /**
             * @description The customer.
             * @example 1
             */
            customerId: number;
            /**
             * @description As it was when the order was placed.
             * @example John Doe
             */
            customerName: string;
            discounts: {
                /** @description Taken off the lines. In major units of `currency`. */
                amount: number;
                label: string;
            }[];
            /** @description Your own reference. */
            externalRef: string | null;
            /** @description Internal; `orderId` names the order everywhere. */
            id: number;
            /** @description What was issued for it, oldest first. */
            invoices: components["schemas"]["OrderInvoice"][];
            /**
             * @description `pending`: being made. `blocked`: `missing` says what it lacks. `not_required`: cancelled before numbering.
             * @enum {unknown}
             */
            invoiceStatus: "pending" | "blocked" | "issued" | "not_required" | "external";
            items: components["schemas"]["OrderLine"][];
            /**
             * @description BCP 47; the language of the invoice.
             * @example en
             */
            locale: string;
            /** @description With `blocked`: the data that the invoice lacks. */
            missing?: string[];
            /**
             * @description The order's name in paths and filters.
             * @example ORD-2026-000001
             */
            orderId: string;
            /** @description The buyer's reference. */
            purchaseOrder: string | null;
            /**
             * @description What prices with tax cannot reach from a net amount; usually 0. In major units of `currency`.
             * @example 0
             */
            rounding: number;
            /** @enum {unknown} */
            status: "COMPLETED" | "CANCELLED";
            /**
             * @description Sum of the lines after discounts, without tax. In major units of `currency`.
             * @example 39.98
             */
            subtotal: number;
            /**
             * @description All tax. In major units of `currency`.
             * @example 4
             */
            tax: number;
            /** @description The tax by category and rate. */
            taxes: components["schemas"]["Tax"][];
            /**
             * @description What the buyer owes: `subtotal` + `tax` + `rounding`. In major units of `currency`.
             * @example 43.98
             */
            total: number;
            /** @description When it was last changed. */
            updatedAt: string;
        };
        /** OrderInvoice */
        OrderInvoice: {
            /** @description Of its latest email: `sent`, `delivered`, `failed` and others; null while there is none. */
            deliveryState: string | null;
            /** @enum {unknown} */
            kind: "invoice" | "credit_note";
            /** @example INV-2026-000001 */
            number: string;
            /** @enum {unknown} */
            state: "issued" | "partially_credited" | "credited";
        };
        /** OrderLine */
        OrderLine: {
            /** @description This line's share of the order's discounts. In major units of `currency`. */
            discount: number;
            /** @description From 1; returns and credit notes name lines by it. */
            lineNumber: number;
            /** @description After discount and without tax. In major units of `currency`. */
            netPrice: number;
            priceIncludesTax: boolean;
            /**
             * @description The product.
             * @example 1
             */
            productId: number;
            /** @description As it was when the order was placed. */
            productName: string;
            /** @description Units. */
            quantity: number;
            /** @description Units given back. */
            returnedQuantity: number;
            sku: string;
            /** @enum {unknown} */
            taxCategory: "standard" | "zero" | "exempt" | "reverse_charge";
            /**
             * @description Percent.
             * @example 10
             */
            taxRatePercent: number;
            /**
             * @description `quantity` × `unitPrice`. In major units of `currency`.
             * @example 39.98
             */
            totalPrice: number;
            /** @description What one `quantity` is. */
            unit: string;
            /**
             * @description Price of one unit, with tax when `priceIncludesTax`. In major units of `currency`.
             * @example 19.99
             */
            unitPrice: number;
        };
        /** Problem */
        Problem: {
            /** @description What happened, for programs; stable. */
            code: string;
            /** @description With `currency_mismatch`. */
            currencies?: string[];
            /** @description What happened, for people; the wording may change. */
            detail: string;
            /** @description The fields concerned. */
            errors?: components["schemas"]["FieldError"][];
            /** @description With `external_ref_taken`: the order of that reference. */
            orderId?: string;
            /** @description With `customer_needed`. */
            orderIds?: string[];
            /** @description With `sku_taken`: the product of that SKU. */
            productId?: number;
            /** @description What can still be credited of each line. */
            remaining?: {
                lineNumber: number;
                quantity: number;
            }[];
            /** @description Name it when you ask for help. */
            requestId: string;
            /** @description With `rate_limited`: as in Retry-After. */
            retryAfterSeconds?: number;
            /** @description The HTTP status. */
            status: number;
            title: string;
            /** @description `urn:billpost:problem:` and the code. */
            type: string;
        };
        /**
         * Product
         * @description A product of the catalogue, which all clients share.
         */
        Product: {
            /** @description An archived product can't be ordered. */
            archived: boolean;
            createdAt: string;
            /**
             * @description ISO 4217.
             * @example USD
             */
            currency: string;
            description: string;
            /**
             * @description The product's id.
             * @example 1
             */
            id: number;
            name: string;
            priceIncludesTax: boolean;
            sku: string;
            /**
             * @description Units there are; null when it does not track stock.
             * @example 100
             */
            stock: number | null;
            /** @enum {unknown} */
            taxCategory: "standard" | "zero" | "exempt" | "reverse_charge";
            /** @description Why it is exempt. */
            taxExemptionReason: string | null;
            /** @description The rate that counts, in percent; the default one included. */
            taxRatePercent: number;
            tracksStock: boolean;
            /**
             * @description What one `quantity` is.
             * @example piece
             */
            unit: string;
            /**
             * @description Price of one unit. In major units of `currency`.
             * @example 19.99
             */
            unitPrice: number;
            updatedAt: string;
            /** @description Grows with each change; a movement of stock is none. */
            version: number;
        };
        /**
         * Return
         * @description What came back of an order. A credit note follows.
         */
        Return: {
            createdAt: string;
            /**
             * @description The return's id.
             * @example 1
             */
            id: number;
            lines: {
                /** @description The order's line. */
                lineNumber: number;
                /**
                 * @description The product.
                 * @example 1
                 */
                productId: number;
                /** @description Units that came back. */
                quantity: number;
            }[];
            /** @example ORD-2026-000001 */
            orderId: string;
            reason: string;
            /** @description Whether it went back into stock. */
            restocked: boolean;
        };
        /**
         * SearchHit
         * @description Something that the text is the name of.
         */
        SearchHit: {
            /** @description Whose it is. */
            clientId: number | null;
            /**
             * @description As the API names it.
             * @example ORD-2026-000001
             */
            key: string;
            /** @description The buyer's name, or a job's task. */
            label: string;
            /**
             * @description What the text was taken for.
             * @enum {unknown}
             */
            matched: "job" | "order" | "invoice" | "email" | "external_ref" | "ses_message" | "request";
            /**
             * @description An order's invoice status, an invoice's kind, a job's state.
             * @example issued
             */
            state: string | null;
            /** @enum {unknown} */
            type: "order" | "invoice" | "customer" | "job";
        };
        /**
         * Stats
         * @description How the queue does, and how it did lately.
         */
        Stats: {
            /** @description By the database's clock. */
            asOf: string;
            attention: components["schemas"]["Attention"];
            /**
             * @description `no_workers`: nobody works, and nothing is paused. `stuck`: work is due, not paused, and nobody has begun it for 15 seconds. `paused`: something is.
             * @enum {unknown}
             */
            health: "idle" | "busy" | "stuck" | "paused" | "no_workers";
            lastDay: {
                /** @description Of those, with success. */
                done: number;
                /** @description First emails of orders. */
                emails: number;
                /** @description Jobs that came to an end. */
                finished: number;
                jobsPerMinute: number;
                /** @description From the order to its first email, the median, in ms. */
                orderToEmailP50Ms: number | null;
                /** @description The same, of all but the slowest twentieth. */
                orderToEmailP95Ms: number | null;
                /** @description Its length; it ends now. */
                seconds: number;
                /** @description Of 1; null: nothing ended. */
                successRate: number | null;
                /** @description Of those, so that a person must look. */
                unsuccessful: number;
            };
            lastHour: {
                /** @description Of those, with success. */
                done: number;
                /** @description First emails of orders. */
                emails: number;
                /** @description Jobs that came to an end. */
                finished: number;
                jobsPerMinute: number;
                /** @description From the order to its first email, the median, in ms. */
                orderToEmailP50Ms: number | null;
                /** @description The same, of all but the slowest twentieth. */
                orderToEmailP95Ms: number | null;
                /** @description Its length; it ends now. */
                seconds: number;
                /** @description Of 1; null: nothing ended. */
                successRate: number | null;
                /** @description Of those, so that a person must look. */
                unsuccessful: number;
            };
            pauses: {
                actor: string;
                /** @description Why. */
                reason: string | null;
                since: string;
                /** @description Null: the whole task. */
                stage: string | null;
                task: string;
                /** @description Null: until somebody resumes it. */
                until: string | null;
            }[];
            queue: {
                /** @description Jobs that begin later by themselves. */
                later: number;
                /** @description Since when the oldest of them is due. */
                oldestDueAt: string | null;
                oldestWaitSeconds: number;
                /** @description Jobs that a worker is at. */
                running: number;
                /** @description Due for 15 seconds, not paused, and nobody has it. */
                stuck: number;
                /** @description Jobs that are due and that nobody has. */
                waiting: number;
            };
            tasks: {
                /** @description Begins later. */
                later: number;
                /** @description Waits for a person. */
                needsAttention: number;
                /** @description A worker is at it. */
                running: number;
                task: string;
                /** @description Could begin now. */
                waiting: number;
            }[];
            /** @description Workers that show a heartbeat. */
            workers: number;
        };
        /**
         * StockMovement
         * @description A row of the stock ledger, which is only ever added to.
         */
        StockMovement: {
            /** @description Who moved it: `key:` and the key's prefix, or a part of the system. */
            actor: string;
            createdAt: string;
            /**
             * @description The movement's id.
             * @example 1
             */
            id: number;
            note: string;
            /**
             * @description The order it belongs to; null for none, or another client's.
             * @example ORD-2026-000001
             */
            orderId: string | null;
            /**
             * @description The product's id.
             * @example 1
             */
            productId: number;
            /** @description Units that came (positive) or went (negative). */
            quantity: number;
            /** @description Units there were after it. */
            resultingQuantity: number;
            /** @enum {unknown} */
            type: "receipt" | "sale" | "cancellation" | "return" | "adjustment";
        };
        /**
         * Suppression
         * @description An address that gets no automatic mail.
         */
        Suppression: {
            /**
             * @description Null: its customer was erased; it gets no mail all the same.
             * @example gone@example.com
             */
            address: string | null;
            createdAt: string;
            /** @description Whose message it was. */
            deliveryId: number | null;
            /**
             * @description The entry's id.
             * @example 1
             */
            id: number;
            /** @enum {unknown} */
            reason: "hard_bounce" | "complaint";
        };
        /** Tax */
        Tax: {
            /** @enum {unknown} */
            category: "standard" | "zero" | "exempt" | "reverse_charge";
            /** @description Percent. */
            ratePercent: number;
            /** @description The tax, rounded once. In major units of `currency`. */
            tax: number;
            /** @description What the tax is computed on. In major units of `currency`. */
            taxable: number;
        };
        /**
         * TimelineEvent
         * @description Something that happened to the order.
         */
        TimelineEvent: {
            /**
             * @description Numbers and ids that belong to it, by type.
             * @example {
             *       "number": "INV-2026-000001"
             *     }
             */
            data: {
                [key: string]: unknown;
            };
            occurredAt: string;
            /**
             * @description Dotted; new types may come.
             * @example order.placed
             */
            type: string;
        };
        /**
         * Verdict
         * @description Why there is no invoice or email yet, and the next safe act.
         */
        Verdict: {
            /** @description The next safe act. */
            act: {
                /** @description The job to do it with. */
                jobId: number | null;
                /** @example retry */
                name: string;
                /** @description What to do, and why it is safe. */
                sentence: string;
                /** @description The suppressed address in its way. */
                suppressionId: number | null;
            };
            /**
             * @description What it comes down to, for programs.
             * @example blocked
             */
            code: string;
            /** @description Its delivery. */
            deliveryId: number | null;
            /**
             * @description The document.
             * @example INV-2026-000001
             */
            invoiceNumber: string | null;
            /**
             * @description The order.
             * @example ORD-2026-000001
             */
            orderId: string | null;
            /** @description Of the other documents or orders, the worst first. */
            others: {
                /** @description The next safe act. */
                act: {
                    /** @description The job to do it with. */
                    jobId: number | null;
                    /** @example retry */
                    name: string;
                    /** @description What to do, and why it is safe. */
                    sentence: string;
                    /** @description The suppressed address in its way. */
                    suppressionId: number | null;
                };
                /**
                 * @description What it comes down to, for programs.
                 * @example blocked
                 */
                code: string;
                /** @description Its delivery. */
                deliveryId: number | null;
                /**
                 * @description The document.
                 * @example INV-2026-000001
                 */
                invoiceNumber: string | null;
                /**
                 * @description The order.
                 * @example ORD-2026-000001
                 */
                orderId: string | null;
                /**
                 * @description Why there is no invoice or email yet, or what became of it.
                 * @example Order ORD-2026-000001 has no invoice yet: its job is next.
                 */
                sentence: string;
                /**
                 * @description `act`: nothing happens until a person acts. `stuck`: something stands in its way. `moving`: it goes on by itself. `settled`: there is nothing to do.
                 * @enum {unknown}
                 */
                standing: "act" | "stuck" | "moving" | "settled";
            }[];
            /**
             * @description Why there is no invoice or email yet, or what became of it.
             * @example Order ORD-2026-000001 has no invoice yet: its job is next.
             */
            sentence: string;
            /**
             * @description `act`: nothing happens until a person acts. `stuck`: something stands in its way. `moving`: it goes on by itself. `settled`: there is nothing to do.
             * @enum {unknown}
             */
            standing: "act" | "stuck" | "moving" | "settled";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getAttention: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What waits for a person. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Attention"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /**
                 * @description What was done.
                 * @example order.cancelled
                 */
                action?: string;
                /**
                 * @description Who.
                 * @example key:bp_1a2b3c
                 */
                actor?: string;
                /**
                 * @description By a key of this client.
                 * @example 1
                 */
                clientId?: number;
                /** @description `nextCursor` of the page before. Opaque; good only with the same filters. */
                cursor?: string;
                /**
                 * @description At this instant or later.
                 * @example 2026-01-15T10:30:00Z
                 */
                from?: string;
                /** @description Entries at most. */
                limit?: number;
                /** @description By the request of this X-Request-Id. */
                requestId?: string;
                /**
                 * @description To which, as the API names it.
                 * @example ORD-2026-000001
                 */
                targetId?: string;
                /**
                 * @description To what kind of thing.
                 * @example order
                 */
                targetType?: string;
                /**
                 * @description Before this instant.
                 * @example 2026-01-15T10:30:00Z
                 */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of acts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["AuditedAct"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBatches: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. Opaque; good only with the same filters. */
                cursor?: string;
                /** @description `resend`: stored documents go out again. `rerender`: a new PDF of the frozen content. `reissue`: a credit note and a corrected invoice. `issue`: invoices for orders that have none. */
                kind?: "resend" | "rerender" | "reissue" | "issue";
                /** @description Entries at most. */
                limit?: number;
                /** @description `failed`: it could not be planned, and nothing was done. */
                state?: "planning" | "planned" | "running" | "paused" | "done" | "cancelled" | "failed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of batches. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Batch"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "resend",
                 *       "externalRef": "bounced-2026-01",
                 *       "reason": "Addresses were corrected",
                 *       "selection": {
                 *         "filter": {
                 *           "from": "2026-01-01",
                 *           "to": "2026-01-31"
                 *         }
                 *       },
                 *       "only": "bounced"
                 *     }
                 */
                "application/json": {
                    /** @description Start as soon as it is planned. */
                    autoStart?: boolean;
                    /** @description For `reissue`: the right buyer. */
                    billingDetails?: {
                        address?: components["schemas"]["Address"];
                        /**
                         * @description The right name of the buyer.
                         * @example Jane Doe
                         */
                        name?: string;
                        /**
                         * @description The buyer's VAT id.
                         * @example DE123456789
                         */
                        vatId?: string;
                    };
                    /** @description So many first; the rest when none of them failed, else it pauses. */
                    canary?: number;
                    /** @description For `reissue`: what is wrong; the first that fits a line counts. */
                    corrections?: {
                        /**
                         * @description What stays when the rate changes: `net`, and the customer pays or gets the difference; `gross`, and the price with tax stays.
                         * @enum {unknown}
                         */
                        keep?: "net" | "gross";
                        /** @description Lines that fit all of it; at least one of the two. */
                        match: {
                            productIds?: number[];
                            /**
                             * @description Lines taxed at this rate.
                             * @example 19
                             */
                            taxRatePercent?: number;
                        };
                        set: {
                            /**
                             * @description The right rate; 0 is the zero-rated category.
                             * @example 19
                             */
                            taxRatePercent: number;
                        };
                    }[];
                    /**
                     * @description Yours, unique among your batches. Required for all that mails or issues.
                     * @example resend-2026-01
                     */
                    externalRef?: string;
                    /**
                     * @description `resend`: stored documents go out again. `rerender`: a new PDF of the frozen content. `reissue`: a credit note and a corrected invoice. `issue`: invoices for orders that have none.
                     * @enum {unknown}
                     */
                    kind: "resend" | "rerender" | "reissue" | "issue";
                    /**
                     * @description For `rerender`: BCP 47; absent: each document's own.
                     * @example de
                     */
                    locale?: string;
                    /** @description For `rerender`: mail the new PDFs. Absent: no. */
                    mail?: boolean;
                    /**
                     * @description For `resend`: which of the selected. Absent: all.
                     * @enum {unknown}
                     */
                    only?: "all" | "undelivered" | "bounced";
                    /**
                     * @description Why; it goes into the history, and on credit notes.
                     * @example Damaged in transit
                     */
                    reason: string;
                    /**
                     * @description Where mail of `resend` and `rerender` goes: the address the order has, or the one the customer has now. Absent: `order`.
                     * @enum {unknown}
                     */
                    recipient?: "order" | "customer";
                    /** @description Sample PDFs; absent: 3. */
                    samples?: number;
                    /** @description Exactly one of the three. */
                    selection: {
                        /** @description All that fits; `{}` is everything. */
                        filter?: {
                            /**
                             * @description Of this customer.
                             * @example 1
                             */
                            customerId?: number;
                            /**
                             * @description Of the latest delivery.
                             * @enum {unknown}
                             */
                            deliveryState?: "pending" | "rendering" | "stored" | "sending" | "sent" | "delivered" | "bounced" | "ambiguous" | "throttled" | "suppressed" | "quarantined" | "failed" | "cancelled" | "handled";
                            /**
                             * @description Absent: invoices.
                             * @enum {unknown}
                             */
                            documents?: "invoices" | "credit_notes" | "all";
                            /**
                             * Format: date
                             * @description Issue date at or after; for `issue`, the day the order was placed.
                             * @example 2026-01-15
                             */
                            from?: string;
                            /**
                             * @description For `issue` only; absent: both.
                             * @enum {unknown}
                             */
                            invoiceStatus?: "blocked" | "external";
                            /**
                             * @description With a line of this product.
                             * @example 1
                             */
                            productId?: number;
                            /**
                             * @description How much credit notes have given back.
                             * @enum {unknown}
                             */
                            state?: "issued" | "partially_credited" | "credited";
                            /**
                             * @description Whose latest PDF was made by this template.
                             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
                             */
                            templateHash?: string;
                            /**
                             * Format: date
                             * @description Issue date at or before; for `issue`, the day the order was placed.
                             * @example 2026-01-15
                             */
                            to?: string;
                        };
                        invoiceNumbers?: string[];
                        orderIds?: string[];
                    };
                    /**
                     * @description Pause when this share of at least 10 ended items has failed. Absent: never.
                     * @example 0.1
                     */
                    stopAtFailureRate?: number;
                };
            };
        };
        responses: {
            /** @description A run over many invoices or orders. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description A run over many invoices or orders. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The batch's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A run over many invoices or orders. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The batch's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why; for the audit.
                     * @example Damaged in transit
                     */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description A run over many invoices or orders. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watchBatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The batch's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBatchItems: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. Opaque; good only with the same filters. */
                cursor?: string;
                /** @description Entries at most. */
                limit?: number;
                outcome?: "waiting" | "running" | "done" | "skipped" | "failed";
                /**
                 * @description Items with this reason.
                 * @example changed_since_plan
                 */
                reason?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The batch's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of items. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["BatchItem"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportBatchItemsCsv: {
        parameters: {
            query?: {
                outcome?: "waiting" | "running" | "done" | "skipped" | "failed";
                /**
                 * @description Items with this reason.
                 * @example changed_since_plan
                 */
                reason?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The batch's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every item. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportBatchItems: {
        parameters: {
            query?: {
                outcome?: "waiting" | "running" | "done" | "skipped" | "failed";
                /**
                 * @description Items with this reason.
                 * @example changed_since_plan
                 */
                reason?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The batch's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every item. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The batch's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why; for the audit.
                     * @example Damaged in transit
                     */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description A run over many invoices or orders. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The batch's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why; for the audit.
                     * @example Damaged in transit
                     */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description A run over many invoices or orders. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryFailedBatchItems: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The batch's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why; for the audit.
                     * @example Damaged in transit
                     */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description A run over many invoices or orders. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBatchSample: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The batch's id.
                 * @example 1
                 */
                id: number;
                /**
                 * @description From 1.
                 * @example 1
                 */
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The PDF. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The batch's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why; for the audit.
                     * @example Damaged in transit
                     */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description A run over many invoices or orders. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBulkOperations: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. Opaque; good only with the same filters. */
                cursor?: string;
                /** @description Entries at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of bulk operations. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @enum {unknown} */
                            action: "retry" | "run-now" | "cancel" | "reschedule" | "settle" | "release" | "mark-handled";
                            actor: string;
                            canary: number | null;
                            changed: number;
                            createdAt: string;
                            /** @description Changed jobs that failed again. */
                            failed: number;
                            /** @description As it was given, `ids` by their number. */
                            filter: {
                                [key: string]: unknown;
                            };
                            /** @description Null: not yet. */
                            finishedAt: string | null;
                            /**
                             * @description The operation's id.
                             * @example 1
                             */
                            id: number;
                            options: {
                                [key: string]: unknown;
                            };
                            /**
                             * @description `canary`: it acts on the first few, or waits for what comes of them.
                             * @enum {unknown}
                             */
                            phase: "canary" | "rest" | "over";
                            reason: string;
                            skipped: number;
                            /**
                             * @description How many were passed over, by why.
                             * @example {
                             *       "may_mail_twice": 3
                             *     }
                             */
                            skippedBecause: {
                                [key: string]: number;
                            };
                            /** @enum {unknown} */
                            state: "running" | "done" | "stopped";
                            stopAtFailureRate: number | null;
                            /** @description Why it stopped before its end. */
                            stopReason: string | null;
                            /** @description Changed jobs that are done by now. */
                            succeeded: number;
                            /** @description Jobs, as frozen at the beginning. */
                            total: number;
                            /** @description Not acted on yet; of a stopped operation: never. */
                            waiting: number;
                        }[];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginBulkOperation: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description What is done to each job.
                     * @enum {unknown}
                     */
                    action: "retry" | "run-now" | "cancel" | "reschedule" | "settle" | "release" | "mark-handled";
                    /** @description Act on so many first, wait for what comes of them, and go on only if that is good. */
                    canary?: number;
                    /**
                     * @description Only count, and judge each job as it stands.
                     * @default false
                     */
                    dryRun?: boolean;
                    /** @description Which jobs: every condition that is given must hold. */
                    filter?: {
                        /** @description Attempts begun, at least. */
                        attemptsFrom?: number;
                        /** @description Attempts begun, at most. */
                        attemptsTo?: number;
                        /**
                         * @description Of this batch.
                         * @example 1
                         */
                        batchId?: number;
                        /**
                         * Format: date-time
                         * @description Asked for at this instant or later.
                         * @example 2026-01-15T10:30:00Z
                         */
                        createdFrom?: string;
                        /**
                         * Format: date-time
                         * @description Asked for before this instant.
                         * @example 2026-01-15T10:30:00Z
                         */
                        createdTo?: string;
                        /**
                         * @description Of this customer's orders.
                         * @example 1
                         */
                        customerId?: number;
                        /**
                         * @description The customer's, or where a delivery goes; in any case.
                         * @example john@example.com
                         */
                        email?: string;
                        /**
                         * @description Of the last attempt that failed.
                         * @enum {unknown}
                         */
                        errorClass?: "retryable" | "throttled" | "permanent" | "ambiguous" | "crashed" | "handed_back";
                        /** @description Of the order that a client calls so. */
                        externalRef?: string;
                        /** @description Of the last failure, as `GET /api/failures` lists it. */
                        fingerprint?: string;
                        /**
                         * @description What makes, checks or brings this document.
                         * @example INV-2026-000001
                         */
                        invoiceNumber?: string;
                        /** @description Asked for longer ago, by the database's clock. */
                        olderThanSeconds?: number;
                        /**
                         * @description Of this order.
                         * @example ORD-2026-000001
                         */
                        orderId?: string;
                        /** @description Whatever was typed: the number of an order or invoice, an email address, an external reference, an SES message id, a request id, a job's id. */
                        q?: string;
                        /** @description Asked for by the request of this X-Request-Id. */
                        requestId?: string;
                        /** @description Whose message SES calls so. */
                        sesMessageId?: string;
                        /** @description In one of these. */
                        states?: ("waiting" | "scheduled" | "running" | "retrying" | "blocked" | "throttled" | "failed" | "ambiguous" | "quarantined" | "suppressed" | "cancelled" | "handled" | "done")[];
                        /** @description Of one of these. */
                        tasks?: string[];
                    };
                    /** @description These jobs. With a filter as well: those of them that it leaves. */
                    ids?: number[];
                    /**
                     * @description What you found out: `was_sent`: it counts as sent, no mail goes out. `send_again`: one mail goes out, perhaps the second.
                     * @enum {unknown}
                     */
                    outcome?: "was_sent" | "send_again";
                    /**
                     * @description Why, for the audit of each job.
                     * @example the template was fixed
                     */
                    reason: string;
                    /**
                     * Format: date-time
                     * @description For `reschedule`: when they run, by the database's clock.
                     * @example 2026-01-15T10:30:00Z
                     */
                    runAt?: string;
                    /** @description Stop when more than this part of the jobs that were let run failed again. Of a canary the default is 0: none may fail. */
                    stopAtFailureRate?: number;
                };
            };
        };
        responses: {
            /** @description What an operation would do; nothing was changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        dryRun: true;
                        /** @description How many of them were judged, oldest first. */
                        examined: number;
                        /** @description What would become of those that were judged, most first. */
                        outcomes: {
                            /** @description Why it would be skipped. */
                            because: string | null;
                            count: number;
                            mayMailTwice: boolean;
                            /** @enum {unknown} */
                            result: "changed" | "skipped";
                            /** @description What would happen, for one of these jobs. */
                            summary: string;
                            willSend: boolean;
                        }[];
                        /** @description Jobs that would be acted on. */
                        total: number;
                    };
                };
            };
            /** @description One act on many jobs. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        action: "retry" | "run-now" | "cancel" | "reschedule" | "settle" | "release" | "mark-handled";
                        actor: string;
                        canary: number | null;
                        changed: number;
                        createdAt: string;
                        /** @description Changed jobs that failed again. */
                        failed: number;
                        /** @description As it was given, `ids` by their number. */
                        filter: {
                            [key: string]: unknown;
                        };
                        /** @description Null: not yet. */
                        finishedAt: string | null;
                        /**
                         * @description The operation's id.
                         * @example 1
                         */
                        id: number;
                        options: {
                            [key: string]: unknown;
                        };
                        /**
                         * @description `canary`: it acts on the first few, or waits for what comes of them.
                         * @enum {unknown}
                         */
                        phase: "canary" | "rest" | "over";
                        reason: string;
                        skipped: number;
                        /**
                         * @description How many were passed over, by why.
                         * @example {
                         *       "may_mail_twice": 3
                         *     }
                         */
                        skippedBecause: {
                            [key: string]: number;
                        };
                        /** @enum {unknown} */
                        state: "running" | "done" | "stopped";
                        stopAtFailureRate: number | null;
                        /** @description Why it stopped before its end. */
                        stopReason: string | null;
                        /** @description Changed jobs that are done by now. */
                        succeeded: number;
                        /** @description Jobs, as frozen at the beginning. */
                        total: number;
                        /** @description Not acted on yet; of a stopped operation: never. */
                        waiting: number;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBulkOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The operation's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One act on many jobs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        action: "retry" | "run-now" | "cancel" | "reschedule" | "settle" | "release" | "mark-handled";
                        actor: string;
                        canary: number | null;
                        changed: number;
                        createdAt: string;
                        /** @description Changed jobs that failed again. */
                        failed: number;
                        /** @description As it was given, `ids` by their number. */
                        filter: {
                            [key: string]: unknown;
                        };
                        /** @description Null: not yet. */
                        finishedAt: string | null;
                        /**
                         * @description The operation's id.
                         * @example 1
                         */
                        id: number;
                        options: {
                            [key: string]: unknown;
                        };
                        /**
                         * @description `canary`: it acts on the first few, or waits for what comes of them.
                         * @enum {unknown}
                         */
                        phase: "canary" | "rest" | "over";
                        reason: string;
                        skipped: number;
                        /**
                         * @description How many were passed over, by why.
                         * @example {
                         *       "may_mail_twice": 3
                         *     }
                         */
                        skippedBecause: {
                            [key: string]: number;
                        };
                        /** @enum {unknown} */
                        state: "running" | "done" | "stopped";
                        stopAtFailureRate: number | null;
                        /** @description Why it stopped before its end. */
                        stopReason: string | null;
                        /** @description Changed jobs that are done by now. */
                        succeeded: number;
                        /** @description Jobs, as frozen at the beginning. */
                        total: number;
                        /** @description Not acted on yet; of a stopped operation: never. */
                        waiting: number;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBulkOperationItems: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. Opaque; good only with the same filters. */
                cursor?: string;
                /** @description Entries at most. */
                limit?: number;
                /** @description Only of this result. */
                result?: "changed" | "skipped";
            };
            header?: never;
            path: {
                /**
                 * @description The operation's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of jobs, in the order in which they are acted on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /**
                             * @description Why it was skipped.
                             * @example may_mail_twice
                             */
                            because: string | null;
                            /**
                             * @description The job's id.
                             * @example 1
                             */
                            jobId: number;
                            position: number;
                            /**
                             * @description Null: not yet.
                             * @enum {string|null}
                             */
                            result: "changed" | "skipped" | null;
                            /**
                             * @description How the job stands now; null: it is kept no more.
                             * @example done
                             */
                            state: string | null;
                        }[];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stopBulkOperation: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The operation's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why.
                     * @example too many fail
                     */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description One act on many jobs. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        action: "retry" | "run-now" | "cancel" | "reschedule" | "settle" | "release" | "mark-handled";
                        actor: string;
                        canary: number | null;
                        changed: number;
                        createdAt: string;
                        /** @description Changed jobs that failed again. */
                        failed: number;
                        /** @description As it was given, `ids` by their number. */
                        filter: {
                            [key: string]: unknown;
                        };
                        /** @description Null: not yet. */
                        finishedAt: string | null;
                        /**
                         * @description The operation's id.
                         * @example 1
                         */
                        id: number;
                        options: {
                            [key: string]: unknown;
                        };
                        /**
                         * @description `canary`: it acts on the first few, or waits for what comes of them.
                         * @enum {unknown}
                         */
                        phase: "canary" | "rest" | "over";
                        reason: string;
                        skipped: number;
                        /**
                         * @description How many were passed over, by why.
                         * @example {
                         *       "may_mail_twice": 3
                         *     }
                         */
                        skippedBecause: {
                            [key: string]: number;
                        };
                        /** @enum {unknown} */
                        state: "running" | "done" | "stopped";
                        stopAtFailureRate: number | null;
                        /** @description Why it stopped before its end. */
                        stopReason: string | null;
                        /** @description Changed jobs that are done by now. */
                        succeeded: number;
                        /** @description Jobs, as frozen at the beginning. */
                        total: number;
                        /** @description Not acted on yet; of a stopped operation: never. */
                        waiting: number;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listClients: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. Opaque; good only with the same filters. */
                cursor?: string;
                /** @description Entries at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of clients. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Client"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Lower case letters, digits and hyphens.
                     * @example shop-eu
                     */
                    name: string;
                    /**
                     * @description Why, for the audit.
                     * @example the old key leaked
                     */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description A client: a shop or back office that calls this API. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Client"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The client's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All keys of the client, in one page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Key"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The client's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Absent: it does not expire.
                     * @example 90
                     */
                    expiresInDays?: number;
                    /**
                     * @description What it is for.
                     * @example checkout
                     */
                    label?: string;
                    /**
                     * @description Why, for the audit.
                     * @example the old key leaked
                     */
                    reason?: string;
                    /**
                     * @description What the key may do.
                     * @example [
                     *       "orders:write",
                     *       "orders:read"
                     *     ]
                     */
                    scopes: ("orders:read" | "orders:write" | "catalog:read" | "catalog:write" | "customers:read" | "customers:write" | "invoices:read" | "invoices:write" | "batches:read" | "batches:write" | "operator:read" | "operator")[];
                };
            };
        };
        responses: {
            /** @description The new key. Its secret is shown this once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: {
                /**
                 * @description Why, for the audit.
                 * @example the old key leaked
                 */
                reason?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The client's id.
                 * @example 1
                 */
                id: number;
                /**
                 * @description The key's id.
                 * @example 1
                 */
                keyId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A key, without its secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCreditRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The credit request's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A credit note that is wanted, or what became of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreditRequest"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCustomers: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. Opaque; good only with the same filters. */
                cursor?: string;
                /**
                 * @description One plain address (RFC 5322 addr-spec, ASCII): no name, list, group, comment or quotes.
                 * @example john.doe@example.com
                 */
                email?: string;
                /** @description Entries at most. */
                limit?: number;
                /**
                 * @description Text in the name or email, in any case.
                 * @example doe
                 */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of customers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Customer"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createCustomer: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description A new customer. `locale` defaults to `en`. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description Invoices may need it. */
                    address?: components["schemas"]["Address"] | null;
                    /**
                     * @description One plain address (RFC 5322 addr-spec, ASCII): no name, list, group, comment or quotes.
                     * @example john.doe@example.com
                     */
                    email: string;
                    /**
                     * @description BCP 47: language, script, region. Documents are in English where a language is not known.
                     * @example en
                     */
                    locale?: string;
                    /**
                     * @description The buyer's full name, as invoices carry it.
                     * @example John Doe
                     */
                    name: string;
                    vatId?: string | null;
                };
            };
        };
        responses: {
            /** @description A customer of the client that the key belongs to. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Customer"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    judgeCustomer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The customer's id.
                 * @example 1
                 */
                customerId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Why there is no invoice or email yet, and the next safe act. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verdict"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCustomer: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag; answers 304 without a body while it is still true. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description The customer's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A customer of the client that the key belongs to. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Customer"];
                };
            };
            /** @description Not changed since the ETag given. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeCustomer: {
        parameters: {
            query?: never;
            header?: {
                /** @description Required: the ETag last read. Stale: 412; absent: 428. */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description The customer's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        /** @description What is to change; the rest stays. Orders and invoices keep the data as it was. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description Invoices may need it. */
                    address?: components["schemas"]["Address"] | null;
                    /**
                     * @description One plain address (RFC 5322 addr-spec, ASCII): no name, list, group, comment or quotes.
                     * @example john.doe@example.com
                     */
                    email?: string;
                    /**
                     * @description BCP 47: language, script, region. Documents are in English where a language is not known.
                     * @example en
                     */
                    locale?: string;
                    /**
                     * @description The buyer's full name, as invoices carry it.
                     * @example John Doe
                     */
                    name?: string;
                    vatId?: string | null;
                };
            };
        };
        responses: {
            /** @description A customer of the client that the key belongs to. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Customer"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    eraseCustomer: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The customer's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A customer of the client that the key belongs to. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Customer"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDocumentRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The document request's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A PDF that is wanted, or what became of the wish. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentRequest"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFailures: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every kind, in one page; 200 at most. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["FailureGroup"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInvoiceSeries: {
        parameters: {
            query?: {
                /** @description Look at the frozen content, too. */
                content?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every series, in one page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description What repairs what is wrong; null: nothing is. */
                            act: string | null;
                            /** @description Documents. */
                            count: number;
                            /** @description The counter disagrees with the last document. */
                            counterWrong: boolean;
                            /** @description Documents dated before the one with the number before. */
                            datesGoingBack: number;
                            /** @description Numbers that were given out again. */
                            duplicates: number;
                            /** @description The lowest number a document has. */
                            firstNumber: number | null;
                            /** @description Nothing of the above is wrong. */
                            gapless: boolean;
                            /** @description Numbers that no document has; at most the first hundred ranges. */
                            gaps: {
                                /** @description Included. */
                                from: number;
                                /** @description Included. */
                                to: number;
                            }[];
                            /** @enum {unknown} */
                            kind: "invoice" | "credit_note";
                            /**
                             * @description Of its last document.
                             * @example 2026-01-15
                             */
                            lastIssueDate: string | null;
                            /** @description The highest number a document has. */
                            lastNumber: number | null;
                            /** @description How many numbers that is. */
                            missing: number;
                            /** @description The number that comes next. */
                            nextNumber: number;
                            /** @example INV */
                            prefix: string;
                            /** @description When it was counted. */
                            provedAt: string;
                            seller: string;
                            /** @description Its first number. */
                            startNumber: number;
                            /** @description Documents whose frozen content is not what was hashed at issuing; null: not looked at. */
                            wrongContent: number | null;
                            /** @description Documents whose printed number is not that of their place. */
                            wrongNumber: number;
                            /** @description Documents of another year than the series. */
                            wrongYear: number;
                            /** @description Of the issue dates. */
                            year: number;
                        }[];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInvoiceVerification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The verification's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A check of an invoice against its stored PDF. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvoiceVerification"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInvoices: {
        parameters: {
            query?: {
                /**
                 * @description ISO 4217.
                 * @example USD
                 */
                currency?: string;
                /** @description `nextCursor` of the page before. Opaque; good only with the same filters. */
                cursor?: string;
                /**
                 * @description Issued to this customer.
                 * @example 1
                 */
                customerId?: number;
                /**
                 * @description Issue date at or after.
                 * @example 2026-01-15
                 */
                issuedFrom?: string;
                /**
                 * @description Issue date at or before.
                 * @example 2026-01-15
                 */
                issuedTo?: string;
                kind?: "invoice" | "credit_note";
                /** @description Entries at most. */
                limit?: number;
                /**
                 * @description The document of this number.
                 * @example INV-2026-000001
                 */
                number?: string;
                /**
                 * @description What was issued for this order.
                 * @example ORD-2026-000001
                 */
                orderId?: string;
                /** @description `issued`, or how much credit notes have given back of it. Derived: what was issued does not change. A credit note is always `issued`. */
                state?: "issued" | "partially_credited" | "credited";
                /**
                 * @description Total of at most this, in each document's own currency.
                 * @example 100.00
                 */
                totalMax?: string;
                /**
                 * @description Total of at least this, in each document's own currency.
                 * @example 100.00
                 */
                totalMin?: string;
                /**
                 * @description Issued, credited, rendered or delivered further after this instant.
                 * @example 2026-01-15T10:30:00Z
                 */
                updatedAfter?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of invoices and credit notes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["InvoiceSummary"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInvoice: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag; answers 304 without a body while it is still true. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description The number of an invoice or credit note.
                 * @example INV-2026-000001
                 */
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An invoice or credit note as it was issued, and what became of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invoice"];
                };
            };
            /** @description Not changed since the ETag given. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    creditInvoice: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The number of an invoice or credit note.
                 * @example INV-2026-000001
                 */
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Damaged in transit",
                 *       "lines": [
                 *         {
                 *           "lineNumber": 1,
                 *           "quantity": 1
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Absent: all that remains. */
                    lines?: {
                        /** @description As on the invoice. */
                        lineNumber: number;
                        /**
                         * @description Units.
                         * @example 1
                         */
                        quantity: number;
                    }[];
                    /**
                     * @description Printed on the credit note.
                     * @example Damaged in transit
                     */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description A credit note that is wanted, or what became of it. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreditRequest"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInvoiceDeliveries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The number of an invoice or credit note.
                 * @example INV-2026-000001
                 */
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them, in one page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Delivery"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resendInvoice: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The number of an invoice or credit note.
                 * @example INV-2026-000001
                 */
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "The customer lost it"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Why it is sent again; for the history.
                     * @example Damaged in transit
                     */
                    reason: string;
                    /**
                     * @description Of the PDF; absent: the original.
                     * @example 1
                     */
                    revision?: number;
                    /**
                     * @description One plain address (RFC 5322 addr-spec, ASCII): no name, list, group, comment or quotes.
                     * @example john.doe@example.com
                     */
                    to?: string;
                };
            };
        };
        responses: {
            /** @description One intent to bring a document to an address. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInvoiceDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The delivery's id.
                 * @example 1
                 */
                id: number;
                /**
                 * @description The number of an invoice or credit note.
                 * @example INV-2026-000001
                 */
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One intent to bring a document to an address. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInvoiceDocuments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The number of an invoice or credit note.
                 * @example INV-2026-000001
                 */
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them, in one page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Document"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renderInvoiceAgain: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The number of an invoice or credit note.
                 * @example INV-2026-000001
                 */
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "locale": "de"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description BCP 47; absent: the language it was issued in.
                     * @example de
                     */
                    locale?: string;
                };
            };
        };
        responses: {
            /** @description A PDF that is wanted, or what became of the wish. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentRequest"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInvoicePdf: {
        parameters: {
            query?: {
                /** @description Answer a link that a browser can open. */
                link?: boolean;
                /**
                 * @description Absent: the original.
                 * @example 1
                 */
                revision?: number;
            };
            header?: {
                /** @description An ETag; answers 304 without a body while it is still true. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description The number of an invoice or credit note.
                 * @example INV-2026-000001
                 */
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The PDF, or with `link=true` a link to it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description At most 5 minutes from now. */
                        expiresAt: string;
                        /** @description Opens without a key until it expires: keep it secret. */
                        url: string;
                    };
                    "application/pdf": string;
                };
            };
            /** @description A part of the PDF. */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                };
            };
            /** @description Not changed since the ETag given. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyInvoice: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The number of an invoice or credit note.
                 * @example INV-2026-000001
                 */
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A check of an invoice against its stored PDF. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvoiceVerification"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportInvoices: {
        parameters: {
            query: {
                format?: "csv" | "jsonl";
                /**
                 * @description Of the issue dates.
                 * @example 2026-01
                 */
                month: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The month's documents, by date. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description Attempts begun, at least. */
                attemptsFrom?: number;
                /** @description Attempts begun, at most. */
                attemptsTo?: number;
                /**
                 * @description Of this batch.
                 * @example 1
                 */
                batchId?: number;
                /**
                 * @description Asked for at this instant or later.
                 * @example 2026-01-15T10:30:00Z
                 */
                createdFrom?: string;
                /**
                 * @description Asked for before this instant.
                 * @example 2026-01-15T10:30:00Z
                 */
                createdTo?: string;
                /** @description `nextCursor` of the page before. Opaque; good only with the same filters. */
                cursor?: string;
                /**
                 * @description Of this customer's orders.
                 * @example 1
                 */
                customerId?: number;
                /**
                 * @description The customer's, or where a delivery goes; in any case.
                 * @example john@example.com
                 */
                email?: string;
                /** @description Of the last attempt that failed. */
                errorClass?: "retryable" | "throttled" | "permanent" | "ambiguous" | "crashed" | "handed_back";
                /** @description Of the order that a client calls so. */
                externalRef?: string;
                /** @description Of the last failure, as `GET /api/failures` lists it. */
                fingerprint?: string;
                /**
                 * @description What makes, checks or brings this document.
                 * @example INV-2026-000001
                 */
                invoiceNumber?: string;
                /** @description Entries at most. */
                limit?: number;
                /** @description Asked for longer ago, by the database's clock. */
                olderThanSeconds?: number;
                /** @description Which first. */
                order?: "newest" | "oldest";
                /**
                 * @description Of this order.
                 * @example ORD-2026-000001
                 */
                orderId?: string;
                /** @description Whatever was typed: the number of an order or invoice, an email address, an external reference, an SES message id, a request id, a job's id. */
                q?: string;
                /** @description Asked for by the request of this X-Request-Id. */
                requestId?: string;
                /** @description Whose message SES calls so. */
                sesMessageId?: string;
                /**
                 * @description In one of these states, separated by commas: waiting, scheduled, running, retrying, blocked, throttled, failed, ambiguous, quarantined, suppressed, cancelled, handled, done.
                 * @example failed,ambiguous
                 */
                state?: string;
                /**
                 * @description Of one of these tasks, separated by commas.
                 * @example deliver-invoice
                 */
                task?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of jobs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Job"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example 1
                 */
                jobId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything known of one job. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobDetail"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The job's id.
                 * @example 1
                 */
                jobId: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why, for the audit. Needed unless it is a retry that is proven not to mail twice.
                     * @example SES was fixed
                     */
                    reason?: string;
                    /**
                     * @description Of the preview. Needed for what is not proven not to mail twice.
                     * @example kq3Vb0uJ8mW2xTzR5nYc7A
                     */
                    token?: string;
                };
            };
        };
        responses: {
            /** @description An act that was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        action: "retry" | "run-now" | "cancel" | "reschedule" | "settle" | "release" | "mark-handled" | "correct-address";
                        after: {
                            /**
                             * @description Null: the job is no delivery.
                             * @example failed
                             */
                            deliveryState: string | null;
                            /** @example failed */
                            state: string;
                        };
                        before: {
                            /**
                             * @description Null: the job is no delivery.
                             * @example failed
                             */
                            deliveryState: string | null;
                            /** @example failed */
                            state: string;
                        };
                        /**
                         * @description The job's id.
                         * @example 1
                         */
                        jobId: number;
                        /** @description The job of the new delivery, where one was made. */
                        newJobId: number | null;
                        /** @description What was done, as the preview told. */
                        summary: string;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    correctJobAddress: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The job's id.
                 * @example 1
                 */
                jobId: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description One plain address (RFC 5322 addr-spec, ASCII): no name, list, group, comment or quotes.
                     * @example john.doe@example.com
                     */
                    email: string;
                    /**
                     * @description The reader's name. Absent: as it was.
                     * @example John Doe
                     */
                    name?: string;
                    /**
                     * @description Why, for the audit. Needed unless it is a retry that is proven not to mail twice.
                     * @example SES was fixed
                     */
                    reason?: string;
                    /**
                     * @description Of the preview. Needed for what is not proven not to mail twice.
                     * @example kq3Vb0uJ8mW2xTzR5nYc7A
                     */
                    token?: string;
                    /**
                     * @description Correct the customer's own address, too.
                     * @default false
                     */
                    updateCustomer?: boolean;
                };
            };
        };
        responses: {
            /** @description An act that was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        action: "retry" | "run-now" | "cancel" | "reschedule" | "settle" | "release" | "mark-handled" | "correct-address";
                        after: {
                            /**
                             * @description Null: the job is no delivery.
                             * @example failed
                             */
                            deliveryState: string | null;
                            /** @example failed */
                            state: string;
                        };
                        before: {
                            /**
                             * @description Null: the job is no delivery.
                             * @example failed
                             */
                            deliveryState: string | null;
                            /** @example failed */
                            state: string;
                        };
                        /**
                         * @description The job's id.
                         * @example 1
                         */
                        jobId: number;
                        /** @description The job of the new delivery, where one was made. */
                        newJobId: number | null;
                        /** @description What was done, as the preview told. */
                        summary: string;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    markJobHandled: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The job's id.
                 * @example 1
                 */
                jobId: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why, for the audit. Needed unless it is a retry that is proven not to mail twice.
                     * @example SES was fixed
                     */
                    reason?: string;
                    /**
                     * @description Of the preview. Needed for what is not proven not to mail twice.
                     * @example kq3Vb0uJ8mW2xTzR5nYc7A
                     */
                    token?: string;
                };
            };
        };
        responses: {
            /** @description An act that was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        action: "retry" | "run-now" | "cancel" | "reschedule" | "settle" | "release" | "mark-handled" | "correct-address";
                        after: {
                            /**
                             * @description Null: the job is no delivery.
                             * @example failed
                             */
                            deliveryState: string | null;
                            /** @example failed */
                            state: string;
                        };
                        before: {
                            /**
                             * @description Null: the job is no delivery.
                             * @example failed
                             */
                            deliveryState: string | null;
                            /** @example failed */
                            state: string;
                        };
                        /**
                         * @description The job's id.
                         * @example 1
                         */
                        jobId: number;
                        /** @description The job of the new delivery, where one was made. */
                        newJobId: number | null;
                        /** @description What was done, as the preview told. */
                        summary: string;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewJobAct: {
        parameters: {
            query: {
                /** @description The act. */
                action: "retry" | "run-now" | "cancel" | "reschedule" | "settle" | "release" | "mark-handled" | "correct-address";
                /** @description What you found out: `was_sent`: it counts as sent, no mail goes out. `send_again`: one mail goes out, perhaps the second. */
                outcome?: "was_sent" | "send_again";
            };
            header?: never;
            path: {
                /**
                 * @description The job's id.
                 * @example 1
                 */
                jobId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What an act would do. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        action: "retry" | "run-now" | "cancel" | "reschedule" | "settle" | "release" | "mark-handled" | "correct-address";
                        allowed: boolean;
                        /**
                         * @description Why it is not allowed, as a code.
                         * @example running
                         */
                        because: string | null;
                        /**
                         * @description The job's id.
                         * @example 1
                         */
                        jobId: number;
                        /** @description False only where it is proven that no message goes out a second time. */
                        mayMailTwice: boolean;
                        /**
                         * @description What the order's invoice lacks; completing it starts the job again.
                         * @example [
                         *       "buyer.vatId"
                         *     ]
                         */
                        missing: string[];
                        /** @description The act needs a `reason`. */
                        reasonRequired: boolean;
                        /** @description Done already, and not done again. */
                        skips: ("render" | "store")[];
                        /**
                         * @description What exactly will happen, or why it cannot be done, in one or two plain sentences.
                         * @example The PDF exists and is verified: rendering is skipped; no mail was sent so far: one will be.
                         */
                        summary: string;
                        /** @description Pass it with the act: it does exactly this, or nothing. Null: not allowed. */
                        token: string | null;
                        warnings: string[];
                        /** @description A mail goes out if all goes well. */
                        willSend: boolean;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    releaseJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The job's id.
                 * @example 1
                 */
                jobId: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why, for the audit. Needed unless it is a retry that is proven not to mail twice.
                     * @example SES was fixed
                     */
                    reason?: string;
                    /**
                     * @description Of the preview. Needed for what is not proven not to mail twice.
                     * @example kq3Vb0uJ8mW2xTzR5nYc7A
                     */
                    token?: string;
                };
            };
        };
        responses: {
            /** @description An act that was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        action: "retry" | "run-now" | "cancel" | "reschedule" | "settle" | "release" | "mark-handled" | "correct-address";
                        after: {
                            /**
                             * @description Null: the job is no delivery.
                             * @example failed
                             */
                            deliveryState: string | null;
                            /** @example failed */
                            state: string;
                        };
                        before: {
                            /**
                             * @description Null: the job is no delivery.
                             * @example failed
                             */
                            deliveryState: string | null;
                            /** @example failed */
                            state: string;
                        };
                        /**
                         * @description The job's id.
                         * @example 1
                         */
                        jobId: number;
                        /** @description The job of the new delivery, where one was made. */
                        newJobId: number | null;
                        /** @description What was done, as the preview told. */
                        summary: string;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rescheduleJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The job's id.
                 * @example 1
                 */
                jobId: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why, for the audit. Needed unless it is a retry that is proven not to mail twice.
                     * @example SES was fixed
                     */
                    reason?: string;
                    /**
                     * Format: date-time
                     * @description When it runs, by the database's clock; in the future.
                     * @example 2026-01-15T10:30:00Z
                     */
                    runAt: string;
                    /**
                     * @description Of the preview. Needed for what is not proven not to mail twice.
                     * @example kq3Vb0uJ8mW2xTzR5nYc7A
                     */
                    token?: string;
                };
            };
        };
        responses: {
            /** @description An act that was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        action: "retry" | "run-now" | "cancel" | "reschedule" | "settle" | "release" | "mark-handled" | "correct-address";
                        after: {
                            /**
                             * @description Null: the job is no delivery.
                             * @example failed
                             */
                            deliveryState: string | null;
                            /** @example failed */
                            state: string;
                        };
                        before: {
                            /**
                             * @description Null: the job is no delivery.
                             * @example failed
                             */
                            deliveryState: string | null;
                            /** @example failed */
                            state: string;
                        };
                        /**
                         * @description The job's id.
                         * @example 1
                         */
                        jobId: number;
                        /** @description The job of the new delivery, where one was made. */
                        newJobId: number | null;
                        /** @description What was done, as the preview told. */
                        summary: string;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The job's id.
                 * @example 1
                 */
                jobId: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why, for the audit. Needed unless it is a retry that is proven not to mail twice.
                     * @example SES was fixed
                     */
                    reason?: string;
                    /**
                     * @description Of the preview. Needed for what is not proven not to mail twice.
                     * @example kq3Vb0uJ8mW2xTzR5nYc7A
                     */
                    token?: string;
                };
            };
        };
        responses: {
            /** @description An act that was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        action: "retry" | "run-now" | "cancel" | "reschedule" | "settle" | "release" | "mark-handled" | "correct-address";
                        after: {
                            /**
                             * @description Null: the job is no delivery.
                             * @example failed
                             */
                            deliveryState: string | null;
                            /** @example failed */
                            state: string;
                        };
                        before: {
                            /**
                             * @description Null: the job is no delivery.
                             * @example failed
                             */
                            deliveryState: string | null;
                            /** @example failed */
                            state: string;
                        };
                        /**
                         * @description The job's id.
                         * @example 1
                         */
                        jobId: number;
                        /** @description The job of the new delivery, where one was made. */
                        newJobId: number | null;
                        /** @description What was done, as the preview told. */
                        summary: string;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    runJobNow: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The job's id.
                 * @example 1
                 */
                jobId: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why, for the audit. Needed unless it is a retry that is proven not to mail twice.
                     * @example SES was fixed
                     */
                    reason?: string;
                    /**
                     * @description Of the preview. Needed for what is not proven not to mail twice.
                     * @example kq3Vb0uJ8mW2xTzR5nYc7A
                     */
                    token?: string;
                };
            };
        };
        responses: {
            /** @description An act that was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        action: "retry" | "run-now" | "cancel" | "reschedule" | "settle" | "release" | "mark-handled" | "correct-address";
                        after: {
                            /**
                             * @description Null: the job is no delivery.
                             * @example failed
                             */
                            deliveryState: string | null;
                            /** @example failed */
                            state: string;
                        };
                        before: {
                            /**
                             * @description Null: the job is no delivery.
                             * @example failed
                             */
                            deliveryState: string | null;
                            /** @example failed */
                            state: string;
                        };
                        /**
                         * @description The job's id.
                         * @example 1
                         */
                        jobId: number;
                        /** @description The job of the new delivery, where one was made. */
                        newJobId: number | null;
                        /** @description What was done, as the preview told. */
                        summary: string;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    settleJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The job's id.
                 * @example 1
                 */
                jobId: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description What you found out: `was_sent`: it counts as sent, no mail goes out. `send_again`: one mail goes out, perhaps the second.
                     * @enum {unknown}
                     */
                    outcome: "was_sent" | "send_again";
                    /**
                     * @description Why, for the audit. Needed unless it is a retry that is proven not to mail twice.
                     * @example SES was fixed
                     */
                    reason?: string;
                    /**
                     * @description Of the preview. Needed for what is not proven not to mail twice.
                     * @example kq3Vb0uJ8mW2xTzR5nYc7A
                     */
                    token?: string;
                };
            };
        };
        responses: {
            /** @description An act that was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        action: "retry" | "run-now" | "cancel" | "reschedule" | "settle" | "release" | "mark-handled" | "correct-address";
                        after: {
                            /**
                             * @description Null: the job is no delivery.
                             * @example failed
                             */
                            deliveryState: string | null;
                            /** @example failed */
                            state: string;
                        };
                        before: {
                            /**
                             * @description Null: the job is no delivery.
                             * @example failed
                             */
                            deliveryState: string | null;
                            /** @example failed */
                            state: string;
                        };
                        /**
                         * @description The job's id.
                         * @example 1
                         */
                        jobId: number;
                        /** @description The job of the new delivery, where one was made. */
                        newJobId: number | null;
                        /** @description What was done, as the preview told. */
                        summary: string;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOrders: {
        parameters: {
            query?: {
                /**
                 * @description Placed at this instant or later.
                 * @example 2026-01-15T10:30:00Z
                 */
                createdFrom?: string;
                /**
                 * @description Placed before this instant.
                 * @example 2026-01-15T10:30:00Z
                 */
                createdTo?: string;
                /** @description `nextCursor` of the page before. Opaque; good only with the same filters. */
                cursor?: string;
                /**
                 * @description Orders of this customer.
                 * @example 1
                 */
                customerId?: number;
                /** @description The order of this reference. */
                externalRef?: string;
                invoiceStatus?: "pending" | "blocked" | "issued" | "not_required" | "external";
                /** @description Entries at most. */
                limit?: number;
                status?: "COMPLETED" | "CANCELLED";
                /**
                 * @description Changed after this instant.
                 * @example 2026-01-15T10:30:00Z
                 */
                updatedAfter?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of orders. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Order"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    placeOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "customerId": 1,
                 *       "items": [
                 *         {
                 *           "productId": 1,
                 *           "quantity": 2
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Where the invoice is made out to; absent: the customer's address. */
                    billingAddress?: {
                        /**
                         * @description Town or city.
                         * @example San Francisco
                         */
                        city: string;
                        /**
                         * @description ISO 3166-1 alpha-2, in capitals.
                         * @example US
                         * @enum {unknown}
                         */
                        countryCode: "AD" | "AE" | "AF" | "AG" | "AI" | "AL" | "AM" | "AO" | "AQ" | "AR" | "AS" | "AT" | "AU" | "AW" | "AX" | "AZ" | "BA" | "BB" | "BD" | "BE" | "BF" | "BG" | "BH" | "BI" | "BJ" | "BL" | "BM" | "BN" | "BO" | "BQ" | "BR" | "BS" | "BT" | "BV" | "BW" | "BY" | "BZ" | "CA" | "CC" | "CD" | "CF" | "CG" | "CH" | "CI" | "CK" | "CL" | "CM" | "CN" | "CO" | "CR" | "CU" | "CV" | "CW" | "CX" | "CY" | "CZ" | "DE" | "DJ" | "DK" | "DM" | "DO" | "DZ" | "EC" | "EE" | "EG" | "EH" | "ER" | "ES" | "ET" | "FI" | "FJ" | "FK" | "FM" | "FO" | "FR" | "GA" | "GB" | "GD" | "GE" | "GF" | "GG" | "GH" | "GI" | "GL" | "GM" | "GN" | "GP" | "GQ" | "GR" | "GS" | "GT" | "GU" | "GW" | "GY" | "HK" | "HM" | "HN" | "HR" | "HT" | "HU" | "ID" | "IE" | "IL" | "IM" | "IN" | "IO" | "IQ" | "IR" | "IS" | "IT" | "JE" | "JM" | "JO" | "JP" | "KE" | "KG" | "KH" | "KI" | "KM" | "KN" | "KP" | "KR" | "KW" | "KY" | "KZ" | "LA" | "LB" | "LC" | "LI" | "LK" | "LR" | "LS" | "LT" | "LU" | "LV" | "LY" | "MA" | "MC" | "MD" | "ME" | "MF" | "MG" | "MH" | "MK" | "ML" | "MM" | "MN" | "MO" | "MP" | "MQ" | "MR" | "MS" | "MT" | "MU" | "MV" | "MW" | "MX" | "MY" | "MZ" | "NA" | "NC" | "NE" | "NF" | "NG" | "NI" | "NL" | "NO" | "NP" | "NR" | "NU" | "NZ" | "OM" | "PA" | "PE" | "PF" | "PG" | "PH" | "PK" | "PL" | "PM" | "PN" | "PR" | "PS" | "PT" | "PW" | "PY" | "QA" | "RE" | "RO" | "RS" | "RU" | "RW" | "SA" | "SB" | "SC" | "SD" | "SE" | "SG" | "SH" | "SI" | "SJ" | "SK" | "SL" | "SM" | "SN" | "SO" | "SR" | "SS" | "ST" | "SV" | "SX" | "SY" | "SZ" | "TC" | "TD" | "TF" | "TG" | "TH" | "TJ" | "TK" | "TL" | "TM" | "TN" | "TO" | "TR" | "TT" | "TV" | "TW" | "TZ" | "UA" | "UG" | "UM" | "US" | "UY" | "UZ" | "VA" | "VC" | "VE" | "VG" | "VI" | "VN" | "VU" | "WF" | "WS" | "YE" | "YT" | "ZA" | "ZM" | "ZW";
                        /**
                         * @description Street and number, or a post office box.
                         * @example 1 Market Street
                         */
                        line1: string;
                        /**
                         * @description Building, floor, care of.
                         * @example Floor 3
                         */
                        line2?: string;
                        /** @description Whom the invoice is made out to; absent: the customer's name. */
                        name?: string;
                        /**
                         * @description As the country writes it.
                         * @example 94105
                         */
                        postalCode?: string;
                        /**
                         * @description State, province or prefecture.
                         * @example CA
                         */
                        region?: string;
                        /**
                         * @description The buyer's VAT id; absent: the customer's.
                         * @example DE123456789
                         */
                        vatId?: string;
                    };
                    /**
                     * @description The customer, one of the client's own.
                     * @example 1
                     */
                    customerId: number;
                    /** @description Discounts on the whole order. */
                    discounts?: {
                        /**
                         * @description In major units of the order's currency.
                         * @example 5
                         */
                        amount?: number;
                        /**
                         * @description As it is printed on the invoice.
                         * @example Summer sale
                         */
                        label: string;
                        /**
                         * @description Of the sum of the lines; at most four decimals.
                         * @example 10
                         */
                        percent?: number;
                    }[];
                    /**
                     * @description Your own reference of the order; unique among the client's orders.
                     * @example web-1001
                     */
                    externalRef?: string;
                    /** @description What is bought. The same product may stand on several lines. */
                    items: {
                        /**
                         * @description The product.
                         * @example 1
                         */
                        productId: number;
                        /**
                         * @description Units.
                         * @example 2
                         */
                        quantity: number;
                    }[];
                    /**
                     * @description The buyer's reference; printed on the invoice.
                     * @example PO-77
                     */
                    purchaseOrder?: string;
                };
            };
        };
        responses: {
            /** @description The order. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag; answers 304 without a body while it is still true. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description Such as ORD-2026-000001.
                 * @example ORD-2026-000001
                 */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description Not changed since the ETag given. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeBillingDetails: {
        parameters: {
            query?: never;
            header?: {
                /** @description Required: the ETag last read. Stale: 412; absent: 428. */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Such as ORD-2026-000001.
                 * @example ORD-2026-000001
                 */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "vatId": "DE123456789"
                 *     }
                 */
                "application/json": {
                    /** @description Replaced as a whole. */
                    address?: components["schemas"]["Address"] | null;
                    /** @description Whom the invoice is made out to. */
                    name?: string;
                    vatId?: string | null;
                };
            };
        };
        responses: {
            /** @description The order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Such as ORD-2026-000001.
                 * @example ORD-2026-000001
                 */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why; printed on the credit note, so name no person.
                     * @example Ordered by mistake
                     */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description The order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInvoicesOfOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Such as ORD-2026-000001.
                 * @example ORD-2026-000001
                 */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of it, in one page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["InvoiceSummary"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    returnGoods: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description Such as ORD-2026-000001.
                 * @example ORD-2026-000001
                 */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "lines": [
                 *         {
                 *           "lineNumber": 1,
                 *           "quantity": 1
                 *         }
                 *       ],
                 *       "restock": true,
                 *       "reason": "Wrong size"
                 *     }
                 */
                "application/json": {
                    /** @description What came back. */
                    lines: {
                        /**
                         * @description The order's line.
                         * @example 1
                         */
                        lineNumber?: number;
                        /**
                         * @description The product, on whichever lines it was bought.
                         * @example 1
                         */
                        productId?: number;
                        /**
                         * @description Units.
                         * @example 1
                         */
                        quantity: number;
                    }[];
                    /**
                     * @description Why; printed on the credit note, so name no person.
                     * @example Ordered by mistake
                     */
                    reason: string;
                    /**
                     * @description Whether it goes back into stock.
                     * @example true
                     */
                    restock: boolean;
                };
            };
        };
        responses: {
            /** @description What came back of an order. A credit note follows. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Return"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTimeline: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. Opaque; good only with the same filters. */
                cursor?: string;
                /** @description Entries at most. */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Such as ORD-2026-000001.
                 * @example ORD-2026-000001
                 */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the timeline. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["TimelineEvent"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    judgeOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Such as ORD-2026-000001.
                 * @example ORD-2026-000001
                 */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Why there is no invoice or email yet, and the next safe act. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verdict"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    importOrders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "externalRef": "web-1001",
                 *       "orderedAt": "2025-03-01T09:30:00Z",
                 *       "customerId": 1,
                 *       "items": [
                 *         {
                 *           "productId": 1,
                 *           "quantity": 2
                 *         }
                 *       ]
                 *     }
                 */
                "application/x-ndjson": components["schemas"]["ImportedOrder"];
            };
        };
        responses: {
            /** @description One JSON object a line. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["ImportResult"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProducts: {
        parameters: {
            query?: {
                /** @description Only archived ones, or only others. */
                archived?: boolean;
                /** @description `nextCursor` of the page before. Opaque; good only with the same filters. */
                cursor?: string;
                /** @description Entries at most. */
                limit?: number;
                /**
                 * @description Products that track stock and have at most this many units.
                 * @example 5
                 */
                lowStock?: number;
                /**
                 * @description Text in the SKU, name or description, in any case.
                 * @example widget
                 */
                q?: string;
                /** @description The product of exactly this SKU. */
                sku?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of products. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Product"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createProduct: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description A new product. `currency` defaults to the installation's. */
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description ISO 4217.
                     * @example USD
                     */
                    currency?: string;
                    /**
                     * @description For people; may have several lines.
                     * @example A fine widget.
                     */
                    description?: string;
                    /**
                     * @description What invoices call it.
                     * @example Widget A
                     */
                    name: string;
                    /**
                     * @description Whether `unitPrice` contains the tax.
                     * @example false
                     */
                    priceIncludesTax?: boolean;
                    /**
                     * @description Stock keeping unit; unique in the catalogue.
                     * @example WID-A-001
                     */
                    sku: string;
                    /**
                     * @description Units there are at the start; the ledger's first receipt. Default 0.
                     * @example 100
                     */
                    stock?: number;
                    /**
                     * @description How it is taxed (EN 16931 S, Z, E, AE). Only `standard` is charged tax.
                     * @example standard
                     * @enum {unknown}
                     */
                    taxCategory?: "standard" | "zero" | "exempt" | "reverse_charge";
                    taxExemptionReason?: string | null;
                    /**
                     * @description Tax rate in percent, at most 4 decimals; null or absent: the installation's default rate. Only with `standard`.
                     * @example 10
                     */
                    taxRatePercent?: number | null;
                    /**
                     * @description False for shipping and services, which never run out. Default true; it never changes.
                     * @example true
                     */
                    tracksStock?: boolean;
                    /**
                     * @description What one `quantity` is.
                     * @example piece
                     */
                    unit?: string;
                    /**
                     * @description Price of one unit, in major units of `currency` and with no more decimals than it has.
                     * @example 19.99
                     */
                    unitPrice: number;
                };
            };
        };
        responses: {
            /** @description A product of the catalogue, which all clients share. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProduct: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag; answers 304 without a body while it is still true. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description The product's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A product of the catalogue, which all clients share. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description Not changed since the ETag given. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeProduct: {
        parameters: {
            query?: never;
            header?: {
                /** @description Required: the ETag last read. Stale: 412; absent: 428. */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description The product's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        /** @description What is to change; the rest stays. Stock is not set but moved. A new `currency` needs a `unitPrice`. */
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description ISO 4217.
                     * @example USD
                     */
                    currency?: string;
                    /**
                     * @description For people; may have several lines.
                     * @example A fine widget.
                     */
                    description?: string;
                    /**
                     * @description What invoices call it.
                     * @example Widget A
                     */
                    name?: string;
                    /**
                     * @description Whether `unitPrice` contains the tax.
                     * @example false
                     */
                    priceIncludesTax?: boolean;
                    /**
                     * @description Stock keeping unit; unique in the catalogue.
                     * @example WID-A-001
                     */
                    sku?: string;
                    /**
                     * @description How it is taxed (EN 16931 S, Z, E, AE). Only `standard` is charged tax.
                     * @example standard
                     * @enum {unknown}
                     */
                    taxCategory?: "standard" | "zero" | "exempt" | "reverse_charge";
                    taxExemptionReason?: string | null;
                    /**
                     * @description Tax rate in percent, at most 4 decimals; null or absent: the installation's default rate. Only with `standard`.
                     * @example 10
                     */
                    taxRatePercent?: number | null;
                    /**
                     * @description What one `quantity` is.
                     * @example piece
                     */
                    unit?: string;
                    /**
                     * @description Price of one unit, in major units of `currency` and with no more decimals than it has.
                     * @example 19.99
                     */
                    unitPrice?: number;
                };
            };
        };
        responses: {
            /** @description A product of the catalogue, which all clients share. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    archiveProduct: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The product's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A product of the catalogue, which all clients share. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listStockMovements: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. Opaque; good only with the same filters. */
                cursor?: string;
                /** @description Entries at most. */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The product's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the ledger. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["StockMovement"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addStockMovement: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The product's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why; kept for ever, so name no person.
                     * @example Delivery 4711
                     */
                    note?: string;
                    /**
                     * @description Units that come (positive) or go (negative); not 0.
                     * @example 10
                     */
                    quantity: number;
                    /**
                     * @description `receipt`: goods came in. `adjustment`: a count corrected the books; may be negative.
                     * @example receipt
                     * @enum {unknown}
                     */
                    type: "receipt" | "adjustment";
                };
            };
        };
        responses: {
            /** @description A row of the stock ledger, which is only ever added to. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StockMovement"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unarchiveProduct: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The product's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A product of the catalogue, which all clients share. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listReconciliations: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. Opaque; good only with the same filters. */
                cursor?: string;
                /** @description Entries at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of reconciliations. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description How many of each were looked at. */
                            checked: {
                                [key: string]: number;
                            } | null;
                            createdAt: string;
                            /** @description Whether the hash of every stored object was computed. */
                            deep: boolean;
                            /** @description Null: not yet. */
                            finishedAt: string | null;
                            /**
                             * @description The reconciliation's id.
                             * @example 1
                             */
                            id: number;
                            /** @description Findings that need somebody. */
                            left: number;
                            /** @description Findings that were repaired. */
                            repaired: number;
                            /**
                             * @description `failed`: it could not look everywhere.
                             * @enum {unknown}
                             */
                            state: "running" | "done" | "failed";
                        }[];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startReconciliation: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Read every stored object and compare its hash, not only those not read for a week.
                     * @default false
                     */
                    deep?: boolean;
                    /**
                     * @description Why, for the audit.
                     * @example an order has no invoice
                     */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description A search for what fell between the tables, the queue and the object store. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description How many of each were looked at. */
                        checked: {
                            [key: string]: number;
                        } | null;
                        createdAt: string;
                        /** @description Whether the hash of every stored object was computed. */
                        deep: boolean;
                        /** @description Null: not yet. */
                        finishedAt: string | null;
                        /**
                         * @description The reconciliation's id.
                         * @example 1
                         */
                        id: number;
                        /** @description Findings that need somebody. */
                        left: number;
                        /** @description Findings that were repaired. */
                        repaired: number;
                        /**
                         * @description `failed`: it could not look everywhere.
                         * @enum {unknown}
                         */
                        state: "running" | "done" | "failed";
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReconciliation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The reconciliation's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A search for what fell between the tables, the queue and the object store. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description How many of each were looked at. */
                        checked: {
                            [key: string]: number;
                        } | null;
                        createdAt: string;
                        /** @description Whether the hash of every stored object was computed. */
                        deep: boolean;
                        /** @description Null: not yet. */
                        finishedAt: string | null;
                        /**
                         * @description The reconciliation's id.
                         * @example 1
                         */
                        id: number;
                        /** @description Findings that need somebody. */
                        left: number;
                        /** @description Findings that were repaired. */
                        repaired: number;
                        /**
                         * @description `failed`: it could not look everywhere.
                         * @enum {unknown}
                         */
                        state: "running" | "done" | "failed";
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listReconciliationFindings: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. Opaque; good only with the same filters. */
                cursor?: string;
                /** @description Entries at most. */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The reconciliation's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of findings, in the order in which they were found. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description What was done, or what repairs it. */
                            act: string;
                            ids: {
                                [key: string]: number;
                            };
                            /** @example order_without_invoice */
                            kind: string;
                            repaired: boolean;
                            /**
                             * @description What it is about.
                             * @example ORD-2026-000001
                             */
                            subject: string;
                        }[];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search: {
        parameters: {
            query: {
                /**
                 * @description What was typed.
                 * @example ORD-2026-000001
                 */
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything found, in one page; 20 of each kind at most. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["SearchHit"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How the queue does, and how it did lately. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSuppressions: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. Opaque; good only with the same filters. */
                cursor?: string;
                /** @description Whether this address is one of them, in any case. */
                email?: string;
                /** @description Entries at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of addresses. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Suppression"][];
                        /** @description Pass it as `cursor` for the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    clearSuppression: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The entry's id.
                 * @example 1
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why mail may go there again.
                     * @example The customer's mailbox is no longer full
                     */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description An address that gets no automatic mail. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suppression"];
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTasks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All tasks; there are few. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Jobs that are to begin later: scheduled, or tried again. */
                            later: number;
                            /** @description Jobs that wait for a person. */
                            needsAttention: number;
                            /** @description Null: not paused. */
                            pause: {
                                /**
                                 * @description Who paused it.
                                 * @example key:bp_1a2b3c
                                 */
                                actor: string;
                                createdAt: string;
                                /** @description Null: until somebody resumes it. */
                                endsAt: string | null;
                                /**
                                 * @description The pause's id.
                                 * @example 1
                                 */
                                id: number;
                                reason: string;
                            } | null;
                            /** @description Jobs that a worker is at. */
                            running: number;
                            /** @description The stages that can be paused by themselves. */
                            stages: {
                                /** @description Null: not paused. */
                                pause: {
                                    /**
                                     * @description Who paused it.
                                     * @example key:bp_1a2b3c
                                     */
                                    actor: string;
                                    createdAt: string;
                                    /** @description Null: until somebody resumes it. */
                                    endsAt: string | null;
                                    /**
                                     * @description The pause's id.
                                     * @example 1
                                     */
                                    id: number;
                                    reason: string;
                                } | null;
                                /** @example send */
                                stage: string;
                            }[];
                            /**
                             * @description `partly_paused`: one or more of its stages are.
                             * @enum {unknown}
                             */
                            state: "active" | "paused" | "partly_paused";
                            /** @example deliver-invoice */
                            task: string;
                            /** @description Jobs that could begin now. */
                            waiting: number;
                        }[];
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description As in `GET /api/tasks`.
                 * @example deliver-invoice
                 */
                task: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description When it goes on by itself, by the database's clock. Absent: when somebody resumes it.
                     * @example 2026-01-15T10:30:00Z
                     */
                    endsAt?: string;
                    /**
                     * @description Why, for whoever sees it paused.
                     * @example SES has an outage, see the provider's status page
                     */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description A kind of work, what of it is paused, and how much of it there is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Jobs that are to begin later: scheduled, or tried again. */
                        later: number;
                        /** @description Jobs that wait for a person. */
                        needsAttention: number;
                        /** @description Null: not paused. */
                        pause: {
                            /**
                             * @description Who paused it.
                             * @example key:bp_1a2b3c
                             */
                            actor: string;
                            createdAt: string;
                            /** @description Null: until somebody resumes it. */
                            endsAt: string | null;
                            /**
                             * @description The pause's id.
                             * @example 1
                             */
                            id: number;
                            reason: string;
                        } | null;
                        /** @description Jobs that a worker is at. */
                        running: number;
                        /** @description The stages that can be paused by themselves. */
                        stages: {
                            /** @description Null: not paused. */
                            pause: {
                                /**
                                 * @description Who paused it.
                                 * @example key:bp_1a2b3c
                                 */
                                actor: string;
                                createdAt: string;
                                /** @description Null: until somebody resumes it. */
                                endsAt: string | null;
                                /**
                                 * @description The pause's id.
                                 * @example 1
                                 */
                                id: number;
                                reason: string;
                            } | null;
                            /** @example send */
                            stage: string;
                        }[];
                        /**
                         * @description `partly_paused`: one or more of its stages are.
                         * @enum {unknown}
                         */
                        state: "active" | "paused" | "partly_paused";
                        /** @example deliver-invoice */
                        task: string;
                        /** @description Jobs that could begin now. */
                        waiting: number;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description As in `GET /api/tasks`.
                 * @example deliver-invoice
                 */
                task: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why it may go on.
                     * @example SES has an outage, see the provider's status page
                     */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description A kind of work, what of it is paused, and how much of it there is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Jobs that are to begin later: scheduled, or tried again. */
                        later: number;
                        /** @description Jobs that wait for a person. */
                        needsAttention: number;
                        /** @description Null: not paused. */
                        pause: {
                            /**
                             * @description Who paused it.
                             * @example key:bp_1a2b3c
                             */
                            actor: string;
                            createdAt: string;
                            /** @description Null: until somebody resumes it. */
                            endsAt: string | null;
                            /**
                             * @description The pause's id.
                             * @example 1
                             */
                            id: number;
                            reason: string;
                        } | null;
                        /** @description Jobs that a worker is at. */
                        running: number;
                        /** @description The stages that can be paused by themselves. */
                        stages: {
                            /** @description Null: not paused. */
                            pause: {
                                /**
                                 * @description Who paused it.
                                 * @example key:bp_1a2b3c
                                 */
                                actor: string;
                                createdAt: string;
                                /** @description Null: until somebody resumes it. */
                                endsAt: string | null;
                                /**
                                 * @description The pause's id.
                                 * @example 1
                                 */
                                id: number;
                                reason: string;
                            } | null;
                            /** @example send */
                            stage: string;
                        }[];
                        /**
                         * @description `partly_paused`: one or more of its stages are.
                         * @enum {unknown}
                         */
                        state: "active" | "paused" | "partly_paused";
                        /** @example deliver-invoice */
                        task: string;
                        /** @description Jobs that could begin now. */
                        waiting: number;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseStage: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description One of the task's stages.
                 * @example send
                 */
                stage: string;
                /**
                 * @description As in `GET /api/tasks`.
                 * @example deliver-invoice
                 */
                task: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description When it goes on by itself, by the database's clock. Absent: when somebody resumes it.
                     * @example 2026-01-15T10:30:00Z
                     */
                    endsAt?: string;
                    /**
                     * @description Why, for whoever sees it paused.
                     * @example SES has an outage, see the provider's status page
                     */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description A kind of work, what of it is paused, and how much of it there is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Jobs that are to begin later: scheduled, or tried again. */
                        later: number;
                        /** @description Jobs that wait for a person. */
                        needsAttention: number;
                        /** @description Null: not paused. */
                        pause: {
                            /**
                             * @description Who paused it.
                             * @example key:bp_1a2b3c
                             */
                            actor: string;
                            createdAt: string;
                            /** @description Null: until somebody resumes it. */
                            endsAt: string | null;
                            /**
                             * @description The pause's id.
                             * @example 1
                             */
                            id: number;
                            reason: string;
                        } | null;
                        /** @description Jobs that a worker is at. */
                        running: number;
                        /** @description The stages that can be paused by themselves. */
                        stages: {
                            /** @description Null: not paused. */
                            pause: {
                                /**
                                 * @description Who paused it.
                                 * @example key:bp_1a2b3c
                                 */
                                actor: string;
                                createdAt: string;
                                /** @description Null: until somebody resumes it. */
                                endsAt: string | null;
                                /**
                                 * @description The pause's id.
                                 * @example 1
                                 */
                                id: number;
                                reason: string;
                            } | null;
                            /** @example send */
                            stage: string;
                        }[];
                        /**
                         * @description `partly_paused`: one or more of its stages are.
                         * @enum {unknown}
                         */
                        state: "active" | "paused" | "partly_paused";
                        /** @example deliver-invoice */
                        task: string;
                        /** @description Jobs that could begin now. */
                        waiting: number;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeStage: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description One of the task's stages.
                 * @example send
                 */
                stage: string;
                /**
                 * @description As in `GET /api/tasks`.
                 * @example deliver-invoice
                 */
                task: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why it may go on.
                     * @example SES has an outage, see the provider's status page
                     */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description A kind of work, what of it is paused, and how much of it there is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Jobs that are to begin later: scheduled, or tried again. */
                        later: number;
                        /** @description Jobs that wait for a person. */
                        needsAttention: number;
                        /** @description Null: not paused. */
                        pause: {
                            /**
                             * @description Who paused it.
                             * @example key:bp_1a2b3c
                             */
                            actor: string;
                            createdAt: string;
                            /** @description Null: until somebody resumes it. */
                            endsAt: string | null;
                            /**
                             * @description The pause's id.
                             * @example 1
                             */
                            id: number;
                            reason: string;
                        } | null;
                        /** @description Jobs that a worker is at. */
                        running: number;
                        /** @description The stages that can be paused by themselves. */
                        stages: {
                            /** @description Null: not paused. */
                            pause: {
                                /**
                                 * @description Who paused it.
                                 * @example key:bp_1a2b3c
                                 */
                                actor: string;
                                createdAt: string;
                                /** @description Null: until somebody resumes it. */
                                endsAt: string | null;
                                /**
                                 * @description The pause's id.
                                 * @example 1
                                 */
                                id: number;
                                reason: string;
                            } | null;
                            /** @example send */
                            stage: string;
                        }[];
                        /**
                         * @description `partly_paused`: one or more of its stages are.
                         * @enum {unknown}
                         */
                        state: "active" | "paused" | "partly_paused";
                        /** @example deliver-invoice */
                        task: string;
                        /** @description Jobs that could begin now. */
                        waiting: number;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All workers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            busySlots: number;
                            /** @description The machine's or container's name. */
                            host: string;
                            /** @example pool-0a1b2c3d4e5f60718293 */
                            id: string;
                            lastBeatAt: string;
                            pid: number;
                            /** @description Renders under way, and those that wait for Chrome. */
                            renders: number;
                            /** @description Renders in Chrome that it does side by side. */
                            renderSlots: number;
                            /** @description Jobs that it holds, by the ledger. */
                            runningJobs: number;
                            secondsSinceBeat: number;
                            /** @description Jobs that it does side by side. */
                            slots: number;
                            startedAt: string;
                            /**
                             * @description `quiet`: takes no new jobs. `stopping`: takes none, and ends. `presumed_dead`: its beat stands still.
                             * @enum {unknown}
                             */
                            state: "active" | "quiet" | "stopping" | "presumed_dead";
                            version: string;
                            /** @description It is of another version than this API. */
                            versionMismatch: boolean;
                            /**
                             * @description What operators want of it; it hears that within a second.
                             * @enum {unknown}
                             */
                            wanted: "active" | "quiet" | "stopping";
                        }[];
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    quietWorker: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description As in `GET /api/workers`.
                 * @example pool-0a1b2c3d4e5f60718293
                 */
                workerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why, for the audit.
                     * @example the machine is replaced
                     */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description A worker process. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        busySlots: number;
                        /** @description The machine's or container's name. */
                        host: string;
                        /** @example pool-0a1b2c3d4e5f60718293 */
                        id: string;
                        lastBeatAt: string;
                        pid: number;
                        /** @description Renders under way, and those that wait for Chrome. */
                        renders: number;
                        /** @description Renders in Chrome that it does side by side. */
                        renderSlots: number;
                        /** @description Jobs that it holds, by the ledger. */
                        runningJobs: number;
                        secondsSinceBeat: number;
                        /** @description Jobs that it does side by side. */
                        slots: number;
                        startedAt: string;
                        /**
                         * @description `quiet`: takes no new jobs. `stopping`: takes none, and ends. `presumed_dead`: its beat stands still.
                         * @enum {unknown}
                         */
                        state: "active" | "quiet" | "stopping" | "presumed_dead";
                        version: string;
                        /** @description It is of another version than this API. */
                        versionMismatch: boolean;
                        /**
                         * @description What operators want of it; it hears that within a second.
                         * @enum {unknown}
                         */
                        wanted: "active" | "quiet" | "stopping";
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stopWorker: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description As in `GET /api/workers`.
                 * @example pool-0a1b2c3d4e5f60718293
                 */
                workerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why, for the audit.
                     * @example the machine is replaced
                     */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description A worker process. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        busySlots: number;
                        /** @description The machine's or container's name. */
                        host: string;
                        /** @example pool-0a1b2c3d4e5f60718293 */
                        id: string;
                        lastBeatAt: string;
                        pid: number;
                        /** @description Renders under way, and those that wait for Chrome. */
                        renders: number;
                        /** @description Renders in Chrome that it does side by side. */
                        renderSlots: number;
                        /** @description Jobs that it holds, by the ledger. */
                        runningJobs: number;
                        secondsSinceBeat: number;
                        /** @description Jobs that it does side by side. */
                        slots: number;
                        startedAt: string;
                        /**
                         * @description `quiet`: takes no new jobs. `stopping`: takes none, and ends. `presumed_dead`: its beat stands still.
                         * @enum {unknown}
                         */
                        state: "active" | "quiet" | "stopping" | "presumed_dead";
                        version: string;
                        /** @description It is of another version than this API. */
                        versionMismatch: boolean;
                        /**
                         * @description What operators want of it; it hears that within a second.
                         * @enum {unknown}
                         */
                        wanted: "active" | "quiet" | "stopping";
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlockWorker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description As in `GET /api/workers`.
                 * @example pool-0a1b2c3d4e5f60718293
                 */
                workerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why, for the audit.
                     * @example the machine is replaced
                     */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description What became of a dead worker's jobs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @description Jobs that were taken from it. */
                        released: number;
                        /** @description The database still holds some of its sessions: try again in a few seconds. */
                        unfinished: boolean;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    wakeWorker: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body give the same reply, once; kept for at least 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description As in `GET /api/workers`.
                 * @example pool-0a1b2c3d4e5f60718293
                 */
                workerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why, for the audit.
                     * @example the machine is replaced
                     */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description A worker process. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        busySlots: number;
                        /** @description The machine's or container's name. */
                        host: string;
                        /** @example pool-0a1b2c3d4e5f60718293 */
                        id: string;
                        lastBeatAt: string;
                        pid: number;
                        /** @description Renders under way, and those that wait for Chrome. */
                        renders: number;
                        /** @description Renders in Chrome that it does side by side. */
                        renderSlots: number;
                        /** @description Jobs that it holds, by the ledger. */
                        runningJobs: number;
                        secondsSinceBeat: number;
                        /** @description Jobs that it does side by side. */
                        slots: number;
                        startedAt: string;
                        /**
                         * @description `quiet`: takes no new jobs. `stopping`: takes none, and ends. `presumed_dead`: its beat stands still.
                         * @enum {unknown}
                         */
                        state: "active" | "quiet" | "stopping" | "presumed_dead";
                        version: string;
                        /** @description It is of another version than this API. */
                        versionMismatch: boolean;
                        /**
                         * @description What operators want of it; it hears that within a second.
                         * @enum {unknown}
                         */
                        wanted: "active" | "quiet" | "stopping";
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                        version: string;
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOrderShort: {
        parameters: {
            query?: never;
            header?: {
                /** @description An ETag; answers 304 without a body while it is still true. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description Such as ORD-2026-000001.
                 * @example ORD-2026-000001
                 */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description Not changed since the ETag given. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They may. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ready";
                    };
                };
            };
            /** @description Refused. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
