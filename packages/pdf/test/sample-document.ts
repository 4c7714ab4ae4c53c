import type { PrintableDocument } from "../src/print-page.ts";

const stylesheet = `
  @page { size: A4; margin: 18mm; @bottom-right { content: "Page " counter(page) " of " counter(pages) } }
  body { font-family: sans-serif; font-size: 9pt }
  table { border-collapse: collapse; width: 100% }
`;

/** A document with a table of `lines` rows, its head repeated on every page. */
export const sampleDocument = (lines: number): PrintableDocument => {
  const columns = ["Position", "Name", "Quantity", "Price", "Amount"];
  const head = columns.map((name) => `<th scope="col">${name}</th>`).join("");
  const rows = Array.from({ length: lines }, (_, line) => {
    const cells = columns.map((name) => `<td>${name} ${line}</td>`);
    return `<tr>${cells.join("")}</tr>`;
  });
  return {
    stylesheet,
    body: `<h1>Sample</h1><table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`,
    title: `Sample (${lines} lines)`,
    lang: "de-AT",
    date: "2026-03-02",
  };
};
