import type { Environment } from "@billpost/runtime/settings";
import type { LocalConfig } from "./config.ts";
import { localS3Credentials } from "./s3.ts";

export interface ServiceAddresses {
  readonly database: string;
  readonly s3: string;
  readonly ses: string;
}

const defaults = {
  AWS_REGION: "us-east-1",
  // No load balancer needs time to look away before the API stops.
  SHUTDOWN_DRAIN_SECONDS: "0",
};

/** A seller with all that an invoice may have to name. Used whole or not at all: half of it would be wrong. */
const sampleSeller = {
  BUSINESS_NAME: "Northwind Supply Ltd",
  FROM_EMAIL: "billing@northwind.example",
  SELLER_ADDRESS_LINE1: "12 Harbour Street",
  SELLER_POSTAL_CODE: "D02 XY45",
  SELLER_CITY: "Dublin",
  SELLER_COUNTRY: "IE",
  SELLER_VAT_ID: "IE1234567FA",
};

/** The environment of API and worker: the user's, with the addresses of this stack. */
export function appEnvironment(config: LocalConfig, services: ServiceAddresses): NodeJS.ProcessEnv {
  const { ports } = config;
  const environment = withoutEmpty(config.environment);
  const set: NodeJS.ProcessEnv = {
    ...defaults,
    ...(describesSeller(environment) ? { FROM_EMAIL: sampleSeller.FROM_EMAIL } : sampleSeller),
    PUBLIC_URL: `http://127.0.0.1:${ports.api}`,
    ...environment,
    // Shells that export HOST mean the machine's name; the local stack is for this machine only.
    HOST: "127.0.0.1",
    PORT: String(ports.api),
    WORKER_PORT: String(ports.worker),
    DATABASE_URL: services.database,
    S3_BUCKET: config.bucket,
    S3_ENDPOINT: services.s3,
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

/** As the apps see it: a variable that is set to nothing is not set. */
const withoutEmpty = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));

const describesSeller = (environment: Environment): boolean =>
  Object.keys(environment).some((name) => name === "BUSINESS_NAME" || name.startsWith("SELLER_"));
