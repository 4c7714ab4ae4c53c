import { deliveryEvents, deliveryStates, deliveryTransition, maxResends } from "@billpost/domain/delivery";
import { invoiceStates, invoiceTransitions } from "@billpost/domain/invoice-state";

/** One arrow of a diagram: what leads from one state to another. */
interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** Mermaid's state diagram, an arrow for each pair of states with all that leads from one to the other. */
const stateDiagram = (initial: string, arrows: readonly Arrow[], final: readonly string[]): string => {
  const pairs = Map.groupBy(arrows, ({ from, to }) => `${from} --> ${to}`);
  return [
    "stateDiagram-v2",
    `  [*] --> ${initial}`,
    ...[...pairs].map(([pair, members]) => `  ${pair}: ${members.map(({ label }) => label).join(", ")}`),
    ...final.map((state) => `  ${state} --> [*]`),
  ].join("\n");
};

const invoiceDiagram = (): string =>
  stateDiagram(
    "issued",
    invoiceStates.flatMap((from) =>
      invoiceTransitions[from].map(({ to, when }) => ({ from, to, label: when })),
    ),
    invoiceStates.filter((state) => invoiceTransitions[state].length === 0),
  );

/** Asked of the machine itself for every state, event and count of resends; events that change nothing are left out. */
const deliveryDiagram = (): string => {
  const arrows = deliveryStates.flatMap((from) =>
    deliveryEvents.flatMap((event): Arrow[] => {
      const [fresh, resent] = [0, maxResends].map(
        (resends) => deliveryTransition({ state: from, resends }, event)?.to,
      );
      const to = (state: string | undefined, note: string): Arrow[] =>
        state === undefined || state === from ? [] : [{ from, to: state, label: `${event}${note}` }];
      return fresh === resent
        ? to(fresh, "")
        : [...to(fresh, " (no resend yet)"), ...to(resent, " (resent before)")];
    }),
  );
  const moving = new Set(arrows.map(({ from }) => from));
  return stateDiagram(
    "pending",
    arrows,
    deliveryStates.filter((state) => !moving.has(state)),
  );
};

const diagrams: Readonly<Record<string, () => string>> = {
  invoice: invoiceDiagram,
  delivery: deliveryDiagram,
};

/** What stands between `<!-- diagram: name -->` and `<!-- end of diagram -->`. */
const block = /<!-- diagram: (\w+) -->[\s\S]*?<!-- end of diagram -->/g;

/** A page with its diagrams drawn from the code's own tables. Throws for a name that is none. */
export const drawDiagrams = (page: string): string =>
  page.replaceAll(block, (_, name: string) => {
    const draw = diagrams[name];
    if (!draw) throw new Error(`there is no diagram named ${name}`);
    return `<!-- diagram: ${name} -->\n\n\`\`\`mermaid\n${draw()}\n\`\`\`\n\n<!-- end of diagram -->`;
  });
