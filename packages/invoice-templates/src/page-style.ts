import type { InvoiceView } from "./invoice-view.ts";
import type { Messages } from "./messages.ts";

/** The page message cut at its counters: what stands before, between and after them. */
export const pageMessage = (messages: Messages): readonly string[] =>
  messages.text("page").split(/(\{pages?\})/);

/** What stands at the foot of every page: the seller, the document's number and the page's. */
export const pageStyle = ({ footer }: InvoiceView, messages: Messages, families: string): string => {
  const counted = pageMessage(messages).map((part) =>
    part === "{page}" ? "counter(page)" : part === "{pages}" ? "counter(pages)" : cssString(part),
  );
  const number = footer.end === "" ? "" : `${cssString(`${footer.end} · `)} `;
  return (
    `@page{font-family:${families};@bottom-left{content:${cssString(footer.start)}}` +
    `@bottom-right{content:${number}${counted.join(" ")}}}`
  );
};

/** A CSS string that cannot end early: all but plain characters are written as numbers. */
const cssString = (text: string): string =>
  `"${text.replace(/[^A-Za-z0-9 .,/-]/gu, (character) => `\\${character.codePointAt(0)?.toString(16) ?? ""} `)}"`;
