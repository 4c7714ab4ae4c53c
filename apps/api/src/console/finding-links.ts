import type { Finding } from "@billpost/db/reconciliations";

/** A finding with the page where it is put right. */
export const findingLinks = (finding: Finding) => {
  const { subject, ids } = finding;
  const job = ids["workItemId"] ?? ids["workItem"];
  const href = subject.startsWith("ORD-")
    ? `/console/orders/${encodeURIComponent(subject)}`
    : job !== undefined
      ? `/console/jobs/${job}`
      : /^[A-Z]{1,10}-\d{4}-\d+$/.test(subject)
        ? `/console/invoices/${encodeURIComponent(subject)}`
        : undefined;
  // A delivery's purpose, `invoice:11`, is a name of ours that nobody has seen; its job has a page.
  const about = job !== undefined && subject.includes(":") ? `job ${job}` : subject;
  return { ...finding, href, about };
};
