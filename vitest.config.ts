import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{apps,packages,local,test,bench}/**/*.test.ts"],
    globalSetup: "test/src/global-setup.ts",
    // Files wait for PostgreSQL, Chrome and sockets more than they compute, so two at least.
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Ends as soon as the condition holds; a busy machine needs more than the default second.
    expect: { poll: { timeout: 10_000, interval: 20 } },
  },
});
