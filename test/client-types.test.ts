import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { clientTypesFile, writeClientTypes } from "./src/client-types.ts";

test("the client's types are those of the API's routes; `pnpm client:generate` makes them anew", async () => {
  const same = (await readFile(clientTypesFile, "utf8")) === (await writeClientTypes());
  expect(same, "packages/client/src/api-types.ts is stale: run `pnpm client:generate`").toBe(true);
});
