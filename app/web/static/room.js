// The room: sends a turn, shows its codes at once, then streams the client's reply.
// A turn keeps one id from its first letter until the server has confirmed it, so that nothing is lost or doubled.

import { draftStore, newId } from "./draft.js";
import { writer } from "./pace.js";
import { asideItem, fill, ownTurn, spoken, turnItem } from "./show.js";
import { voice } from "./voice.js";

const room = document.getElementById("main");
const talk = document.getElementById("talk");
const form = document.getElementById("say-form");
const { session, client } = room.dataset;
const words = JSON.parse(room.dataset.words);
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const touch = window.matchMedia("(pointer: coarse)");
const byId = (id) => document.getElementById(id);
const SILENCE = "…";

if (form) start();

function start() {
  const field = byId("text");
  const send = byId("send");
  const wait = byId("wait");
  const to = byId("to"); // only with a group
  const hint = byId("hint"); // in a mode that has hints
  const controls = [send, wait, byId("pause"), ...(hint ? [hint] : [])];
  const drafts = draftStore(`rollwith:${session}`);
  let busy = false;
  let stream = null;
  let retryTimer = 0;
  const aloud = voice(field, words, trouble);

  // ---- the draft -----------------------------------------------------------------------------------------------
  const draft = drafts.read();
  if (draft && !field.value) field.value = draft.unsaid ?? draft.text;
  byId("again-form")?.remove();
  if (!byId("trouble-words").textContent.trim() || room.dataset.due) clearTrouble();
  field.addEventListener("input", () => {
    drafts.write({ id: drafts.read()?.id ?? newId(), text: field.value, sent: false });
    grow();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || touch.matches) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (busy || !field.value.trim()) return;
    const kept = drafts.read();
    say({ id: kept?.id ?? newId(), text: field.value, to: to?.value, sent: true });
  });
  // What stands in the field is not said: it stays there for later.
  wait.addEventListener("click", (event) => {
    event.preventDefault();
    if (!busy) say({ id: newId(), text: SILENCE, to: to?.value, sent: true, unsaid: field.value });
  });

  // ---- saying --------------------------------------------------------------------------------------------------
  async function say(turn) {
    aloud.hush();
    drafts.write(turn);
    hold(true);
    clearTrouble();
    let answer;
    try {
      answer = await fetch(`/api/sessions/${session}/turns`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ text: turn.text, browser_id: turn.id, ...(turn.to ? { to: turn.to } : {}) }),
      });
    } catch {
      hold(false);
      trouble(words.unreachableKept, () => say(turn));
      return;
    }
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) return refused(answer.status, body, turn);
    if (body.pause_id) return paused(body, turn);
    confirmed(turn, body, answer.status === 201);
  }

  // ---- pausing -------------------------------------------------------------------------------------------------
  byId("pause-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!busy) rest(newId());
  });
  byId("paused").addEventListener("submit", async (event) => {
    event.preventDefault();
    if ((await tell("go-on", {}, () => byId("paused").requestSubmit())) === null) return;
    resting(false);
    toField();
  });

  async function rest(id) {
    aloud.hush();
    const aside = await tell("pause", { browser_id: id }, () => rest(id));
    if (aside) paused(aside);
  }

  // ---- hints ---------------------------------------------------------------------------------------------------
  byId("hint-form")?.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!busy) ask(newId());
  });

  async function ask(id) {
    hint.disabled = true;
    const given = await tell("hint", { browser_id: id }, () => ask(id));
    hint.disabled = false;
    if (!given) return;
    const known = talk.querySelector(`[data-aside="${given.hint_id}"]`);
    if (!known) place(asideItem("hint", given.hint_id, "", given.said, words));
    byId("hints").textContent = known ? words.noMore : given.count === 1 ? words.hintsOne : fill(words.hintsMany, { count: given.count });
    byId("announce").textContent = known ? words.noMore : given.said;
    if (!byId("paused").hidden) return;
    toField();
  }

  // To the room, not to the client: the answer's body, or null where it failed and the person has been told.
  async function tell(what, body, again) {
    clearTrouble();
    try {
      const answer = await fetch(`/api/sessions/${session}/${what}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      const told = answer.status === 204 ? {} : await answer.json();
      if (answer.ok) return told;
      trouble(told.message, answer.status === 409 ? () => location.reload() : again, answer.status === 409 ? words.show : undefined);
    } catch {
      trouble(words.unreachable, again);
    }
    return null;
  }

  // `turn`: the words that asked for the pause; they are with the room now.
  function paused({ pause_id, asked, said, open }, turn = null) {
    if (turn) {
      drafts.clear();
      if (field.value === turn.text) field.value = "";
      grow();
    }
    if (!talk.querySelector(`[data-aside="${pause_id}"]`)) place(asideItem("pause", pause_id, asked, said, words));
    byId("announce").textContent = said;
    hold(false);
    resting(open);
  }

  function resting(on) {
    byId("paused").hidden = !on;
    byId("pause-form").hidden = on;
    for (const control of [field, ...controls]) control.disabled = on && control !== hint;
    if (!on) return;
    byId("go-on").focus({ preventScroll: true });
    toEnd();
  }

  // An id that was stored before keeps its first words; where they were changed since, these stay for the next turn.
  function confirmed(turn, stored, fresh) {
    drafts.clear();
    const told = fresh || stored.text === turn.text.trim().normalize();
    if (told && turn.unsaid === undefined && field.value === turn.text) field.value = "";
    else if (field.value.trim()) drafts.write({ id: newId(), text: field.value, sent: false });
    grow();
    if (!talk.querySelector(`[data-turn="${stored.turn_id}"]`)) place(ownTurn(stored, words));
    listen(stored.turn_id);
  }

  function refused(status, body, turn) {
    hold(false);
    if (turn.unsaid === undefined) drafts.write({ ...turn, sent: false });
    else if (turn.unsaid.trim()) drafts.write({ id: newId(), text: turn.unsaid, sent: false });
    else drafts.clear();
    const told = body.message ?? words.odd;
    if (status === 401) trouble(told, () => location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`), words.signIn);
    else if (status === 409) trouble(told, () => location.reload(), words.show);
    else if (status >= 500) trouble(told, () => say(turn));
    else trouble(told);
    toField();
  }

  // ---- listening -----------------------------------------------------------------------------------------------
  function listen(turnId) {
    hold(true);
    clearTrouble();
    stream?.close();
    stream = new EventSource(`/api/sessions/${session}/turns/${turnId}/reply`);
    const reply = writer(() => turnItem("client", client, ""), place, words.whole);
    const waiting = setTimeout(() => thinking(true), 400);
    const stop = () => { clearTimeout(waiting); thinking(false); stream.close(); };
    const read = (event) => JSON.parse(event.data);

    stream.addEventListener("working", () => { reply.restart(); thinking(true, words.thinking); });
    stream.addEventListener("delta", (event) => { clearTimeout(waiting); thinking(false); reply.add(read(event).text); });
    stream.addEventListener("done", async (event) => {
      stop();
      const { turn, ended, end_reason } = read(event);
      byId("announce").textContent = `${client}: ${turn.text}`;
      aloud.hear(turn.parts ?? [{ name: client, text: turn.text }]);
      await (turn.parts ? showParts(turn) : reply.finish(turn));
      toEnd();
      if (ended) over(end_reason);
      else hold(false);
    });
    stream.addEventListener("failed", (event) => {
      stop();
      reply.restart();
      const { message, retry_after } = read(event);
      failed(message, retry_after, turnId);
    });
    stream.onerror = () => {
      if (stream.readyState === EventSource.CLOSED) { stop(); reply.restart(); failed(words.silentReply, null, turnId); }
      else { clearTimeout(waiting); reply.restart(); thinking(true, words.lost); }
    };
  }

  function failed(message, seconds, turnId) {
    const again = () => listen(turnId);
    trouble(message, again);
    if (seconds == null) return;
    const countdown = (left) => {
      if (left <= 0) return again();
      byId("again").textContent = fill(words.againIn, { seconds: left });
      retryTimer = setTimeout(countdown, 1000, left - 1);
    };
    countdown(Math.ceil(seconds));
  }

  // ---- showing -------------------------------------------------------------------------------------------------
  // A group's answer, one after the other.
  async function showParts(turn) {
    const item = Object.assign(document.createElement("li"), { className: "turn client group" });
    item.dataset.turn = turn.id;
    place(item);
    const hurry = { on: false };
    for (const part of turn.parts) {
      const box = () => spoken("div", `part tone-${part.tone}${part.wordless ? " gesture" : ""}`, part.name);
      await writer(box, (said) => { item.append(said); toEnd(); }, words.whole, hurry).finish(part);
    }
    for (const option of to?.options ?? []) option.disabled = turn.gone.includes(option.value);
    if (to?.selectedOptions[0]?.disabled) to.value = "";
  }

  function place(item) {
    talk.insertBefore(item, byId("thinking"));
    toEnd();
  }

  function toEnd() {
    window.scrollTo({ top: document.documentElement.scrollHeight, behavior: calm.matches ? "auto" : "smooth" });
  }

  function thinking(on, told) {
    if (told) byId("thinking-words").textContent = told;
    if (on && byId("thinking").hidden) { byId("thinking").hidden = false; toEnd(); }
    if (!on) byId("thinking").hidden = true;
  }

  function hold(on) {
    busy = on;
    for (const control of controls) control.disabled = on;
    form.setAttribute("aria-busy", String(on));
    if (!on) toField();
  }

  // On a touch screen the focus would throw the keyboard over the client's words.
  function toField() {
    if (!touch.matches) field.focus({ preventScroll: true });
  }

  function trouble(told, retry = null, label = words.again) {
    byId("trouble").hidden = false;
    byId("trouble-words").textContent = told;
    byId("again").hidden = !retry;
    byId("again").textContent = label;
    byId("again").onclick = retry;
  }

  function clearTrouble() {
    clearTimeout(retryTimer);
    byId("trouble").hidden = true;
  }

  function over(reason) {
    const left = reason === "walked_out";
    byId("over-words").textContent = left ? words.left : words.over;
    byId("over-more").textContent = left ? words.leftMore : words.overMore;
    byId("over").hidden = false;
    for (const id of ["say", "end-link", "pause-form"]) byId(id).remove();
    byId("over").scrollIntoView();
  }

  function grow() {
    const most = Number(field.dataset.max);
    const length = Array.from(field.value).length;
    byId("count").hidden = length < most * 0.9;
    byId("count").textContent = fill(words.length, { length, most });
    byId("count").classList.toggle("too-long", length > most);
    if (CSS.supports("field-sizing", "content")) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }

  // ---- ending --------------------------------------------------------------------------------------------------
  byId("end-link").addEventListener("click", (event) => {
    event.preventDefault();
    byId("end-dialog").showModal();
  });
  byId("end-stay").addEventListener("click", (event) => {
    event.preventDefault();
    byId("end-dialog").close();
  });

  // ---- coming back ---------------------------------------------------------------------------------------------
  grow();
  if (draft?.sent) say(draft);
  else if (room.dataset.due) listen(room.dataset.due);
  else if (room.dataset.paused) resting(true);
  else toField();
  form.dataset.ready = "yes";
  if (talk.children.length > 3) window.scrollTo(0, document.documentElement.scrollHeight);
}
