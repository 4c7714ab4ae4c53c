// What pages do beyond what a browser does by itself. Every act is a form that works without this, too.
import htmx from "./htmx.js";
import { listenForChanges } from "./live.js";
import { addKeyboard } from "./keyboard.js";
import { addSelection, clearSelection } from "./selection.js";

const minute = 60_000;

const agoText = (ms) => {
  const far = Math.abs(ms);
  if (far < 5_000) return ms >= 0 ? "just now" : "now";
  const [size, unit] =
    far < minute
      ? [1_000, "s"]
      : far < 60 * minute
        ? [minute, "min"]
        : far < 1_440 * minute
          ? [60 * minute, "h"]
          : [1_440 * minute, "d"];
  const text = `${Math.floor(far / size)} ${unit}`;
  return ms >= 0 ? `${text} ago` : `in ${text}`;
};

/** Relative times go on while the page is open. */
const tellTime = () => {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const text = agoText(Date.now() - Date.parse(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
};
setInterval(tellTime, 10_000);

/** Where a browser shows no PDFs in a page, as on phones, the link takes the place of the empty frame. */
const tellOfViewer = () => {
  if (navigator.pdfViewerEnabled) return;
  for (const frame of document.querySelectorAll("iframe.paper")) frame.hidden = true;
  for (const words of document.querySelectorAll("#no-viewer")) words.hidden = false;
};
tellOfViewer();
document.addEventListener("htmx:after:swap", tellOfViewer);

/**
 * Browsers give the clipboard to pages that came over https alone, and may refuse it to these, too; then the text is
 * selected and copied.
 */
const putOnClipboard = async (text) => {
  if (
    await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    )
  )
    return;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
};

const copyText = async (button) => {
  await putOnClipboard(button.dataset.copy);
  button.focus({ preventScroll: true });
  const label = button.getAttribute("aria-label");
  button.classList.add("did");
  button.setAttribute("aria-label", "Copied");
  setTimeout(() => {
    button.classList.remove("did");
    button.setAttribute("aria-label", label);
  }, 1_500);
};

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const copy = target?.closest("[data-copy]");
  if (copy) {
    event.preventDefault();
    void copyText(copy);
    return;
  }
  const theme = target?.closest("[data-theme-choice]");
  if (theme) {
    const choice = theme.dataset.themeChoice;
    document.documentElement.dataset.theme = choice;
    document.cookie = `billpost_theme=${choice}; path=/console; max-age=31536000; samesite=strict`;
    return;
  }
  if (target?.closest("[data-open-help]")) document.querySelector("#help")?.showModal();
  if (target?.closest("[data-close-dialog]")) document.querySelector("#dialog")?.close();
  if (target?.closest("[data-clear-selection]")) clearSelection();
  // A click beside an open menu closes it.
  for (const menu of document.querySelectorAll("details.me[open]"))
    if (!target || !menu.contains(target)) menu.open = false;
  // A click into a row, beside its links, opens what the row is about.
  const row = target?.closest("tr[data-href]");
  if (
    row &&
    !target.closest("a, button, input, label, summary, time, .copyable") &&
    String(getSelection()) === ""
  )
    location.assign(row.dataset.href);
});

/** A filter leaves out of the address what it does not ask for. */
const filter = (form) => {
  const asked = [...new FormData(form)].filter(([, value]) => value !== "");
  const query = new URLSearchParams(asked).toString();
  location.assign(query === "" ? form.action : `${form.action}?${query}`);
};
document.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLSelectElement && target.form?.matches("[data-filters]")) filter(target.form);
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-filters]")) return;
  event.preventDefault();
  filter(event.target);
});

const dialog = document.querySelector("#dialog");
// The links of acts lead to a page of their own where there are no scripts; here they open the dialog.
document.addEventListener("htmx:after:swap", () => {
  const body = document.querySelector("#dialog-body");
  if (body?.childElementCount && dialog && !dialog.open) {
    dialog.showModal();
    body.querySelector("[autofocus]")?.focus();
  }
});
dialog?.addEventListener("close", () => document.querySelector("#dialog-body")?.replaceChildren());

addSelection();
addKeyboard({ dialog });
if (document.querySelector("#live-state")) listenForChanges(htmx, { dialog, tellTime });
