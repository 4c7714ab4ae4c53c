/** The environment, or a part of one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Every setting that is missing or wrong, so that they can be put right in one go. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `the configuration has ${problems.length} problem${problems.length === 1 ? "" : "s"}:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
    );
    this.problems = problems;
  }
}

/**
 * Reads typed settings. Each reader takes the variable's name and, where the setting is optional, a
 * default; an empty value counts as absent. A problem is noted and a placeholder answered, so that reading
 * goes on and `readSettings` can report all problems together.
 */
export class SettingsReader {
  readonly #env: Environment;
  readonly problems: string[] = [];

  constructor(env: Environment) {
    this.#env = env;
  }

  /** The trimmed value, or undefined when absent or empty. */
  optional(name: string): string | undefined {
    return this.#env[name]?.trim() || undefined;
  }

  text(name: string, fallback?: string): string {
    const value = this.optional(name) ?? fallback;
    return value ?? this.#problem(`${name} is missing`, "");
  }

  integer(name: string, range: { min: number; max: number }, fallback?: number): number {
    const text = this.optional(name);
    if (text === undefined && fallback !== undefined) return fallback;
    if (text === undefined) return this.#problem(`${name} is missing`, range.min);
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    return value >= range.min && value <= range.max
      ? value
      : this.#problem(`${name} must be a whole number from ${range.min} to ${range.max}`, range.min);
  }

  boolean(name: string, fallback: boolean): boolean {
    const text = this.optional(name)?.toLowerCase();
    if (text === undefined) return fallback;
    if (["true", "1", "yes", "on"].includes(text)) return true;
    if (["false", "0", "no", "off"].includes(text)) return false;
    return this.#problem(`${name} must be true or false`, fallback);
  }

  choice<const T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const text = this.optional(name);
    if (text === undefined) return fallback;
    const found = choices.find((choice) => choice === text);
    return found ?? this.#problem(`${name} must be one of ${choices.join(", ")}`, fallback);
  }

  /** An absolute URL of one of the protocols given (without colon), as written. */
  url(name: string, protocols: readonly string[], fallback?: string): string {
    const text = this.text(name, fallback);
    if (!text) return text;
    return this.#isUrl(text, protocols)
      ? text
      : this.#problem(`${name} must be a ${protocols.join(" or ")} address`, text);
  }

  optionalUrl(name: string, protocols: readonly string[]): string | undefined {
    return this.optional(name) === undefined ? undefined : this.url(name, protocols);
  }

  /** Comma-separated values, trimmed, without empty ones. */
  list(name: string): string[] {
    return (this.optional(name) ?? "")
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
  }

  /** A value that `parse` understands; what it throws becomes the problem's text. */
  parsed<T>(name: string, parse: (text: string) => T, fallback: string): T {
    const text = this.optional(name) ?? fallback;
    try {
      return parse(text);
    } catch (error) {
      this.problem(`${name}: ${(error as Error).message}`);
      return parse(fallback);
    }
  }

  /** Notes a problem that concerns several settings. */
  problem(message: string): void {
    this.problems.push(message);
  }

  #isUrl(text: string, protocols: readonly string[]): boolean {
    return URL.canParse(text) && protocols.includes(new URL(text).protocol.slice(0, -1));
  }

  #problem<T>(message: string, placeholder: T): T {
    this.problem(message);
    return placeholder;
  }
}

/** Runs `read` over the environment; throws a `SettingsError` naming every problem at once. */
export const readSettings = <T>(env: Environment, read: (reader: SettingsReader) => T): T => {
  const reader = new SettingsReader(env);
  const settings = read(reader);
  if (reader.problems.length > 0) throw new SettingsError(reader.problems);
  return settings;
};
