import type { ChromeBinary } from "../src/chrome-binary.ts";
import { createRenderer } from "../src/renderer.ts";
import { sampleDocument } from "./sample-document.ts";

// A process to kill in the middle of its work: `render-forever.ts <ChromeBinary as JSON> <profileRoot>`.
const [, , chrome = "", profileRoot = ""] = process.argv;
const renderer = await createRenderer({
  chrome: JSON.parse(chrome) as ChromeBinary,
  timeoutMs: 15_000,
  profileRoot,
  sandbox: "auto",
});
await renderer.render(sampleDocument(1));
process.stdout.write("rendering\n");
for (;;) await renderer.render(sampleDocument(200));
