import type { BatchCorrection } from "@billpost/db/batches/batch";
import { percentToPpm } from "@billpost/domain/tax-rate";
import { isVatId } from "@billpost/domain/vat-id";
import { type FieldError, refusal } from "../../http/problems.ts";
import type { NewBatch } from "../../schemas/batches.ts";

/** Which kinds take a field that not all do. */
const fieldsOfKinds = {
  only: ["resend"],
  recipient: ["resend", "rerender"],
  locale: ["rerender"],
  mail: ["rerender"],
  corrections: ["reissue"],
  billingDetails: ["reissue"],
} as const satisfies Partial<Record<keyof NewBatch, readonly NewBatch["kind"][]>>;

/** Filters that only invoices have, and the one that only orders without an invoice have. */
const invoiceFilters = ["documents", "state", "templateHash", "deliveryState"] as const;

/** Refuses with 400 what each field by itself would let pass. All that is wrong is named at once. */
export const checkBatch = (input: NewBatch): void => {
  const errors: FieldError[] = [];
  const wrong = (pointer: string, code: string, detail: string) =>
    void errors.push({ in: "body", pointer, code, detail });
  const { kind, externalRef, selection, mail } = input;
  if (Object.keys(selection).length !== 1)
    wrong("/selection", "wrong_count", "must have exactly one of invoiceNumbers, orderIds and filter");
  if (externalRef === undefined && (kind !== "rerender" || mail === true))
    wrong("/externalRef", "missing", "is required for every batch that mails or issues");
  for (const [field, kinds] of Object.entries(fieldsOfKinds))
    if (
      input[field as keyof typeof fieldsOfKinds] !== undefined &&
      !(kinds as readonly string[]).includes(kind)
    )
      wrong(`/${field}`, "not_allowed", `is for ${kinds.join(" and ")} only`);
  checkSelection(input, wrong);
  if (kind === "reissue") checkCorrections(input, wrong);
  if (errors.length > 0)
    throw refusal("validation_failed", "The batch cannot be taken on as it is.", { errors });
};

type Wrong = (pointer: string, code: string, detail: string) => void;

const checkSelection = ({ kind, selection }: NewBatch, wrong: Wrong): void => {
  const { invoiceNumbers, filter = {} } = selection;
  if (kind === "issue" && invoiceNumbers)
    wrong("/selection/invoiceNumbers", "not_allowed", "orders without an invoice have no number");
  for (const field of invoiceFilters)
    if (kind === "issue" && filter[field] !== undefined)
      wrong(`/selection/filter/${field}`, "not_allowed", "orders without an invoice have none");
  if (kind !== "issue" && filter.invoiceStatus !== undefined)
    wrong("/selection/filter/invoiceStatus", "not_allowed", "is for issue only");
  if (filter.from !== undefined && filter.to !== undefined && filter.from > filter.to)
    wrong("/selection/filter/to", "out_of_range", "is before `from`");
};

const checkCorrections = (input: NewBatch, wrong: Wrong): void => {
  const { corrections = [], billingDetails } = input;
  if (corrections.length === 0 && !billingDetails)
    wrong("/corrections", "missing", "a reissue needs corrections or billingDetails");
  for (const [index, { match, set, keep }] of corrections.entries()) {
    const at = `/corrections/${index}`;
    if (match.productIds === undefined && match.taxRatePercent === undefined)
      wrong(`${at}/match`, "wrong_count", "must have productIds, taxRatePercent or both");
    for (const [path, percent] of [
      ["match", match.taxRatePercent],
      ["set", set.taxRatePercent],
    ] as const)
      if (percent !== undefined && percentToPpm(percent) === undefined)
        wrong(`${at}/${path}/taxRatePercent`, "wrong_format", "has at most four decimals");
    if (keep === undefined)
      wrong(`${at}/keep`, "missing", "is required when a rate changes: `net` or `gross`");
    if (match.taxRatePercent === set.taxRatePercent)
      wrong(`${at}/set/taxRatePercent`, "not_allowed", "is the rate that is matched");
  }
  const { vatId, address } = billingDetails ?? {};
  if (vatId !== undefined && !isVatId(vatId, address?.countryCode))
    wrong("/billingDetails/vatId", "wrong_format", "cannot be a VAT id of this country");
};

/** Checked corrections with rates in parts per million. */
export const correctionsOf = ({ corrections }: NewBatch): BatchCorrection[] | undefined =>
  corrections?.map(({ match, set, keep }) => ({
    match: {
      ...(match.productIds === undefined ? {} : { productIds: match.productIds }),
      ...(match.taxRatePercent === undefined ? {} : { taxRatePpm: percentToPpm(match.taxRatePercent) ?? 0 }),
    },
    set: { taxRatePpm: percentToPpm(set.taxRatePercent) ?? 0 },
    keep: keep ?? "gross",
  }));
