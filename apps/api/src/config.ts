import { isCurrency } from "@billpost/domain/currency";
import { readSettings, type Environment, type SettingsReader } from "@billpost/runtime/settings";
import {
  type AwsSettings,
  type LogLevel,
  parsePercent,
  readDatabaseUrl,
  readAws,
  readLogLevel,
  readS3,
  readTimeZone,
  type S3Settings,
} from "@billpost/runtime/shared-settings";
import { isTopicArn } from "./webhooks/sns-message.ts";

/** Which proxies are believed about the caller's address: none, a number of hops, or addresses and ranges. */
export type TrustProxy = boolean | number | string[];

/** What the rules of ordering depend on. */
export interface BusinessSettings {
  /** Parts per million; for products without a rate of their own. */
  readonly taxRatePpm: number;
  /** ISO 4217; for products that name none. */
  readonly currency: string;
  /** IANA; the calendar by which an order gets its year. */
  readonly timeZone: string;
}

export interface LimitSettings {
  /** Requests of one key a minute, in this process; 0: no limit. */
  readonly perKeyPerMinute: number;
  /** Refused or anonymous requests of one address a minute, in this process; 0: no limit. */
  readonly perAddressPerMinute: number;
  /** Requests being worked on at once; more are answered 503 at once. */
  readonly inFlight: number;
  /** For a request to arrive whole, in ms. */
  readonly requestTimeoutMs: number;
  /** For a request to be answered, in ms. */
  readonly handlerTimeoutMs: number;
}

/** The operators' console. */
export interface ConsoleSettings {
  /** An address of its own; absent: it is served beside the API. */
  readonly listen: { readonly host: string; readonly port: number } | undefined;
  /** How long one stays signed in, in hours. */
  readonly sessionHours: number;
}

/** How events of SES arrive. */
export interface SesEventSettings {
  /** The SNS topic that SES publishes to. */
  readonly topicArn: string;
  /** The one that messages are sent with. */
  readonly configurationSet: string;
}

export interface ApiConfig {
  readonly host: string;
  readonly port: number;
  /** Where clients reach this API; in links and in the OpenAPI document. Without a slash at the end. */
  readonly publicUrl: string;
  readonly trustProxy: TrustProxy;
  readonly logLevel: LogLevel;
  readonly database: {
    readonly url: string;
    readonly poolSize: number;
    readonly connectTimeoutMs: number;
    readonly statementTimeoutMs: number;
    readonly lockTimeoutMs: number;
  };
  readonly aws: AwsSettings;
  /** Where the worker keeps the PDFs that this API hands out. */
  readonly s3: S3Settings & { readonly timeoutMs: number };
  readonly business: BusinessSettings;
  readonly limits: LimitSettings;
  /** Absent: nothing is heard of a message after SES took it. */
  readonly sesEvents: SesEventSettings | undefined;
  /** Absent: switched off. */
  readonly console: ConsoleSettings | undefined;
  /** Between failing `/ready` and refusing connections, so that load balancers look away first, in ms. */
  readonly drainMs: number;
}

const parseTrustProxy = (text: string): TrustProxy => {
  if (/^(true|false)$/.test(text)) return text === "true";
  if (/^\d{1,2}$/.test(text)) return Number(text);
  return text.split(",").map((part) => part.trim());
};

const readBusiness = (env: SettingsReader): BusinessSettings => ({
  taxRatePpm: env.parsed("TAX_RATE_PERCENT", parsePercent, "10"),
  currency: env.parsed(
    "DEFAULT_CURRENCY",
    (code) => {
      if (!isCurrency(code)) throw new RangeError("must be an ISO 4217 code such as USD");
      return code;
    },
    "USD",
  ),
  timeZone: readTimeZone(env),
});

const readSesEvents = (env: SettingsReader): SesEventSettings | undefined => {
  const topicArn = env.optional("SES_EVENTS_TOPIC_ARN");
  const configurationSet = env.optional("SES_CONFIGURATION_SET");
  if (!topicArn) return undefined;
  if (!isTopicArn(topicArn)) env.problem("SES_EVENTS_TOPIC_ARN must be the ARN of an SNS topic");
  if (!configurationSet)
    env.problem("SES_EVENTS_TOPIC_ARN needs SES_CONFIGURATION_SET, which publishes to it");
  return { topicArn, configurationSet: configurationSet ?? "" };
};

const readConsole = (env: SettingsReader, host: string): ConsoleSettings | undefined => {
  const on = env.choice("CONSOLE", ["on", "off"], "on") === "on";
  const ownHost = env.optional("CONSOLE_HOST");
  const ownPort = env.integer("CONSOLE_PORT", { min: 0, max: 65_535 }, 0);
  const sessionHours = env.integer("CONSOLE_SESSION_HOURS", { min: 1, max: 168 }, 12);
  if (ownHost !== undefined && ownPort === 0) env.problem("CONSOLE_HOST needs CONSOLE_PORT");
  if (!on) return undefined;
  return { listen: ownPort === 0 ? undefined : { host: ownHost ?? host, port: ownPort }, sessionHours };
};

/** The API's settings; throws a `SettingsError` with every problem. The only place here that reads the environment. */
export const readApiConfig = (environment: Environment = process.env): ApiConfig =>
  readSettings(environment, (env) => {
    const host = env.text("HOST", "127.0.0.1");
    const port = env.integer("PORT", { min: 0, max: 65_535 }, 3000);
    const milliseconds = { min: 100, max: 600_000 };
    const perMinute = { min: 0, max: 10_000_000 };
    return {
      host,
      port,
      publicUrl: env.url("PUBLIC_URL", ["http", "https"], `http://localhost:${port}`).replace(/\/+$/, ""),
      trustProxy: env.parsed("TRUST_PROXY", parseTrustProxy, "false"),
      logLevel: readLogLevel(env),
      database: {
        url: readDatabaseUrl(env),
        poolSize: env.integer("DATABASE_POOL_SIZE", { min: 1, max: 500 }, 20),
        connectTimeoutMs: env.integer("DATABASE_CONNECT_TIMEOUT_MS", milliseconds, 5_000),
        statementTimeoutMs: env.integer("DATABASE_STATEMENT_TIMEOUT_MS", milliseconds, 15_000),
        lockTimeoutMs: env.integer("DATABASE_LOCK_TIMEOUT_MS", milliseconds, 10_000),
      },
      aws: readAws(env),
      s3: { ...readS3(env), timeoutMs: env.integer("S3_TIMEOUT_MS", milliseconds, 15_000) },
      business: readBusiness(env),
      limits: {
        perKeyPerMinute: env.integer("RATE_LIMIT_PER_MINUTE", perMinute, 6_000),
        perAddressPerMinute: env.integer("RATE_LIMIT_ANONYMOUS_PER_MINUTE", perMinute, 300),
        inFlight: env.integer("MAX_REQUESTS_IN_FLIGHT", { min: 1, max: 100_000 }, 500),
        requestTimeoutMs: env.integer("REQUEST_TIMEOUT_MS", milliseconds, 15_000),
        handlerTimeoutMs: env.integer("HANDLER_TIMEOUT_MS", milliseconds, 25_000),
      },
      sesEvents: readSesEvents(env),
      console: readConsole(env, host),
      drainMs: env.integer("SHUTDOWN_DRAIN_SECONDS", { min: 0, max: 20 }, 2) * 1000,
    };
  });

export interface MigrateConfig {
  /** Of the role that owns the tables. */
  readonly url: string;
  /** The role API and worker connect as, when it is another. */
  readonly appRole: string | undefined;
}

/** The settings of the migrate command: MIGRATION_DATABASE_URL, or DATABASE_URL where one role does all. */
export const readMigrateConfig = (environment: Environment = process.env): MigrateConfig =>
  readSettings(environment, (env) => ({
    url: env.optional("MIGRATION_DATABASE_URL")
      ? env.url("MIGRATION_DATABASE_URL", ["postgres", "postgresql"])
      : readDatabaseUrl(env),
    appRole: env.optional("DATABASE_APP_ROLE"),
  }));
