import type { LocalService } from "./local-service.ts";

/** Makes SIGTERM and SIGINT stop the service; the process then ends by itself. */
export function stopAtSignal(service: LocalService): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      service.stop().catch((error: unknown) => {
        console.error(error);
        process.exitCode = 1;
      });
    });
  }
}
