// Rows that are selected, and the bar that says what can be done with them.
let lastBox;

const boxes = () => [...document.querySelectorAll("table.rows input[name=ids]")];
export const selectedCount = () => document.querySelectorAll("table.rows input[name=ids]:checked").length;

const tell = () => {
  const count = selectedCount();
  const bar = document.querySelector("#bulk-bar");
  if (bar) bar.dataset.count = String(count);
  for (const place of document.querySelectorAll("[data-selected-count]")) place.textContent = String(count);
  const all = document.querySelector("#select-all");
  if (all) {
    all.checked = count > 0 && count === boxes().length;
    all.indeterminate = count > 0 && count < boxes().length;
  }
  for (const box of boxes()) box.closest("tr")?.classList.toggle("selected", box.checked);
  document.dispatchEvent(new CustomEvent("selection", { detail: { count } }));
};

export const clearSelection = () => {
  for (const box of boxes()) box.checked = false;
  tell();
};

export const toggleRow = (row) => {
  const box = row?.querySelector("input[name=ids]");
  if (!box) return;
  box.checked = !box.checked;
  lastBox = box;
  tell();
};

export const addSelection = () => {
  document.addEventListener("click", (event) => {
    const box = event.target instanceof Element ? event.target.closest("input[name=ids]") : null;
    if (!box) return;
    if (event.shiftKey && lastBox?.isConnected) {
      const all = boxes();
      const [from, to] = [all.indexOf(lastBox), all.indexOf(box)].toSorted((a, b) => a - b);
      for (const between of all.slice(from, to + 1)) between.checked = box.checked;
    }
    lastBox = box;
  });
  document.addEventListener("change", ({ target }) => {
    if (target.id === "select-all") for (const box of boxes()) box.checked = target.checked;
    if (target.id === "select-all" || target.name === "ids") tell();
  });
  // A page that comes back from the browser's memory may have boxes that are ticked.
  addEventListener("pageshow", tell);
};
