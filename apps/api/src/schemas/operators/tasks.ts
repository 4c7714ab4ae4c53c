import type { Pause, TaskLoad } from "@billpost/db/operators/pauses";
import { stagesOf, taskNames } from "@billpost/db/operators/task-stages";
import type { TaskName } from "@billpost/db/outbox";
import { type Static, Type } from "typebox";
import { idOf, instant, instantOf, lineOf, nullableString } from "../values.ts";

const reasonOf = (description: string) =>
  lineOf(500, description, "SES has an outage, see the provider's status page");

const PauseFields = Type.Object({
  id: idOf("The pause's id."),
  reason: Type.String(),
  actor: Type.String({ description: "Who paused it.", examples: ["key:bp_1a2b3c"] }),
  createdAt: Type.String(),
  endsAt: nullableString("Null: until somebody resumes it."),
});

const NullablePause = Type.Unsafe<Static<typeof PauseFields> | null>({
  ...PauseFields,
  type: ["object", "null"],
  description: "Null: not paused.",
});

export const TaskSchema = Type.Object(
  {
    task: Type.String({ examples: ["deliver-invoice"] }),
    state: Type.Enum(["active", "paused", "partly_paused"], {
      description: "`partly_paused`: one or more of its stages are.",
    }),
    pause: NullablePause,
    stages: Type.Array(Type.Object({ stage: Type.String({ examples: ["send"] }), pause: NullablePause }), {
      description: "The stages that can be paused by themselves.",
    }),
    waiting: Type.Integer({ description: "Jobs that could begin now." }),
    later: Type.Integer({ description: "Jobs that are to begin later: scheduled, or tried again." }),
    running: Type.Integer({ description: "Jobs that a worker is at." }),
    needsAttention: Type.Integer({ description: "Jobs that wait for a person." }),
  },
  { description: "A kind of work, what of it is paused, and how much of it there is." },
);

export const PauseBody = Type.Object(
  {
    reason: reasonOf("Why, for whoever sees it paused."),
    endsAt: Type.Optional(
      instantOf("When it goes on by itself, by the database's clock. Absent: when somebody resumes it."),
    ),
  },
  { additionalProperties: false },
);

export const ResumeBody = Type.Object(
  { reason: reasonOf("Why it may go on.") },
  { additionalProperties: false },
);

export const presentPause = ({
  id,
  reason,
  actor,
  createdAt,
  endsAt,
}: Pause): Static<typeof PauseFields> => ({
  id,
  reason,
  actor,
  createdAt: instant(createdAt),
  endsAt: endsAt && instant(endsAt),
});

/** Every task in the order of the code, whether it has work or not. */
export const presentTasks = (
  pauses: readonly Pause[],
  loads: readonly TaskLoad[],
): Static<typeof TaskSchema>[] => taskNames.map((task) => presentTask(task, pauses, loads));

const presentTask = (
  task: TaskName,
  pauses: readonly Pause[],
  loads: readonly TaskLoad[],
): Static<typeof TaskSchema> => {
  const pauseOf = (stage: string | null) => {
    const pause = pauses.find((candidate) => candidate.task === task && candidate.stage === stage);
    return pause ? presentPause(pause) : null;
  };
  const load = loads.find((candidate) => candidate.task === task);
  const pause = pauseOf(null);
  const stages = stagesOf(task).map((stage) => ({ stage, pause: pauseOf(stage) }));
  return {
    task,
    state: pause ? "paused" : stages.some((stage) => stage.pause) ? "partly_paused" : "active",
    pause,
    stages,
    waiting: load?.waiting ?? 0,
    later: load?.later ?? 0,
    running: load?.running ?? 0,
    needsAttention: load?.needsAttention ?? 0,
  };
};
