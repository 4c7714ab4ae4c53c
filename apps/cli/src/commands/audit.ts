import type { Command } from "commander";
import { connect } from "../api.ts";
import { given, type ListOptions, listing, pageOf, printList } from "../listing.ts";
import { showInstant } from "../output.ts";

interface AuditOptions extends ListOptions {
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  readonly request?: string;
  readonly from?: string;
  readonly to?: string;
}

export const addAuditCommands = (program: Command): void => {
  listing(
    program
      .command("audit")
      .description("who did what, when and why")
      .command("list")
      .description("list acts, newest first; --json shows before and after"),
  )
    .option("--actor <text>", "by whom, such as key:ab12cd34ef")
    .option("--action <name>", "such as job.retried")
    .option("--target <id>", "on what, such as ORD-2026-000001")
    .option("--request <id>", "of this request")
    .option("--from <instant>", "at or after")
    .option("--to <instant>", "before")
    .action(async ({ actor, action, target, request, from, to, ...options }: AuditOptions) => {
      const query = given({
        limit: pageOf(options.limit),
        actor,
        action,
        targetId: target,
        requestId: request,
        from,
        to,
      });
      await printList(
        connect().each("/api/audit", { params: { query } }),
        options,
        ["WHEN", "WHO", "DID", "TO", "WHY"],
        (act) => [
          showInstant(act.occurredAt),
          act.actor,
          act.action,
          `${act.targetType} ${act.targetId}`,
          act.reason,
        ],
        ["TO"],
      );
    });
};
