import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { sampleSnapshot } from "@billpost/invoice-templates/sample-snapshot";
import { TemplateError } from "@billpost/invoice-templates/template-files";
import { loadTemplates } from "@billpost/invoice-templates/templates";
import { findChrome } from "@billpost/pdf/chrome-binary";
import { createRenderer } from "@billpost/pdf/renderer";
import { type PreviewConfig, previewUsage, readPreviewConfig } from "./config-preview.ts";

/** Prints a sample with the templates in force and answers the path of its PDF. */
const preview = async (config: PreviewConfig): Promise<string> => {
  const templates = loadTemplates(config.templates);
  const { kind, locale, lines, draft, chromePath, searchPath, cacheDir } = config;
  const chrome = await findChrome({ executablePath: chromePath, searchPath, cacheDir });
  const profileRoot = await mkdtemp(join(tmpdir(), "billpost-preview-"));
  const renderer = await createRenderer({ chrome, profileRoot, timeoutMs: 60_000, sandbox: "auto" });
  try {
    const html = templates.renderInvoiceHtml(sampleSnapshot({ kind, locale, lines }), { draft });
    const { pdf } = await renderer.render(html);
    const out = resolve(config.out);
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, pdf);
    return out;
  } finally {
    await renderer.close();
    await rm(profileRoot, { recursive: true, force: true });
  }
};

/** Shows a file with the program that the desktop has for it; without one, the printed path is all there is. */
const show = (file: string): void => {
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(opener, [file], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
};

try {
  const config = readPreviewConfig(process.argv.slice(2));
  if (config) {
    const file = await preview(config);
    console.log(file);
    if (config.open && config.hasScreen) show(file);
  } else {
    console.log(previewUsage);
  }
} catch (error) {
  // What the caller can put right is said in one line; anything else is a fault of ours.
  if (!(error instanceof TemplateError || error instanceof TypeError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
