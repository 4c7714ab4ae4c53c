// The keyboard: nothing here is the only way to do something.
import { clearSelection, selectedCount, toggleRow } from "./selection.js";

const places = {
  h: "/console",
  j: "/console/jobs",
  f: "/console/failures",
  o: "/console/orders",
  i: "/console/invoices",
  c: "/console/customers",
};

const rows = () => [...document.querySelectorAll("table.rows tbody tr")];
const current = () => document.querySelector("table.rows tr[data-current]");

const move = (by) => {
  const all = rows();
  if (all.length === 0) return;
  const before = all.indexOf(current());
  const next =
    all[Math.min(all.length - 1, Math.max(0, before === -1 ? (by > 0 ? 0 : all.length - 1) : before + by))];
  for (const row of all) delete row.dataset.current;
  next.dataset.current = "";
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("a")?.focus({ preventScroll: true });
};

const retry = () => {
  const place =
    selectedCount() > 0 ? document.querySelector("#bulk-bar") : (current() ?? document.querySelector("main"));
  place?.querySelector("[data-key=r]")?.click();
};

export const addKeyboard = ({ dialog }) => {
  let went = Number.NEGATIVE_INFINITY;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const { target } = event;
    const writing =
      target instanceof Element &&
      target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
    if (event.key === "Escape") {
      if (writing) target.blur();
      else if (!dialog?.open) clearSelection();
      return;
    }
    if (writing || dialog?.open || document.querySelector("#help")?.open) return;
    if (performance.now() - went < 1_200 && places[event.key]) {
      event.preventDefault();
      location.assign(places[event.key]);
      return;
    }
    went = Number.NEGATIVE_INFINITY;
    const keys = {
      "/": () => document.querySelector("#search")?.select(),
      "?": () => document.querySelector("#help")?.showModal(),
      j: () => move(1),
      k: () => move(-1),
      x: () => toggleRow(current()),
      r: retry,
      g: () => {
        went = performance.now();
      },
    };
    if (!Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
};
