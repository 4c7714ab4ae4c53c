import { execFile } from "node:child_process";
import { access, constants, mkdir, realpath } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import { unpackChrome, unpackFallbackFont, unpackLibraries } from "./chrome-bundle.ts";

const run = promisify(execFile);

/** Page counters in `@page` margin boxes, which number our pages, came with Chrome 131. */
const oldestChrome = 131;

export interface ChromeSearch {
  /** The configured value of PUPPETEER_EXECUTABLE_PATH; then nothing else is tried. */
  readonly executablePath?: string | undefined;
  /** Where the bundled binary (200 MB) is unpacked; kept between starts and shared by processes. */
  readonly cacheDir: string;
  /** The value of PATH, to look for an installed browser beyond the usual places. */
  readonly searchPath?: string | undefined;
  /** Which sources may be used, by default all; for tests and images that must not look around. */
  readonly sources?: readonly ChromeSource[] | undefined;
}

type ChromeSource = "configured" | "installed" | "bundled";

export interface ChromeBinary {
  readonly executablePath: string;
  /** Goes on LD_LIBRARY_PATH: the bundled libraries, when the machine lacks them. */
  readonly libraryPath?: string;
  /** Goes into FONTCONFIG_FILE, so that the machine's fonts never show in a document. */
  readonly fontConfig: string;
  readonly source: ChromeSource;
}

/** No Chrome could be used; the message lists what was tried and what to do. */
export class ChromeNotFound extends Error {
  override readonly name = "ChromeNotFound";
}

/**
 * Finds a Chrome that starts here: the configured one, else an installed one, else the one from
 * @sparticuz/chromium, unpacked into `cacheDir` (about 3 seconds, once). Throws ChromeNotFound.
 */
export const findChrome = async (search: ChromeSearch): Promise<ChromeBinary> => {
  const cacheDir = isAbsolute(search.cacheDir) ? search.cacheDir : join(process.cwd(), search.cacheDir);
  await mkdir(cacheDir, { recursive: true });
  const fontConfig = await unpackFallbackFont(cacheDir);
  const allowed = search.sources ?? ["configured", "installed", "bundled"];
  const { executablePath } = search;
  if (executablePath !== undefined && allowed.includes("configured")) {
    const problem = await whyUnusable(executablePath);
    if (problem)
      throw new ChromeNotFound(`The configured Chrome ${executablePath} is not usable: ${problem}`);
    return { executablePath, fontConfig, source: "configured" };
  }
  if (allowed.includes("installed")) {
    const installed = await findInstalled(search.searchPath);
    if (installed) return { executablePath: installed, fontConfig, source: "installed" };
  }
  if (allowed.includes("bundled"))
    return { ...(await prepareBundled(cacheDir)), fontConfig, source: "bundled" };
  throw new ChromeNotFound("No Chrome is installed. Set PUPPETEER_EXECUTABLE_PATH to one.");
};

const findInstalled = async (searchPath: string | undefined): Promise<string | undefined> => {
  for (const candidate of installedCandidates(searchPath)) {
    const resolved = await realpath(candidate).catch(() => undefined);
    // A snap runs confined: it starts, but can't read a profile folder outside its own home.
    if (resolved === undefined || /(^|\/)snap(\/|$)/.test(resolved)) continue;
    if ((await whyUnusable(candidate)) === undefined) return candidate;
  }
  return undefined;
};

const installedCandidates = (searchPath = ""): readonly string[] => {
  if (process.platform === "darwin") {
    return ["Google Chrome", "Chromium"].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  }
  const names = [
    "chrome-headless-shell",
    "chromium-headless-shell",
    "google-chrome-stable",
    "google-chrome",
    "chromium",
    "chromium-browser",
    "chrome",
  ];
  const folders = [
    ...searchPath.split(delimiter).filter(isAbsolute),
    "/usr/bin",
    "/usr/local/bin",
    "/opt/google/chrome",
  ];
  return [...new Set(folders)].flatMap((folder) => names.map((name) => join(folder, name)));
};

const prepareBundled = async (cacheDir: string): Promise<Omit<ChromeBinary, "source" | "fontConfig">> => {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new ChromeNotFound(
      `No Chrome is installed, and the bundled one runs on Linux x64 only (this is ${process.platform} ` +
        `${process.arch}). Install Chrome, or set PUPPETEER_EXECUTABLE_PATH to one.`,
    );
  }
  const executablePath = await unpackChrome(cacheDir);
  if ((await whyUnusable(executablePath)) === undefined) return { executablePath };
  const libraryPath = await unpackLibraries(cacheDir);
  const problem = await whyUnusable(executablePath, libraryPath);
  if (problem === undefined) return { executablePath, libraryPath };
  throw new ChromeNotFound(
    `No Chrome is installed, and the bundled one does not start: ${problem}\n` +
      "Install Chrome, or set PUPPETEER_EXECUTABLE_PATH to one.",
  );
};

/** Starts the binary just to ask its version, which also proves that its libraries are there. */
const whyUnusable = async (executablePath: string, libraryPath?: string): Promise<string | undefined> => {
  try {
    await access(executablePath, constants.X_OK);
    const { stdout } = await run(executablePath, ["--version"], {
      timeout: 15_000,
      env: {
        PATH: "/usr/bin:/bin",
        HOME: "/nonexistent",
        ...(libraryPath && { LD_LIBRARY_PATH: libraryPath }),
      },
    });
    const major = Number(/ (\d+)\.\d+\.\d+/.exec(stdout)?.[1]);
    if (Number.isNaN(major))
      return `it says ${JSON.stringify(stdout.slice(0, 100))} when asked for its version`;
    return major < oldestChrome ? `it is version ${major}, and ${oldestChrome} is needed` : undefined;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
};
