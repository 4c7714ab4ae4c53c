/**
 * What one order costs each part, measured: processor time in ms on the machine that docs/performance.md names,
 * bytes in the database and the bucket. docs/scaling.md says where each comes from.
 */
const measured = {
  /** For an order in a group, at 64 clients. */
  orderApiMs: 0.15,
  orderPostgresMs: 0.18,
  /** For an invoice, from the claim to the note that SES took its email. */
  invoiceWorkerMs: 6.2,
  invoiceChromeMs: 9.0,
  invoicePostgresMs: 3.7,
  commitsPerInvoice: 8.0,
  /** Numbers that one series gives out, a second: its row is locked by one transaction at a time. */
  numbersPerSecond: 2_085,
  databaseKib: 14,
  pdfKib: 28,
} as const;

/** What is not measured but given by others or chosen. */
export const given = {
  /** How busy a part may be on average, so that a burst finds room. */
  busy: 0.6,
  /** Connections that an API process and a worker may open: DATABASE_POOL_SIZE, and 2 × WORKER_CONCURRENCY + 7. */
  apiConnections: 20,
  workerConnections: 23,
  /** More than one of each, so that one may fail. */
  leastProcesses: 2,
  /** Puts a second that S3 takes under one prefix, by its documentation. */
  s3PutsPerPrefix: 3_500,
  /** Messages a second that SES allows an account when it leaves the sandbox. */
  sesPerSecond: 14,
  /** The largest PostgreSQL that one can rent without thinking, in cores. */
  postgresCores: 96,
} as const;

/** What a steady rate of orders, each with its invoice and email, asks for. */
export interface Need {
  readonly ordersPerSecond: number;
  readonly apiProcesses: number;
  readonly workerProcesses: number;
  /** Cores of the workers' machines: each worker's own, and its Chrome's. */
  readonly workerCores: number;
  readonly postgresCores: number;
  readonly commitsPerSecond: number;
  readonly connections: number;
  readonly series: number;
  readonly s3Prefixes: number;
  /** Times the account's first SES rate. */
  readonly sesTimes: number;
  readonly databaseGibPerDay: number;
  readonly bucketGibPerDay: number;
  readonly fitsOnePostgres: boolean;
}

const cores = (perSecond: number, ms: number): number => (perSecond * ms) / 1000 / given.busy;
const secondsPerDay = 86_400;
const kibPerGib = 2 ** 20;

/** Answers what `ordersPerSecond` asks for. Node uses one core a process, so cores of it are processes. */
export const need = (ordersPerSecond: number): Need => {
  const processes = (ms: number) => Math.max(given.leastProcesses, Math.ceil(cores(ordersPerSecond, ms)));
  const apiProcesses = processes(measured.orderApiMs);
  const workerProcesses = processes(measured.invoiceWorkerMs);
  const postgresCores = Math.ceil(
    cores(ordersPerSecond, measured.orderPostgresMs + measured.invoicePostgresMs),
  );
  const perDay = (kib: number) => (ordersPerSecond * kib * secondsPerDay) / kibPerGib;
  const series = Math.ceil(ordersPerSecond / (measured.numbersPerSecond * given.busy));
  return {
    ordersPerSecond,
    apiProcesses,
    workerProcesses,
    workerCores: workerProcesses + Math.ceil(cores(ordersPerSecond, measured.invoiceChromeMs)),
    postgresCores,
    // A group of orders is one commit; next to the invoices' they do not count.
    commitsPerSecond: Math.round(ordersPerSecond * measured.commitsPerInvoice),
    connections: apiProcesses * given.apiConnections + workerProcesses * given.workerConnections,
    series,
    s3Prefixes: Math.ceil(ordersPerSecond / given.s3PutsPerPrefix),
    sesTimes: Math.ceil(ordersPerSecond / given.sesPerSecond),
    databaseGibPerDay: perDay(measured.databaseKib),
    bucketGibPerDay: perDay(measured.pdfKib),
    fitsOnePostgres: postgresCores <= given.postgresCores && series <= 1,
  };
};

/** Orders a second at which each part is as busy as it may be, the first to fill up first, with one of each. */
export const saturation = (): readonly { readonly part: string; readonly perSecond: number }[] =>
  [
    { part: "SES, before its rate is raised", perSecond: given.sesPerSecond },
    { part: "a worker process", perSecond: (given.busy * 1000) / measured.invoiceWorkerMs },
    {
      part: "a core of PostgreSQL",
      perSecond: (given.busy * 1000) / (measured.orderPostgresMs + measured.invoicePostgresMs),
    },
    { part: "a series of invoice numbers", perSecond: given.busy * measured.numbersPerSecond },
    { part: "S3, puts under one prefix", perSecond: given.s3PutsPerPrefix },
    { part: "an API process", perSecond: (given.busy * 1000) / measured.orderApiMs },
  ].toSorted((one, other) => one.perSecond - other.perSecond);

const whole = (value: number): string => Math.round(value).toLocaleString("en");

const rule = (columns: number): string => `| ${Array.from({ length: columns }, () => "---").join(" | ")} |`;

/** The model's two tables, as docs/scaling.md has them. */
export const tables = (rates: readonly number[] = [10, 1_000, 10_000]): string => {
  const needs = rates.map(need);
  const line = (title: string, value: (one: Need) => string) =>
    `| ${[title, ...needs.map(value)].join(" | ")} |`;
  return [
    "| part | orders a second when it is 60 % busy |",
    rule(2),
    ...saturation().map(({ part, perSecond }) => `| ${part} | ${whole(perSecond)} |`),
    "",
    line("orders a second, each with its email", (one) => whole(one.ordersPerSecond)),
    rule(needs.length + 1),
    line("API processes, a core each", (one) => whole(one.apiProcesses)),
    line("worker processes", (one) => whole(one.workerProcesses)),
    line("cores for them and their Chromes", (one) => whole(one.workerCores)),
    line("cores of PostgreSQL", (one) => whole(one.postgresCores)),
    line("commits a second", (one) => whole(one.commitsPerSecond)),
    line("connections without a pooler", (one) => whole(one.connections)),
    line("series of numbers", (one) => whole(one.series)),
    line("S3 prefixes", (one) => whole(one.s3Prefixes)),
    line("times SES' first rate", (one) => whole(one.sesTimes)),
    line("database, GiB a day", (one) => whole(one.databaseGibPerDay)),
    line("bucket, GiB a day", (one) => whole(one.bucketGibPerDay)),
    line("one PostgreSQL is enough", (one) => (one.fitsOnePostgres ? "yes" : "no")),
  ].join("\n");
};
