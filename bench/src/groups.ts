import { batches } from "./batches/figures.ts";
import type { Group } from "./harness/figure.ts";
import { history } from "./history/history.ts";
import { invoices } from "./invoices/figures.ts";
import { apiMemory } from "./memory/api-memory.ts";
import { workerMemory } from "./memory/worker-memory.ts";
import { orders } from "./orders/figures.ts";
import { start } from "./start/figures.ts";

/** Everything that `pnpm bench` measures, in this order. A new group is a folder of its own and a line here. */
export const groups: readonly Group[] = [orders, invoices, apiMemory, workerMemory, batches, start, history];
