import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type ChromeBinary, findChrome } from "./chrome-binary.ts";
import { chromeProcesses, waitUntil } from "../test/chrome-processes.ts";
import { sampleDocument } from "../test/sample-document.ts";
import { createRenderer, type Renderer, type RendererOptions } from "./renderer.ts";
import { readPdfText } from "./pdf-text.ts";
import { RenderFailed } from "./render-failed.ts";

let chrome: ChromeBinary;
let scratch: string;
const open: Renderer[] = [];

beforeAll(async () => {
  chrome = await findChrome({ cacheDir: join(tmpdir(), "billpost-chrome"), searchPath: process.env["PATH"] });
  scratch = await mkdtemp(join(tmpdir(), "billpost-renderer-"));
}, 120_000);

afterEach(async () => {
  for (const renderer of open.splice(0)) await renderer.close();
});

afterAll(async () => {
  await rm(scratch, { recursive: true, force: true });
});

const profileRoot = (name: string) => join(scratch, name);

const start = async (name: string, more: Partial<RendererOptions> = {}): Promise<Renderer> => {
  const options = {
    chrome,
    timeoutMs: 15_000,
    profileRoot: profileRoot(name),
    sandbox: "auto",
    ...more,
  } as const;
  const renderer = await createRenderer(options);
  open.push(renderer);
  return renderer;
};

const failure = async (render: Promise<unknown>): Promise<RenderFailed> => {
  const error: unknown = await render.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof RenderFailed) return error;
  throw new Error("the render did not fail as RenderFailed", { cause: error });
};

const text = (pdf: Uint8Array) => Buffer.from(pdf).toString("latin1");

describe("the PDF", () => {
  test("is tagged, has language and title, and counts its pages", async () => {
    const renderer = await start("tagged");
    const { pdf, pages, chromeVersion } = await renderer.render(sampleDocument(120));
    expect(pages).toBeGreaterThan(1);
    expect(chromeVersion).toMatch(/^(Headless)?Chrome\/\d+\.\d+\.\d+\.\d+$/);
    expect(text(pdf)).toContain("/Marked true");
    expect(text(pdf)).toContain("/Lang (de-AT)");
    expect(text(pdf)).toContain("/Title (Sample \\(120 lines\\))");
    expect(text(pdf)).toContain("/S /TH");
  });

  test("carries the document's own date", async () => {
    const renderer = await start("dated");
    const { pdf } = await renderer.render({ ...sampleDocument(1), date: "2026-01-15" });
    expect(text(pdf)).toContain("/CreationDate (D:20260115000000+00'00')");
    expect(text(pdf)).toContain("/ModDate (D:20260115000000+00'00')");
  });

  test("has the same bytes on fresh and used pages, in any order, side by side", async () => {
    const renderer = await start("stable", { rendersPerPage: 7 });
    const sizes = [1, 8, 60, 3];
    const seen = await Promise.all(
      Array.from({ length: 64 }, async (_, index) => {
        const lines = sizes[(index * 7 + Math.floor(index / 5)) % sizes.length] ?? 1;
        return `${lines} ${(await renderer.render(sampleDocument(lines))).sha256}`;
      }),
    );
    const again = await start("stable-again", { pages: 1 });
    for (const lines of sizes) seen.push(`${lines} ${(await again.render(sampleDocument(lines))).sha256}`);
    expect(new Set(seen).size).toBe(sizes.length);
  });

  test("refuses a document whose fonts do not load", async () => {
    const renderer = await start("fonts");
    const stylesheet = "@font-face { font-family: Broken; src: url(data:font/woff2;base64,d09GMg==) }";
    await expect(renderer.render({ ...sampleDocument(1), stylesheet })).rejects.toThrow("Broken");
    await renderer.render(sampleDocument(1));
  });
});

const payloads = (url: string): readonly string[] => [
  `<meta http-equiv="refresh" content="0;url=${url}/refresh">`,
  `<link rel="prefetch" href="${url}/prefetch"><link rel="stylesheet" href="${url}/sheet">`,
  `<link rel="preconnect" href="${url}"><link rel="dns-prefetch" href="${url}">`,
  `<iframe src="${url}/frame"></iframe><iframe srcdoc="<img src=${url}/srcdoc>"></iframe>`,
  `<style>@import url(${url}/import); body { background: url(${url}/background) }</style>`,
  `<svg><image href="${url}/svg-image"/><use href="${url}/use#a"/><script href="${url}/svg-script"/></svg>`,
  `<img src="${url}/image" onerror="fetch('${url}/onerror')"><img srcset="${url}/srcset 2x">`,
  `<script>fetch("${url}/script"); new WebSocket("${url.replace("http", "ws")}/socket")</script>`,
  `<object data="${url}/object"></object><embed src="${url}/embed"><video src="${url}/video" poster="${url}/poster">`,
  `<form action="${url}/form" id="f"><input autofocus onfocus="document.forms[0].submit()"></form>`,
  `<base href="${url}/"><img src="relative"><audio src="${url}/audio" autoplay>`,
  `<a href="${url}/ping" ping="${url}/ping">a</a><body onload="location='${url}/onload'">`,
  `<img name="body"><img name="fonts"><form name="documentElement"><input name="createElement"></form>`,
  `<iframe src="file:///etc/passwd"></iframe><img src="file:///etc/hostname"><iframe src="http://169.254.169.254/">`,
];

describe("hostile content", () => {
  test("makes no request, and leaves nothing behind for the next document", async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end("LEAKED");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const renderer = await start("hostile", { pages: 1 });
    const clean = await renderer.render(sampleDocument(3));
    for (const body of [...payloads(url), payloads(url).join("")]) {
      const before = await renderer.render({
        ...sampleDocument(1),
        body: `<p>Before</p>${body}<p>After</p>`,
      });
      const words = await readPdfText(before.pdf);
      expect(words).toContain("Before");
      expect(words).not.toMatch(/LEAKED|root:|localhost/);
      expect((await renderer.render(sampleDocument(3))).sha256).toBe(clean.sha256);
    }
    const stylesheet = `@import url(${url}/s); @font-face { font-family: x; src: url(${url}/f) } p { background: url(${url}/p) }`;
    await renderer.render({ ...sampleDocument(1), stylesheet }).catch(() => undefined);
    server.close();
    expect(asked).toEqual([]);
  });

  test("runs no script", async () => {
    const renderer = await start("script", { pages: 1 });
    const attack = "document.querySelector('#p').textContent = 'replaced'";
    const body = `<p id="p">untouched</p><img src="data:," onerror="${attack}"><svg onload="${attack}"></svg><script>${attack}</script>`;
    const words = await readPdfText((await renderer.render({ ...sampleDocument(1), body })).pdf);
    expect(words).toContain("untouched");
    expect(words).not.toContain("replaced");
  });
});

describe("failures are bounded, and only one render's", () => {
  test("a crashed page process fails its render as crashed; the next one works", async () => {
    const renderer = await start("crash", { pages: 1 });
    const reference = await renderer.render(sampleDocument(2));
    const failed = failure(renderer.render(sampleDocument(20_000)));
    const root = profileRoot("crash");
    await waitUntil(async () => (await chromeProcesses(root, "renderer")).length > 0);
    for (const pid of await chromeProcesses(root, "renderer")) process.kill(pid, "SIGKILL");
    expect((await failed).kind).toBe("crashed");
    expect((await renderer.render(sampleDocument(2))).sha256).toBe(reference.sha256);
  });

  test("a page process that crashed while it was idle costs one render at most", async () => {
    const renderer = await start("idle-crash", { pages: 1 });
    await renderer.render(sampleDocument(2));
    const root = profileRoot("idle-crash");
    for (const pid of await chromeProcesses(root, "renderer")) process.kill(pid, "SIGKILL");
    await renderer
      .render(sampleDocument(2))
      .catch((error: unknown) => expect(error).toBeInstanceOf(RenderFailed));
    await renderer.render(sampleDocument(2));
  });

  test("a document that takes too long fails as timeout; its neighbour and the next one work", async () => {
    const renderer = await start("timeout", { pages: 2, timeoutMs: 1500 });
    await Promise.all([renderer.render(sampleDocument(1)), renderer.render(sampleDocument(1))]);
    const began = performance.now();
    const slow = failure(renderer.render(sampleDocument(60_000)));
    const neighbour = await renderer.render(sampleDocument(1));
    expect((await slow).kind).toBe("timeout");
    // Far less than the document takes, and more than a busy machine adds.
    expect(performance.now() - began).toBeLessThan(10_000);
    expect((await renderer.render(sampleDocument(1))).sha256).toBe(neighbour.sha256);
  });

  test("a browser that was killed fails what runs as browser_gone and is started again", async () => {
    const renderer = await start("killed", { pages: 1 });
    const reference = await renderer.render(sampleDocument(2));
    const failed = failure(renderer.render(sampleDocument(20_000)));
    const root = profileRoot("killed");
    for (const pid of await chromeProcesses(root, "browser")) process.kill(pid, "SIGKILL");
    expect((await failed).kind).toBe("browser_gone");
    expect((await renderer.render(sampleDocument(2))).sha256).toBe(reference.sha256);
    await waitUntil(async () => (await readdir(root)).length === 1);
  });

  test("an aborted render stops at once, waiting or running", async () => {
    const renderer = await start("aborted", { pages: 1 });
    const controller = new AbortController();
    const running = renderer.render(sampleDocument(20_000), controller.signal);
    const waiting = renderer.render(sampleDocument(1), controller.signal);
    const patient = renderer.render(sampleDocument(1));
    controller.abort(new Error("no longer wanted"));
    await expect(running).rejects.toThrow("no longer wanted");
    await expect(waiting).rejects.toThrow("no longer wanted");
    expect((await patient).pages).toBe(1);
  });
});

describe("nothing stays behind", () => {
  test("closing ends every process, removes the profile and fails what still runs", async () => {
    const renderer = await start("closed", { pages: 1 });
    const running = failure(renderer.render(sampleDocument(20_000)));
    const waiting = failure(renderer.render(sampleDocument(1)));
    await renderer.close();
    expect([(await running).kind, (await waiting).kind]).toEqual(["browser_gone", "browser_gone"]);
    expect((await failure(renderer.render(sampleDocument(1)))).kind).toBe("browser_gone");
    await waitUntil(async () => (await chromeProcesses(profileRoot("closed"))).length === 0);
    expect(await readdir(profileRoot("closed"))).toEqual([]);
  });

  test("Chrome ends with a process that is killed, and the next start removes its profile", async () => {
    const root = profileRoot("orphan");
    const script = fileURLToPath(new URL("../test/render-forever.ts", import.meta.url));
    const child = spawn(process.execPath, [script, JSON.stringify(chrome), root], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    expect(await chromeProcesses(root, "browser")).toHaveLength(1);
    child.kill("SIGKILL");
    await waitUntil(async () => (await chromeProcesses(root)).length === 0);
    const [left] = await readdir(root);
    await start("orphan");
    expect(await readdir(root)).not.toContain(left);
  });

  test("pages are replaced after their time, and the old ones go", async () => {
    const renderer = await start("replaced", { pages: 1, rendersPerPage: 2 });
    const root = profileRoot("replaced");
    const seen = new Set<number>();
    for (let count = 0; count < 12; count += 1) {
      await renderer.render(sampleDocument(1));
      for (const pid of await chromeProcesses(root, "renderer")) seen.add(pid);
    }
    expect(seen.size).toBeGreaterThanOrEqual(5);
    // Chrome may keep one process in reserve beside the page's own.
    await waitUntil(async () => (await chromeProcesses(root, "renderer")).length <= 2);
  });

  test("Chrome sees none of our environment", async () => {
    process.env["BILLPOST_TEST_SECRET"] = "not for Chrome";
    await start("environment");
    delete process.env["BILLPOST_TEST_SECRET"];
    const [pid] = await chromeProcesses(profileRoot("environment"), "browser");
    expect(await readFile(`/proc/${pid}/environ`, "latin1")).not.toContain("not for Chrome");
  });
});
