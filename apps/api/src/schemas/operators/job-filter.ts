import type { JobFilter } from "@billpost/db/operators/job-filter";
import type { WorkItemState } from "@billpost/db/schema";
import type { ErrorClass } from "@billpost/domain/work";
import { type Static, Type } from "typebox";
import { idOf, instantOf, lineOf } from "../values.ts";

export const jobStates = [
  "waiting",
  "scheduled",
  "running",
  "retrying",
  "blocked",
  "throttled",
  "failed",
  "ambiguous",
  "quarantined",
  "suppressed",
  "cancelled",
  "handled",
  "done",
] as const satisfies readonly WorkItemState[];

export const errorClasses = [
  "retryable",
  "throttled",
  "permanent",
  "ambiguous",
  "crashed",
  "handed_back",
] as const satisfies readonly ErrorClass[];

const states = jobStates.join("|");
const task = "[a-z][a-z-]{0,59}";

/** The conditions that are the same in an address and in a body. */
const conditions = {
  orderId: Type.Optional(lineOf(60, "Of this order.", "ORD-2026-000001")),
  invoiceNumber: Type.Optional(lineOf(60, "What makes, checks or brings this document.", "INV-2026-000001")),
  customerId: Type.Optional(idOf("Of this customer's orders.")),
  email: Type.Optional(
    lineOf(320, "The customer's, or where a delivery goes; in any case.", "john@example.com"),
  ),
  batchId: Type.Optional(idOf("Of this batch.")),
  errorClass: Type.Optional(Type.Enum(errorClasses, { description: "Of the last attempt that failed." })),
  fingerprint: Type.Optional(lineOf(200, "Of the last failure, as `GET /api/failures` lists it.")),
  createdFrom: Type.Optional(instantOf("Asked for at this instant or later.")),
  createdTo: Type.Optional(instantOf("Asked for before this instant.")),
  olderThanSeconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1_000_000_000,
      description: "Asked for longer ago, by the database's clock.",
    }),
  ),
  attemptsFrom: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 10_000, description: "Attempts begun, at least." }),
  ),
  attemptsTo: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 10_000, description: "Attempts begun, at most." }),
  ),
  externalRef: Type.Optional(lineOf(100, "Of the order that a client calls so.")),
  sesMessageId: Type.Optional(lineOf(200, "Whose message SES calls so.")),
  requestId: Type.Optional(lineOf(128, "Asked for by the request of this X-Request-Id.")),
  q: Type.Optional(
    lineOf(
      320,
      "Whatever was typed: the number of an order or invoice, an email address, an external reference, an SES message id, a request id, a job's id.",
    ),
  ),
};

/** The filter in an address: several states or tasks are separated by commas. */
export const jobFilterQuery = {
  state: Type.Optional(
    Type.String({
      maxLength: 300,
      pattern: `^(?:${states})(?:,(?:${states}))*$`,
      description: `In one of these states, separated by commas: ${jobStates.join(", ")}.`,
      examples: ["failed,ambiguous"],
    }),
  ),
  task: Type.Optional(
    Type.String({
      maxLength: 300,
      pattern: `^${task}(?:,${task})*$`,
      description: "Of one of these tasks, separated by commas.",
      examples: ["deliver-invoice"],
    }),
  ),
  ...conditions,
};

/** The filter in a body. */
export const JobFilterSchema = Type.Object(
  {
    states: Type.Optional(
      Type.Array(Type.Enum(jobStates), { minItems: 1, maxItems: 13, description: "In one of these." }),
    ),
    tasks: Type.Optional(
      Type.Array(Type.String({ pattern: `^${task}$`, maxLength: 60 }), {
        minItems: 1,
        maxItems: 20,
        description: "Of one of these.",
      }),
    ),
    ...conditions,
  },
  { additionalProperties: false, description: "Which jobs: every condition that is given must hold." },
);

type Conditions = Omit<Static<typeof JobFilterSchema>, "states" | "tasks">;

/** Reads the filter of an address. */
export const filterInQuery = ({
  state,
  task: tasks,
  ...rest
}: Conditions & { readonly state?: string; readonly task?: string }): JobFilter => ({
  states: state === undefined ? undefined : [...new Set(state.split(",") as WorkItemState[])],
  tasks: tasks === undefined ? undefined : [...new Set(tasks.split(","))],
  ...read(rest),
});

/** Reads the filter of a body. */
export const filterInBody = ({
  states: inStates,
  tasks,
  ...rest
}: Static<typeof JobFilterSchema>): JobFilter => ({
  states: inStates,
  tasks,
  ...read(rest),
});

/** By name, so that whatever else an address holds does not become a condition. */
const read = (given: Conditions): JobFilter => ({
  orderId: given.orderId,
  invoiceNumber: given.invoiceNumber,
  customerId: given.customerId,
  email: given.email,
  batchId: given.batchId,
  errorClass: given.errorClass,
  fingerprint: given.fingerprint,
  createdFrom: given.createdFrom === undefined ? undefined : new Date(given.createdFrom),
  createdTo: given.createdTo === undefined ? undefined : new Date(given.createdTo),
  olderThanSeconds: given.olderThanSeconds,
  attemptsFrom: given.attemptsFrom,
  attemptsTo: given.attemptsTo,
  externalRef: given.externalRef,
  sesMessageId: given.sesMessageId,
  requestId: given.requestId,
  search: given.q,
});
