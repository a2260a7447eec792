// Turns, codes, the client's state and asides, built as the server's pages show them.

const byId = (id) => document.getElementById(id);

function make(tag, className, textContent = "", more = {}) {
  return Object.assign(document.createElement(tag), { className, textContent, ...more });
}

export const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

export function turnItem(side, name, id) {
  const item = spoken("li", `turn ${side}`, name);
  item.dataset.turn = id;
  return item;
}

export function spoken(tag, className, name) {
  const item = make(tag, className);
  item.append(make("span", "name", name), make("p", "said", "", { dir: "auto" }));
  return item;
}

// What the trainee wrote, if anything, and the room's answer.
export function asideItem(kind, id, asked, said, words) {
  const item = make("li", kind === "hint" ? "aside hint" : "aside");
  item.dataset.aside = id;
  item.append(make("span", "name", words[kind]));
  if (asked) item.append(make("p", "small soft", `${words.you}: ${asked}`, { dir: "auto" }));
  item.append(make("p", "", said));
  return item;
}

export function ownTurn({ turn_id, text, codes, waits, to, state }, words) {
  const item = turnItem("counsellor", to.length ? fill(words.youTo, { names: to.join(words.and) }) : words.you, turn_id);
  const said = item.querySelector(".said");
  said.classList.toggle("waits", waits);
  said.append(...(waits ? [words.waits] : markedWords(text, codes)));
  if (codes.length) item.append(chips(codes, turn_id, words));
  if (state) item.append(stateItem(state, words));
  const again = byId("again-template")?.content.firstElementChild.cloneNode(true);
  if (again) {
    again.action = again.getAttribute("action").replace("/turns/0/", `/turns/${turn_id}/`);
    item.append(again);
  }
  return item;
}

function stateItem({ gauges, why }, words) {
  const box = make("div", "state");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", words.state);
  const list = make("ul", "gauges");
  for (const { label, value, top, shown, was, trend } of gauges) {
    const row = make("li", trend);
    const meter = make("meter", "", "", { min: 0, max: top, value });
    meter.setAttribute("aria-label", label);
    row.append(make("span", "label", label), meter);
    if (was) row.append(make("small", "was num", fill(words.was, { figure: was })));
    row.append(make("span", "now num", shown));
    list.append(row);
  }
  box.append(list, ...why.map((reason) => make("p", "why", reason)));
  return box;
}

// Offsets count characters as the server does (code points), not UTF-16 units.
function markedWords(text, codes) {
  const letters = Array.from(text);
  const parts = [];
  let at = 0;
  const numbered = codes.map((code, index) => ({ ...code, n: index + 1, family: code.sure ? code.family : "unsure" })).sort((a, b) => a.start - b.start);
  for (const { start, end, n, family } of numbered) {
    if (start < at || end > letters.length) continue;
    const mark = make("mark", family, letters.slice(start, end).join(""));
    mark.dataset.n = n;
    parts.push(letters.slice(at, start).join(""), mark);
    at = end;
  }
  return [...parts, letters.slice(at).join("")];
}

function chips(codes, turnId, words) {
  const list = make("ul", "chips");
  list.setAttribute("aria-label", words.codes);
  codes.forEach((code, index) => {
    const item = byId("chip-template").content.cloneNode(true);
    const chip = item.querySelector(".chip");
    const tip = item.querySelector(".tip");
    chip.classList.add(code.sure ? code.family : "unsure");
    chip.dataset.n = index + 1;
    chip.querySelector(".letter").textContent = code.sure ? code.letter : "?";
    chip.querySelector(".label").textContent = code.sure ? code.label : words.notSure;
    chip.querySelector(".perhaps").hidden = code.sure;
    chip.querySelector(".perhaps").textContent = code.sure ? "" : ` ${fill(words.perhaps, { code: code.label.toLowerCase() })}`;
    tip.id = `tip-${turnId}-${index + 1}`;
    chip.setAttribute("aria-describedby", tip.id);
    tip.querySelector("b").textContent = code.label;
    tip.querySelector(".meaning").textContent = `: ${code.meaning}.`;
    tip.querySelector("q").textContent = code.quote;
    const percent = Math.min(99, Math.round(code.probability * 100));
    tip.querySelector("small").textContent = fill(code.sure ? words.sure : words.tooLittle, { percent });
    list.append(item);
  });
  return list;
}
