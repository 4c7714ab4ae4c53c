import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import english from "../messages/en.json" with { type: "json" };

export type MessageKey = keyof typeof english;

/** The texts of one language. */
export interface Messages {
  /** BCP 47 language, the name of its file. */
  readonly language: string;
  /** A text with its `{placeholders}` filled in. */
  text(key: MessageKey, values?: Readonly<Record<string, string>>): string;
  /** A unit's name as this language counts it, or the unit itself when it is not a known one. */
  unit(unit: string, plural: "one" | "other"): string;
}

/** The texts for a locale, and the locale to format by. */
interface LocalMessages {
  readonly messages: Messages;
  readonly locale: string;
}

/** More locales are not in use at once; an order's data can name any. */
const knownAtMost = 100;

/** Every language that has a file in a folder of catalogues. */
export class Catalogue {
  readonly #byLanguage: ReadonlyMap<string, Messages>;
  /** To read a language tag takes longer than to look it up. */
  readonly #known = new Map<string, LocalMessages>();

  private constructor(byLanguage: ReadonlyMap<string, Messages>) {
    this.#byLanguage = byLanguage;
  }

  /**
   * Reads `en.json` and its translations: a new language is one file. Throws when one lacks a text, has one
   * too many, or uses other placeholders than English.
   */
  static load(folder: string): Catalogue {
    const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
    const texts = new Map(names.map((name) => [basename(name, ".json"), readTexts(join(folder, name))]));
    const english = texts.get("en");
    if (!english) throw new Error(`${folder} has no en.json`);
    const problems = [...texts].flatMap(([language, its]) => differences(language, its, english));
    if (problems.length > 0) throw new Error(`message catalogues differ:\n${problems.join("\n")}`);
    return new Catalogue(new Map([...texts].map(([language, its]) => [language, toMessages(language, its)])));
  }

  get languages(): readonly string[] {
    return [...this.#byLanguage.keys()].toSorted();
  }

  /** The texts for a locale and the locale to format by; English for a language that has no file. */
  for(locale: string): LocalMessages {
    const known = this.#known.get(locale);
    if (known) return known;
    const found = this.#find(locale);
    if (this.#known.size >= knownAtMost) this.#known.clear();
    this.#known.set(locale, found);
    return found;
  }

  #find(locale: string): LocalMessages {
    const english = this.#byLanguage.get("en");
    if (!english) throw new Error("the catalogue has no English");
    try {
      const parsed = new Intl.Locale(locale);
      const messages = this.#byLanguage.get(parsed.language);
      if (messages) return { messages, locale: withoutExtensions(parsed) };
    } catch (error) {
      // Not a language tag at all.
      if (!(error instanceof RangeError)) throw error;
    }
    return { messages: english, locale: "en" };
  }
}

/** Extensions such as `-u-nu-arab` would let an order's data choose other digits. */
const withoutExtensions = ({ language, script, region }: Intl.Locale): string =>
  [language, script, region].filter((part) => part !== undefined).join("-");

type Texts = ReadonlyMap<string, string>;

const readTexts = (file: string): Texts => {
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  const entries = typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : [];
  return new Map(
    entries.map(([key, text]: [string, unknown]) => {
      if (typeof text !== "string" || text === "") throw new Error(`${file}: ${key} is not a text`);
      return [key, text];
    }),
  );
};

const differences = (language: string, its: Texts, english: Texts): readonly string[] => [
  ...[...english.keys()].filter((key) => !its.has(key)).map((key) => `${language}: ${key} is missing`),
  ...[...its].flatMap(([key, text]) => {
    const original = english.get(key);
    if (original === undefined) return [`${language}: ${key} is not in en.json`];
    const [ours, theirs] = [placeholders(text), placeholders(original)];
    return ours === theirs
      ? []
      : [`${language}: ${key} has ${ours || "no placeholder"} instead of ${theirs}`];
  }),
];

const placeholders = (text: string): string => [...new Set(text.match(/\{\w+\}/g))].toSorted().join(" ");

const toMessages = (language: string, texts: Texts): Messages => ({
  language,
  text: (key, values = {}) =>
    (texts.get(key) ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole),
  unit: (unit, plural) => texts.get(`unit.${unit}.${plural}`) ?? unit,
});
