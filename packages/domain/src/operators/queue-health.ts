/** One word on how the queue does. */
export const queueHealths = ["idle", "busy", "stuck", "paused", "no_workers"] as const;
export type QueueHealth = (typeof queueHealths)[number];

/**
 * `no_workers`: nobody works, and nothing is paused. `paused`: something is, and what waits may wait for that.
 * `stuck`: work is due, not paused, and nobody has begun it for 15 seconds. `busy`: there is work, and it is done.
 */
export const queueHealth = ({
  workers,
  pauses,
  waiting,
  running,
  stuck,
}: {
  readonly workers: number;
  readonly pauses: number;
  readonly waiting: number;
  readonly running: number;
  readonly stuck: number;
}): QueueHealth => {
  if (workers === 0 && pauses === 0) return "no_workers";
  if (stuck > 0) return "stuck";
  if (pauses > 0) return "paused";
  return waiting + running > 0 ? "busy" : "idle";
};
