import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { lintTemplate } from "./lint-template.ts";
import { renderInvoiceHtml, templateHash } from "./render.ts";
import { sampleSnapshot } from "./sample-snapshot.ts";
import { TemplateError } from "./template-files.ts";
import { loadTemplates } from "./templates.ts";

const scratch = mkdtempSync(join(tmpdir(), "billpost-templates-"));
const bundled = join(import.meta.dirname, "..", "templates");

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let folders = 0;
const folder = (files: Readonly<Record<string, string | Buffer>>): string => {
  const dir = join(scratch, String((folders += 1)));
  mkdirSync(dir);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  return dir;
};

describe("the bundled templates", () => {
  test.each(readdirSync(bundled))(
    "%s has no triple braces, no unquoted attribute, nothing active",
    (name) => {
      const kind = name.endsWith(".css") ? "css" : name.includes(".text.") ? "text" : "html";
      expect(lintTemplate(readFileSync(join(bundled, name), "utf8"), kind)).toEqual([]);
    },
  );

  test("have a hash that only their content changes", () => {
    expect(templateHash).toMatch(/^[0-9a-f]{64}$/);
    expect(loadTemplates().templateHash).toBe(templateHash);
    const copy = join(scratch, "copy");
    cpSync(bundled, copy, { recursive: true });
    expect(loadTemplates({ dir: copy }).templateHash).toBe(templateHash);
    writeFileSync(join(copy, "invoice.css"), `${readFileSync(join(copy, "invoice.css"), "utf8")}\n`);
    expect(loadTemplates({ dir: copy }).templateHash).not.toBe(templateHash);
    expect(loadTemplates({ accent: "#224466" }).templateHash).not.toBe(templateHash);
  });

  test("say so when a document is only a draft, and give it no number", () => {
    const { body, title, pageStyle } = renderInvoiceHtml(sampleSnapshot(), { draft: true });
    expect(body).toContain("Draft. This is not an invoice");
    expect([body, title, pageStyle].join()).not.toContain("INV-2026-000001");
  });

  test("answer a language they do not have in English, formats and all", () => {
    const snapshot = sampleSnapshot({ locale: "nl-BE" });
    expect(renderInvoiceHtml(snapshot)).toMatchObject({ lang: "en", title: "Invoice INV-2026-000001" });
    expect(renderInvoiceHtml({ ...snapshot, locale: "not a locale" }).lang).toBe("en");
    expect(renderInvoiceHtml({ ...snapshot, locale: "de-u-nu-arab" })).toMatchObject({ lang: "de" });
  });
});

describe("the lint", () => {
  test.each([
    ["{{{name}}}", "three braces"],
    ["<p>{{~{name}~}}</p>", "three braces"],
    ["<p>{{&name}}</p>", "& switches"],
    ["<p class={{kind}}>", "quotes"],
    ["<p title = {{kind}}>", "quotes"],
    ["<{{kind}}>", "element's name"],
    ["<p {{kind}}='x'>", "attribute's name"],
    ['<p style="color: {{kind}}">', "styles"],
    ['<a href="{{url}}">', "address"],
    ["<style>p { color: {{kind}} }</style>", "styles"],
    ["<script>1</script>", "active"],
    ["<iframe src='x'>", "active"],
    ['<img src="x" onerror="y">', "event handlers"],
    ['<a href="javascript:x">', "scripts"],
    ["{{> header}}", "partials"],
  ])("refuses %s", (source, problem) => {
    expect(lintTemplate(source, "html").join()).toContain(problem);
  });

  test.each([
    "@import url(x);",
    "p { background: url(https://example.com/x.png) }",
    "</style><script>",
    "p { {{x}} }",
  ])("refuses the style %s", (source) => expect(lintTemplate(source, "css")).not.toEqual([]));

  test("lets what is safe pass", () => {
    const source =
      '<p class="a {{kind}}" dir="{{dir}}">{{#if x}}{{x}}{{/if}}<a href="mailto:{{email}}">{{email}}</a></p>';
    expect(lintTemplate(source, "html")).toEqual([]);
    expect(lintTemplate("p { background: url(data:image/png;base64,AA==) }", "css")).toEqual([]);
  });
});

describe("an operator's own templates", () => {
  test("replace the bundled files of the same name, and no others", () => {
    const dir = folder({ "invoice.hbs": '<h1 class="{{kind}}">Own {{number}}</h1>' });
    const templates = loadTemplates({ dir });
    expect(templates.renderInvoiceHtml(sampleSnapshot()).body).toBe(
      '<h1 class="invoice">Own INV-2026-000001</h1>',
    );
    expect(templates.renderInvoiceEmail({ snapshot: sampleSnapshot() }).subject).toContain("INV-2026-000001");
  });

  test("bring languages: one file is one language", () => {
    const dir = folder({});
    cpSync(join(bundled, "..", "messages"), join(dir, "messages"), { recursive: true });
    const english = readFileSync(join(dir, "messages", "en.json"), "utf8");
    writeFileSync(join(dir, "messages", "nl.json"), english.replace('"Invoice"', '"Factuur"'));
    const templates = loadTemplates({ dir });
    expect(templates.languages).toEqual(["de", "en", "es", "fr", "ja", "nl"]);
    expect(templates.renderInvoiceHtml(sampleSnapshot({ locale: "nl-NL" }))).toMatchObject({
      lang: "nl-NL",
      title: "Factuur INV-2026-000001",
    });
  });

  test.each([
    [
      "an unsafe template",
      { "invoice.hbs": "<p>\n{{{number}}}</p>" },
      /invoice\.hbs is not safe:\s+line 2: three braces/,
    ],
    ["a broken template", { "invoice.hbs": "{{#if number}}" }, /invoice\.hbs cannot be read.*Parse error/s],
    ["an unknown name", { "email.text.hbs": "{{nmuber}}" }, /email\.text\.hbs cannot be filled in.*nmuber/s],
    ["an unknown helper", { "invoice.hbs": "{{shout number}}" }, /invoice\.hbs cannot be filled in.*shout/s],
    [
      "a style from elsewhere",
      { "invoice.css": "@import url(https://example.com)" },
      /invoice\.css is not safe/,
    ],
  ])("with %s are refused at the start, by file and line", (_, files, message) => {
    const load = () => loadTemplates({ dir: folder(files) });
    expect(load).toThrow(TemplateError);
    expect(load).toThrow(message);
  });

  test("with an incomplete language are refused, naming what is missing", () => {
    const dir = folder({});
    mkdirSync(join(dir, "messages"));
    const english = readFileSync(join(bundled, "..", "messages", "en.json"), "utf8");
    writeFileSync(join(dir, "messages", "en.json"), english);
    const partial = english.replace(/\n {2}"draft".*/, "").replace("{page} of {pages}", "{page}");
    writeFileSync(join(dir, "messages", "nl.json"), partial);
    expect(() => loadTemplates({ dir })).toThrow(
      /nl: draft is missing\nnl: page has \{page\} instead of \{pages\} \{page\}/,
    );
  });

  test("that are not there are an error", () => {
    expect(() => loadTemplates({ dir: join(scratch, "nowhere") })).toThrow("does not exist");
  });
});

describe("a logo", () => {
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );

  test("stands in place of the seller's name, which it keeps as its description", () => {
    const logoPath = join(folder({ "logo.png": png }), "logo.png");
    const templates = loadTemplates({ logoPath });
    expect(templates.renderInvoiceHtml(sampleSnapshot()).body).toContain(
      `<img class="logo" src="data:image/png;base64,${png.toString("base64").replaceAll("=", "&#x3D;")}" alt="Northwind Supply Ltd">`,
    );
    expect(templates.templateHash).not.toBe(templateHash);
  });

  test.each([
    ["logo.gif", png, "not a PNG, JPEG or SVG"],
    ["logo.png", Buffer.alloc(1_000_001), "larger than 1 MB"],
  ])("%s that cannot be used is refused", (name, content, problem) => {
    expect(() => loadTemplates({ logoPath: join(folder({ [name]: content }), name) })).toThrow(problem);
  });

  test("that is missing is refused", () => {
    expect(() => loadTemplates({ logoPath: join(scratch, "none.png") })).toThrow("does not exist");
  });
});

test("a colour that is none is refused", () => {
  expect(() => loadTemplates({ accent: "red;}*{display:none" })).toThrow(TemplateError);
});
