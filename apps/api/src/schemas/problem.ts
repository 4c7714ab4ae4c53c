import { Type } from "typebox";

const FieldErrorSchema = Type.Object(
  {
    in: Type.Enum(["body", "query", "path", "header"], { description: "The part of the request." }),
    pointer: Type.String({
      description: "JSON pointer (RFC 6901) of the field in that part.",
      examples: ["/items/0/quantity"],
    }),
    code: Type.String({ description: "What is wrong with it; stable.", examples: ["out_of_range"] }),
    detail: Type.String({ description: "The same for people." }),
    productId: Type.Optional(Type.Integer()),
    requested: Type.Optional(Type.Integer({ description: "Units that this line asks for." })),
    available: Type.Optional(Type.Integer({ description: "Units that are left for this line." })),
  },
  { title: "FieldError" },
);

/** RFC 9457, with a stable `code`. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: "`urn:billpost:problem:` and the code." }),
    title: Type.String(),
    status: Type.Integer({ description: "The HTTP status." }),
    detail: Type.String({ description: "What happened, for people; the wording may change." }),
    code: Type.String({ description: "What happened, for programs; stable." }),
    requestId: Type.String({ description: "Name it when you ask for help." }),
    errors: Type.Optional(Type.Array(FieldErrorSchema, { description: "The fields concerned." })),
    orderId: Type.Optional(
      Type.String({ description: "With `external_ref_taken`: the order of that reference." }),
    ),
    productId: Type.Optional(Type.Integer({ description: "With `sku_taken`: the product of that SKU." })),
    orderIds: Type.Optional(Type.Array(Type.String(), { description: "With `customer_needed`." })),
    remaining: Type.Optional(
      Type.Array(Type.Object({ lineNumber: Type.Integer(), quantity: Type.Integer() }), {
        description: "What can still be credited of each line.",
      }),
    ),
    currencies: Type.Optional(Type.Array(Type.String(), { description: "With `currency_mismatch`." })),
    retryAfterSeconds: Type.Optional(
      Type.Integer({ description: "With `rate_limited`: as in Retry-After." }),
    ),
  },
  { title: "Problem" },
);
