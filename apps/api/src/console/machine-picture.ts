import type { DeliveryState } from "@billpost/domain/delivery";
import type { DeliveryMachine } from "@billpost/domain/operators/state-machine";

/** Where each state stands: the way of a delivery that goes well on top, detours below it, ends at the bottom. */
const places: Readonly<Record<DeliveryState, readonly [column: number, row: number]>> = {
  pending: [0, 0],
  rendering: [1, 0],
  stored: [2, 0],
  sending: [3, 0],
  sent: [4, 0],
  delivered: [5, 0],
  throttled: [2, 1],
  ambiguous: [3, 1],
  bounced: [4, 1],
  suppressed: [0, 2],
  quarantined: [1, 2],
  failed: [2, 2],
  cancelled: [3, 2],
  handled: [4, 2],
};

const box = { width: 104, height: 30, gapX: 30, gapY: 42, margin: 6 };
const left = (column: number): number => box.margin + column * (box.width + box.gapX);
const top = (row: number): number => box.margin + row * (box.height + box.gapY);

/** Ways that are always drawn; those into an end are drawn from where the delivery is. */
const isMain = (from: DeliveryState, to: DeliveryState): boolean => places[from][1] < 2 && places[to][1] < 2;

/** From side to side along a row to the neighbour, else from below or above, bent. */
const way = (from: DeliveryState, to: DeliveryState): string => {
  const [fromColumn, fromRow] = places[from];
  const [toColumn, toRow] = places[to];
  if (fromRow === toRow && toColumn === fromColumn + 1) {
    const y = top(fromRow) + box.height / 2;
    return `M${left(fromColumn) + box.width} ${y}H${left(toColumn) - 6}`;
  }
  if (fromRow === toRow) {
    const over = fromRow === 0 ? -1 : 1;
    const y = fromRow === 0 ? top(0) : top(fromRow) + box.height;
    const x1 = left(fromColumn) + box.width / 2;
    const x2 = left(toColumn) + box.width / 2;
    return `M${x1} ${y}C${x1} ${y + over * 20} ${x2} ${y + over * 20} ${x2} ${y + over * 6}`;
  }
  const down = toRow > fromRow;
  // Two ways between the same boxes, there and back, lie beside each other.
  const aside = down ? -10 : 10;
  const x1 = left(fromColumn) + box.width / 2 + aside;
  const x2 = left(toColumn) + box.width / 2 + aside;
  const y1 = down ? top(fromRow) + box.height : top(fromRow);
  const y2 = down ? top(toRow) - 6 : top(toRow) + box.height + 6;
  const bend = (y2 - y1) / 2;
  return `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
};

const tip = (id: string): string =>
  `<marker id="${id}" viewBox="0 0 8 8" refX="4" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="${id}" d="M0 .5L8 4L0 7.5z"/></marker>`;

/** The delivery's states as a picture with the present one marked; the words come from our own lists alone. */
export const machinePicture = ({ states, transitions, current }: DeliveryMachine): string => {
  const ways = [...new Map(transitions.map((step) => [`${step.from}-${step.to}`, step])).values()];
  const drawn = ways.filter(({ from, to }) => isMain(from, to) || from === current);
  const width = left(5) + box.width + box.margin;
  const height = top(2) + box.height + box.margin;
  const lines = drawn
    .toSorted((a, b) => Number(a.from === current) - Number(b.from === current))
    .map(({ from, to }) => {
      const ahead = from === current;
      return `<path class="way${ahead ? " ahead" : ""}" d="${way(from, to)}" marker-end="url(#tip${ahead ? "-ahead" : ""})"/>`;
    });
  const boxes = states.map((state) => {
    const [column, row] = places[state];
    const here = state === current;
    const reachable = drawn.some(({ from, to }) => from === current && to === state);
    return (
      `<g class="state${here ? " here" : reachable ? " next" : ""}">` +
      `<rect x="${left(column)}" y="${top(row)}" width="${box.width}" height="${box.height}" rx="6"/>` +
      `<text x="${left(column) + box.width / 2}" y="${top(row) + box.height / 2 + 4}">${state}</text></g>`
    );
  });
  return (
    `<svg class="machine" role="img" aria-label="The states of a delivery; this one is ${current}" viewBox="0 -14 ${width} ${height + 30}" width="${width}" height="${height + 30}">` +
    `<defs>${tip("tip")}${tip("tip-ahead")}</defs>${lines.join("")}${boxes.join("")}</svg>`
  );
};
