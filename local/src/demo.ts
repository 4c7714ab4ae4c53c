import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type LocalConfig, readLocalConfig } from "./config.ts";
import {
  DemoClient,
  type DemoProduct,
  type InboxEmail,
  sha256Of,
  type TimelineEvent,
} from "./demo-client.ts";
import { freePort } from "./ports.ts";
import { reportFailure } from "./report-failure.ts";
import { Stack } from "./stack.ts";
import { stopStackAtSignals } from "./stop-at-signal.ts";
import { runningSupervisor, type StackAddresses } from "./supervisor-lock.ts";
import { done, failed, secondsSince, TerminalEvents, title } from "./terminal.ts";

/** From order to email; a warm stack needs a second or two. In ms. */
const patience = 60_000;

/** Something that should have happened did not; the message says what. */
class DemoFailed extends Error {
  override readonly name = "DemoFailed";
}

interface DemoStack {
  readonly addresses: StackAddresses;
  readonly apiKey: string | undefined;
  /** The PDF is saved below this folder. */
  readonly dataDir: string;
}

async function run(config: LocalConfig): Promise<void> {
  const running = runningSupervisor(config.dataDir);
  if (!running) return withOwnStack(config);
  console.log(`Using the stack that runs at ${running.addresses.api}`);
  await followOrder({ ...config, addresses: running.addresses });
  console.log(`  Inbox    ${running.addresses.ses}`);
}

/** Starts a stack for this order alone, on free ports and with data that are thrown away afterwards. */
async function withOwnStack(config: LocalConfig): Promise<void> {
  console.log("No stack runs here; starting one for this demo.\n");
  const dataDir = await mkdtemp(join(tmpdir(), "billpost-demo-"));
  const [api, s3, ses, postgres, worker] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  const events = new TerminalEvents();
  const stack = new Stack({ ...config, dataDir, ports: { api, s3, ses, postgres, worker } }, events);
  stopStackAtSignals(stack, events);
  try {
    const { addresses } = await stack.start();
    await Promise.race([followOrder({ ...config, addresses }), stack.ended]);
    if (stack.isStopping) throw new DemoFailed("The demo was stopped.");
  } catch (error) {
    process.exitCode = 1;
    if (!stack.isStopping) reportDemoFailure(error, stack);
  } finally {
    await stack.stop();
    // After a failure its logs are worth more than the space.
    if (!process.exitCode) await rm(dataDir, { recursive: true, force: true });
  }
}

async function followOrder({ addresses, apiKey, dataDir }: DemoStack): Promise<void> {
  if (!apiKey) {
    throw new DemoFailed("This stack uses a database of yours: set BILLPOST_KEY to one of its keys.");
  }
  const client = new DemoClient(addresses, apiKey);
  const items = chooseItems(await client.products());
  console.log(`\n${title("An order becomes a PDF and an email")}\n`);

  const started = performance.now();
  const step = (name: string, detail: string) => console.log(done(`${name.padEnd(17)} ${detail}`, started));
  const order = await client.placeOrder(items);
  step("Order accepted", `${order.orderId}, ${order.total} ${order.currency}`);

  const event = (type: string): Promise<TimelineEvent> =>
    eventually(`${type} in the order's timeline`, async () =>
      (await client.timeline(order.orderId)).find((entry) => entry.type === type),
    );
  const { data: issued } = await event("invoice.issued");
  const number = String(issued["number"]);
  step("Invoice numbered", number);

  const { data: stored } = await event("document.stored");
  const { object, bytes } = await client.storedPdf(number);
  if (sha256Of(bytes) !== stored["sha256"]) throw new DemoFailed(`The object ${object} has other bytes.`);
  step("PDF stored", `${Math.ceil(bytes.length / 1000)} kB in S3`);

  await event("email.sent");
  step("Email sent", `to ${order.customerEmail}`);

  const email = await eventually(`an email with ${number} in the inbox`, async () =>
    (await client.inbox()).findLast((entry) => attachedPdf(entry, number) !== undefined),
  );
  if (!attachedPdf(email, number)?.equals(bytes)) {
    throw new DemoFailed("The attachment differs from the stored PDF.");
  }
  step("Email arrived", "with the same PDF, byte by byte");

  console.log(`\n  Subject  ${email.subject}`);
  console.log(`  PDF      ${relative(process.cwd(), await savePdf(dataDir, number, bytes))}`);
  console.log(`  Object   s3://${object}`);
}

/** Two of one product and one of another, as far as the stock of a well-used stack still goes. */
function chooseItems(products: readonly DemoProduct[]): { productId: number; quantity: number }[] {
  const inStock = products.filter(({ stock, archived }) => !archived && (stock === null || stock >= 2));
  const [first] = inStock;
  if (!first)
    throw new DemoFailed(
      "No product has two in stock; receive some, or begin anew with an empty data folder.",
    );
  const second = inStock.find(({ id, currency }) => id !== first.id && currency === first.currency);
  return [{ productId: first.id, quantity: 2 }, ...(second ? [{ productId: second.id, quantity: 1 }] : [])];
}

async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + patience;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline)
      throw new DemoFailed(`Waited ${patience / 1000} s for ${what} in vain.`);
    await delay(20);
  }
}

function attachedPdf({ attachments }: InboxEmail, number: string): Buffer | undefined {
  const found = attachments.find(({ filename }) => filename?.includes(number));
  return found && Buffer.from(found.content, "base64");
}

async function savePdf(dataDir: string, number: string, bytes: Buffer): Promise<string> {
  const folder = join(dataDir, "demo");
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${number}.pdf`);
  await writeFile(file, bytes);
  return file;
}

function reportDemoFailure(error: unknown, stack?: Stack): void {
  if (error instanceof DemoFailed) console.error(failed(error.message));
  else reportFailure(error, stack);
}

const started = performance.now();
try {
  await run(readLocalConfig());
  if (!process.exitCode) console.log(`\nDone in ${secondsSince(started)}.`);
} catch (error) {
  process.exitCode = 1;
  reportDemoFailure(error);
}
