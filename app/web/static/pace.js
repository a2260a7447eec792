// The client's words at a person's pace: longer replies take longer, up to a bound; a click or Escape shows the rest.
// Screen readers get the whole from the live region at once; with reduced motion nothing is typed.

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const EACH = 34; // milliseconds for a letter, give or take
const MOST = 7000; // for a whole reply, whatever its length
const BREATH = 180; // more after a comma or a full stop

// `make` gives the element that shows the reply, `put` places it. One `hurry` may serve several writers in a row.
export function writer(make, put, hint, hurry = { on: false }) {
  let item = null;
  let rest = null;
  let whole = "";
  let shown = 0;
  let timer = 0;
  const letters = () => Array.from(whole);

  function paint() {
    const all = letters();
    item.querySelector(".said").replaceChildren(all.slice(0, shown).join(""), rest);
    rest.textContent = all.slice(shown).join("");
  }
  function step() {
    timer = 0;
    const all = letters();
    if (shown >= all.length) return;
    shown = hurry.on ? all.length : shown + 1;
    paint();
    const breath = /[.!?…,]/.test(all[shown - 1]) ? BREATH : 0;
    const pace = Math.min(1, MOST / (all.length * EACH * 1.25));
    if (shown < all.length) timer = setTimeout(step, (EACH * (0.7 + Math.random() * 0.6) + breath) * pace);
  }
  function skip(event) {
    if (event.type === "keydown" && event.key !== "Escape") return;
    hurry.on = true;
    clearTimeout(timer);
    if (item) step();
  }
  function listen(on) {
    const change = on ? "addEventListener" : "removeEventListener";
    document[change]("keydown", skip);
    item?.[change]("click", skip);
    if (item) item.title = on ? hint : "";
    if (item && !on) item.removeAttribute("title");
    item?.classList.toggle("typing", on);
  }
  return {
    restart() {
      clearTimeout(timer);
      listen(false);
      item?.remove();
      item = null;
      whole = "";
      shown = timer = 0;
    },
    add(text) {
      whole += text;
      if (!item) {
        item = make();
        rest = Object.assign(document.createElement("span"), { className: "rest" });
        put(item);
        if (!calm.matches) listen(true);
      }
      if (calm.matches) shown = letters().length;
      paint();
      if (!timer && !calm.matches) step();
    },
    async finish(turn) {
      if (item) whole = turn.text;
      else this.add(turn.text);
      if (turn.id) item.dataset.turn = turn.id;
      while (!calm.matches && shown < letters().length) {
        if (!timer) step();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      clearTimeout(timer);
      listen(false);
      item.querySelector(".said").textContent = turn.text;
    },
  };
}
