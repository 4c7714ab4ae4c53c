import { writeFile } from "node:fs/promises";
import { drawDiagrams } from "./src/docs/diagrams.ts";
import { readPages } from "./src/docs/pages.ts";

/** `pnpm docs:diagrams`: draws the state machines in docs/ anew from the code's own tables. */
for (const { path, text } of await readPages()) {
  const drawn = drawDiagrams(text);
  if (drawn === text) continue;
  await writeFile(path, drawn);
  console.log(`drew the diagrams of ${path}`);
}
