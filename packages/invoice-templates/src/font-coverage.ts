import { brotliDecompressSync } from "node:zlib";

/** The tables whose tags WOFF2 writes as one number, in order (W3C WOFF2, section 4.1). */
const knownTags = (
  "cmap head hhea hmtx maxp name OS/2 post cvt fpgm glyf loca prep CFF VORG EBDT EBLC gasp hdmx kern LTSH PCLT " +
  "VDMX vhea vmtx BASE GDEF GPOS GSUB EBSC JSTF MATH CBDT CBLC COLR CPAL SVG sbix acnt avar bdat bloc bsln cvar " +
  "fdsc feat fmtx fvar gvar hsty just lcar mort morx opbd prop trak Zapf Silf Glat Gloc Feat Sill"
).split(" ");

/**
 * The code points a WOFF2 font has glyphs for, from its own character map: the ranges that font packages
 * publish promise more than the fonts hold.
 */
export const readCoverage = (woff2: Buffer): ReadonlySet<number> => {
  const cmap = readCmap(woff2);
  const covered = new Set<number>();
  for (let record = 0; record < cmap.readUInt16BE(2); record += 1) {
    const table = cmap.subarray(cmap.readUInt32BE(8 + record * 8));
    const format = table.readUInt16BE(0);
    if (format === 4) readSegments(table, covered);
    if (format === 12) readGroups(table, covered);
  }
  return covered;
};

const readCmap = (woff2: Buffer): Buffer => {
  if (woff2.toString("latin1", 0, 4) !== "wOF2") throw new Error("not a WOFF2 font");
  let at = 48;
  const readBase128 = () => {
    for (let value = 0; ; ) {
      const byte = woff2.readUInt8(at++);
      value = value * 128 + (byte & 0x7f);
      if ((byte & 0x80) === 0) return value;
    }
  };
  let offset = 0;
  let found: { readonly from: number; readonly to: number } | undefined;
  for (let table = woff2.readUInt16BE(12); table > 0; table -= 1) {
    const flags = woff2.readUInt8(at++);
    let tag = knownTags[flags & 0x3f];
    if ((flags & 0x3f) === 0x3f) {
      tag = woff2.toString("latin1", at, at + 4);
      at += 4;
    }
    const version = flags >> 6;
    const original = readBase128();
    const transformed = tag === "glyf" || tag === "loca" ? version !== 3 : version !== 0;
    const length = transformed ? readBase128() : original;
    if (tag === "cmap") found = { from: offset, to: offset + length };
    offset += length;
  }
  if (!found) throw new Error("the font has no character map");
  return brotliDecompressSync(woff2.subarray(at, at + woff2.readUInt32BE(20))).subarray(found.from, found.to);
};

/** Format 4: segments of the Basic Multilingual Plane. */
const readSegments = (table: Buffer, covered: Set<number>): void => {
  const double = table.readUInt16BE(6);
  for (let segment = 0; segment < double; segment += 2) {
    const end = table.readUInt16BE(14 + segment);
    const start = table.readUInt16BE(16 + double + segment);
    const delta = table.readUInt16BE(16 + 2 * double + segment);
    const rangeAt = 16 + 3 * double + segment;
    const range = table.readUInt16BE(rangeAt);
    for (let code = start; code <= end && code < 0xffff; code += 1) {
      const glyph = range === 0 ? code + delta : table.readUInt16BE(rangeAt + range + 2 * (code - start));
      if ((glyph & 0xffff) !== 0) covered.add(code);
    }
  }
};

/** Format 12: groups over all of Unicode. */
const readGroups = (table: Buffer, covered: Set<number>): void => {
  for (let group = table.readUInt32BE(12) - 1; group >= 0; group -= 1) {
    const [start, end] = [table.readUInt32BE(16 + group * 12), table.readUInt32BE(20 + group * 12)];
    for (let code = start; code <= end; code += 1) covered.add(code);
  }
};
