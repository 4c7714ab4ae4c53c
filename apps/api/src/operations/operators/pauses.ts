import { recordAudit } from "@billpost/db/audit";
import type { Db, Trx } from "@billpost/db/connection";
import {
  closePause,
  countOpenWork,
  findPause,
  insertPause,
  isToCome,
  listPauses,
  lockPauses,
  type PauseTarget,
} from "@billpost/db/operators/pauses";
import { isTaskName, stagesOf } from "@billpost/db/operators/task-stages";
import type { Context } from "../../context.ts";
import { write } from "../../http/idempotency.ts";
import { refusal } from "../../http/problems.ts";
import { presentPause, presentTasks } from "../../schemas/operators/tasks.ts";

/** A task, or a stage of it, as the path names it. */
export interface NamedTarget {
  readonly task: string;
  readonly stage?: string | undefined;
}

/** Every task: what is paused, and how much is waiting. */
export const readTasks = async (db: Db) => presentTasks(await listPauses(db), await countOpenWork(db));

/**
 * Pauses a task, or a stage of it, until it is resumed or its time is up. What is under way ends; workers begin
 * nothing more of it within 2 seconds.
 */
export const pauseTask = (
  context: Context,
  named: NamedTarget,
  { reason, endsAt }: { readonly reason: string; readonly endsAt?: string | undefined },
) =>
  write(context, async (trx) => {
    const target = targetOf(named);
    await lockPauses(trx);
    const present = await findPause(trx, target);
    if (present)
      throw refusal("already_paused", `It is paused already: ${present.reason}`, {
        pause: presentPause(present),
      });
    const until = endsAt === undefined ? undefined : new Date(endsAt);
    if (until && !(await isToCome(trx, until))) throw isPast();
    await insertPause(trx, { ...target, reason, actor: context.actor, endsAt: until });
    await note(trx, context, "task.paused", target, reason, { endsAt: endsAt ?? null });
    return { status: 200, body: await readTask(trx, target) };
  });

/** Lets a paused task or stage go on. */
export const resumeTask = (context: Context, named: NamedTarget, { reason }: { readonly reason: string }) =>
  write(context, async (trx) => {
    const target = targetOf(named);
    await lockPauses(trx);
    if (!(await findPause(trx, target))) throw refusal("not_paused", "It is not paused.");
    await closePause(trx, target, context.actor);
    await note(trx, context, "task.resumed", target, reason);
    return { status: 200, body: await readTask(trx, target) };
  });

const targetOf = ({ task, stage }: NamedTarget): PauseTarget => {
  if (!isTaskName(task)) throw refusal("task_not_found", "There is no such task.");
  if (stage !== undefined && !stagesOf(task).includes(stage))
    throw refusal(
      "stage_not_found",
      `Stages of ${task} that can be paused: ${stagesOf(task).join(", ") || "none"}.`,
    );
  return { task, stage: stage ?? null };
};

const isPast = () =>
  refusal("validation_failed", "The end of the pause is not in the future.", {
    errors: [{ in: "body", pointer: "/endsAt", code: "in_the_past", detail: "must be in the future" }],
  });

const note = (
  trx: Trx,
  { actor, clientId, requestId }: Context,
  action: string,
  { task, stage }: PauseTarget,
  reason: string,
  after?: Readonly<Record<string, unknown>>,
) =>
  recordAudit(trx, {
    actor,
    clientId,
    action,
    targetType: "task",
    targetId: stage === null ? task : `${task}/${stage}`,
    reason,
    after,
    requestId,
  });

const readTask = async (trx: Trx, { task }: PauseTarget) => {
  const found = (await readTasks(trx)).find((candidate) => candidate.task === task);
  if (!found) throw new Error(`the task ${task} is not listed`);
  return found;
};
