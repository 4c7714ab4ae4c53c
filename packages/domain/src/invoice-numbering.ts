/** Prefixes are unique per installation: a number must name one document. */
export const invoicePrefixPattern = /^[A-Z0-9-]{1,20}$/;

/** `INV-2026-000001`: the series' prefix and year, and the number with at least `padding` digits. */
export const formatInvoiceNumber = (
  series: { readonly prefix: string; readonly year: number; readonly padding: number },
  sequenceNumber: number,
): string => `${series.prefix}-${series.year}-${String(sequenceNumber).padStart(series.padding, "0")}`;

/** The calendar date (`YYYY-MM-DD`) of an instant in an IANA time zone. */
export const dateInZone = (instant: Date, timeZone: string): string => {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(instant);
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? "";
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
};

/** Issue dates never go back: the later of today and the series' last date. Both are `YYYY-MM-DD`. */
export const issueDate = (today: string, lastIssueDate: string | null): string =>
  lastIssueDate !== null && lastIssueDate > today ? lastIssueDate : today;
