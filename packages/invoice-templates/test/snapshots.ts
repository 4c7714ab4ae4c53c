import type { InvoiceLine, InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import type { TaxCategory, TaxGroup } from "@billpost/domain/tax";
import { sampleSnapshot } from "../src/sample-snapshot.ts";

/** What a test says about a line; the rest is plain. */
export interface LineDraft {
  readonly name: string;
  readonly sku?: string;
  readonly quantity?: number;
  readonly unit?: string;
  readonly price: number;
  readonly discount?: number;
  readonly category?: TaxCategory;
  readonly ratePpm?: number;
  readonly gross?: boolean;
  readonly exemptionReason?: string;
}

/** A snapshot whose sums agree, from a few lines. */
export const snapshotOf = (
  drafts: readonly LineDraft[],
  more: Partial<InvoiceSnapshot> = {},
): InvoiceSnapshot => {
  const lines = drafts.map(toLine);
  const taxes = groups(lines);
  const netMinor = sum(lines.map((line) => line.netMinor));
  const taxMinor = sum(taxes.map((group) => group.taxMinor));
  const charged = drafts.every((draft) => draft.gross)
    ? sum(lines.map((line) => line.totalMinor - line.discountMinor))
    : netMinor + taxMinor;
  return {
    ...sampleSnapshot(),
    lines,
    taxes,
    totals: { netMinor, taxMinor, roundingMinor: charged - netMinor - taxMinor, grossMinor: charged },
    ...more,
  };
};

const toLine = (draft: LineDraft, index: number): InvoiceLine => {
  const {
    quantity = 1,
    discount = 0,
    category = "standard",
    ratePpm = category === "standard" ? 190_000 : 0,
  } = draft;
  const totalMinor = quantity * draft.price;
  const paid = totalMinor - discount;
  return {
    lineNumber: index + 1,
    sku: draft.sku ?? `SKU-${String(index + 1).padStart(4, "0")}`,
    name: draft.name,
    quantity,
    unit: draft.unit ?? "piece",
    unitPriceMinor: draft.price,
    priceIncludesTax: draft.gross ?? false,
    totalMinor,
    discountMinor: discount,
    netMinor: draft.gross ? Math.round((paid * 1e6) / (1e6 + ratePpm)) : paid,
    taxCategory: category,
    taxRatePpm: ratePpm,
    exemptionReason: draft.exemptionReason ?? null,
  };
};

const groups = (lines: readonly InvoiceLine[]): readonly TaxGroup[] => {
  const byKey = Map.groupBy(
    lines,
    (line) => `${line.taxCategory} ${line.taxRatePpm} ${line.exemptionReason}`,
  );
  return [...byKey.values()].flatMap((members) => {
    const [first] = members;
    if (!first) return [];
    const taxableMinor = sum(members.map((line) => line.netMinor));
    const taxMinor = Math.round((taxableMinor * first.taxRatePpm) / 1e6);
    const { taxCategory: category, taxRatePpm: ratePpm, exemptionReason } = first;
    return [{ category, ratePpm, taxableMinor, taxMinor, exemptionReason }];
  });
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const goods: readonly LineDraft[] = [
  { name: "Walnut desk organiser", sku: "DSK-114", quantity: 2, price: 3490 },
  { name: "Felt desk pad, charcoal, 90 × 40 cm", sku: "PAD-90-CH", quantity: 1, price: 4200 },
  { name: "Brass page markers, set of 12", sku: "MRK-12", quantity: 4, price: 1250 },
];

/** A plain invoice of any length. */
export const invoiceOf = (count: number, more: Partial<InvoiceSnapshot> = {}): InvoiceSnapshot =>
  snapshotOf(
    Array.from({ length: count }, (_, index) => ({
      ...(goods[index % goods.length] ?? { name: "Item", price: 100 }),
      sku: `SKU-${String(index + 1).padStart(4, "0")}`,
    })),
    more,
  );

const longName =
  "Height-adjustable standing desk with memory handset, cable tray and a bamboo top of 180 × 80 cm, assembled on " +
  "delivery, including removal of packaging (Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft)";

const [desk = { name: "", price: 0 }, pad = desk, markers = desk] = goods;

/** The documents that are looked at and kept as approved pictures. */
export const specimens: Readonly<Record<string, InvoiceSnapshot>> = {
  typical: snapshotOf([desk, pad, markers], { purchaseOrder: "PO-4711" }),
  "one-line": snapshotOf([desk]),
  "12-lines": invoiceOf(12),
  "60-lines": invoiceOf(60),
  "500-lines": invoiceOf(500),
  "long-names": snapshotOf(
    [
      {
        name: longName,
        sku: "DESK-180-BAMBOO-MEMORY-HANDSET-CABLE-TRAY-ASSEMBLED",
        quantity: 12_000,
        price: 89_900,
      },
      { ...pad, unit: "running metre of finished edge" },
    ],
    {
      externalRef: "SHOPIFY-EU-CENTRAL-1-0000000000000000000918273645",
      purchaseOrder: "4500123456-0010",
      buyer: {
        name: "Gesellschaft für elektrotechnische Versuchs- und Entwicklungsanlagen in Mitteldeutschland mit beschränkter Haftung",
        address: {
          line1:
            "Straße der Vereinigten Naturwissenschaftlichen Gesellschaften 1234a, Hinterhaus, 3. Obergeschoss links",
          line2: "c/o Abteilung für Kreditorenbuchhaltung und Rechnungsprüfung",
          postalCode: "39106",
          city: "Magdeburg-Neustadt",
          region: "Sachsen-Anhalt",
          countryCode: "DE",
        },
        vatId: "DE123456789",
      },
    },
  ),
  scripts: snapshotOf(
    [
      { name: "Ελληνικό ελαιόλαδο · Български мед · Đồ uống Việt Nam", price: 1990 },
      { name: "東京の和紙と墨 / 简体中文书籍 / 繁體中文書籍 / 한국어 책", price: 2490 },
      { name: "ผ้าไหมไทย · हिन्दी पुस्तक · বাংলা বই · தமிழ் நூல்", price: 3990 },
      { name: "სამკაული · Հայերեն գիրք · የአማርኛ መጽሐፍ · ភាសាខ្មែរ", price: 990 },
      { name: "Mug “Zażółć gęślą jaźń” ☕ ✓ ½ litre ≥ 300 ml — №5 ™", price: 1290 },
    ],
    {
      buyer: {
        name: "Юлия Ковальчук",
        address: { line1: "вул. Хрещатик 22", postalCode: "01001", city: "Київ", countryCode: "UA" },
        vatId: null,
      },
    },
  ),
  "right-to-left": snapshotOf(
    [
      { name: "كتاب الطبخ العربي (2 مجلد)", sku: "BOOK-AR-2", quantity: 2, price: 4500 },
      { name: "ספר בישול ישראלי", sku: "BOOK-HE", price: 3900 },
      desk,
    ],
    {
      buyer: {
        name: "شركة النور للتجارة (Al-Noor Trading)",
        address: { line1: "شارع الملك فهد 12", city: "الرياض", postalCode: "12211", countryCode: "SA" },
        vatId: "SA300000000000003",
      },
    },
  ),
  "several-rates": snapshotOf([
    { ...desk, ratePpm: 190_000 },
    {
      name: "Handbook of quiet offices, hardcover",
      sku: "BOOK-77",
      quantity: 3,
      price: 2490,
      ratePpm: 70_000,
    },
    { name: "Export crate", sku: "CRATE", price: 1500, category: "zero" },
    {
      name: "Training on site",
      sku: "TRN",
      quantity: 6,
      unit: "hour",
      price: 9500,
      category: "exempt",
      exemptionReason: "§ 4 No. 21 UStG",
    },
    { name: "Licence, Québec", sku: "LIC", price: 10_000, ratePpm: 99_750 },
  ]),
  "zero-tax": snapshotOf([
    { ...desk, category: "zero" },
    { ...pad, category: "zero" },
  ]),
  "reverse-charge": snapshotOf(
    [
      {
        name: "Consulting, system design",
        sku: "CONS",
        quantity: 24,
        unit: "hour",
        price: 12_000,
        category: "reverse_charge",
      },
    ],
    {
      buyer: {
        name: "Bureau Lumière SARL",
        address: { line1: "18 rue des Archives", postalCode: "75004", city: "Paris", countryCode: "FR" },
        vatId: "FR40303265045",
      },
      mentions: ["reverse_charge"],
    },
  ),
  exempt: snapshotOf(
    [
      {
        name: "Evening course",
        sku: "C-1",
        price: 24_000,
        category: "exempt",
        exemptionReason: "Article 132(1)(i) of Directive 2006/112/EC",
      },
    ],
    { mentions: ["exempt"] },
  ),
  "gross-prices": snapshotOf(
    [
      { ...desk, price: 160, quantity: 1, gross: true },
      { ...pad, gross: true, discount: 420 },
      { ...markers, gross: true, discount: 125 },
    ],
    {
      discounts: [{ label: "Winter sale", amountMinor: 545 }],
    },
  ),
  discounts: snapshotOf(
    [
      { ...desk, discount: 698 },
      { ...pad, discount: 420 },
      { ...markers, discount: 500 },
    ],
    {
      discounts: [
        { label: "Welcome 5 %", amountMinor: 809 },
        { label: "Loyal customers", amountMinor: 809 },
      ],
    },
  ),
  "credit-note": snapshotOf([desk, markers], {
    kind: "credit_note",
    number: "CN-2026-000004",
    original: { number: "INV-2026-000017", issueDate: "2026-01-12" },
    reason: "Two organisers arrived damaged and were returned",
  }),
  yen: snapshotOf(
    [
      { ...desk, price: 4800 },
      { ...pad, price: 123_456 },
    ],
    { currency: "JPY" },
  ),
  dinar: snapshotOf(
    [
      { ...desk, price: 12_345 },
      { ...pad, price: 1_234_567 },
    ],
    { currency: "KWD" },
  ),
  unbilled: snapshotOf([desk], {
    buyer: { name: "Jane Smith", address: null, vatId: null },
    seller: { ...sampleSnapshot().seller, vatId: null, email: null },
  }),
};
