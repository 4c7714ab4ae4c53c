import { readSearchText, type SearchKind } from "@billpost/domain/operators/search-text";
import type { ErrorClass } from "@billpost/domain/work";
import { type RawBuilder, sql } from "kysely";
import type { WorkItemState } from "../schema.ts";
import { within } from "./time-bounds.ts";

/**
 * Which jobs: every condition that is given must hold. A job is a work item. It covers every client's; whoever
 * answers a client's own key must add a condition of its own.
 */
export interface JobFilter {
  readonly ids?: readonly number[] | undefined;
  /** In one of these. */
  readonly states?: readonly WorkItemState[] | undefined;
  readonly tasks?: readonly string[] | undefined;
  /** Such as ORD-2026-000001. */
  readonly orderId?: string | undefined;
  /** Of an invoice or credit note: what makes, checks or brings it. */
  readonly invoiceNumber?: string | undefined;
  readonly customerId?: number | undefined;
  /** A customer's, or one that a delivery goes to; in any case. */
  readonly email?: string | undefined;
  readonly batchId?: number | undefined;
  /** Of the last attempt that failed. */
  readonly errorClass?: ErrorClass | undefined;
  readonly fingerprint?: string | undefined;
  /** Asked for at this instant or later. */
  readonly createdFrom?: Date | undefined;
  /** Asked for before this instant. */
  readonly createdTo?: Date | undefined;
  /** By the database's clock. */
  readonly olderThanSeconds?: number | undefined;
  /** Attempts begun, at least and at most. */
  readonly attemptsFrom?: number | undefined;
  readonly attemptsTo?: number | undefined;
  readonly externalRef?: string | undefined;
  readonly sesMessageId?: string | undefined;
  readonly requestId?: string | undefined;
  /** Whatever somebody typed: the number of an order or invoice, an email address, a reference, an id. */
  readonly search?: string | undefined;
}

type Condition = RawBuilder<boolean>;

/**
 * The filter as a condition on `work_items` under the alias `w`. Each part is written so that an index finds
 * its rows, however many jobs there were: test/operators-plans.test.ts holds it to that.
 */
export const whereJobs = (filter: JobFilter): Condition => {
  const conditions = [...conditionsOf(filter)];
  return conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(conditions, sql` and `)}`;
};

/** Whether the filter names something that has few jobs, so that they may be sorted. */
export const namesSubject = (filter: JobFilter): boolean =>
  [
    filter.ids,
    filter.orderId,
    filter.invoiceNumber,
    filter.customerId,
    filter.email,
    filter.externalRef,
    filter.sesMessageId,
    filter.requestId,
    filter.search,
  ].some((value) => value !== undefined);

function* conditionsOf(filter: JobFilter): Generator<Condition> {
  const { ids, states, tasks, fingerprint, errorClass, batchId, attemptsFrom, attemptsTo } = filter;
  if (ids) yield sql`w.id = any(${[...ids]}::bigint[])`;
  if (states) yield inStates(states);
  if (tasks) yield inTasks(tasks);
  if (errorClass !== undefined) yield sql`w.last_error_class = ${errorClass}`;
  if (fingerprint !== undefined) yield sql`w.last_error_fingerprint = ${fingerprint}`;
  if (batchId !== undefined) yield sql`w.batch_id = ${batchId}`;
  if (attemptsFrom !== undefined)
    // The literal condition is that of the index of those that were tried again.
    yield attemptsFrom > 1
      ? sql`w.attempt >= ${attemptsFrom} and w.attempt > 1`
      : sql`w.attempt >= ${attemptsFrom}`;
  if (attemptsTo !== undefined) yield sql`w.attempt <= ${attemptsTo}`;
  yield* timesOf(filter);
  yield* subjectsOf(filter);
}

const inStates = (states: readonly WorkItemState[]): Condition => {
  const [only] = states;
  // Literal, so that the index of what is not done fits.
  const open = states.includes("done") ? sql`` : sql` and w.state <> 'done'`;
  return states.length === 1 && only !== undefined
    ? sql`w.state = ${only}${open}`
    : sql`w.state = any(${[...states]}::text[])${open}`;
};

/** The tasks that nearly all jobs are of; the rest have an index. */
const commonTasks: readonly string[] = ["issue-invoice", "deliver-invoice"];

const inTasks = (tasks: readonly string[]): Condition => {
  const rare = tasks.some((task) => commonTasks.includes(task))
    ? sql``
    : sql` and w.task not in ('issue-invoice', 'deliver-invoice')`;
  const [only] = tasks;
  return tasks.length === 1 && only !== undefined
    ? sql`w.task = ${only}${rare}`
    : sql`w.task = any(${[...tasks]}::text[])${rare}`;
};

const timesOf = ({ createdFrom, createdTo, olderThanSeconds }: JobFilter): Condition[] => [
  ...within("work_items", "w", {
    from: createdFrom && sql`${createdFrom}::timestamptz`,
    to: createdTo && sql`${createdTo}::timestamptz`,
  }),
  ...within("work_items", "w", {
    to:
      olderThanSeconds === undefined
        ? undefined
        : sql`now() - make_interval(secs => ${olderThanSeconds}::double precision)`,
  }),
];

function* subjectsOf(filter: JobFilter): Generator<Condition> {
  const { orderId, invoiceNumber, customerId, email, externalRef, sesMessageId, requestId, search } = filter;
  if (orderId !== undefined)
    yield sql`w.order_id = any(array(select id from orders where order_id = ${orderId}))`;
  if (invoiceNumber !== undefined) yield sql`w.id = any(array(${ofInvoice(invoiceNumber)}))`;
  if (customerId !== undefined)
    yield sql`w.order_id = any(array(select id from orders where customer_id = ${customerId}))`;
  if (email !== undefined) yield sql`w.id = any(array(${ofEmail(email)}))`;
  if (externalRef !== undefined) yield sql`w.id = any(array(${ofExternalRef(externalRef)}))`;
  if (sesMessageId !== undefined) yield sql`w.id = any(array(${ofMessage(sesMessageId)}))`;
  if (requestId !== undefined) yield sql`w.id = any(array(${ofRequest(requestId)}))`;
  if (search !== undefined) yield sql`w.id = any(array(${ofText(search)}))`;
}

/** Everything that what was typed can be, together. */
const ofText = (typed: string): RawBuilder<unknown> => {
  const queries = Object.entries(readSearchText(typed)).map(([kind, text]) =>
    found[kind as SearchKind](text),
  );
  return queries.length === 0 ? sql`select null::bigint` : sql.join(queries, sql` union `);
};

const ofOrders = (orders: RawBuilder<unknown>) =>
  sql`select j.id from work_items j where j.order_id in (${orders})`;

const ofInvoice = (number: string) => sql`
  select j.id from work_items j join invoices i on i.id = j.invoice_id
    where i.number in (${number}, upper(${number}))
  union select j.id from invoices i join delivery_documents dd on dd.invoice_id = i.id
    join work_items j on j.delivery_id = dd.delivery_id where i.number in (${number}, upper(${number}))
  union select j.id from invoices i join work_items j on j.order_id = i.order_id and j.task = 'issue-invoice'
    where i.number in (${number}, upper(${number})) and i.kind = 'invoice' and i.replaces_invoice_id is null`;

const ofEmail = (email: string) => sql`
  select j.id from customers c join orders o on o.customer_id = c.id join work_items j on j.order_id = o.id
    where lower(c.email) = lower(${email})
  union select j.id from deliveries d join work_items j on j.delivery_id = d.id
    where lower(d.recipient_email) = lower(${email})`;

/** Its index begins with the client, of which there are few. */
const ofExternalRef = (ref: string) =>
  ofOrders(
    sql`select o.id from orders o where o.external_ref = ${ref} and o.client_id = any(array(select id from clients))`,
  );

const ofMessage = (id: string) => sql`
  select j.id from deliveries d join work_items j on j.delivery_id = d.id where d.ses_message_id = ${id}
  union select j.id from ses_events e join work_items j on j.delivery_id = e.delivery_id
    where e.ses_message_id = ${id}`;

/** The work of an order that was placed is found by the order's audit; all other work has the id itself. */
const ofRequest = (id: string) => sql`
  select j.id from work_items j where j.request_id = ${id} and j.task <> 'issue-invoice'
  union select j.id from audit_events a join orders o on o.order_id = a.target_id
    join work_items j on j.order_id = o.id
    where a.request_id = ${id} and a.target_type = 'order' and j.request_id = ${id}`;

const found: Readonly<Record<SearchKind, (text: string) => RawBuilder<unknown>>> = {
  job: (text) => sql`select j.id from work_items j where j.id = ${Number(text)}`,
  order: (text) => ofOrders(sql`select o.id from orders o where o.order_id = ${text}`),
  invoice: ofInvoice,
  email: ofEmail,
  external_ref: ofExternalRef,
  ses_message: ofMessage,
  request: ofRequest,
};
