import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, test, vi } from "vitest";
import { identify, isAlive } from "./process-identity.ts";

/** Starts a program that prints its id and runs `child`, watched by that program; answers both ids. */
async function watched(child: string) {
  const module = new URL("./end-with-this-process.ts", import.meta.url).href;
  const program = `
    import { spawn } from "node:child_process";
    import { endWithThisProcess } from ${JSON.stringify(module)};
    const child = spawn(process.execPath, ["--eval", ${JSON.stringify(child)}], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
    const exited = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
    endWithThisProcess(child.pid, exited, { ask: "SIGTERM", insist: "SIGKILL", patienceSeconds: 1 });
    child.stdout.once("data", () => console.log(child.pid));
  `;
  const parent = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: parent.stdout }), "line")) as [string];
  return { parent, child: identify(Number(line)) };
}

test("a process that hangs ends all the same when the one that started it is killed", {
  timeout: 60_000,
}, async () => {
  // Its event loop is blocked for ever, so no handler of its own can run.
  const { parent, child } = await watched(
    'process.on("SIGTERM", () => {}); console.log("ready"); setImmediate(() => { for (;;); })',
  );
  parent.kill("SIGKILL");
  await vi.waitFor(() => expect(isAlive(child)).toBe(false), { timeout: 15_000, interval: 50 });
});

test("a process is asked first, so that it can end in good order", async () => {
  const { parent, child } = await watched('setInterval(() => {}, 1000); console.log("ready")');
  parent.kill("SIGKILL");
  await vi.waitFor(() => expect(isAlive(child)).toBe(false), { timeout: 10_000, interval: 50 });
});
