import type { OrderReturn, ReturnedLine } from "@billpost/db/orders-corrections";
import type { TimelineEvent } from "@billpost/db/timeline";
import { type Static, Type } from "typebox";
import { idOf, instant, lineOf } from "./values.ts";

const reason = lineOf(500, "Why; printed on the credit note, so name no person.", "Ordered by mistake");

export const CancelOrderSchema = Type.Object({ reason }, { additionalProperties: false });

export const NewReturnSchema = Type.Object(
  {
    lines: Type.Array(
      Type.Object(
        {
          lineNumber: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 10_000, description: "The order's line.", examples: [1] }),
          ),
          productId: Type.Optional(idOf("The product, on whichever lines it was bought.")),
          quantity: Type.Integer({ minimum: 1, maximum: 1_000_000, description: "Units.", examples: [1] }),
        },
        { additionalProperties: false, description: "Either `lineNumber` or `productId`." },
      ),
      { minItems: 1, maxItems: 200, description: "What came back." },
    ),
    restock: Type.Boolean({ description: "Whether it goes back into stock.", examples: [true] }),
    reason,
  },
  {
    additionalProperties: false,
    examples: [{ lines: [{ lineNumber: 1, quantity: 1 }], restock: true, reason: "Wrong size" }],
  },
);

export const ReturnSchema = Type.Object(
  {
    id: idOf("The return's id."),
    orderId: Type.String({ examples: ["ORD-2026-000001"] }),
    lines: Type.Array(
      Type.Object({
        lineNumber: Type.Integer({ description: "The order's line." }),
        productId: idOf("The product."),
        quantity: Type.Integer({ description: "Units that came back." }),
      }),
    ),
    restocked: Type.Boolean({ description: "Whether it went back into stock." }),
    reason: Type.String(),
    createdAt: Type.String(),
  },
  { title: "Return", description: "What came back of an order. A credit note follows." },
);

export const TimelineEventSchema = Type.Object(
  {
    type: Type.String({ description: "Dotted; new types may come.", examples: ["order.placed"] }),
    occurredAt: Type.String(),
    data: Type.Unsafe<Readonly<Record<string, unknown>>>({
      type: "object",
      additionalProperties: true,
      description: "Numbers and ids that belong to it, by type.",
      examples: [{ number: "INV-2026-000001" }],
    }),
  },
  { title: "TimelineEvent", description: "Something that happened to the order." },
);

export const presentReturn = (
  made: OrderReturn,
  orderId: string,
  input: { readonly restocked: boolean; readonly reason: string },
  lines: readonly (ReturnedLine & { readonly productId: number })[],
): Static<typeof ReturnSchema> => ({
  id: made.id,
  orderId,
  lines: lines.map(({ lineNumber, productId, quantity }) => ({ lineNumber, productId, quantity })),
  restocked: input.restocked,
  reason: input.reason,
  createdAt: instant(made.createdAt),
});

export const presentEvent = ({
  type,
  occurredAt,
  data,
}: TimelineEvent): Static<typeof TimelineEventSchema> => ({
  type,
  occurredAt: instant(occurredAt),
  data,
});
