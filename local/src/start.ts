import { type LocalConfig, readLocalConfig } from "./config.ts";
import { reportFailure } from "./report-failure.ts";
import { Stack } from "./stack.ts";
import { startBlock } from "./start-block.ts";
import { stopStackAtSignals } from "./stop-at-signal.ts";
import { secondsSince, TerminalEvents } from "./terminal.ts";

const events = new TerminalEvents();

async function run(config: LocalConfig): Promise<void> {
  const started = performance.now();
  const stack = new Stack(config, events);
  stopStackAtSignals(stack, events);
  try {
    const running = await stack.start();
    console.log(startBlock(config, running, secondsSince(started)));
    events.showAll();
    await stack.ended;
  } catch (error) {
    if (!stack.isStopping) {
      process.exitCode = 1;
      reportFailure(error, stack);
    }
  } finally {
    events.showNothing();
    await stack.stop();
  }
}

try {
  await run(readLocalConfig());
} catch (error) {
  process.exitCode = 1;
  reportFailure(error);
}
