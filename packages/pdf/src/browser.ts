import { setTimeout as delay } from "node:timers/promises";
import puppeteer, { type Browser } from "puppeteer";
import type { ChromeBinary } from "./chrome-binary.ts";
import { createProfile, removeProfile } from "./profile-folders.ts";

export interface LaunchOptions {
  readonly chrome: ChromeBinary;
  readonly profileRoot: string;
  /** Whether Chrome's sandbox is on: always, never, or where the machine lets it. */
  readonly sandbox: "auto" | boolean;
  readonly timeoutMs: number;
  readonly log: RendererLog;
}

export interface RendererLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface LaunchedBrowser {
  readonly browser: Browser;
  /** The product and its version, such as `HeadlessChrome/153.0.8010.0`. */
  readonly version: string;
  /** Ends the browser, by force if it does not go by itself, and removes its profile. */
  close(): Promise<void>;
}

/** No name resolves and the proxy is a name: whatever a document asks for, no connection can begin. */
const noNetwork = [
  "--proxy-server=http://nowhere.invalid:1",
  "--proxy-bypass-list=<-loopback>",
  "--host-resolver-rules=MAP * ~NOTFOUND",
];

/** Starts a headless Chrome reached by a pipe, so that it ends with this process however that ends. */
export const launchBrowser = async (options: LaunchOptions): Promise<LaunchedBrowser> => {
  const root = process.getuid?.() === 0;
  if (options.sandbox === false || (options.sandbox === "auto" && root)) return start(options, false);
  try {
    return await start(options, true);
  } catch (error) {
    if (options.sandbox === true) throw error;
    // Chrome says why on its error output only; over the pipe it is merely gone. So another try tells.
    const launched = await start(options, false);
    options.log.warn({}, "Chrome cannot use its sandbox on this machine; it runs without");
    return launched;
  }
};

const start = async (options: LaunchOptions, sandbox: boolean): Promise<LaunchedBrowser> => {
  const { executablePath, libraryPath, fontConfig } = options.chrome;
  const profile = await createProfile(options.profileRoot);
  try {
    const browser = await puppeteer.launch({
      executablePath,
      pipe: true,
      headless: "shell",
      userDataDir: profile,
      timeout: 30_000,
      protocolTimeout: options.timeoutMs,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: [...noNetwork, "--disable-gpu", "--disable-file-system", ...(sandbox ? [] : ["--no-sandbox"])],
      // Nothing of our own environment: it holds credentials, and its language and zone would show.
      env: {
        PATH: "/usr/bin:/bin",
        HOME: profile,
        TZ: "UTC",
        LANG: "C.UTF-8",
        FONTCONFIG_FILE: fontConfig,
        ...(libraryPath && { LD_LIBRARY_PATH: libraryPath }),
      },
    });
    const version = await browser.version();
    options.log.info({ chrome: version, source: options.chrome.source, sandbox }, "Chrome started");
    return { browser, version, close: () => end(browser, profile) };
  } catch (error) {
    await removeProfile(profile);
    throw error;
  }
};

const end = async (browser: Browser, profile: string): Promise<void> => {
  const child = browser.process();
  const gone =
    child && child.exitCode === null && child.signalCode === null ? exited(child) : Promise.resolve();
  await Promise.race([browser.close().catch(() => undefined), delay(3000, undefined, { ref: false })]);
  await Promise.race([gone, delay(1000, undefined, { ref: false })]);
  if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    // Chrome leads a process group of its own, so this takes its helpers along.
    killGroup(child.pid);
    await gone;
  }
  await removeProfile(profile);
};

const exited = (child: { once(event: "exit", listener: () => void): unknown }): Promise<void> =>
  new Promise((resolve) => child.once("exit", () => resolve()));

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended in the meantime.
  }
};
