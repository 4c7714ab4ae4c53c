/** Runs `work` again and again, `intervalMs` after it ended, until told to end; ending waits for what runs. */
export const repeat = (
  intervalMs: number,
  over: () => boolean,
  work: () => Promise<void>,
  failed: (error: unknown) => void,
): (() => Promise<void>) => {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const round = async () => {
    try {
      await work();
    } catch (error) {
      failed(error);
    }
    if (!over()) schedule();
  };
  const schedule = () => {
    timer = setTimeout(() => {
      running = round();
    }, intervalMs);
  };
  schedule();
  return async () => {
    clearTimeout(timer);
    await running;
  };
};
