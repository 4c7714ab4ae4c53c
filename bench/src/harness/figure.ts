/** One row of the table: ours against a ceiling or a rival that was measured in the same run. */
export interface Row {
  readonly name: string;
  /** What it is compared with, and by what it was measured. */
  readonly ceilingName: string;
  /** The ratio of ours to the ceiling is to be `at least` or `at most` the target. */
  readonly kind: "at least" | "at most";
  readonly unit: string;
  readonly target: number;
  /** What holds it back where it misses, and what was tried: shown with a miss. */
  readonly limit?: string;
  /** One value per round, in the order of the rounds. */
  readonly ours: readonly number[];
  readonly ceiling: readonly number[];
}

/** How one row is measured; `round` counts from 1. */
export interface Figure extends Omit<Row, "ours" | "ceiling"> {
  readonly ours: (round: number) => Promise<number>;
  readonly ceiling: (round: number) => Promise<number>;
}

/** What a group is given to measure with. */
export interface Run {
  readonly rounds: number;
  /** How long one measurement takes. */
  readonly seconds: number;
  /** Only to see that it still runs: as little of everything as shows that. */
  readonly brief: boolean;
  /** How many orders the long past of the history figures has. */
  readonly historyOrders: number;
  /** Aborted by Ctrl-C; then each wait is to end soon, and what was started is to be stopped. */
  readonly signal: AbortSignal;
  /** Progress, for a person who waits. */
  readonly say: (message: string) => void;
  /** Takes a row at once, so that it is shown even when a later one fails; its values may still be added to. */
  readonly add: (row: Row) => void;
}

/** Figures that are measured together, on one stack of their own, which the group starts and stops itself. */
export interface Group {
  /** As in `--only`. */
  readonly name: string;
  readonly summary: string;
  /** Takes too long to be part of every run: measured when it is named, and briefly with `--brief`. */
  readonly onlyWhenNamed?: true;
  readonly measure: (run: Run) => Promise<void>;
}

/**
 * Measures figures round by round; within a round ours and the ceiling by turns, and who begins changes from
 * round to round, so that a machine that slows down does not favour one.
 */
export const inTurns = async (run: Run, figures: readonly Figure[]): Promise<void> => {
  const rows = figures.map((figure) => ({ ...figure, ours: [] as number[], ceiling: [] as number[] }));
  for (const row of rows) run.add(row);
  for (let round = 1; round <= run.rounds; round += 1)
    for (const [index, figure] of figures.entries()) {
      run.say(`${figure.name}: round ${round} of ${run.rounds}`);
      const turns: readonly ("ours" | "ceiling")[] =
        round % 2 === 1 ? ["ours", "ceiling"] : ["ceiling", "ours"];
      for (const turn of turns) {
        run.signal.throwIfAborted();
        rows[index]?.[turn].push(await figure[turn](round));
      }
    }
};

/** A measurement that several figures of a round share. */
export const oncePerRound = <T>(measure: (round: number) => Promise<T>): ((round: number) => Promise<T>) => {
  let last: { readonly round: number; readonly value: Promise<T> } | undefined;
  return (round) => {
    if (last?.round !== round) last = { round, value: measure(round) };
    return last.value;
  };
};
