import { parseArgs } from "node:util";
import { tables } from "./scaling/model.ts";

const { positionals } = parseArgs({ allowPositionals: true });
const rates = positionals.map(Number);
if (rates.some((rate) => !(rate > 0))) {
  console.error("Usage: pnpm bench:model [ORDERS_PER_SECOND…]   (default: 10 1000 10000)");
  process.exitCode = 2;
} else console.log(tables(rates.length > 0 ? rates : undefined));
