import { relative } from "node:path";
import type { LocalConfig } from "./config.ts";
import type { RunningStack } from "./stack.ts";
import { developmentKey } from "./database-setup.ts";
import { rows, title } from "./terminal.ts";

/** What a newcomer needs to know when everything runs. */
export function startBlock(config: LocalConfig, running: RunningStack, seconds: string): string {
  const { addresses, databaseUrl } = running;
  return [
    "",
    title(`Billpost is ready (${seconds})`),
    "",
    rows([
      ["API", addresses.api],
      ["Console", `${addresses.api}/console${apiKeyHint(config)}`],
      ["OpenAPI", `${addresses.api}/docs`],
      ["Inbox", `${addresses.ses}${given(config.sesEndpoint)}`],
      ["S3", `${addresses.s3}, bucket ${config.bucket}${given(config.s3Endpoint)}`],
      ["Database", `${shown(databaseUrl, config)}${given(config.databaseUrl)}`],
      ["Data", `${relative(process.cwd(), config.dataDir) || "."} (delete it to begin anew)`],
      ["Logs", `${relative(process.cwd(), config.dataDir) || "."}/logs`],
    ]),
    "",
    "  Place an order, then look into the inbox:",
    "",
    curl(config, addresses.api),
    "",
    "  Ctrl-C stops everything.",
    "",
  ].join("\n");
}

/** The embedded database's key is no secret; one that a user names is. */
const apiKeyHint = ({ databaseUrl }: LocalConfig): string =>
  databaseUrl ? " (sign in with an operator's key)" : `  (sign in with ${developmentKey})`;

const given = (address: string | undefined): string => (address ? " (given, not started here)" : "");

/** The embedded database's address can be pasted into psql; a given one may hold a real password. */
function shown(url: string, { databaseUrl }: LocalConfig): string {
  if (!databaseUrl) return url;
  const address = new URL(url);
  address.password &&= "***";
  return address.href;
}

function curl({ apiKey = "$BILLPOST_KEY" }: LocalConfig, api: string): string {
  return [
    `  curl -i ${api}/api/orders \\`,
    `    -H "Authorization: Bearer ${apiKey}" \\`,
    `    -H "Content-Type: application/json" \\`,
    `    -d '{"customerId":1,"items":[{"productId":1,"quantity":2}]}'`,
  ].join("\n");
}
