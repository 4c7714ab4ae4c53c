import type { WorkerView } from "@billpost/db/operators/workers";
import { version } from "@billpost/runtime/version";
import { type Static, Type } from "typebox";
import { instant, lineOf } from "../values.ts";

/** Others take a worker for dead, and its work over, when its beat has stood still for so long, in seconds. */
export const presumedDeadAfter = 8;

export const WorkerSchema = Type.Object(
  {
    id: Type.String({ examples: ["pool-0a1b2c3d4e5f60718293"] }),
    state: Type.Enum(["active", "quiet", "stopping", "presumed_dead"], {
      description:
        "`quiet`: takes no new jobs. `stopping`: takes none, and ends. `presumed_dead`: its beat stands still.",
    }),
    wanted: Type.Enum(["active", "quiet", "stopping"], {
      description: "What operators want of it; it hears that within a second.",
    }),
    host: Type.String({ description: "The machine's or container's name." }),
    pid: Type.Integer(),
    version: Type.String(),
    versionMismatch: Type.Boolean({ description: "It is of another version than this API." }),
    startedAt: Type.String(),
    lastBeatAt: Type.String(),
    secondsSinceBeat: Type.Number(),
    slots: Type.Integer({ description: "Jobs that it does side by side." }),
    busySlots: Type.Integer(),
    renderSlots: Type.Integer({ description: "Renders in Chrome that it does side by side." }),
    renders: Type.Integer({ description: "Renders under way, and those that wait for Chrome." }),
    runningJobs: Type.Integer({ description: "Jobs that it holds, by the ledger." }),
  },
  { description: "A worker process." },
);

export const WorkerActBody = Type.Object(
  { reason: lineOf(500, "Why, for the audit.", "the machine is replaced") },
  { additionalProperties: false },
);

export const UnlockResultSchema = Type.Object(
  {
    id: Type.String(),
    released: Type.Integer({ description: "Jobs that were taken from it." }),
    unfinished: Type.Boolean({
      description: "The database still holds some of its sessions: try again in a few seconds.",
    }),
  },
  { description: "What became of a dead worker's jobs." },
);

export const presentWorker = (worker: WorkerView): Static<typeof WorkerSchema> => ({
  id: worker.id,
  state: worker.secondsSinceBeat > presumedDeadAfter ? "presumed_dead" : worker.mode,
  wanted: worker.wanted,
  host: worker.hostname,
  pid: worker.pid,
  version: worker.version,
  versionMismatch: worker.version !== version,
  startedAt: instant(worker.startedAt),
  lastBeatAt: instant(worker.lastBeatAt),
  secondsSinceBeat: Math.round(worker.secondsSinceBeat * 10) / 10,
  slots: worker.slots,
  busySlots: worker.busy,
  renderSlots: worker.renderSlots,
  renders: worker.renders,
  runningJobs: worker.runningJobs,
});
