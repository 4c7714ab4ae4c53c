import { parseArgs } from "node:util";
import { type Environment, readSettings } from "@billpost/runtime/settings";
import { checkoutPath } from "./managed-process.ts";

export interface PreviewConfig {
  readonly kind: "invoice" | "credit_note";
  readonly locale: string;
  readonly lines: number;
  readonly draft: boolean;
  readonly out: string;
  readonly open: boolean;
  readonly templates: {
    readonly dir: string | undefined;
    readonly logoPath: string | undefined;
    readonly accent: string | undefined;
  };
  readonly chromePath: string | undefined;
  readonly searchPath: string | undefined;
  readonly cacheDir: string;
  /** Whether this machine can show a browser window. */
  readonly hasScreen: boolean;
}

export const previewUsage = `pnpm template:preview [options]: prints a sample document with the templates in force
  --kind invoice|credit_note   what to print (invoice)
  --locale de-AT               its language (en)
  --lines 3                    how many lines it has (3)
  --draft                      as a draft, without a number
  --out file.pdf               where the PDF goes (.billpost/preview/<kind>-<locale>.pdf)
  --no-open                    do not show it in the browser
TEMPLATE_DIR, LOGO_PATH and ACCENT_COLOR name the templates, as they do for the worker.`;

/** Reads the command line and the environment of `pnpm template:preview`; undefined when help is asked for. */
export const readPreviewConfig = (
  args: readonly string[],
  environment: Environment = process.env,
): PreviewConfig | undefined => {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      kind: { type: "string", default: "invoice" },
      locale: { type: "string", default: "en" },
      lines: { type: "string", default: "3" },
      draft: { type: "boolean", default: false },
      out: { type: "string" },
      open: { type: "boolean", default: true },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const { kind, locale, draft, open } = values;
  const lines = Number(values.lines);
  if (kind !== "invoice" && kind !== "credit_note") throw new TypeError("--kind is invoice or credit_note");
  if (!Number.isInteger(lines) || lines < 1 || lines > 5000) throw new TypeError("--lines is from 1 to 5000");
  return readSettings(environment, (env) => ({
    kind,
    locale,
    lines,
    draft,
    open,
    out:
      values.out ?? checkoutPath(`../../.billpost/preview/${kind}-${locale.replaceAll(/[^\w-]/g, "")}.pdf`),
    templates: {
      dir: env.optional("TEMPLATE_DIR"),
      logoPath: env.optional("LOGO_PATH"),
      accent: env.optional("ACCENT_COLOR"),
    },
    chromePath: env.optional("PUPPETEER_EXECUTABLE_PATH"),
    searchPath: env.optional("PATH"),
    cacheDir: env.text("CHROME_CACHE_DIR", checkoutPath("../../.billpost/chrome")),
    hasScreen:
      process.platform === "darwin" ||
      env.optional("DISPLAY") !== undefined ||
      env.optional("WAYLAND_DISPLAY") !== undefined,
  }));
};
