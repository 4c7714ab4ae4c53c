import type { SettingsReader } from "./settings.ts";

/** The connection string, with DATABASE_USERNAME and DATABASE_PASSWORD put over its own parts. */
export const readDatabaseUrl = (env: SettingsReader, name = "DATABASE_URL"): string => {
  const text = env.url(name, ["postgres", "postgresql"]);
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  const username = env.optional("DATABASE_USERNAME");
  const password = env.optional("DATABASE_PASSWORD");
  if (username) url.username = encodeURIComponent(username);
  if (password) url.password = encodeURIComponent(password);
  return url.href;
};

export interface AwsSettings {
  readonly region: string;
  /** Absent: the SDK's default chain (task role, instance profile, shared files) is asked. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

export const readAws = (env: SettingsReader): AwsSettings => {
  const accessKeyId = env.optional("AWS_ACCESS_KEY_ID");
  const secretAccessKey = env.optional("AWS_SECRET_ACCESS_KEY");
  const sessionToken = env.optional("AWS_SESSION_TOKEN");
  if (Boolean(accessKeyId) !== Boolean(secretAccessKey))
    env.problem("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set both or not at all");
  return {
    region: env.text("AWS_REGION", "us-east-1"),
    // With a session token the SDK's own chain reads all three.
    credentials:
      accessKeyId && secretAccessKey && !sessionToken ? { accessKeyId, secretAccessKey } : undefined,
  };
};

export interface S3Settings {
  readonly bucket: string;
  /** Absent: AWS itself. */
  readonly endpoint: string | undefined;
  /** Where a browser reaches the same bucket; used for links only. */
  readonly publicEndpoint: string | undefined;
}

export const readS3 = (env: SettingsReader): S3Settings => {
  const endpoint = env.optionalUrl("S3_ENDPOINT", ["http", "https"]);
  return {
    bucket: env.text("S3_BUCKET"),
    endpoint,
    publicEndpoint: env.optionalUrl("S3_PUBLIC_ENDPOINT", ["http", "https"]) ?? endpoint,
  };
};

export type LogLevel = "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";

export const readLogLevel = (env: SettingsReader): LogLevel =>
  env.choice("LOG_LEVEL", ["fatal", "error", "warn", "info", "debug", "trace", "silent"], "info");

/** An IANA time zone, such as Europe/Paris. Orders are numbered and invoices dated by its calendar. */
export const readTimeZone = (env: SettingsReader): string =>
  env.parsed(
    "BUSINESS_TIME_ZONE",
    (zone) => {
      new Intl.DateTimeFormat("en", { timeZone: zone });
      return zone;
    },
    "UTC",
  );

/** A percentage with at most four decimals, as parts per million: "9.975" is 99,750. */
export const parsePercent = (text: string): number => {
  const match = /^(\d{1,3})(?:\.(\d{1,4}))?$/.exec(text);
  const ppm = match ? Number(`${match[1]}${(match[2] ?? "").padEnd(4, "0")}`) : Number.NaN;
  if (!(ppm <= 1_000_000)) throw new RangeError("must be a percentage from 0 to 100 with at most 4 decimals");
  return ppm;
};
