import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import { type Formats, formats } from "./format.ts";
import { invoiceView, type ViewOptions } from "./invoice-view.ts";
import type { Messages } from "./messages.ts";

/** What an email accompanies. */
export interface InvoiceEmailInput {
  /** The document that the email is about: an invoice, a credit note, or the new invoice of a correction. */
  readonly snapshot: InvoiceSnapshot;
  /** With a corrected invoice: the credit note that takes the old one back, attached as well. */
  readonly creditNote?: InvoiceSnapshot | undefined;
  /** New total less old total in minor units: above 0 is to be paid, below 0 to be refunded. */
  readonly differenceMinor?: number | undefined;
  /** Another language than the snapshot's. */
  readonly locale?: string | undefined;
}

interface Labelled {
  readonly label: string;
  readonly value: string;
}

/** All that the email templates print, ready as text in the reader's language. */
export interface EmailView {
  readonly lang: string;
  readonly dir: "ltr" | "rtl";
  readonly subject: string;
  readonly preheader: string;
  readonly seller: string;
  readonly heading: string;
  readonly greeting: string;
  readonly intro: string;
  readonly reason: string | null;
  readonly total: Labelled;
  readonly difference: string | null;
  readonly facts: readonly Labelled[];
  readonly lines: readonly { readonly name: string; readonly detail: string; readonly amount: string }[];
  readonly more: string | null;
  readonly totals: readonly Labelled[];
  readonly reference: string;
  readonly questions: string | null;
  readonly footer: string;
}

/** The PDF holds every line; an email with hundreds would be cut off by mail programs. */
const shownLines = 10;

/** Turns a snapshot into the words and figures of its email. */
export const emailView = (
  input: InvoiceEmailInput,
  options: Pick<ViewOptions, "messages" | "locale">,
): EmailView => {
  const { snapshot } = input;
  const { messages, locale } = options;
  const format = formats(locale, snapshot.currency);
  const document = invoiceView(snapshot, { ...options, logo: null, draft: false });
  const { subject, heading, intro } = opening(input, messages);
  const numberLabel = snapshot.kind === "credit_note" ? "fact.creditNoteNumber" : "fact.invoiceNumber";
  const hidden = document.lines.length - shownLines;
  return {
    lang: locale,
    dir: document.dir,
    subject,
    preheader: `${document.total.label}: ${document.total.value}`,
    seller: snapshot.seller.name,
    heading,
    greeting: messages.text("email.greeting", { name: snapshot.buyer.name }),
    intro,
    reason: document.correction?.reason ?? null,
    total: document.total,
    difference: difference(input, messages, format),
    facts: [{ label: messages.text(numberLabel), value: snapshot.number }, ...document.facts],
    lines: document.lines.slice(0, hidden === 1 ? shownLines + 1 : shownLines).map((line) => ({
      name: line.name,
      detail: `${line.quantity} ${line.unit} × ${line.unitPrice}${line.discount === "" ? "" : `, ${line.discount}`}`,
      // The amount that the unit price and the quantity lead to.
      amount: document.columns.total === null ? line.net : line.total,
    })),
    more: hidden > 1 ? messages.text("email.moreLines", { count: format.quantity(hidden) }) : null,
    totals: document.totals,
    reference: messages.text("email.reference"),
    questions:
      snapshot.seller.email === null
        ? null
        : messages.text("email.questions", { email: snapshot.seller.email }),
    footer: document.footer.start,
  };
};

const opening = ({ snapshot, creditNote }: InvoiceEmailInput, messages: Messages) => {
  const { number, kind, seller } = snapshot;
  const named = { number, seller: seller.name };
  if (creditNote) {
    return {
      subject: messages.text("email.correction.subject", named),
      heading: messages.text("email.correction.heading"),
      intro: messages.text("email.correction.intro", {
        number,
        creditNote: creditNote.number,
        original: creditNote.original?.number ?? "",
      }),
    };
  }
  const of = kind === "credit_note" ? "creditNote" : "invoice";
  return {
    subject: messages.text(`email.${of}.subject`, named),
    heading: messages.text(`email.${of}.heading`),
    intro:
      kind === "credit_note"
        ? messages.text("email.creditNote.intro", { number, original: snapshot.original?.number ?? "" })
        : messages.text("email.invoice.intro", { number }),
  };
};

const difference = (input: InvoiceEmailInput, messages: Messages, format: Formats): string | null => {
  const { differenceMinor } = input;
  if (differenceMinor === undefined) return null;
  if (differenceMinor === 0) return messages.text("email.difference.none");
  const amount = format.money(Math.abs(differenceMinor));
  return messages.text(differenceMinor > 0 ? "email.difference.toPay" : "email.difference.toRefund", {
    amount,
  });
};
