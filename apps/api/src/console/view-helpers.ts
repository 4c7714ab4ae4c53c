import { minorToDecimal } from "@billpost/domain/currency";
import Handlebars, { type HelperOptions } from "handlebars";
import { assetPath } from "./assets.ts";
import { countryName } from "./buyer-form.ts";
import { lookOf } from "./looks.ts";
import { ago, span, stampOf } from "./times.ts";

const escaped = (text: unknown): string => Handlebars.escapeExpression(String(text));
const html = (text: string) => new Handlebars.SafeString(text);

const asDate = (value: unknown): Date | undefined => {
  if (value instanceof Date) return value;
  if (typeof value === "string" && value !== "") return new Date(value);
  return undefined;
};

const icon = (name: string): string =>
  `<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-${escaped(name)}"></use></svg>`;

const oncePerRender = (): string => crypto.randomUUID();

/** What templates can say beyond Handlebars' own words. Whatever comes from data is escaped in here. */
export const helpers = {
  asset: (name: string) => assetPath(name),
  icon: (name: string) => html(icon(name)),

  /** `3 min ago`, with the instant in UTC on hover. */
  ago: (value: unknown) => {
    const date = asDate(value);
    if (!date) return html('<span class="none">never</span>');
    const iso = date.toISOString();
    return html(
      `<time datetime="${iso}" data-ago title="${stampOf(date)}">${escaped(ago(date, new Date()))}</time>`,
    );
  },
  /** The instant in UTC. */
  stamp: (value: unknown) => {
    const date = asDate(value);
    return date ? html(`<time datetime="${date.toISOString()}">${stampOf(date)}</time>`) : "";
  },
  iso: (value: unknown) => {
    const date = asDate(value);
    return date ? stampOf(date) : "";
  },
  /** Milliseconds as people say them. */
  span: (ms: unknown) => (typeof ms === "number" ? span(ms) : "–"),

  money: (minor: unknown, currency: unknown) =>
    typeof minor === "number" && typeof currency === "string"
      ? html(
          `<span class="money">${escaped(grouped(minorToDecimal(minor, currency)))}&nbsp;${escaped(currency)}</span>`,
        )
      : "–",
  figure: (value: unknown) => (typeof value === "number" ? grouped(String(value)) : "–"),
  /** A change, with its sign. */
  signed: (value: unknown) =>
    typeof value === "number"
      ? `${value > 0 ? "+" : value < 0 ? "−" : ""}${grouped(String(Math.abs(value)))}`
      : "–",
  fixed: (value: unknown) => (typeof value === "number" ? grouped(value.toFixed(value < 10 ? 1 : 0)) : "–"),
  percent: (share: unknown) =>
    typeof share === "number" ? `${(share * 100).toFixed(share > 0.999 && share < 1 ? 2 : 1)} %` : "–",
  bytes: (value: unknown) =>
    typeof value !== "number" ? "–" : value < 1024 ? `${value} B` : `${(value / 1024).toFixed(1)} KB`,
  plural: (count: unknown, one: string, many: string) => (count === 1 ? one : many),
  short: (text: unknown, length: number) =>
    typeof text === "string" && text.length > length ? `${text.slice(0, length)}…` : text,
  /** A text with its long hashes cut short. */
  brief: (text: unknown) => brief(String(text)),
  country: (code: unknown) => (typeof code === "string" ? countryName(code) : ""),
  words: (text: unknown) =>
    typeof text === "string"
      ? text
          .replaceAll(/[._-]/g, " ")
          .replaceAll(
            /([a-z])([A-Z])/g,
            (_whole, before: string, after: string) => `${before} ${after.toLowerCase()}`,
          )
      : "",

  /** A state as shape and word, never as a colour alone. */
  pill: (state: unknown) => {
    if (typeof state !== "string" || state === "") return html('<span class="none">none</span>');
    const look = lookOf(state);
    return html(`<span class="pill ${look.tone}">${icon(look.icon)}${escaped(look.word)}</span>`);
  },
  /** A text that a button beside it copies. */
  copy: (text: unknown, what: string, options: HelperOptions) =>
    html(
      `<span class="copyable"><span class="copied">${escaped(options.hash["shown"] ?? text)}</span>` +
        `<button type="button" class="copy" data-copy="${escaped(text)}" aria-label="Copy ${escaped(what)}">${icon("copy")}</button></span>`,
    ),
  /** A small object in words: `state done · together with 17`. */
  said: (value: unknown) => said(value),
  /** A picture that the server drew. */
  safe: (picture: string) => html(picture),
  json: (value: unknown) => JSON.stringify(value, null, 2),

  eq: (a: unknown, b: unknown) => a === b,
  not: (a: unknown) => !a,
  and: (a: unknown, b: unknown) => Boolean(a) && Boolean(b),
  or: (a: unknown, b: unknown) => Boolean(a) || Boolean(b),
  pick: (condition: unknown, one: unknown, other: unknown) => (condition ? one : other),
  sum: (...parts: unknown[]) => parts.slice(0, -1).reduce<number>((sum, part) => sum + Number(part ?? 0), 0),
  gt: (a: unknown, b: unknown) => Number(a) > Number(b),
  concat: (...parts: unknown[]) => parts.slice(0, -1).join(""),
  encode: (text: unknown) => encodeURIComponent(String(text)),

  /** A form that changes something: it carries the session's token, and is done once however often it is sent. */
  actForm(this: unknown, action: string, options: HelperOptions) {
    const root = (options.data as { root: { session?: { token: string } } }).root;
    const name = String(options.hash["class"] ?? "");
    const label = options.hash["label"] as unknown;
    return html(
      `<form method="post" action="${escaped(action)}" class="act ${escaped(name)}" data-hx-post="${escaped(action)}" data-hx-target="find .form-problem" data-hx-swap="innerHTML" data-hx-disable="find button[type=submit]"${typeof label === "string" ? ` aria-label="${escaped(label)}"` : ""}>` +
        `<input type="hidden" name="_token" value="${escaped(root.session?.token ?? "")}">` +
        `<input type="hidden" name="_once" value="${oncePerRender()}">` +
        `${options.fn(this)}<div class="form-problem" role="alert"></div></form>`,
    );
  },
};

const said = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(said).join(", ")
    : typeof value === "object" && value !== null
      ? Object.entries(value)
          .filter(([, part]) => part !== null && part !== undefined && part !== "")
          .map(
            ([name, part]) =>
              `${name
                .replaceAll("_", " ")
                .replaceAll(/([A-Z])/g, " $1")
                .toLowerCase()} ${said(part)}`,
          )
          .join(" · ")
      : brief(String(value));

const brief = (text: string): string =>
  text.replaceAll(/\b[0-9a-f]{64}\b/g, (hash) => `${hash.slice(0, 12)}…`);

/** Thousands in groups, with a space that does not break. */
const grouped = (decimal: string): string => {
  const [whole = "", fraction] = decimal.split(".");
  const spaced = whole.replaceAll(/\B(?=(\d{3})+$)/g, "\u202f");
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
};
