import type { DeliveryFacts, JobFacts } from "./job-facts.ts";

/** What follows when a delivery's work begins again. */
export interface Outlook {
  readonly sentence: string;
  readonly skips: readonly ("render" | "store")[];
  /** A mail goes out if all goes well. */
  readonly willSend: boolean;
  /** It is not proven that no message went out before. */
  readonly mayMailTwice: boolean;
  readonly warnings: readonly string[];
}

/** What is done when the work of a delivery begins again, and what is not done again. */
export const deliveryOutlook = (delivery: DeliveryFacts): Outlook => {
  const allStored = delivery.documents > 0 && delivery.stored === delivery.documents;
  const inDoubt = delivery.state === "ambiguous" || delivery.state === "sending";
  const mayMailTwice = inDoubt || delivery.resends > 0 || delivery.elsewhere !== null;
  return {
    sentence: `${documentsClause(delivery)}; ${mailClause(delivery, inDoubt)}.`,
    skips: allStored ? ["render", "store"] : [],
    willSend: !delivery.addressSuppressed,
    mayMailTwice,
    warnings: delivery.addressSuppressed
      ? ["The address gets no mail after a bounce or a complaint: clear it, or correct the address."]
      : [],
  };
};

const documentsClause = ({ documents, stored, verified }: DeliveryFacts): string => {
  const them = documents === 1 ? "The PDF" : "The PDFs";
  const [exist, are] = documents === 1 ? ["exists", "is"] : ["exist", "are"];
  if (documents > 0 && stored === documents)
    return verified === documents
      ? `${them} ${exist} and ${are} verified: rendering is skipped`
      : `${them} ${exist}: rendering is skipped`;
  if (stored > 0) return `${stored} of ${documents} PDFs exist: only the rest is rendered and stored`;
  return `${them} ${are} rendered and stored first`;
};

const besides = {
  sent: "another mail brought the same already: this would be one more",
  in_doubt: "another mail with the same may have gone out: this may be the second",
  to_come: "another mail with the same is to come: this would be one more",
} as const;

const mailClause = ({ addressSuppressed, resends, elsewhere }: DeliveryFacts, inDoubt: boolean): string => {
  if (addressSuppressed) return "the address is suppressed: no mail will be sent";
  if (elsewhere !== null) return besides[elsewhere];
  if (inDoubt) return "the mail's fate is unknown: a retry may send it twice";
  if (resends > 0) return "an earlier message may have gone out: this may be the second";
  return "no mail was sent so far: one will be";
};

/** Why there is nothing to do for a delivery that is at its end. */
export const deliveryEnd = ({
  state,
  acceptedAttempt,
  documents,
  stored,
  verified,
}: DeliveryFacts): string => {
  const accepted =
    acceptedAttempt === null ? "SES has the message" : `SES accepted attempt ${acceptedAttempt}`;
  const pdf =
    documents > 0 && stored === documents
      ? `The PDF exists${verified === documents ? " and is verified" : ""}: rendering is skipped; `
      : "";
  if (state === "bounced") return `${accepted}, and it came back: correct the address and send it again.`;
  return `${pdf}${accepted}: no mail will be sent.`;
};

/** What follows when work that is no delivery begins again. */
export const otherOutlook = ({ task, missing, invoiced }: JobFacts): string => {
  if (task === "issue-invoice") {
    if (invoiced) return "The order has its invoice: nothing is issued.";
    if (missing.length > 0)
      return `The invoice lacks ${missing.join(", ")}: until that is completed it will be blocked again.`;
    return "The order gets its invoice, and one mail with it.";
  }
  if (task === "issue-credit-note")
    return "The credit note is issued if it was not yet, and one mail with it.";
  return sentences[task] ?? "The job runs again, from the first step that is not done.";
};

const sentences: Readonly<Record<string, string>> = {
  "render-document": "The PDF is made again from the frozen invoice and stored; no mail is sent.",
  "verify-invoice": "The invoice is compared with its stored PDF; nothing is changed or sent.",
  reconcile: "It looks again, and repairs what is safe; no mail is sent twice.",
};
