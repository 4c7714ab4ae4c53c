import { type ManagedProcess, ProcessCrashed } from "./managed-process.ts";

/** Processes that live and die together: when one ends unasked, the group counts as crashed. */
export class ProcessGroup {
  readonly #apps: ManagedProcess[] = [];
  readonly #services: ManagedProcess[] = [];
  readonly #crash = Promise.withResolvers<never>();
  #stopping = false;

  constructor() {
    this.#crash.promise.catch(() => {}); // nobody may be waiting yet
  }

  /** Rejects with a `ProcessCrashed` when a process ends that was not asked to. */
  get crashed(): Promise<never> {
    return this.#crash.promise;
  }

  addService(added: ManagedProcess): void {
    this.#services.push(added);
    this.#watch(added);
  }

  addApp(added: ManagedProcess): void {
    this.#apps.push(added);
    this.#watch(added);
  }

  #watch(added: ManagedProcess): void {
    const watch = async () => {
      const exit = await added.exited;
      if (!this.#stopping) throw new ProcessCrashed(added, exit);
    };
    watch().catch((error: unknown) => this.#crash.reject(error));
  }

  /** Stops the apps, which finish what they have begun, and then the services they need for that. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#apps.map((app) => app.stop()));
    await Promise.all(this.#services.map((service) => service.stop()));
  }

  kill(): void {
    this.#stopping = true;
    for (const process of [...this.#apps, ...this.#services]) process.kill();
  }
}
