import { DomainError, type ErrorKind } from "@billpost/domain/domain-error";

/** Every code an error reply can carry, with its status and what it means to the one who reads the API page. */
export const problems = {
  validation_failed: [
    400,
    "A field is missing, unknown, of the wrong type or out of range; `errors` names each.",
  ],
  malformed_json: [400, "The body is not JSON."],
  malformed_request: [400, "The request line, a header or the path is not valid HTTP."],
  invalid_cursor: [400, "The cursor is not one that this list gave out."],
  idempotency_key_not_allowed: [400, "This route takes no Idempotency-Key, since its reply holds a secret."],
  too_many_decimals: [400, "An amount has more decimals than its currency, or is too large."],
  unsupported_currency: [400, "Not an ISO 4217 currency."],
  key_missing: [401, "No `Authorization: Bearer bp_…` header."],
  key_invalid: [401, "No such key."],
  key_expired: [401, "The key's time is over."],
  key_revoked: [401, "The key was revoked."],
  scope_missing: [403, "The key lacks the scope that this route needs."],
  sns_message_refused: [403, "Not a message that SNS signed for the configured topic."],
  ses_events_not_configured: [404, "This installation does not receive events from SES."],
  route_not_found: [404, "No such route."],
  invoice_not_found: [404, "No such invoice or credit note, or another client's."],
  credit_request_not_found: [404, "The client has no such credit request."],
  document_request_not_found: [404, "The client has no such document request."],
  verification_not_found: [404, "The client has no such verification."],
  delivery_not_found: [404, "The invoice has no such delivery."],
  document_not_found: [404, "The invoice has no stored PDF of this revision."],
  order_not_found: [404, "No such order, or another client's."],
  product_not_found: [404, "No such product."],
  customer_not_found: [404, "The client has no such customer."],
  client_not_found: [404, "No such client."],
  key_not_found: [404, "The client has no such key."],
  job_not_found: [404, "No such job; what is done is kept for a time only."],
  reconciliation_not_found: [404, "No such reconciliation."],
  suppression_not_found: [404, "No such suppressed address, or it was cleared before."],
  suppressed_address_not_found: [404, "No such suppressed address, or it was cleared before."],
  bulk_operation_not_found: [404, "No such bulk operation."],
  worker_not_found: [404, "No such worker; one that ended well is not listed."],
  task_not_found: [404, "No such task; `GET /api/tasks` lists them."],
  stage_not_found: [404, "The task has no such stage that can be paused."],
  batch_not_found: [404, "The client has no such batch."],
  sample_not_found: [404, "The batch has no such sample."],
  method_not_allowed: [405, "The route exists for other methods; see `Allow`."],
  request_timeout: [408, "The request did not arrive whole in time."],
  insufficient_stock: [409, "Not enough stock; `errors` has available and requested for each line."],
  stock_not_tracked: [409, "The product does not track stock."],
  stock_too_large: [409, "The product would have more stock than the system can hold exactly."],
  sku_taken: [409, "Another product has this SKU; `productId` names it."],
  order_already_cancelled: [409, "The order is cancelled already."],
  more_than_bought: [409, "More than was bought and has not come back; `errors` has what can."],
  customer_needed: [
    409,
    "The customer's data is still needed for invoices or mail to come; `orderIds` names up to 20 of the orders.",
  ],
  nothing_left_to_credit: [409, "Everything on the invoice is credited or about to be."],
  more_than_remains: [409, "More than remains of a line; `remaining` says what does."],
  credit_note_not_creditable: [409, "A credit note cannot be credited; its original can."],
  document_not_ready: [409, "The PDF is still being made."],
  order_already_invoiced: [
    409,
    "The order has its invoice, which does not change; a correction is a credit note.",
  ],
  order_needs_no_invoice: [409, "The order was cancelled before numbering, or its invoice is made anyhow."],
  idempotency_key_in_flight: [409, "A request with this Idempotency-Key is still running; try again."],
  external_ref_taken: [409, "The client has an order of this externalRef; `orderId` names it."],
  batch_external_ref_taken: [
    409,
    "The client has a batch of this externalRef that was asked for otherwise; `batchId` names it.",
  ],
  batch_state_conflict: [409, "The batch is in a state in which this cannot be done; `state` says which."],
  client_name_taken: [409, "A client of this name exists."],
  job_running: [409, "A worker is at the job right now; wait until this attempt has ended."],
  act_not_allowed: [409, "This cannot be done to the job as it stands; `because` says why."],
  preview_stale: [409, "The job has changed since it was previewed; `preview` says what would happen now."],
  preview_needed: [409, "It is not proven that no mail goes out twice: preview it, and act with the token."],
  address_suppressed: [409, "The address gets no mail, after a bounce or a complaint; clear it first."],
  bulk_operation_over: [409, "The bulk operation is over already."],
  worker_stopping: [409, "The worker was told to stop, and cannot be called back."],
  worker_alive: [409, "The worker is not proven dead."],
  already_paused: [409, "It is paused already; `pause` says by whom, why and until when."],
  not_paused: [409, "It is not paused."],
  precondition_failed: [412, "What If-Match names is not the present state; read it again."],
  body_too_large: [413, "The body is larger than the limit."],
  line_too_long: [413, "A line of an import is longer than the limit."],
  uri_too_long: [414, "A part of the path is too long."],
  unsupported_media_type: [415, "The body must be of the media type that the route takes."],
  range_not_satisfiable: [416, "The range is outside the document; `Content-Range` says how long that is."],
  bulk_too_large: [422, "More jobs than one bulk operation may act on; narrow the filter."],
  reason_required: [422, "This act needs a `reason`."],
  unknown_invoice_line: [422, "The invoice has no such line; `remaining` lists what can be credited."],
  idempotency_key_reused: [422, "The Idempotency-Key was used for another request."],
  unknown_customer: [422, "The client has no customer of this id."],
  customer_erased: [422, "The customer's data was erased."],
  unknown_product: [422, "No product of this id."],
  unknown_order_line: [422, "The order has no such line; `errors` names each."],
  unknown_selection: [422, "The client has not all that is selected; `unknown` names up to 20."],
  product_archived: [422, "The product can no longer be ordered."],
  currency_mismatch: [422, "The products are priced in more than one currency."],
  discount_too_large: [422, "The discounts are more than the lines."],
  amount_too_large: [422, "The total is more than the system can hold exactly."],
  precondition_required: [428, "This change needs If-Match with the ETag last read."],
  rate_limited: [429, "Too many requests; wait as long as `Retry-After` says."],
  headers_too_large: [431, "The request's headers are too large."],
  document_damaged: [
    500,
    "The stored PDF is not what was stored, so it is not handed out. Verify the invoice.",
  ],
  internal_error: [500, "A mistake of ours. It is logged under the request id."],
  sns_not_reached: [503, "SNS could not be asked; the message is to be sent again."],
  not_ready: [503, "The process must not be sent requests now."],
  storage_unavailable: [503, "The object store cannot be reached; try again after `Retry-After`."],
  overloaded: [503, "Too much at once. Nothing was done; try again after `Retry-After`."],
  request_timed_out: [
    503,
    "The answer took too long. Whether it was done is unknown: repeat with the same Idempotency-Key.",
  ],
  database_unavailable: [
    503,
    "The database cannot be reached. Whether it was done is unknown: repeat with the same Idempotency-Key.",
  ],
} as const satisfies Readonly<Record<string, readonly [status: number, meaning: string]>>;

export type ProblemCode = keyof typeof problems;

/** Which field of the request is meant. `pointer` is a JSON pointer (RFC 6901) into the part named by `in`. */
export interface FieldError {
  readonly in: "body" | "query" | "path" | "header";
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
  readonly productId?: number;
  readonly requested?: number;
  readonly available?: number;
}

const kinds: Readonly<Record<number, ErrorKind>> = {
  400: "invalid",
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  412: "precondition_failed",
  422: "unprocessable",
  428: "precondition_required",
  429: "rate_limited",
  503: "unavailable",
};

/** The status that a kind of refusal is answered with. */
export const statusOfKind = (kind: ErrorKind): number =>
  Number(Object.entries(kinds).find(([, known]) => known === kind)?.[0] ?? 500);

/** A refusal by its code; `data` becomes members of the reply, `errors` among them. */
export const refusal = (
  code: ProblemCode,
  detail: string,
  data: { readonly errors?: readonly FieldError[] } & Readonly<Record<string, unknown>> = {},
): DomainError => new DomainError(kinds[problems[code][0]] ?? "unavailable", code, detail, data);

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  readonly [member: string]: unknown;
}

/** An RFC 9457 problem; the title says in words what the code says. */
export const problem = (
  code: string,
  status: number,
  detail: string,
  requestId: string,
  data: Readonly<Record<string, unknown>> = {},
): Problem => ({
  type: `urn:billpost:problem:${code}`,
  title: `${code.charAt(0).toUpperCase()}${code.slice(1).replaceAll("_", " ")}`,
  status,
  detail,
  code,
  requestId,
  ...data,
});
