// # or @ in a comment offers the codes; arrows choose, Enter or Tab takes one, Escape shuts the list.

const list = document.getElementById("mention-list");
const options = [...list.children];
let field = null;

function asked() {
  const before = field.value.slice(0, field.selectionStart);
  return /(?:^|\s|\()[#@]([a-z_ -]{0,30})$/i.exec(before)?.[1] ?? null;
}

function offer() {
  const words = asked()?.toLowerCase().replaceAll(/[_-]/g, " ");
  const found = words === undefined ? [] : options.filter((option) => ` ${option.dataset.label}`.includes(` ${words}`) || option.dataset.code.replaceAll("_", " ").startsWith(words));
  if (!found.length) return shut();
  for (const option of options) option.hidden = !found.includes(option);
  const box = field.getBoundingClientRect();
  list.hidden = false;
  list.style.left = `${box.left + scrollX}px`;
  list.style.top = `${box.bottom + scrollY + 4}px`;
  field.setAttribute("aria-controls", list.id);
  mark(found[0]);
}

function mark(option) {
  for (const one of options) one.setAttribute("aria-selected", String(one === option));
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function shut() {
  if (list.hidden) return;
  list.hidden = true;
  field?.removeAttribute("aria-activedescendant");
}

function take(option) {
  const at = field.selectionStart - asked().length - 1;
  field.setRangeText(`#${option.dataset.code} `, at, field.selectionStart, "end");
  shut();
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches("textarea[data-mentions]")) return;
  field = target;
  target.setAttribute("aria-autocomplete", "list");
  offer();
});
document.addEventListener("keydown", (event) => {
  if (list.hidden || event.target !== field || event.isComposing) return;
  const shown = options.filter((option) => !option.hidden);
  const at = shown.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const acts = {
    ArrowDown: () => mark(shown[(at + 1) % shown.length]),
    ArrowUp: () => mark(shown[(at + shown.length - 1) % shown.length]),
    Enter: () => take(shown[at]),
    Tab: () => take(shown[at]),
    Escape: shut,
  };
  if (!acts[event.key]) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  acts[event.key]();
}, true);
list.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("[data-code]");
  event.preventDefault(); // the field keeps the focus
  if (option) take(option);
});
document.addEventListener("focusout", ({ target }) => target === field && shut());
