import type { LocalConfig } from "./config.ts";
import { localS3Credentials } from "./s3.ts";

export interface ServiceAddresses {
  readonly database: string;
  readonly s3: string;
  readonly ses: string;
}

/** What a shop would set in production; here everything has a value, and the user's own comes first. */
const defaults = {
  AWS_REGION: "us-east-1",
  BUSINESS_NAME: "Billpost Sample Store",
  FROM_EMAIL: "invoices@billpost.example",
  // No load balancer needs time to look away before the API stops.
  SHUTDOWN_DRAIN_SECONDS: "0",
};

/** The environment of API and worker: the user's, with the addresses of this stack. */
export function appEnvironment(config: LocalConfig, services: ServiceAddresses): NodeJS.ProcessEnv {
  const { environment, ports } = config;
  const set: NodeJS.ProcessEnv = {
    ...defaults,
    ...environment,
    // Shells that export HOST mean the machine's name; the local stack is for this machine only.
    HOST: "127.0.0.1",
    PORT: String(ports.api),
    WORKER_PORT: String(ports.worker),
    DATABASE_URL: services.database,
    S3_BUCKET: config.bucket,
    S3_ENDPOINT: services.s3,
    S3_PUBLIC_ENDPOINT: environment["S3_PUBLIC_ENDPOINT"] || services.s3,
    SES_ENDPOINT: services.ses,
  };
  if (!config.databaseUrl) {
    // These override parts of an address of the user's own, which is not in use.
    delete set["DATABASE_USERNAME"];
    delete set["DATABASE_PASSWORD"];
  }
  if (!config.s3Endpoint) {
    set["S3_PUBLIC_ENDPOINT"] = services.s3;
    set["AWS_ACCESS_KEY_ID"] = localS3Credentials.accessKeyId;
    set["AWS_SECRET_ACCESS_KEY"] = localS3Credentials.secretAccessKey;
    delete set["AWS_SESSION_TOKEN"];
    delete set["AWS_PROFILE"];
  }
  return set;
}
