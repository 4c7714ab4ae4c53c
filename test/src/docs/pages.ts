import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

export interface Page {
  readonly path: string;
  readonly text: string;
}

/** Every page of docs/. */
export const readPages = async (): Promise<Page[]> => {
  const folder = fileURLToPath(new URL("../../../docs/", import.meta.url));
  const names = (await readdir(folder)).filter((name) => name.endsWith(".md"));
  return Promise.all(
    names.map(async (name) => ({
      path: `${folder}${name}`,
      text: await readFile(`${folder}${name}`, "utf8"),
    })),
  );
};
