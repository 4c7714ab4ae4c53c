import { jobActs } from "@billpost/domain/operators/job-acts";
import { Type } from "typebox";
import { EmailSchema } from "../customers.ts";
import { idOf, instantOf, lineOf, nullableString } from "../values.ts";

export const PreviewSchema = Type.Object(
  {
    jobId: idOf("The job's id."),
    action: Type.Enum(jobActs),
    allowed: Type.Boolean(),
    summary: Type.String({
      description: "What exactly will happen, or why it cannot be done, in one or two plain sentences.",
      examples: [
        "The PDF exists and is verified: rendering is skipped; no mail was sent so far: one will be.",
      ],
    }),
    because: nullableString("Why it is not allowed, as a code.", "running"),
    willSend: Type.Boolean({ description: "A mail goes out if all goes well." }),
    mayMailTwice: Type.Boolean({
      description: "False only where it is proven that no message goes out a second time.",
    }),
    skips: Type.Array(Type.Enum(["render", "store"]), { description: "Done already, and not done again." }),
    reasonRequired: Type.Boolean({ description: "The act needs a `reason`." }),
    warnings: Type.Array(Type.String()),
    missing: Type.Array(Type.String(), {
      description: "What the order's invoice lacks; completing it starts the job again.",
      examples: [["buyer.vatId"]],
    }),
    token: nullableString("Pass it with the act: it does exactly this, or nothing. Null: not allowed."),
  },
  { description: "What an act would do." },
);

const StandingSchema = Type.Object({
  state: Type.String({ examples: ["failed"] }),
  deliveryState: nullableString("Null: the job is no delivery.", "failed"),
});

export const ActResultSchema = Type.Object(
  {
    jobId: idOf("The job's id."),
    action: Type.Enum(jobActs),
    summary: Type.String({ description: "What was done, as the preview told." }),
    before: StandingSchema,
    after: StandingSchema,
    newJobId: Type.Unsafe<number | null>({
      type: ["integer", "null"],
      description: "The job of the new delivery, where one was made.",
    }),
  },
  { description: "An act that was carried out." },
);

export const outcomeOf = Type.Enum(["was_sent", "send_again"], {
  description:
    "What you found out: `was_sent`: it counts as sent, no mail goes out. `send_again`: one mail goes out, perhaps the second.",
});

const actFields = {
  token: Type.Optional(
    Type.String({
      minLength: 20,
      maxLength: 60,
      pattern: "^[A-Za-z0-9_-]+$",
      description: "Of the preview. Needed for what is not proven not to mail twice.",
      examples: ["kq3Vb0uJ8mW2xTzR5nYc7A"],
    }),
  ),
  reason: Type.Optional(
    lineOf(
      500,
      "Why, for the audit. Needed unless it is a retry that is proven not to mail twice.",
      "SES was fixed",
    ),
  ),
};

export const ActBody = Type.Object(actFields, { additionalProperties: false });
export const SettleBody = Type.Object({ outcome: outcomeOf, ...actFields }, { additionalProperties: false });
export const RescheduleBody = Type.Object(
  { runAt: instantOf("When it runs, by the database's clock; in the future."), ...actFields },
  { additionalProperties: false },
);
export const CorrectAddressBody = Type.Object(
  {
    email: EmailSchema,
    name: Type.Optional(lineOf(200, "The reader's name. Absent: as it was.", "John Doe")),
    updateCustomer: Type.Optional(
      Type.Boolean({ default: false, description: "Correct the customer's own address, too." }),
    ),
    ...actFields,
  },
  { additionalProperties: false },
);
