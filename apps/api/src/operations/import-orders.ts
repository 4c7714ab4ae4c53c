import { databaseTrouble } from "@billpost/db/database-errors";
import { DomainError } from "@billpost/domain/domain-error";
import type { FastifySchemaValidationError } from "fastify";
import type { Context } from "../context.ts";
import { refusal } from "../http/problems.ts";
import { createValidatorCompiler, fieldErrors } from "../http/validation.ts";
import { type ImportedOrder, ImportedOrderSchema, type ImportResult } from "../schemas/order-import.ts";
import { type ImportOutcome, importGroup } from "./import-group.ts";
import { type RawLine, readRawLines } from "./import-lines.ts";

/** Orders in one transaction: more would hold customers and products longer than they gain. */
const largestGroup = 100;

export interface ImportHost {
  /** Asked between two groups: true ends the import with what it has done. */
  readonly stopping: () => boolean;
  /** Told of what is our own mistake. */
  readonly onFailure: (error: unknown) => void;
}

interface ReadLine {
  readonly line: number;
  readonly order: ImportedOrder | undefined;
  readonly refused: DomainError | undefined;
}

/**
 * Imports orders of the past from a stream of JSON Lines, a group of lines in a transaction as they come, and
 * yields what became of each, in their order, and a summary. A line that cannot be read is refused and the rest
 * goes on. Holds one piece of the stream and one group at a time. When the stream breaks, what was read whole has
 * been imported or not as its answer says; running it again finds it by its reference.
 */
export async function* importOrders(
  context: Context,
  body: AsyncIterable<Buffer>,
  host: ImportHost,
): AsyncGenerator<string> {
  const counts = { imported: 0, alreadyImported: 0, refused: 0, failed: 0 };
  const count = { imported: "imported", already_imported: "alreadyImported", refused: "refused" } as const;
  const show = (result: ImportResult): string => {
    if (result.outcome === "failed") counts.failed += 1;
    else if (result.outcome !== "summary") counts[count[result.outcome]] += 1;
    return `${JSON.stringify(result)}\n`;
  };
  const summary = (complete: boolean, detail?: string): string =>
    show({ outcome: "summary", complete, ...(detail === undefined ? {} : { detail }), ...counts });

  for await (const lines of readRawLines(body)) {
    for (const group of groupsOf(lines.map(readLine))) {
      if (host.stopping()) {
        yield summary(false, "This process is stopping. Send the file again: what is imported is known.");
        return;
      }
      const results = await importLines(context, group, host);
      yield results.map(show).join("");
      if (results.some(({ code }) => code === "database_unavailable")) {
        yield summary(false, "The database cannot be reached. Send the file again later.");
        return;
      }
    }
  }
  yield summary(true);
}

const validate = createValidatorCompiler()({
  schema: ImportedOrderSchema,
  method: "POST",
  url: "/api/orders/import",
  httpPart: "body",
}) as ((data: unknown) => boolean) & { errors?: FastifySchemaValidationError[] | null };

const readLine = ({ line, bytes }: RawLine): ReadLine => {
  const refused = (error: DomainError) => ({ line, order: undefined, refused: error });
  if (!bytes) return refused(refusal("line_too_long", "The line is longer than 256 KiB."));
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return refused(refusal("malformed_json", "The line is not JSON in UTF-8."));
  }
  if (validate(value)) return { line, order: value as ImportedOrder, refused: undefined };
  const errors = fieldErrors(validate.errors ?? [], "body");
  return refused(
    refusal("validation_failed", "The line is not of the form that an import takes.", { errors }),
  );
};

/** At most so many, and never two of one reference: the second is judged when the first is written. */
function* groupsOf(lines: readonly ReadLine[]): Generator<readonly ReadLine[]> {
  let group: ReadLine[] = [];
  const references = new Set<string>();
  for (const line of lines) {
    const reference = line.order?.externalRef;
    if (group.length >= largestGroup || (reference !== undefined && references.has(reference))) {
      yield group;
      group = [];
      references.clear();
    }
    group.push(line);
    if (reference !== undefined) references.add(reference);
  }
  if (group.length > 0) yield group;
}

const importLines = async (
  context: Context,
  group: readonly ReadLine[],
  host: ImportHost,
): Promise<ImportResult[]> => {
  const orders = group.flatMap(({ order }) => order ?? []);
  const outcomes = await importTogether(context, orders, host);
  let next = 0;
  return group.map(({ line, order, refused }): ImportResult => {
    const outcome: Outcome | undefined = refused ? { refused } : outcomes[next++];
    if (!outcome) throw new Error(`line ${line} has no outcome`);
    return present(line, order?.externalRef, outcome);
  });
};

type Outcome = ImportOutcome | { readonly failed: unknown };

/** One transaction; when it fails, each alone, so that what troubles one troubles no other. */
const importTogether = async (
  context: Context,
  orders: readonly ImportedOrder[],
  host: ImportHost,
): Promise<readonly Outcome[]> => {
  if (orders.length === 0) return [];
  try {
    return await importGroup(context, orders);
  } catch (error) {
    if (orders.length > 1 && databaseTrouble(error) !== "unavailable") {
      const alone: Outcome[] = [];
      for (const order of orders) alone.push(...(await importTogether(context, [order], host)));
      return alone;
    }
    // Another transaction was quicker with the reference: now it is there to compare with.
    if (error instanceof DomainError) return importGroup(context, orders);
    host.onFailure(error);
    return orders.map(() => ({ failed: error }));
  }
};

const present = (line: number, externalRef: string | undefined, outcome: Outcome): ImportResult => {
  const about = { line, ...(externalRef === undefined ? {} : { externalRef }) };
  if ("outcome" in outcome) return { ...about, outcome: outcome.outcome, orderId: outcome.orderId };
  if ("failed" in outcome) {
    const trouble = databaseTrouble(outcome.failed);
    const code =
      trouble === undefined
        ? "internal_error"
        : trouble === "unavailable"
          ? "database_unavailable"
          : "overloaded";
    return {
      ...about,
      outcome: "failed",
      code,
      detail: "Whether it was imported is unknown: send the line again.",
    };
  }
  const { code, message, data } = outcome.refused;
  return { ...about, outcome: "refused", code, detail: message, ...data };
};
