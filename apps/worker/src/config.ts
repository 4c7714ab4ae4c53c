import { hostname } from "node:os";
import type { SendRate } from "@billpost/db/send-rate";
import type { ConfiguredSeller, InvoiceProfile } from "@billpost/domain/invoice-building";
import { isEmail } from "@billpost/domain/email";
import { invoicePrefixPattern } from "@billpost/domain/invoice-numbering";
import type { RetryPolicy } from "@billpost/domain/work";
import { type Environment, readSettings, type SettingsReader } from "@billpost/runtime/settings";
import {
  type AwsSettings,
  type LogLevel,
  readAws,
  readDatabaseUrl,
  readLogLevel,
  readS3,
  readTimeZone,
  type S3Settings,
} from "@billpost/runtime/shared-settings";

interface MailSettings {
  /** Absent: AWS itself. */
  readonly endpoint: string | undefined;
  readonly fromName: string;
  readonly fromEmail: string;
  /** Where answers go; absent: to the sender. */
  readonly replyTo: string | undefined;
  /** Addresses (`a@b.example`) and domains (`@b.example`) that may be written to; empty: all. */
  readonly allowlist: readonly string[];
  /** Gets what others would have got. */
  readonly redirectTo: string | undefined;
  /** With it SES publishes what becomes of each message. */
  readonly configurationSet: string | undefined;
  readonly timeoutMs: number;
  /** Of all workers together; undefined: no limit of ours. */
  readonly rate: SendRate | undefined;
}

interface SeriesConfig {
  readonly prefix: string;
  readonly startNumber: number;
}

export interface WorkerConfig {
  readonly host: string;
  readonly port: number;
  readonly machine: string;
  readonly logLevel: LogLevel;
  readonly database: {
    readonly url: string;
    readonly poolSize: number;
    readonly statementTimeoutMs: number;
    readonly lockTimeoutMs: number;
  };
  readonly aws: AwsSettings;
  readonly s3: S3Settings & { readonly timeoutMs: number };
  readonly mail: MailSettings;
  readonly invoicing: {
    readonly seller: ConfiguredSeller;
    readonly profile: InvoiceProfile;
    readonly timeZone: string;
    readonly padding: number;
    readonly invoices: SeriesConfig;
    readonly creditNotes: SeriesConfig;
  };
  readonly render: {
    readonly pages: number;
    readonly timeoutMs: number;
    readonly chromePath: string | undefined;
    readonly searchPath: string | undefined;
    readonly cacheDir: string;
    readonly profileRoot: string;
    readonly sandbox: "auto" | boolean;
  };
  readonly templates: {
    readonly dir: string | undefined;
    readonly logoPath: string | undefined;
    readonly accent: string | undefined;
  };
  readonly concurrency: number;
  readonly deliveryAttempts: number;
  readonly retry: RetryPolicy;
  /** How long jobs that are done are kept, in days; 0: for good. */
  readonly jobHistoryDays: number;
  /** From the signal to the end of the process. */
  readonly shutdownGraceMs: number;
}

const readSeller = (env: SettingsReader): ConfiguredSeller => {
  const countryCode = env.optional("SELLER_COUNTRY");
  if (countryCode !== undefined && !/^[A-Z]{2}$/.test(countryCode))
    env.problem("SELLER_COUNTRY must be an ISO 3166-1 code of two capital letters, such as FR");
  const email = env.optional("SELLER_EMAIL");
  if (email !== undefined && !isEmail(email)) env.problem("SELLER_EMAIL must be an email address");
  const address = {
    line1: env.optional("SELLER_ADDRESS_LINE1"),
    line2: env.optional("SELLER_ADDRESS_LINE2"),
    postalCode: env.optional("SELLER_POSTAL_CODE"),
    city: env.optional("SELLER_CITY"),
    region: env.optional("SELLER_REGION"),
    countryCode,
  };
  const given = Object.entries(address).filter(([, part]) => part !== undefined);
  return {
    name: env.text("BUSINESS_NAME"),
    address: Object.fromEntries(given),
    vatId: env.optional("SELLER_VAT_ID") ?? null,
    email: email ?? null,
  };
};

const readPrefix = (env: SettingsReader, name: string, fallback: string): string => {
  const prefix = env.text(name, fallback);
  if (!invoicePrefixPattern.test(prefix))
    env.problem(`${name} must be 1 to 20 capital letters, digits and dashes`);
  return prefix;
};

const readInvoicing = (env: SettingsReader): WorkerConfig["invoicing"] => {
  const number = { min: 1, max: 10 ** 12 };
  const invoices = {
    prefix: readPrefix(env, "INVOICE_PREFIX", "INV"),
    startNumber: env.integer("INVOICE_START_NUMBER", number, 1),
  };
  const creditNotes = {
    prefix: readPrefix(env, "CREDIT_NOTE_PREFIX", "CN"),
    startNumber: env.integer("CREDIT_NOTE_START_NUMBER", number, 1),
  };
  if (invoices.prefix === creditNotes.prefix)
    env.problem("INVOICE_PREFIX and CREDIT_NOTE_PREFIX must differ: a number names one document");
  return {
    seller: readSeller(env),
    profile: env.choice("INVOICE_PROFILE", ["basic", "eu"], "basic"),
    timeZone: readTimeZone(env),
    padding: env.integer("INVOICE_NUMBER_PADDING", { min: 1, max: 12 }, 6),
    invoices,
    creditNotes,
  };
};

/** SES gives 14 a second to an account that has left the sandbox; an inbox of one's own has no such limit. */
const readSendRate = (env: SettingsReader): SendRate | undefined => {
  const fallback = env.optional("SES_ENDPOINT") ? 0 : 14;
  const perSecond = env.integer("SES_SENDS_PER_SECOND", { min: 0, max: 10_000 }, fallback);
  const freshPercent = env.integer("SES_FRESH_SHARE_PERCENT", { min: 0, max: 95 }, 30);
  return perSecond === 0 ? undefined : { perSecond, freshShare: freshPercent / 100 };
};

const readMail = (env: SettingsReader): MailSettings => {
  const address = (name: string, value: string | undefined) => {
    if (value !== undefined && value !== "" && !isEmail(value))
      env.problem(`${name} must be one email address`);
  };
  const fromEmail = env.text("FROM_EMAIL");
  const replyTo = env.optional("SELLER_EMAIL");
  const redirectTo = env.optional("EMAIL_REDIRECT_TO");
  address("FROM_EMAIL", fromEmail);
  address("EMAIL_REDIRECT_TO", redirectTo);
  const allowlist = env.list("EMAIL_ALLOWLIST").map((entry) => entry.toLowerCase());
  for (const entry of allowlist)
    if (!isEmail(entry.startsWith("@") ? `someone${entry}` : entry))
      env.problem("EMAIL_ALLOWLIST must list addresses (a@shop.example) and domains (@shop.example)");
  return {
    endpoint: env.optionalUrl("SES_ENDPOINT", ["http", "https"]),
    fromName: env.text("BUSINESS_NAME", ""),
    fromEmail,
    replyTo,
    allowlist,
    redirectTo,
    configurationSet: env.optional("SES_CONFIGURATION_SET"),
    timeoutMs: env.integer("SES_TIMEOUT_MS", { min: 100, max: 60_000 }, 10_000),
    rate: readSendRate(env),
  };
};

/** Where no events of SES are heard, nothing can settle a lost reply, and there is little to wait for. */
const settleSeconds = (env: SettingsReader): number => (env.optional("SES_CONFIGURATION_SET") ? 300 : 20);

const readRetry = (env: SettingsReader): RetryPolicy => ({
  baseMs: env.integer("RETRY_BASE_MS", { min: 10, max: 600_000 }, 1_000),
  maxMs: env.integer("RETRY_MAX_SECONDS", { min: 1, max: 86_400 }, 14_400) * 1000,
  throttleMs: env.integer("THROTTLE_BASE_MS", { min: 10, max: 600_000 }, 1_000),
  throttleMaxMs: 60_000,
  ambiguous: env.choice("AMBIGUOUS_POLICY", ["resend", "hold"], "resend"),
  settleMs: env.integer("AMBIGUOUS_SETTLE_SECONDS", { min: 0, max: 86_400 }, settleSeconds(env)) * 1000,
  quarantineAfter: env.integer("QUARANTINE_AFTER_CRASHES", { min: 1, max: 1_000 }, 3),
});

const readSandbox = (env: SettingsReader): "auto" | boolean => {
  const choice = env.choice("CHROME_SANDBOX", ["auto", "true", "false"], "auto");
  return choice === "auto" ? "auto" : choice === "true";
};

/** The worker's settings; throws a `SettingsError` with every problem. The only place here that reads the environment. */
export const readWorkerConfig = (environment: Environment = process.env): WorkerConfig =>
  readSettings(environment, (env) => {
    const milliseconds = { min: 100, max: 600_000 };
    const pages = env.integer("RENDER_PAGES", { min: 1, max: 32 }, 2);
    const concurrency = env.integer("WORKER_CONCURRENCY", { min: 1, max: 64 }, 8);
    const cacheDir = env.text("CHROME_CACHE_DIR", ".billpost/chrome");
    return {
      host: env.text("HOST", "127.0.0.1"),
      port: env.integer("WORKER_PORT", { min: 0, max: 65_535 }, 3001),
      machine: hostname(),
      logLevel: readLogLevel(env),
      database: {
        url: readDatabaseUrl(env),
        poolSize: env.integer("DATABASE_POOL_SIZE", { min: 2, max: 200 }, concurrency + 2),
        statementTimeoutMs: env.integer("DATABASE_STATEMENT_TIMEOUT_MS", milliseconds, 15_000),
        lockTimeoutMs: env.integer("DATABASE_LOCK_TIMEOUT_MS", milliseconds, 10_000),
      },
      aws: readAws(env),
      s3: { ...readS3(env), timeoutMs: env.integer("S3_TIMEOUT_MS", milliseconds, 15_000) },
      mail: readMail(env),
      invoicing: readInvoicing(env),
      render: {
        pages,
        timeoutMs: env.integer("RENDER_TIMEOUT_MS", milliseconds, 15_000),
        chromePath: env.optional("PUPPETEER_EXECUTABLE_PATH"),
        searchPath: env.optional("PATH"),
        cacheDir,
        profileRoot: env.text("CHROME_PROFILE_ROOT", `${cacheDir}/profiles`),
        sandbox: readSandbox(env),
      },
      templates: {
        dir: env.optional("TEMPLATE_DIR"),
        logoPath: env.optional("LOGO_PATH"),
        accent: env.optional("ACCENT_COLOR"),
      },
      concurrency,
      deliveryAttempts: env.integer("DELIVERY_ATTEMPTS", { min: 1, max: 50 }, 12),
      retry: readRetry(env),
      jobHistoryDays: env.integer("JOB_HISTORY_DAYS", { min: 0, max: 36_500 }, 90),
      shutdownGraceMs: env.integer("SHUTDOWN_GRACE_SECONDS", { min: 1, max: 600 }, 25) * 1000,
    };
  });
