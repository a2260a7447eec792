// Playback: turns come one by one at reading speed, by buttons or keys; codes and state as one wishes.

const stage = document.querySelector("[data-stage]");
const turns = [...stage.querySelectorAll(".play")];
const bar = document.querySelector("[data-bar]");
const ask = document.querySelector("[data-ask]");
const speed = bar.querySelector("[data-speed]");
const codes = bar.querySelector("[data-codes]");
const stop = bar.querySelector("[data-stop]");
const button = bar.querySelector('[data-do="play"]');
const still = matchMedia("(prefers-reduced-motion: reduce)");
const WORDS_A_MINUTE = 190;

let at = 0; // turns shown
let playing = false;
let asking = false;
let timer = 0;
const revealed = new Set();

function paint(moved) {
  turns.forEach((turn, index) => {
    turn.hidden = index >= at;
    turn.classList.toggle("now", index === at - 1);
    turn.classList.toggle("open", codes.value === "shown" || (codes.value === "key" && revealed.has(index)));
  });
  ask.hidden = !asking;
  button.textContent = playing ? stage.dataset.pause : stage.dataset.play;
  const words = stage.dataset.words.replace("%(number)s", at).replace("%(count)s", turns.length);
  bar.querySelector("[data-at]").textContent = at === turns.length && !playing && at ? `${words} · ${stage.dataset.end}` : words;
  bar.querySelector('[data-do="back"]').disabled = at <= 1;
  bar.querySelector('[data-do="next"]').disabled = at >= turns.length;
  if (!moved) return;
  const shown = asking ? ask : turns[at - 1];
  shown?.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
}

function wait() {
  clearTimeout(timer);
  if (!playing) return;
  const words = Number(turns[at - 1]?.dataset.wordsToRead ?? 0);
  timer = setTimeout(onward, (900 + (words * 60000) / WORDS_A_MINUTE) / Number(speed.value));
}

// Before a counsellor turn the class may be asked first; whoever goes on sees what was said.
function onward() {
  const next = turns[at];
  if (!next) return pause();
  if (stop.checked && !asking && at && next.classList.contains("counsellor")) {
    asking = true;
    return pause();
  }
  asking = false;
  at += 1;
  if (at === turns.length) playing = false;
  paint(true);
  wait();
}
function pause() {
  playing = false;
  clearTimeout(timer);
  paint(true);
}
function back() {
  if (asking) asking = false;
  else at = Math.max(1, at - 1);
  pause();
}
function reveal() {
  if (codes.value === "key") revealed[revealed.has(at - 1) ? "delete" : "add"](at - 1);
  else codes.value = codes.value === "shown" ? "hidden" : "shown";
  paint(false);
}
function faster(by) {
  speed.selectedIndex = Math.min(speed.options.length - 1, Math.max(0, speed.selectedIndex + by));
  wait();
}
const doing = {
  play() {
    if (playing) return pause();
    if (at === turns.length && !asking) at = 0;
    playing = true;
    onward();
  },
  next() {
    const on = playing;
    onward();
    if (on && !playing && !asking) paint(false);
  },
  back,
  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.();
  },
};
const keys = {
  " ": doing.play,
  ArrowRight: doing.next,
  ArrowLeft: doing.back,
  "+": () => faster(1),
  "=": () => faster(1),
  "-": () => faster(-1),
  c: reveal,
  f: doing.full,
  s: () => (stop.checked = !stop.checked),
  Home() {
    at = 1;
    asking = false;
    pause();
  },
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const inside = event.target.closest("select, input, summary, a, button");
  if (inside && (key === " " || inside.matches("select, input"))) return;
  if (!keys[key]) return;
  event.preventDefault();
  keys[key]();
});
bar.addEventListener("click", (event) => doing[event.target.closest("[data-do]")?.dataset.do]?.());
speed.addEventListener("change", wait);
codes.addEventListener("change", () => paint(false));
document.addEventListener("fullscreenchange", () => document.body.classList.toggle("full", Boolean(document.fullscreenElement)));

if (turns.length) {
  document.body.classList.add("live");
  bar.hidden = false;
  at = 1;
  paint(false);
}
