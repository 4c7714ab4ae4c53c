import { setTimeout as delay } from "node:timers/promises";
import type { FaultyS3, S3Behaviour } from "../src/faulty-s3.ts";
import type { FaultySes, SesBehaviour } from "../src/faulty-ses.ts";
import type { ProxyMode } from "../src/tcp-proxy.ts";
import type { Random } from "../simulation/random.ts";
import { chromesOf } from "./chromes.ts";
import type { Member } from "./fleet.ts";

export interface ChaosCounts {
  readonly kills: number;
  readonly databaseStops: number;
  readonly partitions: number;
  readonly pauses: number;
}

export type Act = "kill" | "databaseStop" | "partition" | "pause" | "storm";

export interface ChaosTargets {
  readonly apis: readonly Member[];
  readonly workers: readonly Member[];
  readonly s3: FaultyS3;
  readonly ses: FaultySes;
  /** Stops PostgreSQL as a power cut does, and starts it again after so long. */
  readonly restartDatabase: (awayMs: number) => Promise<void>;
  readonly random: Random;
}

/** The acts in an order that the seed gives; between them storms of S3 and SES. */
export const planChaos = (counts: ChaosCounts, random: Random): Act[] => {
  const acts: Act[] = [
    ...Array<Act>(counts.kills).fill("kill"),
    ...Array<Act>(counts.databaseStops).fill("databaseStop"),
    ...Array<Act>(counts.partitions).fill("partition"),
    ...Array<Act>(counts.pauses).fill("pause"),
  ];
  const storms = Array<Act>(Math.ceil(acts.length / 2)).fill("storm");
  const all = [...acts, ...storms];
  for (let index = all.length - 1; index > 0; index -= 1) {
    const other = random.below(index + 1);
    [all[index], all[other]] = [all[other] as Act, all[index] as Act];
  }
  return all;
};

/** Does one act; resolves when its cause is over, not its effects. Answers what was done. */
export const wreak = async (act: Act, targets: ChaosTargets): Promise<string> => {
  const { random } = targets;
  switch (act) {
    case "kill":
      return kill(targets);
    case "databaseStop": {
      const awayMs = random.below(3_000);
      await targets.restartDatabase(awayMs);
      return `PostgreSQL stopped with immediate for ${awayMs} ms`;
    }
    case "partition":
      return partition(targets);
    case "pause": {
      const worker = random.pick(targets.workers);
      const ms = 1_000 + random.below(14_000);
      await worker.there();
      if (!worker.signal("SIGSTOP")) return `${worker.name} was not there to be paused`;
      await delay(ms);
      worker.signal("SIGCONT");
      return `${worker.name} paused for ${ms} ms`;
    }
    case "storm": {
      targets.s3.next("PUT", ...some(s3Faults, random));
      targets.s3.next("GET", ...some(s3ReadFaults, random));
      targets.ses.next(...some(sesFaults, random));
      return "S3 and SES fail some calls";
    }
    default:
      return act satisfies never;
  }
};

const s3Faults: readonly S3Behaviour[] = ["normal", "unavailable", "conflict", "reset_before", "reset_after"];
const s3ReadFaults: readonly S3Behaviour[] = ["normal", "unavailable", "truncate", "reset_before"];
const sesFaults: readonly SesBehaviour[] = [
  "accept",
  "throttle",
  "throttle",
  "unavailable",
  "reset_before",
  "reset_after",
  "fail_after",
];

const some = <T>(faults: readonly T[], random: Random): T[] =>
  Array.from({ length: random.below(6) }, () => random.pick(faults));

/** Workers most often: theirs is the longest way. */
const kill = async ({ apis, workers, random }: ChaosTargets): Promise<string> => {
  const chance = random.below(10);
  if (chance < 2) {
    const api = random.pick(apis);
    await api.there();
    return api.signal("SIGKILL") ? `${api.name} killed` : `${api.name} was down already`;
  }
  const worker = random.pick(workers);
  await worker.there();
  if (chance < 8)
    return worker.signal("SIGKILL") ? `${worker.name} killed` : `${worker.name} was down already`;
  const chromes = await chromesOf(worker.pid);
  if (chromes.length === 0) return `${worker.name} had no Chrome`;
  const chrome = random.pick(chromes);
  try {
    process.kill(chrome, "SIGKILL");
  } catch {
    return `a Chrome process of ${worker.name} had ended`;
  }
  return `a Chrome process of ${worker.name} killed`;
};

const partition = async ({ apis, workers, random }: ChaosTargets): Promise<string> => {
  const member = random.pick([...apis, ...workers, ...workers]);
  const proxy = random.pick(member.proxies);
  const modes: readonly ProxyMode[] = [
    { kind: "stalled" },
    { kind: "stalled" },
    { kind: "refused" },
    { kind: "trickle" },
    { kind: "latency", ms: 300 },
  ];
  const mode = random.pick(modes);
  const ms = 500 + random.below(12_000);
  proxy.set(mode);
  if (mode.kind === "refused") proxy.cut();
  await delay(ms);
  proxy.set({ kind: "normal" });
  return `${member.name}: network ${mode.kind} for ${ms} ms`;
};
