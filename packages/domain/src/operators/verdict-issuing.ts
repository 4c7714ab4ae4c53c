import type { OrderFacts, Situation, Verdict } from "./verdict.ts";
import { listInWords, type Subject, verdict, workVerdict } from "./verdict-work.ts";

const nothing = (sentence: string) => ({ name: "none" as const, sentence });

/** Why an order has no invoice. */
export const issuingVerdict = (order: OrderFacts, situation: Situation): Verdict => {
  const { orderId, status, invoiceStatus, issuing } = order;
  const subject: Subject = {
    orderId,
    invoiceNumber: null,
    deliveryId: null,
    lead: `Order ${orderId} has no invoice yet`,
    harmless: "Nothing is sent before the invoice has its number, so a retry cannot mail twice.",
  };
  const settled = { ...subject, lead: `Order ${orderId} has no invoice` };
  if (invoiceStatus === "external")
    return verdict(
      settled,
      "invoiced_elsewhere",
      "settled",
      "it was imported, as one that another system invoices",
      status === "CANCELLED"
        ? nothing("Nothing: it was cancelled.")
        : {
            name: "issue",
            sentence:
              "Ask whether the customer has the other system's invoice. If there is none, issue it here: that is done once, and mails once.",
          },
    );
  if (status === "CANCELLED")
    return verdict(
      settled,
      "cancelled_before_invoice",
      "settled",
      "it was cancelled before it was numbered, so it needs none",
      nothing("Nothing: the stock is back and nothing was charged for."),
    );
  if (invoiceStatus === "not_required")
    return verdict(settled, "no_invoice_needed", "settled", "it needs none", nothing("Nothing."));
  if (invoiceStatus === "blocked") return blockedVerdict(order, subject);
  return workVerdict(issuing, subject, situation);
};

const blockedVerdict = ({ missing, issuing }: OrderFacts, subject: Subject): Verdict => {
  const jobId = issuing ? { jobId: issuing.id } : {};
  const ofSeller = missing.some((path) => path.startsWith("seller."));
  const cause =
    missing.length === 0
      ? "it lacks what the invoice needs"
      : `the invoice needs ${listInWords(missing.map(inWords))}, which ${missing.length > 1 ? "are" : "is"} missing`;
  return ofSeller
    ? verdict(subject, "blocked", "act", cause, {
        name: "configure",
        sentence: `Complete the seller's settings, restart the workers, then retry. ${subject.harmless}`,
        ...jobId,
      })
    : verdict(subject, "blocked", "act", cause, {
        name: "complete-billing",
        sentence: "Complete the order's billing details: issuing then goes on by itself, and mails once.",
        ...jobId,
      });
};

/** `billingDetails.address.city` as people say it: the buyer's address city. */
const inWords = (path: string): string => {
  const [owner = "", ...parts] = path.split(".");
  const part = (owner === "lines" ? parts.slice(1) : parts)
    .map((name) => names[name] ?? name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))
    .join(" ");
  if (owner === "seller") return `the seller's ${part}`;
  if (owner === "billingDetails") return `the buyer's ${part}`;
  if (owner === "lines") return parts.length === 0 ? "a line" : `the ${part} of line ${parts[0] ?? ""}`;
  return path;
};

const names: Readonly<Record<string, string>> = { vatId: "VAT id", line1: "street", countryCode: "country" };
