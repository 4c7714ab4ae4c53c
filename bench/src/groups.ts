import type { Group } from "./harness/figure.ts";
import { history } from "./history/history.ts";
import { apiMemory } from "./memory/api-memory.ts";
import { orders } from "./orders/figures.ts";

/** Everything that `pnpm bench` measures, in this order. A new group is a folder of its own and a line here. */
export const groups: readonly Group[] = [orders, apiMemory, history];
