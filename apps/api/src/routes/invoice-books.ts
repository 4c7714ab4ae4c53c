import { proveSeries } from "@billpost/db/series-proof";
import { Type } from "typebox";
import { contextOf } from "../context.ts";
import { endpoint } from "../http/endpoint.ts";
import { listOf } from "../http/paging.ts";
import { exportMonth } from "../operations/export-invoices.ts";
import { instant, nullableString } from "../schemas/values.ts";
import { KindSchema } from "../schemas/invoices.ts";
import type { App } from "../server.ts";

const tag = "Invoices";
const count = (description: string) => Type.Integer({ description });
const nullableCount = (description: string) =>
  Type.Unsafe<number | null>({ type: ["integer", "null"], description });

const SeriesSchema = Type.Object(
  {
    seller: Type.String(),
    kind: KindSchema,
    year: count("Of the issue dates."),
    prefix: Type.String({ examples: ["INV"] }),
    startNumber: count("Its first number."),
    nextNumber: count("The number that comes next."),
    lastIssueDate: nullableString("Of its last document.", "2026-01-15"),
    count: count("Documents."),
    firstNumber: nullableCount("The lowest number a document has."),
    lastNumber: nullableCount("The highest number a document has."),
    gaps: Type.Array(Type.Object({ from: count("Included."), to: count("Included.") }), {
      description: "Numbers that no document has; at most the first hundred ranges.",
    }),
    missing: count("How many numbers that is."),
    duplicates: count("Numbers that were given out again."),
    datesGoingBack: count("Documents dated before the one with the number before."),
    wrongYear: count("Documents of another year than the series."),
    wrongNumber: count("Documents whose printed number is not that of their place."),
    wrongContent: nullableCount(
      "Documents whose frozen content is not what was hashed at issuing; null: not looked at.",
    ),
    counterWrong: Type.Boolean({ description: "The counter disagrees with the last document." }),
    gapless: Type.Boolean({ description: "Nothing of the above is wrong." }),
    provedAt: Type.String({ description: "When it was counted." }),
    act: nullableString("What repairs what is wrong; null: nothing is."),
  },
  { description: "A series of numbers, with what was counted in it." },
);

const ListSeries = endpoint({
  scope: "operator:read",
  tag,
  operationId: "listInvoiceSeries",
  summary: "Prove the series of numbers",
  description:
    "Counted by the database over every document: from the start number to the last, each exactly once, in the order of the dates. It covers all clients, since the numbers are the seller's, and reads every document: it is for audits. With `content=true` the frozen content is compared with its hash, too, which takes several times as long.",
  querystring: Type.Object(
    { content: Type.Optional(Type.Boolean({ description: "Look at the frozen content, too." })) },
    { additionalProperties: false },
  ),
  response: { 200: listOf(SeriesSchema, "Every series, in one page.") },
});

const ExportInvoices = endpoint({
  scope: "invoices:read",
  tag,
  operationId: "exportInvoices",
  summary: "Export a month for the bookkeeper",
  description:
    "Every invoice and credit note with an issue date in the month. CSV has one row for each tax rate of a document, so that columns can be summed within a kind and currency; cells that a spreadsheet would take for formulas begin with an apostrophe. JSON Lines has one object for each document.",
  querystring: Type.Object(
    {
      month: Type.String({
        pattern: "^[0-9]{4}-(0[1-9]|1[0-2])$",
        description: "Of the issue dates.",
        examples: ["2026-01"],
      }),
      format: Type.Optional(Type.Enum(["csv", "jsonl"], { default: "csv" })),
    },
    { additionalProperties: false },
  ),
  response: { 200: Type.Unknown({ description: "The month's documents, by date." }) },
  content: {
    200: { "text/csv": Type.String(), "application/x-ndjson": Type.String() },
  },
});

const mediaTypes = { csv: "text/csv; charset=utf-8; header=present", jsonl: "application/x-ndjson" } as const;

/** What bookkeepers and auditors ask for. */
export const addInvoiceBookRoutes = (app: App): void => {
  const { db } = app.services;

  app.get("/api/invoice-series", ListSeries, async (request) => ({
    data: (await proveSeries(db, { content: request.query.content ?? false })).map((proof) => ({
      ...proof,
      provedAt: instant(proof.provedAt),
    })),
    nextCursor: null,
  }));

  app.get("/api/invoices/export", ExportInvoices, async (request, reply) => {
    const { month, format = "csv" } = request.query;
    return reply
      .type(mediaTypes[format])
      .header("content-disposition", `attachment; filename="invoices-${month}.${format}"`)
      .send(exportMonth(contextOf(request), month, format));
  });
};
