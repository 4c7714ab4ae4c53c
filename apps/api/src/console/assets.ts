import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import type { App } from "../server.ts";
import { refusal } from "../http/problems.ts";

interface Asset {
  readonly body: Buffer;
  readonly type: string;
}

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

const require = createRequire(import.meta.url);
const own = join(import.meta.dirname, "assets");

/** Files of packages that are served as they are. */
const borrowed: readonly (readonly [name: string, file: string])[] = [
  ["htmx.js", require.resolve("htmx.org/dist/htmx.esm.min.js")],
  ...["latin", "latin-ext", "cyrillic", "greek"].flatMap((subset) =>
    [400, 500, 600].map((weight): [string, string] => {
      const name = `inter-${subset}-${weight}-normal.woff2`;
      return [name, require.resolve(`@fontsource/inter/files/${name}`)];
    }),
  ),
];

const files = new Map<string, Asset>(
  [...readdirSync(own).map((name): [string, string] => [name, join(own, name)]), ...borrowed].map(
    ([name, file]) => [
      name,
      { body: readFileSync(file), type: types[extname(name)] ?? "application/octet-stream" },
    ],
  ),
);

/** Changes with any of the files, so that each of them may be kept by browsers for good under its address. */
const edition = createHash("sha256")
  .update(Buffer.concat([...files.values()].map(({ body }) => body)))
  .digest("hex")
  .slice(0, 12);

/** Where an asset is found; throws when there is none of that name. */
export const assetPath = (name: string): string => {
  if (!files.has(name)) throw new Error(`there is no asset ${name}`);
  return `/console/assets/${edition}/${name}`;
};

/** Styles, scripts and fonts. They hold nothing secret, and the sign-in page needs them. */
export const addAssets = (app: App): void => {
  app.get<{ Params: { edition: string; name: string } }>(
    "/assets/:edition/:name",
    { config: { console: "public" } },
    async (request, reply) => {
      const asset = files.get(request.params.name);
      if (!asset) throw refusal("route_not_found", "There is no such file.");
      // During a deploy an older page may ask for what only the newer process has; it is not to be kept then.
      if (request.params.edition === edition)
        reply.header("cache-control", "public, max-age=31536000, immutable");
      return reply.type(asset.type).send(asset.body);
    },
  );
};
