import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/**
 * How bytes pass. `latency`: each so many ms late. `stalled`: half-open, as behind a cut cable: connections are
 * taken and stay, nothing passes and no end is heard of until it is mended. `trickle`: one byte a second each
 * way. `refused`: no new connection.
 */
export type ProxyMode =
  | { readonly kind: "normal" }
  | { readonly kind: "latency"; readonly ms: number }
  | { readonly kind: "stalled" }
  | { readonly kind: "trickle" }
  | { readonly kind: "refused" };

type Direction = "to_target" | "to_caller";

export interface TcpProxy {
  readonly port: number;
  readonly connections: number;
  /** From now on, for connections that are open, too. */
  set(mode: ProxyMode): void;
  /** Ends every open connection with a reset; new ones are taken. */
  cut(): void;
  /** Asked of each chunk before it passes; `hold` stops that connection in both directions for good. */
  inspect(inspector: ((direction: Direction, chunk: Buffer) => "pass" | "hold") | undefined): void;
  stop(): Promise<void>;
}

/** A TCP proxy on a free port of 127.0.0.1 that can be told to fail as networks do. */
export const startTcpProxy = async (target: {
  readonly port: number;
  readonly host?: string;
}): Promise<TcpProxy> => {
  let mode: ProxyMode = { kind: "normal" };
  let inspector: ((direction: Direction, chunk: Buffer) => "pass" | "hold") | undefined;
  const links = new Set<Link>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: false }, (caller) => {
    if (mode.kind === "refused") {
      caller.resetAndDestroy();
      return;
    }
    const link = new Link(caller, target, {
      mode: () => mode,
      inspect: (direction, chunk) => inspector?.(direction, chunk) ?? "pass",
      ended: () => links.delete(link),
    });
    links.add(link);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const link of links) link.reset();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return links.size;
    },
    set(next) {
      mode = next;
      for (const link of links) link.flow();
    },
    cut,
    inspect(next) {
      inspector = next;
    },
    async stop() {
      const closed = once(server, "close");
      server.close();
      cut();
      await closed;
    },
  };
};

interface LinkRules {
  readonly mode: () => ProxyMode;
  readonly inspect: (direction: Direction, chunk: Buffer) => "pass" | "hold";
  readonly ended: () => void;
}

/** One connection through the proxy: two sockets and what waits between them. */
class Link {
  readonly #caller: Socket;
  readonly #target: Socket;
  readonly #pipes: readonly Pipe[];
  readonly #ended: () => void;

  constructor(caller: Socket, target: { readonly port: number; readonly host?: string }, rules: LinkRules) {
    this.#caller = caller;
    this.#target = connect({ port: target.port, host: target.host ?? "127.0.0.1", allowHalfOpen: true });
    this.#ended = rules.ended;
    for (const socket of [this.#caller, this.#target]) {
      socket.setNoDelay(true);
      socket.on("error", () => this.reset());
    }
    const held = { yes: false };
    this.#pipes = [
      new Pipe("to_target", this.#caller, this.#target, rules, held),
      new Pipe("to_caller", this.#target, this.#caller, rules, held),
    ];
    for (const socket of [this.#caller, this.#target])
      socket.on("close", () => {
        if (this.#caller.destroyed && this.#target.destroyed) rules.ended();
      });
  }

  /** Lets what waits pass, as far as the mode allows. */
  flow(): void {
    for (const pipe of this.#pipes) pipe.flow();
  }

  reset(): void {
    for (const pipe of this.#pipes) pipe.end();
    for (const socket of [this.#caller, this.#target])
      if (socket.connecting) socket.destroy();
      else if (!socket.destroyed) socket.resetAndDestroy();
    this.#ended();
  }
}

/** One direction of a connection; `undefined` in the queue is its end. */
class Pipe {
  readonly #direction: Direction;
  readonly #to: Socket;
  readonly #rules: LinkRules;
  readonly #held: { yes: boolean };
  #queue: { readonly chunk: Buffer | undefined; readonly at: number }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(direction: Direction, from: Socket, to: Socket, rules: LinkRules, held: { yes: boolean }) {
    this.#direction = direction;
    this.#to = to;
    this.#rules = rules;
    this.#held = held;
    from.on("data", (chunk: Buffer) => this.#take(chunk));
    from.on("end", () => this.#take(undefined));
  }

  #take(chunk: Buffer | undefined): void {
    if (chunk && this.#rules.inspect(this.#direction, chunk) === "hold") this.#held.yes = true;
    this.#queue.push({ chunk, at: performance.now() });
    this.flow();
  }

  flow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const mode = this.#rules.mode();
    while (this.#queue.length > 0 && !this.#held.yes && mode.kind !== "stalled") {
      const [first] = this.#queue;
      if (!first) return;
      if (mode.kind === "trickle") return this.#trickle();
      const wait = mode.kind === "latency" ? first.at + mode.ms - performance.now() : 0;
      if (wait > 0) return this.#again(wait);
      this.#queue.shift();
      this.#pass(first.chunk);
    }
  }

  #trickle(): void {
    this.#again(1_000, () => {
      const [first, ...rest] = this.#queue;
      if (!first) return;
      const { chunk, at } = first;
      this.#pass(chunk?.subarray(0, 1));
      this.#queue = chunk && chunk.length > 1 ? [{ chunk: chunk.subarray(1), at }, ...rest] : rest;
    });
  }

  #again(ms: number, first = () => {}): void {
    this.#timer = setTimeout(() => {
      if (this.#rules.mode().kind !== "stalled") first();
      this.flow();
    }, ms);
  }

  #pass(chunk: Buffer | undefined): void {
    if (this.#to.destroyed) return;
    if (chunk) this.#to.write(chunk);
    else this.#to.end();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#queue = [];
  }
}
