import type { InvoiceVerification } from "@billpost/db/invoice-verifications";
import { type Static, Type } from "typebox";
import { idOf, instant, nullableString } from "./values.ts";

export const VerificationSchema = Type.Object(
  {
    id: idOf("The verification."),
    number: Type.String({ examples: ["INV-2026-000001"] }),
    state: Type.Enum(["pending", "finished", "failed"], {
      description: "`failed`: the worker could not look; an operator can start it again.",
    }),
    result: Type.Union(
      [
        Type.Object({
          verified: Type.Boolean({ description: "Whether nothing differs." }),
          comparedBy: Type.Enum(["bytes", "text", "nothing"], {
            description: "By bytes when template and Chrome are those of the stored PDF, else by the text.",
          }),
          revision: Type.Unsafe<number | null>({
            type: ["integer", "null"],
            description: "Of the PDF that was compared.",
          }),
          checks: Type.Array(
            Type.Object({
              check: Type.Enum(["snapshot_hash", "snapshot_content", "stored_object", "rendering"]),
              result: Type.Enum(["same", "different", "not_possible"]),
              message: Type.String(),
              differences: Type.Array(Type.String(), {
                description: "Lines of text that only one side has: `- stored`, `+ rendered`.",
              }),
            }),
          ),
        }),
        Type.Null(),
      ],
      { description: "Null until it is finished." },
    ),
    createdAt: Type.String(),
    finishedAt: nullableString("When the worker had looked."),
  },
  { title: "InvoiceVerification", description: "A check of an invoice against its stored PDF." },
);

/** A verification as clients see it. */
export const presentVerification = (
  verification: InvoiceVerification,
): Static<typeof VerificationSchema> => ({
  id: verification.id,
  number: verification.number,
  state: verification.state,
  result: verification.result && {
    ...verification.result,
    checks: verification.result.checks.map((check) => ({ ...check, differences: [...check.differences] })),
  },
  createdAt: instant(verification.createdAt),
  finishedAt: verification.finishedAt && instant(verification.finishedAt),
});
