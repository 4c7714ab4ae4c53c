import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Printer, startPrinter } from "../test/print.ts";
import { type PdfContent, readPdf } from "../test/read-pdf.ts";
import { invoiceOf, snapshotOf, specimens } from "../test/snapshots.ts";
import { formats } from "./format.ts";
import { renderInvoiceHtml } from "./render.ts";

let printer: Printer;

beforeAll(async () => {
  printer = await startPrinter();
}, 120_000);

afterAll(() => printer.close());

/** Line ends and spaces depend on the column's width; what is written does not. */
const solid = (text: string) => text.normalize("NFC").replaceAll(/\s+/g, "");

const read = async (
  snapshot: InvoiceSnapshot,
  locale?: string,
): Promise<PdfContent & { readonly text: string }> => {
  const content = await readPdf((await printer.print(snapshot, { locale })).pdf);
  return { ...content, text: solid(content.pages.join("\n")) };
};

const specimen = (name: string): InvoiceSnapshot => {
  const found = specimens[name];
  if (!found) throw new Error(`no specimen ${name}`);
  return found;
};

describe("the PDF of an invoice", () => {
  // Arabic letters are stored by their shapes, which the reader used here does not put together again.
  const readable = Object.keys(specimens).filter((name) => name !== "right-to-left" && name !== "scripts");

  test.each(readable)("holds every line, number and total: %s", async (name) => {
    const snapshot = specimen(name);
    const { text } = await read(snapshot);
    const { amount, money } = formats("en", snapshot.currency);
    const { totals, seller, buyer } = snapshot;
    const expected = [
      snapshot.number,
      snapshot.orderId,
      seller.name,
      seller.vatId ?? "",
      buyer.name,
      buyer.vatId ?? "",
      ...Object.entries(buyer.address ?? {}).flatMap(([part, value]) =>
        part === "countryCode" ? [] : [value],
      ),
      snapshot.purchaseOrder ?? "",
      snapshot.externalRef ?? "",
      ...snapshot.lines.flatMap((line) => [
        line.name,
        line.sku,
        amount(line.unitPriceMinor),
        amount(line.netMinor),
      ]),
      ...snapshot.discounts.map(({ label }) => label),
      ...snapshot.taxes.flatMap((group) => [amount(group.taxableMinor), amount(group.taxMinor)]),
      amount(totals.netMinor),
      amount(totals.taxMinor),
      money(totals.grossMinor),
    ];
    for (const part of expected) expect(text).toContain(solid(part));
  });

  test("is tagged for screen readers, with language and title", async () => {
    const { tagged, lang, title, roles } = await read(specimen("typical"), "de");
    expect({ tagged, lang, title }).toEqual({ tagged: true, lang: "de", title: "Rechnung INV-2026-000001" });
    expect(roles).toEqual(expect.arrayContaining(["H1", "H2", "Table", "TR", "TH", "TD"]));
  });

  test("repeats the head of the table and numbers its pages", async () => {
    const { pages } = await read(specimen("60-lines"));
    expect(pages.length).toBeGreaterThan(2);
    for (const [index, page] of pages.entries()) {
      expect(solid(page)).toContain("No.DescriptionQuantityUnitpriceVATNetamount");
      expect(solid(page)).toContain(`INV-2026-000001·Page${index + 1}of${pages.length}`);
    }
  });

  test("keeps the totals with lines: they never stand alone on a page", async () => {
    for (let lines = 9; lines <= 34; lines += 1) {
      const { pages } = await read(invoiceOf(lines));
      const last = pages.at(-1) ?? "";
      for (const line of [lines - 1, lines]) expect(last).toContain(`SKU-${String(line).padStart(4, "0")}`);
      expect(last).toContain("Net total");
    }
  }, 60_000);

  test("has twelve lines and its totals on one page", async () => {
    expect((await read(invoiceOf(12))).pages).toHaveLength(1);
  });

  test.each([
    ["en", "Invoice", "Page1of1", "January15,2026", "€192.54"],
    ["en-GB", "Invoice", "Page1of1", "15January2026", "€192.54"],
    ["de", "Rechnung", "Seite1von1", "15.Januar2026", "192,54€"],
    ["fr", "Facture", "Page1sur1", "15janvier2026", "192,54€"],
    ["es", "Factura", "Página1de1", "15deenerode2026", "192,54€"],
    ["ja", "請求書", "1/1ページ", "2026年1月15日", "€192.54"],
  ])("speaks %s", async (locale, ...expected) => {
    const { text, lang } = await read(specimen("typical"), locale);
    expect(lang).toBe(locale);
    for (const part of expected) expect(text).toContain(part);
  });

  test("states what the law asks for: reverse charge, exemption, several rates, rounding", async () => {
    expect((await read(specimen("reverse-charge"))).text).toContain(
      solid("Reverse charge: the recipient of the supply is liable for the VAT."),
    );
    expect((await read(specimen("exempt"))).text).toContain(
      solid("Exempt from VAT: Article 132(1)(i) of Directive 2006/112/EC"),
    );
    const { text } = await read(specimen("several-rates"));
    for (const part of ["VAT 19% on 69.80", "VAT 7% on 74.70", "VAT 9.975% on 100.00", "Total VAT"]) {
      expect(text).toContain(solid(part));
    }
    expect((await read(specimen("gross-prices"))).text).toContain("Rounding0.01");
    expect((await read(specimen("typical"))).text).not.toContain("Rounding");
  });

  test("holds names in every script of its fonts", async () => {
    const { text } = await read(specimen("scripts"));
    for (const part of [
      "Ελληνικόελαιόλαδο",
      "Юлия",
      "東京の和紙と墨",
      "繁體中文書籍",
      "ผ้าไหมไทย",
      "Հայերենգիրք",
    ]) {
      expect(text).toContain(part);
    }
    const hebrew = (await read(specimen("right-to-left"))).text;
    for (const word of ["ספר", "בישול", "ישראלי"]) expect(hebrew).toContain(word);
  });
});

describe("the PDF of a credit note", () => {
  test("names the invoice it corrects and the reason, and does not call itself an invoice", async () => {
    const { text, title } = await read(specimen("credit-note"));
    expect(title).toBe("Credit note CN-2026-000004");
    expect(text).toContain(solid("This credit note corrects invoice INV-2026-000017 of January 12, 2026."));
    expect(text).toContain(solid("Reason: Two organisers arrived damaged and were returned"));
    expect(text).toContain(solid("Total credited €142.56"));
  });

  test("shows in its body, not only in words, that it is none", () => {
    expect(renderInvoiceHtml(specimen("credit-note")).body).toContain('class="document credit_note"');
  });
});

describe("hostile text", () => {
  const hostile = [
    "{{constructor}}<img src=x onerror=alert(1)>",
    "{{{lookup this 'constructor'}}}",
    '"><meta http-equiv=refresh content="0;url=http://127.0.0.1:9">',
    "</main></body><script>document.body.remove()</script>",
    "<style>@import url(http://169.254.169.254/);*{display:none}</style>",
    "</style><svg onload=alert(1)>",
    "&lt;b&gt; &amp; &#x3c; ' ` = \" \\",
    "*/ } body { display: none } /*",
  ];

  test("is printed literally, wherever it stands", async () => {
    for (const text of hostile) {
      const address = { line1: text, city: text, countryCode: "DE" };
      const snapshot = snapshotOf([{ name: text, sku: text, unit: text, price: 100 }], {
        buyer: { name: text, address, vatId: text },
        seller: { name: text, address, vatId: text, email: text },
        purchaseOrder: text,
        externalRef: text,
        reason: text,
        kind: "credit_note",
        original: { number: text, issueDate: "2026-01-12" },
        discounts: [{ label: text, amountMinor: 1 }],
      });
      const { text: printed, pages } = await read(snapshot);
      expect(pages.length).toBeLessThan(3);
      // Name, sku and unit; twice a name, two parts of an address and an id; email, reference, order, original
      // twice, reason, discount, the seller once more at the top, and with his id at the foot.
      expect(printed.split(solid(text)).length - 1).toBeGreaterThanOrEqual(18);
    }
  });

  test("cannot move what stands around it with direction marks or controls", async () => {
    const name = "\u202Eevil\u2067 \u0000\u0007\uD800 x";
    const { text } = await read(
      snapshotOf([
        { name, price: 100 },
        { name: "After", price: 100 },
      ]),
    );
    expect(text).toContain(solid("2 After SKU-0002 1 piece 1.00 19% 1.00"));
    expect(text).toContain(solid("1 piece 1.00 19% 1.00"));
  });
});

test("the same document gives the same bytes, whatever fonts and documents came before", async () => {
  const names = ["typical", "scripts", "credit-note", "right-to-left", "60-lines", "yen", "long-names"];
  const seen = new Map<string, Set<string>>(names.map((name) => [name, new Set()]));
  const jobs = Array.from(
    { length: 63 },
    (_, index) => names[(index * 5 + Math.floor(index / 9)) % names.length] ?? "",
  );
  const render = async (name: string) => seen.get(name)?.add((await printer.print(specimen(name))).sha256);
  await Promise.all(jobs.map(render));
  const other = await startPrinter();
  for (const name of names) seen.get(name)?.add((await other.print(specimen(name))).sha256);
  await other.close();
  expect([...seen].map(([name, hashes]) => [name, hashes.size])).toEqual(names.map((name) => [name, 1]));
}, 60_000);
