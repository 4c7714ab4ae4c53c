/**
 * Preloaded into the local stack's programs: when the supervisor is gone without having stopped them
 * (kill -9, a crash), the channel to it closes and they end as they do at SIGTERM.
 */

/** An orderly end may take this long, in ms; then the process ends anyway. */
const patience = 30_000;

process.on("disconnect", () => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.kill(process.pid, "SIGKILL"), patience).unref();
});
process.channel?.unref(); // listening must not keep a program alive that has nothing left to do
