/** What makes a template unsafe, whatever text is put into it; empty when nothing does. */
export const lintTemplate = (source: string, kind: "html" | "text" | "css"): readonly string[] => {
  const rules = kind === "html" ? htmlRules : kind === "css" ? cssRules : textRules;
  return rules.flatMap(({ pattern, problem }) =>
    [...source.matchAll(pattern)].map((match) => {
      const line = source.slice(0, match.index).split("\n").length;
      return `line ${line}: ${problem}: ${match[0].trim().slice(0, 60)}`;
    }),
  );
};

interface Rule {
  readonly pattern: RegExp;
  readonly problem: string;
}

/** Helpers and partials would run code or files that nobody has looked at. */
const textRules: readonly Rule[] = [{ pattern: /\{\{~?>[^}]*/g, problem: "partials are not supported" }];

const htmlRules: readonly Rule[] = [
  ...textRules,
  { pattern: /\{\{~?\{[^}]*/g, problem: "three braces switch escaping off" },
  { pattern: /\{\{~?&[^}]*/g, problem: "& switches escaping off" },
  { pattern: /=\s*\{\{[^}]*/g, problem: "an attribute's value needs quotes" },
  { pattern: /<\/?\{\{[^}]*/g, problem: "an element's name cannot come from data" },
  { pattern: /<[a-z][^<>"']*\s\{\{(?![#/~])[^}]*/gi, problem: "an attribute's name cannot come from data" },
  {
    pattern: /\s(?:style|srcset)\s*=\s*(?:"[^"]*\{\{|'[^']*\{\{)/gi,
    problem: "styles cannot come from data",
  },
  { pattern: /\shref\s*=\s*["']\s*\{\{[^}]*/gi, problem: "an address cannot begin with data" },
  { pattern: /<style\b(?:(?!<\/style)[\s\S])*?\{\{[^}]*/gi, problem: "styles cannot come from data" },
  {
    pattern: /<(?:script|iframe|object|embed|form|base|link|frame)\b[^>]*/gi,
    problem: "active elements are refused",
  },
  { pattern: /\son[a-z]+\s*=/gi, problem: "event handlers are refused" },
  { pattern: /javascript:/gi, problem: "scripts are refused" },
];

const cssRules: readonly Rule[] = [
  { pattern: /@import\b[^;]*/gi, problem: "a stylesheet cannot import another" },
  { pattern: /url\(\s*["']?(?!data:)[^)]*/gi, problem: "only data: addresses can be loaded" },
  { pattern: /<\/?[a-z!][^>]*/gi, problem: "a stylesheet holds no elements" },
  { pattern: /\{\{[^}]*/g, problem: "a stylesheet is not a template" },
];
