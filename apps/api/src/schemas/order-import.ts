import { type Static, Type } from "typebox";
import { NewOrderSchema } from "./orders.ts";
import { idOf, instantOf, lineOf } from "./values.ts";

const { customerId, discounts, billingAddress, purchaseOrder } = NewOrderSchema.properties;

const ImportedItemSchema = Type.Object(
  {
    productId: idOf("The product; an archived one, too."),
    quantity: Type.Integer({ minimum: 1, maximum: 1_000_000, description: "Units.", examples: [2] }),
    unitPrice: Type.Optional(
      Type.Number({
        minimum: 0,
        description:
          "What one unit cost then, in major units of the product's currency; absent: its price now.",
        examples: [17.5],
      }),
    ),
    taxRatePercent: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 100,
        description: "The rate then, in percent; absent: the product's now. Only where the product is taxed.",
        examples: [19],
      }),
    ),
  },
  { additionalProperties: false },
);

/** One line of an import. */
export const ImportedOrderSchema = Type.Object(
  {
    externalRef: lineOf(
      100,
      "Your own reference of the order; an import that is run again knows its orders by it.",
      "web-1001",
    ),
    orderedAt: instantOf("When the order was placed; not in the future."),
    customerId,
    items: Type.Array(ImportedItemSchema, { minItems: 1, maxItems: 200, description: "What was bought." }),
    discounts,
    billingAddress,
    purchaseOrder,
    takeStock: Type.Optional(
      Type.Boolean({
        default: false,
        description: "Take the goods from today's stock, and give them back when the order is cancelled.",
      }),
    ),
  },
  {
    title: "ImportedOrder",
    additionalProperties: false,
    description: "An order of the past: one JSON object a line.",
    examples: [
      {
        externalRef: "web-1001",
        orderedAt: "2025-03-01T09:30:00Z",
        customerId: 1,
        items: [{ productId: 1, quantity: 2 }],
      },
    ],
  },
);

export type ImportedOrder = Static<typeof ImportedOrderSchema>;

/** One line of the answer: what became of a line, and at the end what became of all. */
export const ImportResultSchema = Type.Object(
  {
    line: Type.Optional(Type.Integer({ description: "Of the request, from 1. Absent on the last line." })),
    outcome: Type.Enum(["imported", "already_imported", "refused", "failed", "summary"], {
      description:
        "`already_imported`: an equal order has the reference. `refused`: the line is at fault. `failed`: we are; send it again. `summary`: the last line.",
    }),
    externalRef: Type.Optional(Type.String()),
    orderId: Type.Optional(Type.String({ examples: ["ORD-2025-000001"] })),
    code: Type.Optional(Type.String({ description: "Why it was refused, or failed; as in a problem." })),
    detail: Type.Optional(Type.String({ description: "The same for people." })),
    errors: Type.Optional(
      Type.Array(Type.Unknown(), { description: "The fields concerned, as in a problem." }),
    ),
    differences: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: "JSON pointer of the field in the line." }),
          existing: Type.Unknown({ description: "What the order of this reference has." }),
          given: Type.Unknown({ description: "What the line says." }),
        }),
        { description: "With `external_ref_taken`: where line and order differ." },
      ),
    ),
    complete: Type.Optional(
      Type.Boolean({ description: "On the last line: every line was read and has its outcome." }),
    ),
    imported: Type.Optional(Type.Integer({ description: "On the last line." })),
    alreadyImported: Type.Optional(Type.Integer({ description: "On the last line." })),
    refused: Type.Optional(Type.Integer({ description: "On the last line." })),
    failed: Type.Optional(Type.Integer({ description: "On the last line." })),
  },
  { title: "ImportResult", description: "One JSON object a line." },
);

export type ImportResult = Static<typeof ImportResultSchema>;
