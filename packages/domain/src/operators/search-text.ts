/** What a text typed into a search box can be the name of. */
const searchKinds = ["job", "order", "invoice", "email", "external_ref", "ses_message", "request"] as const;
export type SearchKind = (typeof searchKinds)[number];

/** The text as each kind writes it; a kind that the text cannot be is absent. */
export type SearchTerms = { readonly [Kind in SearchKind]?: string };

/** Longer than any name that is looked for: an email address has 320 characters at most. */
const searchTextLength = 320;

/** In Message-ID headers SES's own id stands before the @ of the region. */
const messageIdHeader = /^<?([A-Za-z0-9-]{16,128})@(?:[a-z0-9-]+\.)?amazonses\.com>?$/;

/**
 * Recognises what was typed or pasted: the number of an order or invoice in any case, an email address, a
 * message id with or without the brackets of its header. Where a text may be several things it is looked for
 * as each: an external reference may look like anything.
 */
export const readSearchText = (typed: string): SearchTerms => {
  const text = typed.trim();
  if (text === "" || text.length > searchTextLength) return {};
  const message = messageIdHeader.exec(text)?.[1];
  if (message !== undefined) return { ses_message: message };
  const terms: Partial<Record<SearchKind, string>> = {};
  if (/^#?[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text.replace("#", ""))))
    terms.job = text.replace("#", "");
  if (/^[^\s@]+@[^\s@]+$/.test(text)) terms.email = text.toLowerCase();
  const number = /^(?<prefix>[\p{L}\p{N}./_]+)-(?<rest>.*\d.*)$/u.exec(text)?.groups;
  if (number?.["prefix"]?.toUpperCase() === "ORD") terms.order = `ORD-${number["rest"]}`;
  else if (number && text.length <= 60) terms.invoice = text;
  if (/^[A-Za-z0-9-]{1,128}$/.test(text)) terms.ses_message = text;
  if (/^[A-Za-z0-9._:/+=-]{1,128}$/.test(text)) terms.request = text;
  if (text.length <= 100) terms.external_ref = text;
  return terms;
};
