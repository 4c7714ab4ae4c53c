/**
 * Where SNS is for the process that is started with `--import …/sns-at.ts?origin=http://127.0.0.1:1234`: what it asks
 * of SNS over HTTPS is asked there. Everything else goes where it is sent.
 */
const origin = new URL(import.meta.url).searchParams.get("origin") ?? "";
const realFetch = globalThis.fetch;
globalThis.fetch = (input, options) => {
  const url = input instanceof URL ? input : undefined;
  return url && /^sns\.[a-z0-9-]+\.amazonaws\.com$/.test(url.hostname)
    ? realFetch(new URL(`${url.pathname}${url.search}`, origin), options)
    : realFetch(input, options);
};
