import { type BulkAct, bulkActs } from "@billpost/domain/operators/bulk-pace";
import { refusal } from "../http/problems.ts";

const numbers = ["customerId", "batchId", "olderThanSeconds", "attemptsFrom", "attemptsTo"];
const texts = [
  "orderId",
  "invoiceNumber",
  "email",
  "errorClass",
  "fingerprint",
  "createdFrom",
  "createdTo",
  "externalRef",
  "sesMessageId",
  "requestId",
  "q",
];

interface BulkTargets {
  readonly action: BulkAct;
  readonly outcome?: string;
  readonly ids?: readonly number[];
  readonly filter?: Readonly<Record<string, unknown>>;
}

const isBulkAct = (text: string | null): text is BulkAct => bulkActs.some((act) => act === text);

/** Which jobs an address means, and what is to be done to them: ids that were selected, else the filter of a list. */
export const bulkTargets = (query: string): BulkTargets => {
  const given = new URLSearchParams(query);
  const action = given.get("action");
  if (!isBulkAct(action))
    throw refusal("validation_failed", "The address does not say what is to be done.", { errors: [] });
  const outcome = given.get("outcome");
  const ids = given.getAll("ids").map(Number);
  const filter: Record<string, unknown> = {};
  for (const name of texts) if (given.get(name)) filter[name] = given.get(name);
  for (const name of numbers) if (given.get(name)) filter[name] = Number(given.get(name));
  const [state, task] = [given.get("state"), given.get("task")];
  if (state) filter["states"] = state.split(",");
  if (task) filter["tasks"] = task.split(",");
  return {
    action,
    ...(outcome === null ? {} : { outcome }),
    // Selected by hand: these, whatever list they were found in.
    ...(ids.length > 0 ? { ids } : { filter }),
  };
};

/** The jobs that are meant, in words. */
export const targetWords = ({ ids, filter = {} }: BulkTargets): string =>
  ids
    ? "the selected jobs"
    : `all jobs with ${Object.entries(filter)
        .map(
          ([name, value]) =>
            `${names[name] ?? name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${Array.isArray(value) ? value.join(" or ") : String(value)}`,
        )
        .join(", ")}`;

const names: Readonly<Record<string, string>> = {
  q: "the search",
  states: "the state",
  tasks: "the task",
  sesMessageId: "the SES message id",
};
