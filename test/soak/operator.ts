import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "../simulation/random.ts";

export interface Operator {
  readonly releases: number;
  readonly pauses: number;
  /** Lets go of what is paused, and looks no more after it. */
  stop(): Promise<void>;
}

interface OperatorOptions {
  readonly apis: readonly string[];
  readonly key: string;
  readonly random: Random;
}

const tasks = ["issue-invoice", "deliver-invoice"] as const;

/** A person who looks every other second, releases what is in quarantine, and now and then pauses work. */
export const startOperator = ({ apis, key, random }: OperatorOptions): Operator => {
  const state = { releases: 0, pauses: 0, over: false };

  const ask = async <T>(method: string, path: string, body?: object): Promise<T | undefined> => {
    try {
      const response = await fetch(`${random.pick(apis)}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body ? { "content-type": "application/json" } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.timeout(10_000),
      });
      const answer = (await response.json()) as T;
      return response.ok ? answer : undefined;
    } catch {
      return undefined;
    }
  };

  const release = async (): Promise<void> => {
    const found = await ask<{ data: { id: number }[] }>("GET", "/api/jobs?state=quarantined&limit=50");
    for (const { id } of found?.data ?? []) {
      const preview = await ask<{ token: string | null }>("GET", `/api/jobs/${id}/preview?action=release`);
      const body = { token: preview?.token, reason: "the soak killed its workers" };
      if (preview?.token && (await ask("POST", `/api/jobs/${id}/release`, body))) state.releases += 1;
    }
  };

  /** Whatever the reply, it is resumed until it is not paused: the pause may have been done all the same. */
  const pause = async (): Promise<void> => {
    const task = random.pick(tasks);
    const path =
      task === "deliver-invoice" && random.oneIn(2) ? `/api/tasks/${task}/stages/send` : `/api/tasks/${task}`;
    if (await ask("POST", `${path}/pause`, { reason: "the soak" })) state.pauses += 1;
    await delay(1_000 + random.below(4_000));
    for (let quiet = false; !quiet; await delay(300)) {
      await ask("POST", `${path}/resume`, { reason: "enough" });
      const now = await ask<{ data: object[] }>("GET", "/api/tasks");
      quiet = now !== undefined && !JSON.stringify(now).includes("the soak");
    }
  };

  const work = async (): Promise<void> => {
    for (let round = 1; !state.over; round += 1) {
      await release();
      if (round % 10 === 0) await pause();
      await delay(2_000);
    }
  };
  const done = work();
  return {
    get releases() {
      return state.releases;
    },
    get pauses() {
      return state.pauses;
    },
    async stop() {
      state.over = true;
      await done;
    },
  };
};
