import { describe, expect, test } from "vitest";
import { stabilisePdf, UnexpectedPdf } from "./pdf-bytes.ts";

/** The parts of Chrome's PDF that vary, around bytes that are no text. */
const pdf = (created: string, first: string, second: string, limits: string, names: string): Uint8Array => {
  const source =
    `1 0 obj\n<</Title (a /CreationDate \\(D:20260101000000+00'00'\\))\n/CreationDate (D:${created}+00'00')\n` +
    `/ModDate (D:${created}+00'00')>>\nstream\x80\xff\x00endstream\n/Type /Pages\n/Count 12\n/Kids []` +
    `/ID (node${first})>> /ID (node${second})>> /Headers [(node${first})] /Headers [(node${second})]\n` +
    `<</Limits [${limits}]\n/Names [${names}]>>`;
  return Buffer.from(source, "latin1");
};

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

describe("stabilisePdf", () => {
  const young = pdf(
    "20260115093000",
    "00000017",
    "00000018",
    "(node00000017) (node00000018)",
    "(node00000017) 14 0 R (node00000018) 116 0 R",
  );
  const old = pdf(
    "20271231235959",
    "00020136",
    "00000093",
    "(node00000093) (node00020136)",
    "(node00000093) 116 0 R (node00020136) 14 0 R",
  );

  test("gives the same bytes whenever and in whatever page it was made", () => {
    expect(hex(stabilisePdf(old, "2026-01-15").bytes)).toBe(hex(stabilisePdf(young, "2026-01-15").bytes));
  });

  test("names the first and the last of the sorted ids", () => {
    expect(hex(stabilisePdf(old, "2026-01-15").bytes)).toContain(
      "/Limits [(node00000001) (node00000002)]\n/Names [(node00000001) 14 0 R (node00000002) 116 0 R]",
    );
  });

  test("keeps the length, the title and what is not text", () => {
    const { bytes } = stabilisePdf(young, "2026-01-15");
    expect(bytes).toHaveLength(young.length);
    expect(hex(bytes)).toContain("(a /CreationDate \\(D:20260101000000+00'00'\\))");
    expect(hex(bytes)).toContain("stream\x80\xff\x00endstream");
  });

  test("counts pages", () => {
    expect(stabilisePdf(young, "2026-01-15").pages).toBe(12);
  });

  test("refuses a PDF that it does not know how to make stable", () => {
    expect(() => stabilisePdf(Buffer.from("%PDF-1.4 nothing"), "2026-01-15")).toThrow(UnexpectedPdf);
    expect(() => stabilisePdf(young, "15.01.2026")).toThrow(RangeError);
  });
});
