import { readFileSync } from "node:fs";
import type { InvoiceSnapshot } from "@billpost/domain/invoice-snapshot";
import Handlebars from "handlebars";
import { type EmailView, emailView, type InvoiceEmailInput } from "./email-view.ts";
import { type FontFaces, FontLibrary, hanStyleOf } from "./fonts.ts";
import { type InvoiceView, invoiceView } from "./invoice-view.ts";
import { pageMessage, pageStyle } from "./page-style.ts";
import { sampleSnapshot } from "./sample-snapshot.ts";
import {
  accentRule,
  catalogueFiles,
  compile,
  loadCatalogue,
  readChecked,
  readLogo,
  templateFiles,
} from "./template-files.ts";
import { hashTemplates } from "./template-hash.ts";
import { cleanText, mapStrings, spellMissing, textOf } from "./visible-text.ts";

/** HTML of a document, in the parts that a renderer wants. */
export interface InvoiceHtml {
  /** The HTML inside `<body>`. */
  readonly body: string;
  /** CSS with the fonts inside; the same string for most documents. */
  readonly stylesheet: string;
  /** CSS of this document's page margins. */
  readonly pageStyle: string;
  readonly title: string;
  /** BCP 47 */
  readonly lang: string;
  /** The issue date, YYYY-MM-DD. */
  readonly date: string;
}

export interface InvoiceEmail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export interface InvoiceHtmlOptions {
  /** Another language than the snapshot's. */
  readonly locale?: string | undefined;
  /** A preview: no number, and it says so. */
  readonly draft?: boolean | undefined;
}

export interface TemplateOptions {
  /**
   * A folder whose files stand in for the bundled ones of the same name: `invoice.hbs`, `invoice.css`,
   * `email.html.hbs`, `email.text.hbs`, and `messages/<language>.json`, which replaces all bundled languages.
   */
  readonly dir?: string | undefined;
  /** A PNG, JPEG or SVG picture, at most 1 MB, in place of the seller's name at the top. */
  readonly logoPath?: string | undefined;
  /** A CSS colour such as `#0f5c63` for the line at the top of an invoice. */
  readonly accent?: string | undefined;
}

export interface Templates {
  readonly renderInvoiceHtml: (snapshot: InvoiceSnapshot, options?: InvoiceHtmlOptions) => InvoiceHtml;
  readonly renderInvoiceEmail: (input: InvoiceEmailInput) => InvoiceEmail;
  /** SHA-256 of all that decides how a document looks, beside the snapshot and Chrome. */
  readonly templateHash: string;
  /** Languages that have a catalogue. */
  readonly languages: readonly string[];
}

/**
 * Reads, checks and compiles the templates once; throws TemplateError. Snapshots are data only: no text of
 * theirs is ever compiled.
 */
export const loadTemplates = (options: TemplateOptions = {}): Templates => {
  const files = templateFiles(options.dir);
  const invoice: (view: InvoiceView) => string = compile(files.invoice, "html");
  const emailHtml: (view: EmailView) => string = compile(files.emailHtml, "html");
  const emailText: (view: EmailView) => string = compile(files.emailText, "text");
  const css = readChecked(files.css, "css");
  const accent = accentRule(options.accent);
  const logo = options.logoPath === undefined ? null : readLogo(options.logoPath);
  const catalogue = loadCatalogue(files.messages);
  const fonts = new FontLibrary();
  // Each character once: all of them are looked at for every document.
  const literal = [
    ...new Set([files.invoice, files.css].map((file) => readFileSync(file, "utf8")).join("")),
  ].join("");

  // One string for many documents: whoever compares it need not read half a megabyte to see that it is the same.
  const stylesheets = new WeakMap<FontFaces, string>();
  const stylesheetWith = (faces: FontFaces): string => {
    const known = stylesheets.get(faces);
    const made = known ?? `${faces.css}\n:root{--fonts:${faces.families};${accent}}\n${css}`;
    if (known === undefined) stylesheets.set(faces, made);
    return made;
  };

  const renderInvoiceHtml = (
    issued: InvoiceSnapshot,
    { locale, draft }: InvoiceHtmlOptions = {},
  ): InvoiceHtml => {
    const snapshot = mapStrings(issued, cleanText);
    const language = catalogue.for(locale ?? snapshot.locale);
    const view = invoiceView(snapshot, { ...language, logo: null, draft: draft ?? false });
    const text = textOf(view) + pageMessage(language.messages).join("");
    const hanStyle = hanStyleOf(language.locale, text, snapshot.buyer.address?.countryCode);
    const { faces, missing } = fonts.choose(text + literal, hanStyle);
    const visible = mapStrings(view, (part) => spellMissing(part, missing));
    return {
      body: invoice({ ...visible, logo }),
      stylesheet: stylesheetWith(faces),
      pageStyle: pageStyle(visible, language.messages, faces.families),
      title: [visible.title, visible.number].filter((part) => part !== "").join(" "),
      lang: language.locale,
      date: snapshot.issueDate,
    };
  };

  const renderInvoiceEmail = (input: InvoiceEmailInput): InvoiceEmail => {
    const cleaned = mapStrings(input, cleanText);
    const view = emailView(cleaned, catalogue.for(input.locale ?? input.snapshot.locale));
    return { subject: view.subject, html: emailHtml(view), text: tidyText(emailText(view)) };
  };

  const used = [
    files.invoice,
    files.css,
    files.emailHtml,
    files.emailText,
    ...catalogueFiles(files.messages),
  ];
  const templateHash = hashTemplates(
    [...used, ...(options.logoPath === undefined ? [] : [options.logoPath])],
    [`handlebars ${Handlebars.VERSION}`, fonts.identity, `accent ${accent}`],
  );
  const templates = { renderInvoiceHtml, renderInvoiceEmail, templateHash, languages: catalogue.languages };
  tryOut(templates);
  return templates;
};

/** Renders both kinds of document, so that a template with an unknown name fails at the start. */
const tryOut = ({ renderInvoiceHtml, renderInvoiceEmail }: Templates): void => {
  for (const kind of ["invoice", "credit_note"] as const) {
    const snapshot = sampleSnapshot({ kind });
    renderInvoiceHtml(snapshot);
    renderInvoiceEmail({ snapshot, differenceMinor: 100 });
  }
};

const tidyText = (text: string): string => `${text.replace(/\n{3,}/g, "\n\n").trim()}\n`;
