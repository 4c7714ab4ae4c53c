import { startS3 } from "./s3.ts";
import { stopAtSignal } from "./stop-at-signal.ts";

const [folder = "", port = "", bucket = ""] = process.argv.slice(2);
const service = await startS3({ folder, port: Number(port), bucket });
console.log(`S3 listens on ${service.endpoint}`);
stopAtSignal(service);
