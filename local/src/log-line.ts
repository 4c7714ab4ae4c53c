import { styleText } from "node:util";

/** pino's numbers for the levels that catch the eye. */
const warn = 40;
export const error = 50;
export const fatal = 60;

export interface LogLine {
  /** As pino counts; lines that say nothing about it are ordinary. */
  readonly level: number;
  readonly text: string;
}

/** Reads a line of one of the stack's processes: a JSON log line of an app, PostgreSQL's own, or plain text. */
export function readLogLine(line: string): LogLine {
  const entry = line.startsWith("{") ? parseEntry(line) : undefined;
  if (entry) return { level: entry.level, text: describe(entry) };
  return { level: plainLevel(line), text: line };
}

interface Entry {
  readonly level: number;
  readonly msg?: string;
  readonly err?: { readonly type?: string; readonly message?: string; readonly stack?: string };
  readonly [key: string]: unknown;
}

function parseEntry(line: string): Entry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<Entry>;
    return typeof entry.level === "number" ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}

function describe({ level: _level, msg = "", err, ...rest }: Entry): string {
  const hidden = new Set(["time", "pid", "hostname", "service"]);
  const details = Object.entries(rest)
    .filter(([key]) => !hidden.has(key))
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const failure = err && (err.stack ?? `${err.type ?? "Error"}: ${err.message ?? ""}`);
  return [msg, ...details].filter((part) => part !== "").join(" ") + (failure ? `\n${failure}` : "");
}

/** PostgreSQL writes "2026-01-15 10:30:00.000 UTC [7] ERROR:  …"; Node's warnings and traces are plain. */
function plainLevel(line: string): number {
  if (/\] (FATAL|PANIC): /.test(line)) return fatal;
  if (/\] ERROR: /.test(line) || /^\w*Error: /.test(line)) return error;
  if (/\] WARNING: /.test(line)) return warn;
  return 30;
}

const nameWidth = 8;

/** The line as a terminal shows it: time, who, what; problems in colour. */
export function showLogLine(name: string, { level, text }: LogLine, at = new Date()): string {
  const time = at.toTimeString().slice(0, 8);
  const colour = level >= error ? "red" : level >= warn ? "yellow" : undefined;
  const shown = colour ? styleText(colour, text) : text;
  const indent = `\n${" ".repeat(8 + 1 + nameWidth + 1)}`;
  return `${styleText("dim", time)} ${styleText("cyan", name.padEnd(nameWidth))} ${shown.replaceAll("\n", indent)}`;
}
