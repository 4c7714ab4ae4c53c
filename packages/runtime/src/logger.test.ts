import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

test("a process whose log nobody reads any more still ends at a fatal error", async () => {
  const program = `
    import { createLogger } from ${JSON.stringify(new URL("./logger.ts", import.meta.url).href)};
    const log = createLogger("test", "info");
    process.stdin.once("data", () => {
      log.info("one");
      log.fatal("two");
      process.exit(3);
    });
    log.info("ready");
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    await once(child.stdout, "data");
    child.stdout.destroy();
    await once(child.stdout, "close");
    child.stdin.write("go");
    expect(await once(child, "exit", { signal: AbortSignal.timeout(10_000) })).toEqual([3, null]);
  } finally {
    child.kill("SIGKILL");
  }
});
