import { describe, expect, test } from "vitest";
import { invoiceOf, snapshotOf, specimens } from "../test/snapshots.ts";
import { renderInvoiceEmail } from "./render.ts";
import { sampleSnapshot } from "./sample-snapshot.ts";

describe("the email of an invoice", () => {
  test("says in subject, HTML and text what it brings", () => {
    const { subject, html, text } = renderInvoiceEmail({ snapshot: sampleSnapshot() });
    expect(subject).toBe("Invoice INV-2026-000001 from Northwind Supply Ltd");
    for (const part of [
      "Hello John Doe,",
      "€241.93",
      "INV-2026-000001",
      "ORD-2026-000001",
      "Widget A",
      "39.98",
      "21.99",
    ]) {
      expect(html).toContain(part);
      expect(text).toContain(part);
    }
  });

  test("is in the invoice's language, or another on demand", () => {
    const snapshot = sampleSnapshot({ locale: "de" });
    expect(renderInvoiceEmail({ snapshot })).toMatchObject({
      subject: "Rechnung INV-2026-000001 von Northwind Supply Ltd",
      html: expect.stringContaining('<html lang="de" dir="ltr">') as string,
      text: expect.stringContaining("Gesamtbetrag: 241,93\u00A0€") as string,
    });
    expect(renderInvoiceEmail({ snapshot, locale: "ja" }).text).toContain("John Doe 様");
  });

  test("works without pictures, keeps to 600 pixels, adapts to the dark, loads nothing", () => {
    const { html } = renderInvoiceEmail({ snapshot: sampleSnapshot() });
    expect(html).not.toMatch(/<img|<link|@import|url\(|https?:/);
    expect(html).toContain("max-width:600px");
    expect(html).toContain("prefers-color-scheme: dark");
    expect(html).toContain('name="color-scheme" content="light dark"');
  });

  test("shows the first ten of many lines and says how many more there are", () => {
    const { html, text } = renderInvoiceEmail({ snapshot: invoiceOf(60) });
    expect(text.match(/^- /gm)).toHaveLength(10);
    expect(text).toContain("and 50 more lines in the PDF");
    // Mail programs cut longer ones off.
    expect(html.length).toBeLessThan(100_000);
    expect(renderInvoiceEmail({ snapshot: invoiceOf(11) }).text.match(/^- /gm)).toHaveLength(11);
  });

  test("with gross prices shows amounts that agree with them", () => {
    const snapshot = snapshotOf([{ name: "Lamp", quantity: 2, price: 1190, gross: true }]);
    expect(renderInvoiceEmail({ snapshot }).text).toContain("2 pieces × 11.90: 23.80");
  });
});

describe("the email of a credit note", () => {
  test("names the invoice and the reason", () => {
    const snapshot = specimens["credit-note"] ?? sampleSnapshot();
    const { subject, text } = renderInvoiceEmail({ snapshot });
    expect(subject).toBe("Credit note CN-2026-000004 from Northwind Supply Ltd");
    expect(text).toContain("Credit note CN-2026-000004 for invoice INV-2026-000017 is attached as a PDF.");
    expect(text).toContain("Reason: Two organisers arrived damaged and were returned");
    expect(text).toContain("Total credited: €142.56");
  });
});

describe("the email of a correction", () => {
  const snapshot = sampleSnapshot();
  const creditNote = sampleSnapshot({ kind: "credit_note" });

  test.each([
    [1250, "The new total is higher: €12.50 remains to be paid."],
    [-1250, "The new total is lower: €12.50 will be refunded to you."],
    [0, "The total stays the same."],
  ])("states a difference of %i", (differenceMinor, expected) => {
    const { subject, html, text } = renderInvoiceEmail({ snapshot, creditNote, differenceMinor });
    expect(subject).toBe("Corrected invoice INV-2026-000001 from Northwind Supply Ltd");
    expect(text).toContain(expected);
    expect(html).toContain(expected);
    expect(text).toContain("Credit note CN-2026-000001 takes it back");
  });
});

test("hostile text stays text: escaped in HTML, literal in plain text, on one line in the subject", () => {
  const name = "{{constructor}}<img src=x onerror=alert(1)>\r\nBcc: evil@example.com";
  const seller = { ...sampleSnapshot().seller, name };
  const snapshot = snapshotOf([{ name, price: 100 }], {
    seller,
    buyer: { name, address: null, vatId: null },
  });
  const { subject, html, text } = renderInvoiceEmail({ snapshot });
  expect(subject).toBe(`Invoice INV-2026-000001 from ${name.replace("\r\n", " ")}`);
  expect(html).not.toContain("<img");
  expect(html).toContain("{{constructor}}&lt;img src&#x3D;x onerror&#x3D;alert(1)&gt; Bcc: evil@example.com");
  expect(text).toContain("Hello {{constructor}}<img src=x onerror=alert(1)> Bcc: evil@example.com,");
});
