import { createWriteStream, existsSync, mkdirSync, renameSync, type WriteStream } from "node:fs";
import { join } from "node:path";

/** The full log of each process; that of the run before is kept beside it. */
export class LogFiles {
  readonly folder: string;
  readonly #streams = new Map<string, WriteStream>();

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  path(name: string): string {
    return join(this.folder, `${name}.log`);
  }

  write(name: string, line: string): void {
    let stream = this.#streams.get(name);
    if (!stream) {
      const path = this.path(name);
      if (existsSync(path)) renameSync(path, join(this.folder, `${name}.previous.log`));
      stream = createWriteStream(path);
      stream.on("error", () => {}); // a full disk must not take the stack down
      this.#streams.set(name, stream);
    }
    stream.write(`${line}\n`);
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.end();
    this.#streams.clear();
  }
}
