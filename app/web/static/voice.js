// Speaking one's reply and hearing the client, by the browser's own speech services. Off until somebody turns it on;
// no sound goes to the site. `hear` says lines ({ name, text }) aloud, `hush` stops.

import { draftStore } from "./draft.js";

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
const speaks = "speechSynthesis" in window && "SpeechSynthesisUtterance" in window;
const byId = (id) => document.getElementById(id);

export function voice(field, words, trouble) {
  if (!Recognition && !speaks) return { hear() {}, hush() {} };
  const store = draftStore("rollwith:voice");
  const chosen = { hear: false, speak: false, ...store.read() };
  const mic = byId("mic");
  byId("voices").hidden = false;
  offer("hear", speaks);
  offer("speak", Boolean(Recognition));

  function offer(name, possible) {
    byId(`${name}-choice`).hidden = !possible;
    const box = byId(`voice-${name}`);
    box.checked = possible && chosen[name];
    box.addEventListener("change", () => {
      chosen[name] = box.checked;
      store.write(chosen);
      show();
    });
  }
  function show() {
    mic.hidden = !(Recognition && chosen.speak);
    if (mic.hidden) stop();
    if (!chosen.hear) hush();
  }

  // ---- speaking --------------------------------------------------------------------------------------------------
  let recogniser = null;
  let before = "";
  mic.addEventListener("click", () => (recogniser ? stop() : listen()));
  function listen() {
    hush();
    before = field.value.trim();
    recogniser = new Recognition();
    Object.assign(recogniser, { lang: document.documentElement.lang || "en", continuous: true, interimResults: true });
    recogniser.onresult = ({ results }) => {
      const said = Array.from(results, (one) => one[0].transcript.trim()).join(" ");
      field.value = [before, said].filter(Boolean).join(" ");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    recogniser.onerror = ({ error }) => error !== "aborted" && trouble(words.deaf.replace("{reason}", error));
    recogniser.onend = () => listening(null);
    listening(recogniser);
    try { recogniser.start(); } catch { listening(null); }
  }
  function listening(now) {
    recogniser = now;
    mic.setAttribute("aria-pressed", String(Boolean(now)));
    mic.textContent = now ? words.stop : words.speak;
  }
  function stop() {
    if (recogniser) {
      recogniser.onresult = null;
      recogniser.abort?.();
    }
    listening(null);
  }

  // ---- hearing ---------------------------------------------------------------------------------------------------
  function hear(lines) {
    if (!speaks || !chosen.hear) return;
    hush();
    for (const { name, text } of lines) {
      const said = text.replace(/\([^)]*\)/g, " ").trim(); // what is done is not said
      if (/\p{L}/u.test(said)) speechSynthesis.speak(utterance(name, said));
    }
  }
  function utterance(name, text) {
    const one = new SpeechSynthesisUtterance(text);
    const number = Array.from(name).reduce((sum, letter) => sum + letter.codePointAt(0), 0);
    const voices = speechSynthesis.getVoices().filter(({ lang }) => lang.toLowerCase().startsWith("en"));
    one.lang = "en";
    if (voices.length) one.voice = voices[number % voices.length];
    one.pitch = 0.8 + (number % 5) * 0.1;
    one.rate = 0.95 + (number % 3) * 0.05;
    return one;
  }
  function hush() {
    if (speaks) speechSynthesis.cancel();
  }
  window.addEventListener("pagehide", hush);
  show();
  return { hear, hush() { stop(); hush(); } };
}
