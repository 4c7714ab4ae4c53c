import type { Environment } from "@billpost/runtime/settings";
import { type LocalConfig, stackAddresses } from "./config.ts";
import { localS3Credentials } from "./s3.ts";

/** What needs no thought on a developer's machine. */
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
export function appEnvironment(config: LocalConfig, databaseUrl: string): NodeJS.ProcessEnv {
  const { ports } = config;
  const { s3, ses } = stackAddresses(config);
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
    DATABASE_URL: databaseUrl,
    S3_BUCKET: config.bucket,
    S3_ENDPOINT: s3,
    SES_ENDPOINT: ses,
  };
  if (!config.databaseUrl) {
    // These override parts of an address of the user's own, which is not in use.
    delete set["DATABASE_USERNAME"];
    delete set["DATABASE_PASSWORD"];
  }
  if (!config.s3Endpoint) {
    set["S3_PUBLIC_ENDPOINT"] = s3;
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
