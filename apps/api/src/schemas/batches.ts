import type { Batch, BatchCounts } from "@billpost/db/batches/batch";
import { minorToNumber } from "@billpost/domain/currency";
import { deliveryStates } from "@billpost/domain/delivery";
import { invoiceStates } from "@billpost/domain/invoice-state";
import { type Static, Type } from "typebox";
import { AddressSchema } from "./address.ts";
import { dateOf, reasonOf } from "./invoices.ts";
import { idOf, instant, lineOf, nullableString } from "./values.ts";

export const batchParams = Type.Object({ id: idOf("The batch's id.") });

export const BatchKindSchema = Type.Enum(["resend", "rerender", "reissue", "issue"], {
  description:
    "`resend`: stored documents go out again. `rerender`: a new PDF of the frozen content. `reissue`: a credit note and a corrected invoice. `issue`: invoices for orders that have none.",
});
export const BatchStateSchema = Type.Enum(
  ["planning", "planned", "running", "paused", "done", "cancelled", "failed"],
  { description: "`failed`: it could not be planned, and nothing was done." },
);
export const OutcomeSchema = Type.Enum(["waiting", "running", "done", "skipped", "failed"]);

/** More fit no body. */
const maxNames = 10_000;

const FilterSchema = Type.Object(
  {
    from: Type.Optional(dateOf("Issue date at or after; for `issue`, the day the order was placed.")),
    to: Type.Optional(dateOf("Issue date at or before; for `issue`, the day the order was placed.")),
    customerId: Type.Optional(idOf("Of this customer.")),
    productId: Type.Optional(idOf("With a line of this product.")),
    documents: Type.Optional(
      Type.Enum(["invoices", "credit_notes", "all"], { description: "Absent: invoices." }),
    ),
    state: Type.Optional(
      Type.Enum([...invoiceStates], { description: "How much credit notes have given back." }),
    ),
    templateHash: Type.Optional(
      Type.String({
        pattern: "^[0-9a-f]{64}$",
        description: "Whose latest PDF was made by this template.",
        examples: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
      }),
    ),
    deliveryState: Type.Optional(Type.Enum([...deliveryStates], { description: "Of the latest delivery." })),
    invoiceStatus: Type.Optional(
      Type.Enum(["blocked", "external"], { description: "For `issue` only; absent: both." }),
    ),
  },
  { additionalProperties: false, description: "All that fits; `{}` is everything." },
);

const SelectionSchema = Type.Object(
  {
    invoiceNumbers: Type.Optional(
      Type.Array(lineOf(40, "A number.", "INV-2026-000001"), { minItems: 1, maxItems: maxNames }),
    ),
    orderIds: Type.Optional(
      Type.Array(lineOf(40, "An order id.", "ORD-2026-000001"), { minItems: 1, maxItems: maxNames }),
    ),
    filter: Type.Optional(FilterSchema),
  },
  { additionalProperties: false, description: "Exactly one of the three." },
);

const percentOf = (description: string) =>
  Type.Number({ minimum: 0, maximum: 100, description, examples: [19] });

const CorrectionSchema = Type.Object(
  {
    match: Type.Object(
      {
        productIds: Type.Optional(Type.Array(idOf("A product."), { minItems: 1, maxItems: 1_000 })),
        taxRatePercent: Type.Optional(percentOf("Lines taxed at this rate.")),
      },
      { additionalProperties: false, description: "Lines that fit all of it; at least one of the two." },
    ),
    set: Type.Object(
      { taxRatePercent: percentOf("The right rate; 0 is the zero-rated category.") },
      { additionalProperties: false },
    ),
    keep: Type.Optional(
      Type.Enum(["net", "gross"], {
        description:
          "What stays when the rate changes: `net`, and the customer pays or gets the difference; `gross`, and the price with tax stays.",
      }),
    ),
  },
  { additionalProperties: false },
);

export const NewBatchSchema = Type.Object(
  {
    kind: BatchKindSchema,
    externalRef: Type.Optional(
      lineOf(
        100,
        "Yours, unique among your batches. Required for all that mails or issues.",
        "resend-2026-01",
      ),
    ),
    reason: reasonOf("Why; it goes into the history, and on credit notes."),
    selection: SelectionSchema,
    autoStart: Type.Optional(Type.Boolean({ description: "Start as soon as it is planned." })),
    canary: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: "So many first; the rest when none of them failed, else it pauses.",
      }),
    ),
    stopAtFailureRate: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        description: "Pause when this share of at least 10 ended items has failed. Absent: never.",
        examples: [0.1],
      }),
    ),
    samples: Type.Optional(Type.Integer({ minimum: 0, maximum: 20, description: "Sample PDFs; absent: 3." })),
    only: Type.Optional(
      Type.Enum(["all", "undelivered", "bounced"], {
        description: "For `resend`: which of the selected. Absent: all.",
      }),
    ),
    recipient: Type.Optional(
      Type.Enum(["order", "customer"], {
        description:
          "Where mail of `resend` and `rerender` goes: the address the order has, or the one the customer has now. Absent: `order`.",
      }),
    ),
    locale: Type.Optional(
      Type.String({
        pattern: "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$",
        maxLength: 20,
        description: "For `rerender`: BCP 47; absent: each document's own.",
        examples: ["de"],
      }),
    ),
    mail: Type.Optional(Type.Boolean({ description: "For `rerender`: mail the new PDFs. Absent: no." })),
    corrections: Type.Optional(
      Type.Array(CorrectionSchema, {
        minItems: 1,
        maxItems: 50,
        description: "For `reissue`: what is wrong; the first that fits a line counts.",
      }),
    ),
    billingDetails: Type.Optional(
      Type.Object(
        {
          name: Type.Optional(lineOf(200, "The right name of the buyer.", "Jane Doe")),
          address: Type.Optional(AddressSchema),
          vatId: Type.Optional(lineOf(20, "The buyer's VAT id.", "DE123456789")),
        },
        { additionalProperties: false, minProperties: 1, description: "For `reissue`: the right buyer." },
      ),
    ),
  },
  {
    additionalProperties: false,
    examples: [
      {
        kind: "resend",
        externalRef: "bounced-2026-01",
        reason: "Addresses were corrected",
        selection: { filter: { from: "2026-01-01", to: "2026-01-31" } },
        only: "bounced",
      },
    ],
  },
);

export type NewBatch = Static<typeof NewBatchSchema>;

const count = (description: string) => Type.Integer({ description });

const AmountsSchema = Type.Object({
  currency: Type.String({ description: "ISO 4217." }),
  items: count("Items in this currency."),
  oldTotal: Type.Number({ description: "Of the documents selected, in major units." }),
  newTotal: Type.Number({ description: "Of what comes in their place, in major units." }),
  difference: Type.Number({ description: "New less old: above 0 is to be claimed, below 0 to be refunded." }),
});

export const BatchSchema = Type.Object(
  {
    id: idOf("Names it in every path."),
    kind: BatchKindSchema,
    externalRef: nullableString("Yours.", "bounced-2026-01"),
    reason: Type.String(),
    state: BatchStateSchema,
    counts: Type.Object(
      {
        total: count("All items."),
        waiting: count("Not begun."),
        running: count("Under way."),
        done: count("Carried out."),
        skipped: count("Not to be carried out, each with a reason."),
        failed: count("Given up, each with a reason; `retry-failed` lets them run again."),
        inDoubt: count("Of the running: whether the message went out is not known yet."),
      },
      { description: "waiting + running + done + skipped + failed = total, at any time." },
    ),
    ratePerSecond: Type.Number({ description: "Items that ended in the last half minute, per second." }),
    expectedEnd: nullableString("When it is expected to end; null: not running, or nothing to go by."),
    plan: Type.Union(
      [
        Type.Object({
          items: count("Items that were to be carried out."),
          skipped: Type.Record(Type.String(), Type.Integer(), { description: "How many, by reason." }),
          emails: count("Messages."),
          bytes: count("Of the PDFs in them; for PDFs yet to be made, those of the old ones."),
          expectedSeconds: Type.Unsafe<number | null>({
            type: ["integer", "null"],
            description: "By the rate measured before; null: none was.",
          }),
          amounts: Type.Array(AmountsSchema),
          samples: Type.Array(Type.String({ examples: ["/api/batches/1/samples/1"] }), {
            description: "Paths of PDFs that show what would be made.",
          }),
        }),
        Type.Null(),
      ],
      { description: "Null while it is being planned." },
    ),
    canary: Type.Unsafe<number | null>({ type: ["integer", "null"] }),
    stopAtFailureRate: Type.Unsafe<number | null>({ type: ["number", "null"] }),
    pauseReason: nullableString("`canary_failed`, `failure_rate` or `by_hand`.", "by_hand"),
    failure: nullableString("Why it could not be planned."),
    createdBy: Type.String({ description: "`key:` and the key's prefix.", examples: ["key:abc123"] }),
    startedBy: nullableString("Who started it.", "key:abc123"),
    createdAt: Type.String(),
    plannedAt: nullableString("When planning ended."),
    startedAt: nullableString("When it was first started."),
    finishedAt: nullableString("When its last item ended."),
  },
  { title: "Batch", description: "A run over many invoices or orders." },
);

export type BatchReply = Static<typeof BatchSchema>;

/** What a batch is shown with besides its row. */
export interface BatchExtras {
  readonly counts: BatchCounts;
  readonly ratePerSecond: number;
  readonly samples: readonly number[];
}

const orNull = (date: Date | null): string | null => (date === null ? null : instant(date));

/** A batch as replies show it. */
export const presentBatch = (batch: Batch, { counts, ratePerSecond, samples }: BatchExtras): BatchReply => {
  const left = counts.waiting + counts.running - counts.inDoubt;
  const secondsLeft = ratePerSecond > 0 ? left / ratePerSecond : undefined;
  return {
    id: batch.id,
    kind: batch.kind,
    externalRef: batch.externalRef,
    reason: batch.reason,
    state: batch.state,
    counts,
    ratePerSecond: Math.round(ratePerSecond * 100) / 100,
    expectedEnd:
      batch.state === "running" && secondsLeft !== undefined
        ? instant(new Date(Date.now() + secondsLeft * 1000))
        : null,
    plan: batch.plan && {
      items: batch.plan.items,
      skipped: { ...batch.plan.skipped },
      emails: batch.plan.emails,
      bytes: batch.plan.bytes,
      expectedSeconds: batch.plan.expectedSeconds,
      amounts: batch.plan.amounts.map(({ currency, items, oldGrossMinor, newGrossMinor }) => ({
        currency,
        items,
        oldTotal: minorToNumber(oldGrossMinor, currency),
        newTotal: minorToNumber(newGrossMinor, currency),
        difference: minorToNumber(newGrossMinor - oldGrossMinor, currency),
      })),
      samples: samples.map((number) => `/api/batches/${batch.id}/samples/${number}`),
    },
    canary: batch.canary,
    stopAtFailureRate: batch.stopAtFailureRate,
    pauseReason: batch.pauseReason,
    failure: batch.failure,
    createdBy: batch.actor,
    startedBy: batch.startedBy,
    createdAt: instant(batch.createdAt),
    plannedAt: orNull(batch.plannedAt),
    startedAt: orNull(batch.startedAt),
    finishedAt: orNull(batch.finishedAt),
  };
};
