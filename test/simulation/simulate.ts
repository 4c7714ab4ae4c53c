import { parseArgs } from "node:util";
import { PromiseBroken, simulateDeliveries } from "./delivery-simulation.ts";

const { values } = parseArgs({
  options: { seed: { type: "string" }, steps: { type: "string", default: "1000000" } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
console.log(`pnpm simulate --seed ${seed} --steps ${values.steps}`);
try {
  const { ends, ...figures } = simulateDeliveries(seed, Number(values.steps));
  console.table(figures);
  console.table(ends);
} catch (error) {
  if (!(error instanceof PromiseBroken)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
