import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChrome } from "@billpost/pdf/chrome-binary";
import puppeteer, { type Browser } from "puppeteer";

export interface ConsoleBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

/** The project's Chrome as a person's browser: with a network, scripts and cookies. */
export const launchConsoleBrowser = async (): Promise<ConsoleBrowser> => {
  const profile = await mkdtemp(join(tmpdir(), "billpost-console-"));
  const cacheDir = join(import.meta.dirname, "../../.billpost/chrome");
  const chrome = await findChrome({ cacheDir, sources: ["bundled"] }).catch(() => findChrome({ cacheDir }));
  const browser = await puppeteer.launch({
    executablePath: chrome.executablePath,
    pipe: true,
    headless: "shell",
    userDataDir: profile,
    args: ["--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
    env: {
      PATH: "/usr/bin:/bin",
      HOME: profile,
      TZ: "UTC",
      LANG: "C.UTF-8",
      FONTCONFIG_FILE: chrome.fontConfig,
      ...(chrome.libraryPath && { LD_LIBRARY_PATH: chrome.libraryPath }),
    },
  });
  return {
    browser,
    close: async () => {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
};
