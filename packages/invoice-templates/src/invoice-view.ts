import type { InvoiceLine, InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import type { TaxCategory, TaxGroup } from "@billpost/domain/tax";
import { type Formats, formats } from "./format.ts";
import type { MessageKey, Messages } from "./messages.ts";
import { addressLines } from "./postal-address.ts";

interface Labelled {
  readonly label: string;
  readonly value: string;
}

interface PartyView {
  readonly label: string;
  readonly name: string;
  readonly lines: readonly string[];
  readonly details: readonly string[];
}

interface LineView {
  readonly position: string;
  readonly name: string;
  readonly sku: string;
  readonly quantity: string;
  readonly unit: string;
  readonly unitPrice: string;
  readonly unitPriceNote: string | null;
  readonly discount: string;
  readonly total: string;
  readonly rate: string;
  readonly net: string;
}

/** All that the invoice template prints, ready as text in the reader's language. */
export interface InvoiceView {
  readonly kind: InvoiceSnapshot["kind"];
  readonly dir: "ltr" | "rtl";
  readonly title: string;
  readonly number: string;
  readonly draft: string | null;
  /** data: URL */
  readonly logo: string | null;
  /** On a credit note: what it corrects, and why. */
  readonly correction: {
    readonly statement: string | null;
    readonly givenBack: string;
    readonly reason: string | null;
  } | null;
  readonly seller: { readonly name: string };
  readonly parties: readonly PartyView[];
  readonly facts: readonly Labelled[];
  readonly columns: {
    readonly position: string;
    readonly item: string;
    readonly quantity: string;
    readonly unitPrice: string;
    readonly discount: string | null;
    readonly total: string | null;
    readonly rate: string;
    readonly net: string;
  };
  readonly lines: readonly LineView[];
  readonly discountsLabel: string;
  readonly discounts: readonly Labelled[];
  readonly totals: readonly Labelled[];
  readonly total: Labelled;
  readonly notes: readonly string[];
  /** What stands at the foot of each page beside its number. */
  readonly footer: { readonly start: string; readonly end: string };
}

export interface ViewOptions {
  readonly messages: Messages;
  /** The locale that numbers and dates are written in. */
  readonly locale: string;
  readonly logo: string | null;
  readonly draft: boolean;
}

/** Turns a snapshot into the words and figures of a document. It computes no amount: it only writes them. */
export const invoiceView = (snapshot: InvoiceSnapshot, options: ViewOptions): InvoiceView => {
  const { messages, locale, logo, draft } = options;
  const format = formats(locale, snapshot.currency);
  const tax = taxName(snapshot, messages);
  const credit = snapshot.kind === "credit_note";
  const number = draft ? "" : snapshot.number;
  const title = messages.text(credit ? "creditNote.title" : "invoice.title");
  return {
    kind: snapshot.kind,
    dir: direction(locale),
    title,
    number,
    draft: draft ? messages.text("draft") : null,
    logo,
    correction: credit ? correction(snapshot, messages, format) : null,
    seller: { name: snapshot.seller.name },
    parties: parties(snapshot, messages, format),
    facts: facts(snapshot, messages, format),
    ...lineTable(snapshot, messages, format, tax),
    discountsLabel: messages.text("discount.included"),
    discounts: snapshot.discounts.map(({ label, amountMinor }) => ({
      label,
      value: format.deduction(amountMinor),
    })),
    totals: totals(snapshot, messages, format, tax),
    total: {
      label: messages.text(credit ? "creditNote.total" : "invoice.total"),
      value: format.money(snapshot.totals.grossMinor),
    },
    notes: notes(snapshot, messages, tax),
    footer: { start: footerStart(snapshot, messages), end: number },
  };
};

/** Sellers with a VAT id charge VAT; for others the word is the general one. */
const taxName = (snapshot: InvoiceSnapshot, messages: Messages): string =>
  messages.text(snapshot.seller.vatId === null ? "tax.name" : "tax.vatName");

const rightToLeft = new Set(["ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"]);

const direction = (locale: string): "ltr" | "rtl" =>
  rightToLeft.has(new Intl.Locale(locale).language) ? "rtl" : "ltr";

const correction = ({ original, reason }: InvoiceSnapshot, messages: Messages, format: Formats) => ({
  statement: original
    ? messages.text("creditNote.statement", {
        number: original.number,
        date: format.date(original.issueDate),
      })
    : null,
  givenBack: messages.text("creditNote.givenBack"),
  reason: reason === null ? null : messages.text("creditNote.reason", { reason }),
});

const parties = (
  { seller, buyer }: InvoiceSnapshot,
  messages: Messages,
  format: Formats,
): readonly PartyView[] => {
  const vatId = (id: string | null) => (id === null ? [] : [`${messages.text("party.vatId")} ${id}`]);
  const address = (party: { readonly address: InvoiceSnapshot["buyer"]["address"] }) =>
    party.address ? addressLines(party.address, format.country(party.address.countryCode)) : [];
  return [
    {
      label: messages.text("party.buyer"),
      name: buyer.name,
      lines: address(buyer),
      details: vatId(buyer.vatId),
    },
    {
      label: messages.text("party.seller"),
      name: seller.name,
      lines: address(seller),
      details: [...vatId(seller.vatId), ...(seller.email === null ? [] : [seller.email])],
    },
  ];
};

const facts = (snapshot: InvoiceSnapshot, messages: Messages, format: Formats): readonly Labelled[] => {
  const { original, externalRef, purchaseOrder } = snapshot;
  return [
    ...(original ? [{ label: messages.text("fact.originalInvoice"), value: original.number }] : []),
    { label: messages.text("fact.issueDate"), value: format.date(snapshot.issueDate) },
    { label: messages.text("fact.supplyDate"), value: format.date(snapshot.supplyDate) },
    { label: messages.text("fact.order"), value: snapshot.orderId },
    ...(externalRef === null ? [] : [{ label: messages.text("fact.externalRef"), value: externalRef }]),
    ...(purchaseOrder === null ? [] : [{ label: messages.text("fact.purchaseOrder"), value: purchaseOrder }]),
    { label: messages.text("fact.currency"), value: snapshot.currency },
  ];
};

const lineTable = (
  { lines }: InvoiceSnapshot,
  messages: Messages,
  format: Formats,
  tax: string,
): Pick<InvoiceView, "columns" | "lines"> => {
  const discounted = lines.some((line) => line.discountMinor !== 0);
  const gross = lines.length > 0 && lines.every((line) => line.priceIncludesTax);
  const column = (name: "item" | "net" | "position" | "quantity") => messages.text(`column.${name}`);
  return {
    columns: {
      position: column("position"),
      item: column("item"),
      quantity: column("quantity"),
      unitPrice: gross
        ? messages.text("column.unitPriceWithTax", { tax })
        : messages.text("column.unitPrice"),
      discount: discounted ? messages.text("column.discount") : null,
      total: gross ? messages.text("column.totalWithTax", { tax }) : null,
      rate: tax,
      net: column("net"),
    },
    lines: lines.map((line) => ({
      position: String(line.lineNumber),
      name: line.name,
      sku: line.sku,
      quantity: format.quantity(line.quantity),
      unit: messages.unit(line.unit, format.plural(line.quantity)),
      unitPrice: format.amount(line.unitPriceMinor),
      unitPriceNote: line.priceIncludesTax && !gross ? messages.text("line.priceIncludesTax", { tax }) : null,
      discount: line.discountMinor === 0 ? "" : format.deduction(line.discountMinor),
      total: format.amount(line.totalMinor - line.discountMinor),
      rate: rateOf(line, messages, format),
      net: format.amount(line.netMinor),
    })),
  };
};

const rateOf = (line: InvoiceLine, messages: Messages, format: Formats): string => {
  if (line.taxCategory === "exempt") return messages.text("tax.exemptRate");
  if (line.taxCategory === "reverse_charge") return messages.text("tax.reverseChargeRate");
  return format.rate(line.taxRatePpm);
};

const totals = (
  { taxes, totals: sums }: InvoiceSnapshot,
  messages: Messages,
  format: Formats,
  tax: string,
): readonly Labelled[] => [
  { label: messages.text("total.net"), value: format.amount(sums.netMinor) },
  ...taxes.map((group) => ({
    label: groupLabel(group, messages, format, tax),
    value: format.amount(group.taxMinor),
  })),
  ...(taxes.length > 1
    ? [{ label: messages.text("total.tax", { tax }), value: format.amount(sums.taxMinor) }]
    : []),
  ...(sums.roundingMinor === 0
    ? []
    : [{ label: messages.text("total.rounding"), value: format.amount(sums.roundingMinor) }]),
];

const groupKeys: Readonly<Record<TaxCategory, MessageKey>> = {
  standard: "tax.standard",
  zero: "tax.zero",
  exempt: "tax.exempt",
  reverse_charge: "tax.reverseCharge",
};

const groupLabel = (group: TaxGroup, messages: Messages, format: Formats, tax: string): string =>
  messages.text(groupKeys[group.category], {
    tax,
    rate: format.rate(group.ratePpm),
    amount: format.amount(group.taxableMinor),
  });

const notes = ({ mentions, taxes }: InvoiceSnapshot, messages: Messages, tax: string): readonly string[] => {
  const reasons = taxes.flatMap((group) =>
    group.category === "exempt" && group.exemptionReason !== null ? [group.exemptionReason] : [],
  );
  const exempt =
    reasons.length > 0
      ? [...new Set(reasons)].map((reason) => messages.text("mention.exemptReason", { tax, reason }))
      : [messages.text("mention.exempt", { tax })];
  return mentions.flatMap((mention) =>
    mention === "exempt" ? exempt : [messages.text("mention.reverseCharge", { tax })],
  );
};

const footerStart = ({ seller }: InvoiceSnapshot, messages: Messages): string =>
  seller.vatId === null ? seller.name : `${seller.name} · ${messages.text("party.vatId")} ${seller.vatId}`;
