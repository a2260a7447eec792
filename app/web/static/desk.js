// The desk by keyboard, on the review page and in blind coding: one utterance is the current one, keys move between
// utterances and give codes, the rubric shows the current one. Each code goes through the utterance's own form, so that
// saving, errors and the page without a script are the same thing.

const desk = document.querySelector("[data-desk]");
const place = `rollwith.desk.${desk.dataset.desk}`;
const byId = (id) => document.getElementById(id);
const all = () => [...desk.querySelectorAll(".utterance[id]")];
const selectOf = (item) => item.querySelector("select[name=code]");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const undone = [];
let current = null;
let waiting = null;
let given = null;

// ---- which one is current ---------------------------------------------------------------------------------------
function choose(item, { scroll = true, focus = true } = {}) {
  if (!item) return tell(desk.dataset.end);
  current?.classList.remove("current");
  current?.removeAttribute("aria-current");
  current = item;
  item.classList.add("current");
  item.setAttribute("aria-current", "true");
  if (focus) item.focus({ preventScroll: true });
  if (scroll) item.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  remember(item.id);
  show(item);
}

function step(by) {
  const items = all();
  const at = items.indexOf(current);
  choose(items[at < 0 ? 0 : at + by]);
}

function nextUnsure() {
  const items = all();
  const at = items.indexOf(current) + 1;
  choose([...items.slice(at), ...items.slice(0, at)].find((item) => item !== current && item.hasAttribute("data-unsure")));
}

function show(item) {
  const now = byId("now");
  now.className = `now ${[...item.classList].filter((name) => !["utterance", "current", "flash"].includes(name)).join(" ")}`;
  const codes = item.querySelector(".codes-line > span")?.cloneNode(true);
  if (codes) codes.className = "codes";
  now.replaceChildren(item.querySelector(".words").cloneNode(true), ...(codes ? [codes] : []));
  const code = selectOf(item)?.value;
  for (const button of document.querySelectorAll("button.code")) button.setAttribute("aria-pressed", String(button.dataset.code === code));
}

function remember(id) {
  try { localStorage.setItem(place, id); } catch { /* a forbidden store: one starts at the top again */ }
}

function recall() {
  try { return localStorage.getItem(place); } catch { return null; }
}

function tell(words) {
  byId("saved").textContent = words;
  byId("saved").className = "toast";
  setTimeout(() => (byId("saved").className = "vh"), 2500);
}

// ---- giving codes -----------------------------------------------------------------------------------------------
function give(code, item = current, remembered = true) {
  const select = item && selectOf(item);
  if (!select) return;
  if (select.disabled) { waiting = { id: item.id, code }; return; } // the last one is still being saved
  if (select.value === code) {
    if (remembered && "advance" in desk.dataset) return step(1);
    return tell(desk.dataset.same);
  }
  if (remembered) undone.push({ id: item.id, code: select.dataset.was ?? select.value });
  given = item.id;
  select.value = code;
  select.form.requestSubmit();
}

// What was chosen in the field itself can be undone as well.
for (const name of ["focusin", "pointerdown"]) desk.addEventListener(name, ({ target }) => {
  if (target.matches("select[name=code]")) target.dataset.was = target.value;
});
desk.addEventListener("change", ({ target }) => {
  if (!target.matches("select[name=code]")) return;
  const item = target.closest(".utterance");
  undone.push({ id: item.id, code: target.dataset.was ?? "" });
  choose(item, { scroll: false, focus: false });
});

function undo() {
  const last = undone.pop();
  const item = last && byId(last.id);
  if (!item) return tell(desk.dataset.nothing);
  choose(item);
  give(last.code, item, false);
}

document.addEventListener("swapped", (event) => {
  const fresh = event.detail;
  if (fresh.id === current?.id) {
    const byKey = given === fresh.id;
    given = null;
    if (byKey) event.preventDefault();
    choose(fresh, { scroll: false, focus: byKey });
    if (waiting?.id === fresh.id) {
      const { code } = waiting;
      waiting = null;
      give(code);
    } else if ("advance" in desk.dataset && selectOf(fresh)?.value) step(1);
  } else if (current && !current.isConnected) {
    const commented = fresh.contains(byId(current.id)); // the turn with its new comment: the keys go on from here
    if (commented) event.preventDefault();
    choose(byId(current.id), { scroll: false, focus: commented });
  }
});

// ---- keys -------------------------------------------------------------------------------------------------------
const codes = Object.fromEntries([...document.querySelectorAll("button.code")].map((button) => [button.querySelector("kbd").textContent, button.dataset.code]));
const commands = {
  j: () => step(1),
  k: () => step(-1),
  u: nextUnsure,
  z: undo,
  "?": () => (byId("keys").open ? byId("keys").close() : byId("keys").showModal()),
};
if (byId("word")) Object.assign(commands, {
  a: () => current && give(current.dataset.model),
  c: () => {
    const box = current?.closest(".turn").querySelector("[data-comment]");
    if (!box) return;
    box.open = true;
    box.querySelector("textarea").focus();
  },
  s: () => byId("summary").focus(),
  n: () => (byId("next") ? location.assign(byId("next").href) : tell(desk.dataset.end)),
});

const keys = byId("keys-on");
const stored = "rollwith.desk.keys";
try { keys.checked = localStorage.getItem(stored) !== "off"; } catch { /* they are on */ }
document.body.classList.toggle("keys-off", !keys.checked);
keys.addEventListener("change", () => {
  try { localStorage.setItem(stored, keys.checked ? "on" : "off"); } catch { /* for this page only */ }
  document.body.classList.toggle("keys-off", !keys.checked);
  tell(keys.checked ? desk.dataset.keysOn : desk.dataset.keysOff);
});

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (key === "Escape" && target.matches("textarea") && desk.contains(target) && !event.defaultPrevented) return current?.focus();
  if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.matches("textarea") && desk.contains(target)) {
    event.preventDefault();
    return target.form.requestSubmit(target.form.querySelector("button:not([formaction], [data-insert])"));
  }
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
  if (byId("keys").open && key !== "?") return;
  const arrows = target.matches(".utterance") ? { ArrowDown: commands.j, ArrowUp: commands.k } : {};
  const act = arrows[key] ?? (keys.checked ? commands[key] ?? (codes[key] && (() => give(codes[key]))) : null);
  if (!act || (event.repeat && act !== commands.j && act !== commands.k && !arrows[key])) return;
  event.preventDefault();
  act();
});

byId("keys-show").addEventListener("click", commands["?"]);
document.addEventListener("click", (event) => {
  const code = event.target.closest("button.code")?.dataset.code;
  if (code) return give(code);
  const item = event.target.closest(".utterance[id]");
  if (item && !event.target.closest("select, button, a")) choose(item, { scroll: false });
});
// a link to an utterance, such as those of the uncertain ones, or to a turn: then its first, else the next one after it
function named() {
  const place = location.hash && byId(location.hash.slice(1));
  if (!place || place.matches(".utterance")) return place || null;
  if (!place.matches(".turn")) return null;
  return all().find((item) => place.contains(item) || place.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING);
}
window.addEventListener("hashchange", () => named() && choose(named()));

// ---- the summary ------------------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-insert]");
  if (!button) return;
  event.preventDefault();
  const field = byId("summary");
  const before = field.value.slice(0, field.selectionStart);
  field.setRangeText(`${before && !/\s$/.test(before) ? " " : ""}${button.value}`, field.selectionStart, field.selectionEnd, "end");
  field.focus({ preventScroll: true });
});
window.addEventListener("beforeunload", (event) => {
  const unsaved = [...document.querySelectorAll("#summary, [data-comment] textarea")].some((field) => field.value !== field.defaultValue);
  if (unsaved && !leaving) event.preventDefault();
});
let leaving = false;
document.addEventListener("submit", (event) => (leaving = !event.defaultPrevented));

// ---- where one left ---------------------------------------------------------------------------------------------
const left = byId(recall());
if (named()) choose(named(), { focus: false, scroll: named().id === location.hash.slice(1) });
else if (!location.hash && left?.matches(".utterance")) {
  choose(left, { focus: true, scroll: false });
  left.scrollIntoView({ block: "center", behavior: "auto" });
} else if (all()[0]) choose(all()[0], { scroll: false, focus: false });
else byId("now").textContent = byId("now").dataset.empty;
