import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { draw, pictureFolder, poses } from "./pictures.ts";
import { startPrinter } from "./print.ts";

// `pnpm template:approve` makes today's look the approved one. Look at the pictures before you commit them.
const printer = await startPrinter();
await rm(pictureFolder, { recursive: true, force: true });
await mkdir(pictureFolder, { recursive: true });
for (const pose of poses) {
  const { png } = await draw(printer, pose);
  await writeFile(join(pictureFolder, `${pose.name}.png`), png);
}
await printer.close();
console.log(`${poses.length} pictures in ${pictureFolder}`);
