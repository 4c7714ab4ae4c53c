import { createReadStream, createWriteStream } from "node:fs";
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliDecompress, createBrotliDecompress } from "node:zlib";

const inflate = promisify(brotliDecompress);

/** The parts of @sparticuz/chromium. Its own start-up code and its `args`, which switch off the sandbox, stay unused. */
const bundle = (): { readonly archives: string; readonly manifest: string } => {
  const root = dirname(dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium"))));
  return { archives: join(root, "bin"), manifest: join(root, "package.json") };
};

const bundleVersion = async (): Promise<string> => {
  const manifest: unknown = JSON.parse(await readFile(bundle().manifest, "utf8"));
  if (typeof manifest === "object" && manifest && "version" in manifest) return String(manifest.version);
  throw new Error("@sparticuz/chromium has no version");
};

/** Unpacks the bundled Chrome binary, once for each version of the package, and answers its path. */
export const unpackChrome = async (cacheDir: string): Promise<string> => {
  const folder = await cached(cacheDir, `chromium-${await bundleVersion()}`, async (target) => {
    const binary = join(target, "chromium");
    const packed = createReadStream(join(bundle().archives, "chromium.br"));
    await pipeline(packed, createBrotliDecompress(), createWriteStream(binary));
    await chmod(binary, 0o755);
  });
  return join(folder, "chromium");
};

/** Unpacks NSS, NSPR and Expat, which the bundled binary needs and a bare Linux does not have. */
export const unpackLibraries = async (cacheDir: string): Promise<string> => {
  const folder = await cached(cacheDir, `chromium-libraries-${await bundleVersion()}`, (target) =>
    unpackTar("al2023.tar.br", target),
  );
  return join(folder, "lib");
};

/**
 * Prepares a fontconfig configuration that knows one font only, and answers its path. Chrome falls back to
 * installed fonts when a document's own lack a glyph, so with the machine's fonts the same document would
 * look different elsewhere; without any font it refuses to start.
 */
export const unpackFallbackFont = async (cacheDir: string): Promise<string> => {
  const folder = await cached(cacheDir, `chromium-fonts-${await bundleVersion()}`, async (target, final) => {
    await unpackTar("fonts.tar.br", target);
    const config = ["<dir>", join(final, "fonts"), "</dir><cachedir>", join(final, "cache"), "</cachedir>"];
    const head = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">';
    await writeFile(join(target, "fonts.conf"), `${head}<fontconfig>${config.join("")}</fontconfig>\n`);
  });
  return join(folder, "fonts.conf");
};

/** Fills a folder beside its final place and renames it, so that processes starting at once never see half of it. */
const cached = async (
  cacheDir: string,
  name: string,
  fill: (target: string, final: string) => Promise<void>,
): Promise<string> => {
  const final = join(cacheDir, name);
  if (await exists(final)) return final;
  const partial = `${final}.partial-${process.pid}-${Date.now()}`;
  await mkdir(partial, { recursive: true });
  try {
    await fill(partial, final);
    await rename(partial, final);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!(await exists(final))) throw error;
  }
  return final;
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Reads a plain ustar archive: the bundle's have short names, files and folders only. */
const unpackTar = async (archive: string, target: string): Promise<void> => {
  const tar = await inflate(await readFile(join(bundle().archives, archive)));
  const text = (from: number, length: number) =>
    tar.toString("latin1", from, from + length).split("\0", 1)[0] ?? "";
  for (let offset = 0; text(offset, 100) !== ""; ) {
    const size = Number.parseInt(text(offset + 124, 12), 8) || 0;
    const path = join(target, text(offset, 100));
    const start = offset + 512;
    if (text(offset + 156, 1) !== "5") {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, tar.subarray(start, start + size), { mode: 0o755 });
    }
    offset = start + Math.ceil(size / 512) * 512;
  }
};
