import { writeFile } from "node:fs/promises";
import { clientTypesFile, writeClientTypes } from "./src/client-types.ts";

/** `pnpm client:generate`: makes the types of packages/client anew from the API's routes. */
await writeFile(clientTypesFile, await writeClientTypes());
