import { startSes } from "./ses.ts";
import { stopAtSignal } from "./stop-at-signal.ts";

const [file = "", port = ""] = process.argv.slice(2);
const service = await startSes({ file, port: Number(port) });
console.log(`The SES inbox listens on ${service.endpoint}`);
stopAtSignal(service);
