import type { Verdict } from "@billpost/domain/operators/verdict";
import { standings } from "@billpost/domain/operators/verdict";
import { type Static, Type } from "typebox";
import { nullableString } from "../values.ts";

const nullableInteger = (description: string) =>
  Type.Unsafe<number | null>({ type: ["integer", "null"], description });

const fields = {
  code: Type.String({ description: "What it comes down to, for programs.", examples: ["blocked"] }),
  standing: Type.Enum(standings, {
    description:
      "`act`: nothing happens until a person acts. `stuck`: something stands in its way. `moving`: it goes on by itself. `settled`: there is nothing to do.",
  }),
  sentence: Type.String({
    description: "Why there is no invoice or email yet, or what became of it.",
    examples: ["Order ORD-2026-000001 has no invoice yet: its job is next."],
  }),
  act: Type.Object(
    {
      name: Type.String({ examples: ["retry"] }),
      sentence: Type.String({ description: "What to do, and why it is safe." }),
      jobId: nullableInteger("The job to do it with."),
      suppressionId: nullableInteger("The suppressed address in its way."),
    },
    { description: "The next safe act." },
  ),
  orderId: nullableString("The order.", "ORD-2026-000001"),
  invoiceNumber: nullableString("The document.", "INV-2026-000001"),
  deliveryId: nullableInteger("Its delivery."),
};

export const VerdictSchema = Type.Object(
  {
    ...fields,
    others: Type.Array(Type.Object(fields), {
      description: "Of the other documents or orders, the worst first.",
    }),
  },
  { title: "Verdict", description: "Why there is no invoice or email yet, and the next safe act." },
);

/** Others than the worst: more than that many are alike. */
const othersLimit = 50;

export const presentVerdicts = ([worst, ...others]: readonly [Verdict, ...Verdict[]]): Static<
  typeof VerdictSchema
> => ({ ...worst, others: others.slice(0, othersLimit) });
