import { type Attention, readAttention } from "@billpost/db/operators/attention";
import { readSituation } from "@billpost/db/operators/situation";
import { type QueueFigures, readQueue, readSpan, type SpanFigures } from "@billpost/db/operators/stats";
import { countOpenWork, type TaskLoad } from "@billpost/db/operators/pauses";
import { queueHealth, type QueueHealth } from "@billpost/domain/operators/queue-health";
import type { PauseFacts } from "@billpost/domain/operators/verdict";
import type { Context } from "../../context.ts";

/** How the queue does, and how it did lately. */
export interface Stats {
  readonly asOf: Date;
  readonly health: QueueHealth;
  /** Workers that show a heartbeat. */
  readonly workers: number;
  readonly pauses: readonly PauseFacts[];
  readonly queue: QueueFigures;
  readonly tasks: readonly TaskLoad[];
  readonly lastHour: SpanFigures;
  readonly lastDay: SpanFigures;
  readonly attention: readonly Attention[];
}

const hour = 3_600;

/** What an operator sees first. Each figure is of its own moment. */
export const readStats = async ({ db }: Pick<Context, "db">): Promise<Stats> => {
  const situation = await readSituation(db);
  const paused = [...new Set(situation.pauses.map(({ task }) => task))];
  const queue = await readQueue(db, paused);
  return {
    asOf: situation.now,
    health: queueHealth({ ...queue, workers: situation.workers, pauses: paused.length }),
    workers: situation.workers,
    pauses: situation.pauses,
    queue,
    tasks: await countOpenWork(db),
    lastHour: await readSpan(db, hour),
    lastDay: await readSpan(db, 24 * hour),
    attention: await readAttention(db),
  };
};
