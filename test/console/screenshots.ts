import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readLocalConfig } from "@billpost/local/config";
import { freePort } from "@billpost/local/ports";
import { Stack } from "@billpost/local/stack";
import { developmentKey } from "@billpost/local/database-setup";
import type { KeyInput, Page } from "puppeteer";
import { startFaultySes } from "@billpost/test/faulty-ses";
import { launchConsoleBrowser } from "./console-browser.ts";
import { clickOn, fillIn, goTo, seen, waitOn } from "./live-page.ts";
import { fillWithWork } from "./sample-work.ts";

const widths = { wide: { width: 1360, height: 860 }, narrow: { width: 390, height: 844 } } as const;

/** Pictures of every page of the console, light and dark, wide and narrow, over work that really failed. */
const takeScreenshots = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const dataDir = await mkdtemp(join(tmpdir(), "billpost-screenshots-"));
  const ses = await startFaultySes();
  const ports = await Promise.all(Array.from({ length: 5 }, freePort));
  const [api, s3, sesPort, postgres, worker] = ports.map(String);
  const config = readLocalConfig({
    PATH: process.env["PATH"],
    BILLPOST_DATA_DIR: dataDir,
    PORT: api,
    S3_PORT: s3,
    SES_PORT: sesPort,
    POSTGRES_PORT: postgres,
    WORKER_PORT: worker,
    SES_ENDPOINT: ses.endpoint,
    INVOICE_PROFILE: "eu",
    AMBIGUOUS_POLICY: "hold",
    RATE_LIMIT_PER_MINUTE: "0",
    RATE_LIMIT_ANONYMOUS_PER_MINUTE: "0",
  });
  const stack = new Stack(config, { step: () => {}, log: () => {} });
  const chrome = await launchConsoleBrowser();
  try {
    const { addresses, databaseUrl } = await stack.start();
    const paths = await fillWithWork({ url: addresses.api, databaseUrl, ses, key: developmentKey });
    const page = await chrome.browser.newPage();
    for (const theme of ["light", "dark"] as const) {
      for (const [width, viewport] of Object.entries(widths)) {
        await page.setViewport({ ...viewport, deviceScaleFactor: 1 });
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
        const shoot = async (name: string, fullPage = true) => {
          await page.evaluate("document.fonts.ready.then(() => true)");
          await page.screenshot({ path: join(folder, `${name}.${width}.${theme}.png`), fullPage });
        };
        if (theme === "light" && width === "wide") {
          await goTo(page, `${addresses.api}/console/sign-in`);
          await shoot("sign-in");
          await signIn(page, addresses.api);
        }
        for (const [name, path] of Object.entries(paths)) {
          await goTo(page, `${addresses.api}${path}`);
          await shoot(name);
        }
        for (const { name, on, keys } of poses) {
          await goTo(page, `${addresses.api}${paths[on] ?? ""}`);
          for (const key of keys) {
            if (key.length === 1) await page.keyboard.press(key as KeyInput);
            else await clickOn(page, key, seen(key));
          }
          await page.waitForNetworkIdle({ idleTime: 200, concurrency: 1 });
          // What lies over a page covers what is seen of it.
          await shoot(name, false);
        }
      }
    }
  } finally {
    await chrome.close();
    await stack.stop();
    await ses.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
};

/** What is seen only after a key (of one letter) or a click (on what a selector finds). */
const poses = [
  { name: "pose-help", on: "jobs-attention", keys: ["?"] },
  { name: "pose-account", on: "attention", keys: [".me summary"] },
  { name: "pose-preview", on: "job-failed", keys: ["r"] },
  { name: "pose-selected", on: "jobs-attention", keys: ["j", "x", "j", "x", "j"] },
  { name: "pose-pause", on: "tasks", keys: ["#stage-deliver-invoice-send summary"] },
] as const;

const signIn = async (page: Page, url: string): Promise<void> => {
  await goTo(page, `${url}/console/sign-in`);
  await fillIn(page, "#key", developmentKey);
  await clickOn(page, "Sign in", seen("button[type=submit]"));
  await waitOn(page, "to be signed in", `document.querySelector("header.top") !== null`);
};

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("usage: pnpm console:screenshots DIR\n");
  process.exitCode = 2;
} else await takeScreenshots(resolve(folder));
