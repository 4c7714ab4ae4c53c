import { readdirSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import Handlebars from "handlebars";
import { navigation } from "./navigation.ts";
import { helpers } from "./view-helpers.ts";

/** Renders the console's pages. Every text is escaped; there is no way around it in a template. */
export interface Views {
  /** A whole page: the view in the frame that all pages share. */
  page(view: string, data: object): string;
  /** What a dialog shows; or the same as a page, where it is opened by itself. */
  dialog(view: string, data: object): string;
  dialogPage(view: string, data: object): string;
  /** A part of a page, for a dialog or a message. */
  fragment(view: string, data: object): string;
}

const folder = join(import.meta.dirname, "views");

const templatesIn = (path: string): [name: string, source: string][] =>
  readdirSync(path)
    .filter((file) => extname(file) === ".hbs")
    .map((file) => [basename(file, ".hbs"), readFileSync(join(path, file), "utf8")]);

/** Compiles every template once, so that a mistake in one is noticed at the start. */
export const loadViews = (version: string): Views => {
  const handlebars = Handlebars.create();
  for (const [name, helper] of Object.entries(helpers)) handlebars.registerHelper(name, helper);
  for (const [name, source] of templatesIn(join(folder, "partials")))
    handlebars.registerPartial(name, source);
  const views = new Map(
    templatesIn(folder).map(([name, source]) => [name, handlebars.compile(source, { preventIndent: true })]),
  );
  const fragment = (view: string, data: object): string => {
    const template = views.get(view);
    if (!template) throw new Error(`there is no view ${view}`);
    return template({ version, navigation, ...data });
  };
  const inside = (frame: string, view: string, data: object) =>
    fragment(frame, { ...data, body: new Handlebars.SafeString(fragment(view, data)) });
  return {
    fragment,
    page: (view, data) => inside("layout", view, data),
    dialog: (view, data) => inside("dialog-frame", view, { ...data, inDialog: true }),
    dialogPage: (view, data) =>
      fragment("layout", { ...data, body: new Handlebars.SafeString(inside("alone", view, data)) }),
  };
};
