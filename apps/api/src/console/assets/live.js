// Keeps a page up to date: the server says that something changed, and the page loads itself again, in place.
import { selectedCount } from "./selection.js";

const atMostEveryMs = 1_500;

/** Why the page must not change under somebody's hands now; undefined: it may. */
const reasonToPause = (dialog, edited) => {
  const selected = selectedCount();
  if (selected > 0) return `Paused: ${selected} selected`;
  if (dialog?.open || document.querySelector("#page details.confirm[open]"))
    return "Paused: a question is open";
  if (edited()) return "Paused: you are editing";
  return undefined;
};

export const listenForChanges = (htmx, { dialog, tellTime }) => {
  const page = document.querySelector("#page");
  let source;
  // Until it is known to be lost: a word that changes at every page would only distract.
  let connected = true;
  // The session ended while somebody was writing: the page stays, for what is written on it.
  let over = false;
  let missed = 0;
  let last = 0;
  let due;
  let loading = false;
  const touched = new Set();
  const edited = () => [...touched].some((form) => form.isConnected);

  const isLive = () => page.hasAttribute("data-live");
  const show = () => {
    const state = document.querySelector("#live-state");
    const word = state?.querySelector(".live-word");
    if (!state || !word) return;
    const paused = reasonToPause(dialog, edited);
    const text = over
      ? "Signed out"
      : !connected
        ? "Connecting…"
        : paused
          ? missed > 0
            ? `${paused} · it changed`
            : paused
          : "Live";
    state.dataset.state = over || !connected ? "lost" : paused ? "paused" : "on";
    if (word.textContent !== text) word.textContent = text;
  };

  const load = async () => {
    due = undefined;
    if (loading || reasonToPause(dialog, edited)) return show();
    loading = true;
    last = Date.now();
    missed = 0;
    try {
      await htmx.ajax("GET", location.pathname + location.search, {
        target: "#page",
        select: "#page",
        swap: "outerMorph",
        // A page that is gone, or a server that is away, must not take the place of what is shown.
        push: "false",
      });
    } finally {
      loading = false;
      tellTime();
      show();
    }
  };
  const changed = () => {
    if (!isLive()) return;
    missed += 1;
    due ??= setTimeout(load, Math.max(0, last + atMostEveryMs - Date.now()));
    show();
  };

  const close = () => {
    source?.close();
    source = undefined;
  };
  const signedOut = () => {
    if (!reasonToPause(dialog, edited)) return location.reload();
    over = true;
    close();
    show();
  };
  const open = () => {
    if (source || over || !isLive() || document.hidden) return;
    source = new EventSource("/console/live");
    source.addEventListener("hello", () => {
      connected = true;
      show();
    });
    source.addEventListener("changed", changed);
    source.addEventListener("signed-out", signedOut);
    source.addEventListener("error", () => {
      connected = false;
      show();
      // A reply that is no stream ends it for good: the session is over, or there are too many.
      if (source?.readyState === EventSource.CLOSED) {
        close();
        fetch(location.href, { method: "HEAD", headers: { "hx-request": "true" } })
          .then(({ status }) => (status === 401 ? signedOut() : undefined))
          .catch(() => undefined);
        setTimeout(open, 5_000);
      }
    });
  };

  // A browser opens six connections to a server: pages that nobody sees leave theirs to others.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return close();
    open();
    changed();
  });
  document.addEventListener("input", ({ target }) => {
    const form = target.form ?? target.closest?.("form");
    if (form?.matches("form.act")) touched.add(form);
    show();
  });
  document.addEventListener("submit", ({ target }) => touched.delete(target));
  // It does not bubble.
  document.addEventListener(
    "toggle",
    () => {
      show();
      if (missed > 0) changed();
    },
    true,
  );
  document.addEventListener("change", show);
  document.addEventListener("selection", () => {
    show();
    if (missed > 0) changed();
  });
  dialog?.addEventListener("close", () => {
    if (missed > 0) changed();
    show();
  });
  let note;
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (ctx.target?.id !== "page") return;
    // What is put in place of the page must be the page: an error is none.
    if ((ctx.response?.status ?? 200) >= 400) event.preventDefault();
    // Somebody may have begun to write or to select while it was on its way.
    else if (reasonToPause(dialog, edited)) {
      missed += 1;
      event.preventDefault();
    }
    // What was done stays said, though only the first page tells it.
    note = document.querySelector("#main > .note");
  });
  // What was refused is still being written.
  document.addEventListener("htmx:after:swap", (event) => {
    if (note && !note.isConnected) {
      // It was read out once.
      note.removeAttribute("role");
      document.querySelector("#main")?.prepend(note);
    }
    const form = event.detail.ctx?.target?.closest?.("form.act");
    const renewed = form?.querySelector("[data-token]")?.dataset.token;
    if (renewed) for (const token of document.querySelectorAll("input[name=_token]")) token.value = renewed;
    if (form?.querySelector(".form-problem")?.childElementCount) touched.add(form);
    show();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
  show();
};
