import type { AnswerOf } from "@billpost/client/billpost";
import type { operations } from "@billpost/client/api-types";
import { type Command, InvalidArgumentError } from "commander";
import { parseId, parseNumber, parseSpan } from "./arguments.ts";
import { given } from "./listing.ts";

type BulkFilter = NonNullable<
  operations["beginBulkOperation"]["requestBody"]["content"]["application/json"]["filter"]
>;
type State = NonNullable<BulkFilter["states"]>[number];

/** Which jobs: the options that lists and acts on many share. */
export interface JobFilterOptions {
  readonly state?: readonly State[];
  readonly task?: string;
  readonly order?: string;
  readonly invoice?: string;
  readonly customer?: number;
  readonly email?: string;
  readonly batch?: number;
  readonly errorClass?: NonNullable<AnswerOf<"get", "/api/jobs/{jobId}">["error"]>["class"];
  readonly fingerprint?: string;
  readonly olderThan?: number;
  readonly from?: string;
  readonly to?: string;
  readonly attemptsFrom?: number;
  readonly attemptsTo?: number;
  readonly search?: string;
}

/** As the type of the API has them, each once. */
const states: Readonly<Record<State, true>> = {
  waiting: true,
  scheduled: true,
  running: true,
  retrying: true,
  blocked: true,
  throttled: true,
  failed: true,
  ambiguous: true,
  quarantined: true,
  suppressed: true,
  cancelled: true,
  handled: true,
  done: true,
};
const stateNames = Object.keys(states).join(", ");

const parseStates = (text: string): State[] => {
  const names = parts(text);
  const unknown = names.filter((name) => !(name in states));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`Unknown: ${unknown.join(", ")}. The states are ${stateNames}.`);
  return names as State[];
};

/** Adds the filter's options. Every one that is given must hold. */
export const filtering = (command: Command): Command =>
  command
    .option("--state <states>", `one or more with commas between: ${stateNames}`, parseStates)
    .option("--task <tasks>", "such as deliver-invoice")
    .option("--order <orderId>", "of this order")
    .option("--invoice <number>", "of this invoice")
    .option("--customer <id>", "of this customer", parseId)
    .option("--email <address>", "of the customer, or the recipient, of this address")
    .option("--batch <id>", "of this batch", parseId)
    .option("--error-class <class>", "retryable, throttled, permanent, ambiguous, crashed or handed_back")
    .option("--fingerprint <text>", "of this group of `failures list`")
    .option("--older-than <span>", "made longer ago, such as 30m, 2h or 1d", parseSpan)
    .option("--from <instant>", "made at or after, such as 2026-01-31T08:00:00Z")
    .option("--to <instant>", "made before")
    .option("--attempts-from <n>", "begun so often at least", parseNumber)
    .option("--attempts-to <n>", "begun so often at most", parseNumber)
    .option("--search <text>", "an order, invoice, email, reference, SES message id or request id");

/** What lists and bodies call the same. */
const conditions = (options: JobFilterOptions) =>
  given({
    orderId: options.order,
    invoiceNumber: options.invoice,
    customerId: options.customer,
    email: options.email,
    batchId: options.batch,
    errorClass: options.errorClass,
    fingerprint: options.fingerprint,
    olderThanSeconds: options.olderThan,
    createdFrom: options.from,
    createdTo: options.to,
    attemptsFrom: options.attemptsFrom,
    attemptsTo: options.attemptsTo,
    q: options.search,
  });

/** For the query of a list. */
export const filterInQuery = (options: JobFilterOptions) => ({
  ...conditions(options),
  ...given({ state: options.state?.join(","), task: options.task }),
});

const parts = (text: string): string[] => text.split(",").map((part) => part.trim());

/** For the body of an act on many; undefined: no option of the filter was given. */
export const filterInBody = (options: JobFilterOptions): BulkFilter | undefined => {
  const filter = {
    ...conditions(options),
    ...given({
      states: options.state && [...options.state],
      tasks: options.task === undefined ? undefined : parts(options.task),
    }),
  };
  return Object.keys(filter).length === 0 ? undefined : filter;
};
