import { type Billpost, createBillpost } from "@billpost/client/billpost";
import { version } from "@billpost/runtime/version";
import { readApiAccess } from "./config.ts";
import { say } from "./output.ts";

/** Repetitions shorter than this go without saying. */
const worthSayingMs = 2_000;

/** The API at BILLPOST_URL with BILLPOST_KEY. */
export const connect = (): Billpost => {
  const { url, key } = readApiAccess();
  return createBillpost({
    url,
    key,
    retries: 3,
    userAgent: `billpost-cli/${version}`,
    onRetry: ({ error, waitMs }) => {
      if (waitMs >= worthSayingMs) say(`${error.message}; trying again in ${Math.round(waitMs / 1000)} s.`);
    },
  });
};
