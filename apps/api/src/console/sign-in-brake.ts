import { setTimeout as wait } from "node:timers/promises";

export interface SignInBrake {
  /** How long this address must not try again; 0: it may. */
  secondsToWait(address: string): number;
  /** Holds an attempt up while many fail everywhere; right keys and wrong ones alike. */
  pause(): Promise<void>;
  countFailure(address: string): void;
}

const windowMs = 5 * 60_000;
/** Failures of one address in the window; then it waits until the oldest is out of it. */
const perAddress = 10;
/** Failures of all addresses in the window; then each attempt takes its time. Nobody is locked out by somebody else. */
const everywhere = 100;
const usualPauseMs = 2_000;
const maxAddresses = 10_000;

/**
 * Slows guessing down, in this process. A key's 256 random bits cannot be guessed anyhow; this keeps those who try
 * from costing much, and a key that was chosen by hand from being found.
 */
export const createSignInBrake = (
  now: () => number = () => performance.now(),
  pauseMs = usualPauseMs,
): SignInBrake => {
  const failures = new Map<string, number[]>();
  let all: number[] = [];
  const recent = (times: readonly number[]) => times.filter((time) => now() - time < windowMs);
  return {
    secondsToWait: (address) => {
      const times = recent(failures.get(address) ?? []);
      const oldest = times.at(-perAddress);
      return oldest === undefined ? 0 : Math.max(1, Math.ceil((oldest + windowMs - now()) / 1000));
    },
    pause: async () => {
      all = recent(all);
      if (all.length >= everywhere) await wait(pauseMs);
    },
    countFailure: (address) => {
      const times = [...recent(failures.get(address) ?? []), now()];
      failures.delete(address);
      failures.set(address, times.slice(-perAddress));
      if (failures.size > maxAddresses) failures.delete(failures.keys().next().value ?? "");
      all = [...recent(all), now()].slice(-everywhere);
    },
  };
};
