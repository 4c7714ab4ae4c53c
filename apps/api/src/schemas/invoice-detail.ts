import type { CreditRequest } from "@billpost/db/credit-requests";
import type { DocumentRequest } from "@billpost/db/document-requests";
import type {
  DocumentRow,
  InvoiceDelivery,
  InvoiceDetail,
  listLineCredits,
} from "@billpost/db/invoice-detail";
import type { InvoiceSummary } from "@billpost/db/invoice-list";
import { minorToNumber } from "@billpost/domain/currency";
import type { InvoiceLine } from "@billpost/domain/invoice-snapshot";
import { ppmToPercent } from "@billpost/domain/tax-rate";
import { type Static, Type } from "typebox";
import { AddressSchema, presentAddress } from "./address.ts";
import { LineQuantitySchema, presentSummary, summaryFields } from "./invoices.ts";
import { idOf, instant, moneyOf, nullableString } from "./values.ts";

const CategorySchema = Type.Enum(["standard", "zero", "exempt", "reverse_charge"]);

const InvoiceLineSchema = Type.Object(
  {
    lineNumber: Type.Integer({ description: "Credit notes name lines by it." }),
    sku: Type.String(),
    name: Type.String(),
    quantity: Type.Integer({ description: "Units." }),
    unit: Type.String({ description: "What one `quantity` is." }),
    unitPrice: moneyOf("Price of one unit, with tax when `priceIncludesTax`.", 19.99),
    priceIncludesTax: Type.Boolean(),
    totalPrice: moneyOf("`quantity` × `unitPrice`.", 39.98),
    discount: moneyOf("This line's share of the discounts."),
    netPrice: moneyOf("After discount and without tax."),
    taxCategory: CategorySchema,
    taxRatePercent: Type.Number({ description: "Percent.", examples: [10] }),
    exemptionReason: nullableString("Why it is not taxed."),
    creditedQuantity: Type.Integer({ description: "Units given back by credit notes; 0 on a credit note." }),
    creditableQuantity: Type.Integer({ description: "Units that a credit note can still give back." }),
  },
  { title: "InvoiceLine" },
);

export const DocumentSchema = Type.Object(
  {
    revision: Type.Integer({ description: "1 is the original, which was sent.", examples: [1] }),
    locale: Type.String({ examples: ["en"] }),
    sha256: Type.String({ description: "Of the PDF's bytes; its ETag." }),
    size: Type.Integer({ description: "Bytes." }),
    pages: Type.Integer(),
    templateHash: Type.String({ description: "Of all that decides its look." }),
    chromeVersion: Type.String(),
    renderedAt: Type.String(),
    storedAt: nullableString("When it was known to be stored; null: on its way."),
    pdf: Type.String({
      description: "Path of the bytes.",
      examples: ["/api/invoices/INV-2026-000001/pdf?revision=1"],
    }),
  },
  { title: "Document", description: "One PDF of an invoice. It is never overwritten." },
);

export const DeliverySchema = Type.Object(
  {
    id: idOf("The delivery."),
    type: Type.Enum(["issue", "resend", "batch"], { description: "Why it was made." }),
    to: Type.String({ description: "The address." }),
    state: Type.String({ examples: ["sent"] }),
    reason: nullableString("Why it was sent again."),
    revision: Type.Unsafe<number | null>({
      type: ["integer", "null"],
      description: "Of the document it brings; null: not rendered yet.",
    }),
    attempts: Type.Integer(),
    sentAt: nullableString("When SES accepted it."),
    lastErrorClass: nullableString("Of its last attempt that failed."),
    createdAt: Type.String(),
    updatedAt: Type.String(),
  },
  { title: "Delivery", description: "One intent to bring a document to an address." },
);

export const CreditRequestSchema = Type.Object(
  {
    id: idOf("The credit request."),
    state: Type.Enum(["pending", "issued", "nothing_to_credit", "failed"], {
      description:
        "`pending`: the worker will number it. `issued`: `creditNoteNumber` names it. `nothing_to_credit`: all was given back before. `failed`: an operator can start it again.",
    }),
    source: Type.Enum(["request", "cancellation", "return"]),
    orderId: Type.String(),
    invoiceNumber: nullableString("The invoice it corrects; null until the order has one."),
    reason: Type.String(),
    lines: Type.Union([Type.Array(LineQuantitySchema), Type.Null()], {
      description: "What it gives back; null: whatever remains when it is numbered.",
    }),
    creditNoteNumber: nullableString("The credit note, once issued.", "CN-2026-000001"),
    createdAt: Type.String(),
    settledAt: nullableString("When it was issued, or found to have nothing to give back."),
  },
  { title: "CreditRequest", description: "A credit note that is wanted, or what became of it." },
);

export const DocumentRequestSchema = Type.Object(
  {
    id: idOf("The document request."),
    state: Type.Enum(["pending", "stored", "failed"]),
    number: Type.String({ examples: ["INV-2026-000001"] }),
    locale: Type.String({ examples: ["de"] }),
    revision: Type.Unsafe<number | null>({ type: ["integer", "null"], description: "Once it is rendered." }),
    failure: nullableString("Why it cannot be made."),
    createdAt: Type.String(),
  },
  { title: "DocumentRequest", description: "A PDF that is wanted, or what became of the wish." },
);

export const InvoiceSchema = Type.Object(
  {
    ...summaryFields,
    supplyDate: Type.String(),
    locale: Type.String({ description: "BCP 47." }),
    externalRef: nullableString("The order's reference."),
    purchaseOrder: nullableString("The buyer's reference."),
    original: Type.Union([Type.Object({ number: Type.String(), issueDate: Type.String() }), Type.Null()], {
      description: "On a credit note: what it corrects.",
    }),
    replaces: nullableString("The invoice that it takes the place of."),
    replacedBy: nullableString("The invoice that takes its place."),
    reason: nullableString("Why the credit note was made."),
    seller: Type.Object({
      name: Type.String(),
      address: AddressSchema,
      vatId: nullableString("The seller's VAT id."),
      email: nullableString("The seller's address for questions."),
    }),
    buyer: Type.Object({
      name: Type.String(),
      address: Type.Union([AddressSchema, Type.Null()]),
      vatId: nullableString("The buyer's VAT id."),
    }),
    lines: Type.Array(InvoiceLineSchema),
    discounts: Type.Array(Type.Object({ label: Type.String(), amount: moneyOf("Taken off the lines.") })),
    taxes: Type.Array(
      Type.Object({
        category: CategorySchema,
        ratePercent: Type.Number({ description: "Percent." }),
        taxable: moneyOf("What the tax is computed on."),
        tax: moneyOf("The tax, rounded once."),
        exemptionReason: nullableString("Why it is not taxed."),
      }),
    ),
    mentions: Type.Array(Type.Enum(["reverse_charge", "exempt"]), {
      description: "Statements printed by law.",
    }),
    snapshotSha256: Type.String({
      description: "Of the frozen legal content, as canonical JSON (RFC 8785).",
    }),
    creditNotes: Type.Array(
      Type.Object({ number: Type.String(), issueDate: Type.String(), total: moneyOf("Given back.") }),
    ),
    creditRequests: Type.Array(CreditRequestSchema, { description: "What was asked to be given back." }),
    documents: Type.Array(DocumentSchema),
    deliveries: Type.Array(DeliverySchema),
  },
  { title: "Invoice", description: "An invoice or credit note as it was issued, and what became of it." },
);

export type InvoiceReply = Static<typeof InvoiceSchema>;

type LineCredits = Awaited<ReturnType<typeof listLineCredits>>;

/** What an invoice's page shows, read at one moment. */
export interface InvoiceParts {
  readonly invoice: InvoiceDetail;
  readonly summary: InvoiceSummary;
  readonly lineCredits: LineCredits;
  readonly creditNotes: readonly {
    readonly number: string;
    readonly issueDate: string;
    readonly currency: string;
    readonly grossMinor: number;
  }[];
  readonly creditRequests: readonly CreditRequest[];
  readonly documents: readonly DocumentRow[];
  readonly deliveries: readonly InvoiceDelivery[];
}

/** An invoice with all its parts. */
export const presentInvoice = (parts: InvoiceParts): InvoiceReply => {
  const { invoice, summary, lineCredits } = parts;
  const { snapshot } = invoice;
  const money = (minor: number) => minorToNumber(minor, snapshot.currency);
  return {
    ...presentSummary(summary),
    supplyDate: snapshot.supplyDate,
    locale: snapshot.locale,
    externalRef: snapshot.externalRef,
    purchaseOrder: snapshot.purchaseOrder,
    original: snapshot.original,
    replaces: invoice.replaces,
    replacedBy: invoice.replacedBy,
    reason: snapshot.reason,
    seller: { ...snapshot.seller, address: presentAddress(snapshot.seller.address) },
    buyer: { ...snapshot.buyer, address: snapshot.buyer.address && presentAddress(snapshot.buyer.address) },
    lines: snapshot.lines.map((line) => presentLine(line, lineCredits, money)),
    discounts: snapshot.discounts.map(({ label, amountMinor }) => ({ label, amount: money(amountMinor) })),
    taxes: snapshot.taxes.map((group) => ({
      category: group.category,
      ratePercent: ppmToPercent(group.ratePpm),
      taxable: money(group.taxableMinor),
      tax: money(group.taxMinor),
      exemptionReason: group.exemptionReason,
    })),
    mentions: [...snapshot.mentions],
    snapshotSha256: invoice.snapshotSha256,
    creditNotes: parts.creditNotes.map(({ number, issueDate, grossMinor }) => ({
      number,
      issueDate,
      total: money(grossMinor),
    })),
    creditRequests: parts.creditRequests.map(presentCreditRequest),
    documents: parts.documents.map((document) => presentDocument(invoice.number, document)),
    deliveries: parts.deliveries.map(presentDelivery),
  };
};

const presentLine = (line: InvoiceLine, credits: LineCredits, money: (minor: number) => number) => {
  const credit = credits.find(({ lineNumber }) => lineNumber === line.lineNumber);
  return {
    lineNumber: line.lineNumber,
    sku: line.sku,
    name: line.name,
    quantity: line.quantity,
    unit: line.unit,
    unitPrice: money(line.unitPriceMinor),
    priceIncludesTax: line.priceIncludesTax,
    totalPrice: money(line.totalMinor),
    discount: money(line.discountMinor),
    netPrice: money(line.netMinor),
    taxCategory: line.taxCategory,
    taxRatePercent: ppmToPercent(line.taxRatePpm),
    exemptionReason: line.exemptionReason,
    creditedQuantity: credit?.creditedQuantity ?? 0,
    creditableQuantity: credit ? credit.quantity - credit.requestedQuantity : 0,
  };
};

/** A credit request as clients see it. */
export const presentCreditRequest = (request: CreditRequest): Static<typeof CreditRequestSchema> => ({
  id: request.id,
  state: request.failed ? "failed" : request.state,
  source: request.source,
  orderId: request.orderId,
  invoiceNumber: request.invoiceNumber,
  reason: request.reason,
  lines: request.lines && request.lines.map(({ lineNumber, quantity }) => ({ lineNumber, quantity })),
  creditNoteNumber: request.creditNoteNumber,
  createdAt: instant(request.createdAt),
  settledAt: request.settledAt && instant(request.settledAt),
});

/** A PDF as clients see it. */
export const presentDocument = (number: string, document: DocumentRow): Static<typeof DocumentSchema> => ({
  revision: document.revision,
  locale: document.locale,
  sha256: document.sha256,
  size: document.byteSize,
  pages: document.pages,
  templateHash: document.templateHash,
  chromeVersion: document.chromeVersion,
  renderedAt: instant(document.renderedAt),
  storedAt: document.storedAt && instant(document.storedAt),
  pdf: `/api/invoices/${number}/pdf?revision=${document.revision}`,
});

/** The kind of purpose that stands before the colon. */
const typeOf = (purpose: string) => {
  if (purpose.startsWith("invoice:")) return "issue";
  return purpose.startsWith("resend:") ? "resend" : "batch";
};

/** A delivery as clients see it. */
export const presentDelivery = (delivery: InvoiceDelivery): Static<typeof DeliverySchema> => ({
  id: delivery.id,
  type: typeOf(delivery.purpose),
  to: delivery.recipientEmail,
  state: delivery.state,
  reason: delivery.reason,
  revision: delivery.revision,
  attempts: delivery.attempt,
  sentAt: delivery.sentAt && instant(delivery.sentAt),
  lastErrorClass: delivery.lastErrorClass,
  createdAt: instant(delivery.createdAt),
  updatedAt: instant(delivery.updatedAt),
});

/** A document request as clients see it. */
export const presentDocumentRequest = (request: DocumentRequest): Static<typeof DocumentRequestSchema> => ({
  id: request.id,
  state: request.state,
  number: request.number,
  locale: request.locale,
  revision: request.revision,
  failure: request.failure,
  createdAt: instant(request.createdAt),
});
