import { FontFamily, type FontSubset } from "./font-family.ts";

/** The font of every document; its Latin part is always embedded, so that most documents share a stylesheet. */
const base = "@fontsource/inter";

/** What fills in the scripts that the base font lacks, in the order they are asked. */
const scripts = [
  "@fontsource/noto-sans",
  "@fontsource-variable/noto-sans-arabic",
  "@fontsource-variable/noto-sans-hebrew",
  "@fontsource-variable/noto-sans-thai",
  "@fontsource-variable/noto-sans-devanagari",
  "@fontsource-variable/noto-sans-bengali",
  "@fontsource-variable/noto-sans-tamil",
  "@fontsource-variable/noto-sans-telugu",
  "@fontsource-variable/noto-sans-gujarati",
  "@fontsource-variable/noto-sans-gurmukhi",
  "@fontsource-variable/noto-sans-kannada",
  "@fontsource-variable/noto-sans-malayalam",
  "@fontsource-variable/noto-sans-sinhala",
  "@fontsource-variable/noto-sans-georgian",
  "@fontsource-variable/noto-sans-armenian",
  "@fontsource-variable/noto-sans-ethiopic",
  "@fontsource-variable/noto-sans-khmer",
  "@fontsource-variable/noto-sans-lao",
  "@fontsource-variable/noto-sans-myanmar",
];

/** The same Han character is drawn differently in each, so their order depends on the document. */
const han = {
  JP: "@fontsource-variable/noto-sans-jp",
  CN: "@fontsource-variable/noto-sans-sc",
  TW: "@fontsource-variable/noto-sans-tc",
  KR: "@fontsource-variable/noto-sans-kr",
};

const symbols = [
  "@fontsource-variable/noto-sans-symbols",
  "@fontsource/noto-sans-symbols-2",
  "@fontsource-variable/noto-emoji",
];

export type HanStyle = keyof typeof han;

/** The font rules that a text needs; the same object, and so the same strings, for the same parts of fonts. */
export interface FontFaces {
  /** @font-face rules of the subsets that the text needs. */
  readonly css: string;
  /** Value of `font-family`. */
  readonly families: string;
}

export interface ChosenFonts {
  readonly faces: FontFaces;
  /** Characters that no bundled font can draw. */
  readonly missing: ReadonlySet<number>;
}

/** The rules are long; few combinations are in use at once, but a text can ask for any. */
const facesAtMost = 50;

/** The bundled fonts. Answers the parts of them that a text needs, so that documents stay small. */
export class FontLibrary {
  readonly #byPackage: ReadonlyMap<string, FontFamily>;
  readonly #latin: FontSubset;
  readonly #orders = new Map<HanStyle, readonly FontFamily[]>();
  readonly #faces = new Map<string, FontFaces>();

  constructor() {
    const names = [base, ...scripts, ...Object.values(han), ...symbols];
    this.#byPackage = new Map(names.map((name) => [name, FontFamily.load(name)]));
    const latin = this.#byPackage.get(base)?.find("A".charCodeAt(0));
    if (!latin) throw new Error(`${base} has no Latin part`);
    this.#latin = latin;
  }

  /** Names and versions of all fonts. */
  get identity(): string {
    return [...this.#byPackage.values()].map((family) => family.identity).join(" ");
  }

  /** Chooses fonts for the text; `hanStyle` decides whose Han characters come first. */
  choose(text: string, hanStyle: HanStyle): ChosenFonts {
    const order = this.#order(hanStyle);
    const used = new Set([this.#latin]);
    const missing = new Set<number>();
    for (const character of new Set(text)) {
      const codePoint = character.codePointAt(0) ?? 0;
      if (this.#latin.covers(codePoint) || invisible.test(character)) continue;
      const subset = firstFound(order, codePoint);
      if (subset) used.add(subset);
      else missing.add(codePoint);
    }
    return { faces: this.#facesOf(used, order, hanStyle), missing };
  }

  #facesOf(used: ReadonlySet<FontSubset>, order: readonly FontFamily[], hanStyle: HanStyle): FontFaces {
    // Nothing may depend on the order of the text.
    const name = [hanStyle, ...[...used].map(({ id }) => id).toSorted()].join(" ");
    const known = this.#faces.get(name);
    if (known) return known;
    const rules = [...used].map((subset) => ({
      subset,
      rank: order.findIndex(({ name: family }) => family === subset.family),
    }));
    rules.sort((one, other) => one.rank - other.rank || (one.subset.css() < other.subset.css() ? -1 : 1));
    const families = [...new Set(rules.map(({ subset }) => `"${subset.family}"`))];
    const faces = {
      css: rules.map(({ subset }) => subset.css()).join("\n"),
      families: families.join(","),
    };
    if (this.#faces.size >= facesAtMost) this.#faces.clear();
    this.#faces.set(name, faces);
    return faces;
  }

  #order(hanStyle: HanStyle): readonly FontFamily[] {
    const known = this.#orders.get(hanStyle);
    if (known) return known;
    const hanOrder = [hanStyle, ...Object.keys(han).filter((style) => style !== hanStyle)] as HanStyle[];
    const names = [base, ...scripts, ...hanOrder.map((style) => han[style]), ...symbols];
    const order = names.flatMap((name) => this.#byPackage.get(name) ?? []);
    this.#orders.set(hanStyle, order);
    return order;
  }
}

/** Spaces of any width, joiners, direction marks and variation selectors have no ink of their own. */
const invisible = /^[\p{Default_Ignorable_Code_Point}\p{Zs}\p{Zl}\p{Zp}\p{Cc}]$/u;

const firstFound = (order: readonly FontFamily[], codePoint: number): FontSubset | undefined => {
  for (const family of order) {
    const subset = family.find(codePoint);
    if (subset) return subset;
  }
  return undefined;
};

/**
 * Whose Han characters a document shows: those of its language, else those its text or its buyer's country
 * speak for.
 */
export const hanStyleOf = (locale: string, text: string, countryCode: string | undefined): HanStyle => {
  const { language, script, region } = new Intl.Locale(locale).maximize();
  if (language === "ja") return "JP";
  if (language === "ko") return "KR";
  if (language === "zh") return script === "Hant" ? "TW" : (byCountry(region) ?? "CN");
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return "JP";
  if (/\p{Script=Hangul}/u.test(text)) return "KR";
  return byCountry(countryCode) ?? "CN";
};

const byCountry = (code: string | undefined): HanStyle | undefined => {
  if (code === "JP" || code === "KR" || code === "CN" || code === "TW") return code;
  return code === "HK" || code === "MO" ? "TW" : undefined;
};
