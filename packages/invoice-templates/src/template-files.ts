import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import Handlebars from "handlebars";
import { lintTemplate } from "./lint-template.ts";
import { Catalogue } from "./messages.ts";

/** A template or picture cannot be used; the message names the file and every problem. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

const bundled = join(import.meta.dirname, "..");

/** The files to use: the operator's own where there is one, else the bundled. */
export const templateFiles = (dir: string | undefined) => {
  if (dir !== undefined && !(existsSync(dir) && statSync(dir).isDirectory())) {
    throw new TemplateError(`The template folder ${dir} does not exist`);
  }
  const pick = (name: string) => {
    const own = dir === undefined ? undefined : join(dir, name);
    return own !== undefined && existsSync(own) ? own : join(bundled, "templates", name);
  };
  const ownMessages = dir === undefined ? undefined : join(dir, "messages");
  return {
    invoice: pick("invoice.hbs"),
    css: pick("invoice.css"),
    emailHtml: pick("email.html.hbs"),
    emailText: pick("email.text.hbs"),
    messages: ownMessages !== undefined && existsSync(ownMessages) ? ownMessages : join(bundled, "messages"),
  };
};

/** Reads a file that passes the lint. */
export const readChecked = (file: string, kind: "html" | "text" | "css"): string => {
  const source = readFileSync(file, "utf8");
  const problems = lintTemplate(source, kind);
  if (problems.length > 0) throw new TemplateError(`${file} is not safe:\n  ${problems.join("\n  ")}`);
  return source;
};

/** Compiles a template that passes the lint. */
export const compile = (file: string, kind: "html" | "text"): ((view: object) => string) => {
  const source = readChecked(file, kind);
  try {
    Handlebars.parse(source);
  } catch (error) {
    throw new TemplateError(`${file} cannot be read: ${String(error)}`, { cause: error });
  }
  const template = Handlebars.create().compile<object>(source, {
    // A name that does not exist is an error, not an empty place in an invoice.
    strict: true,
    knownHelpersOnly: true,
    noEscape: kind === "text",
    preventIndent: true,
  });
  return (view) => {
    try {
      return template(view);
    } catch (error) {
      throw new TemplateError(`${file} cannot be filled in: ${String(error)}`, { cause: error });
    }
  };
};

export const loadCatalogue = (folder: string): Catalogue => {
  try {
    return Catalogue.load(folder);
  } catch (error) {
    throw new TemplateError(`${folder}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
};

export const catalogueFiles = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .map((name) => join(folder, name));

const pictureTypes: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".svg": "image/svg+xml",
};

/** A picture as a data: URL. */
export const readLogo = (file: string): string => {
  const type = pictureTypes[extname(file).toLowerCase()];
  if (type === undefined) throw new TemplateError(`The logo ${file} is not a PNG, JPEG or SVG file`);
  if (!existsSync(file)) throw new TemplateError(`The logo ${file} does not exist`);
  const content = readFileSync(file);
  if (content.length > 1_000_000) throw new TemplateError(`The logo ${file} is larger than 1 MB`);
  return `data:${type};base64,${content.toString("base64")}`;
};

/** The operator's colour as a declaration. */
export const accentRule = (accent: string | undefined): string => {
  if (accent === undefined) return "";
  if (!/^#[0-9a-f]{6}$/i.test(accent))
    throw new TemplateError(`The accent ${accent} is not a colour like #0f5c63`);
  return `--accent:${accent}`;
};
