// The room: sends a turn, shows its codes at once, then streams the client's reply.
// A turn keeps one id from its first letter until the server has confirmed it, so that nothing is lost or doubled.

const room = document.getElementById("main");
const talk = document.getElementById("talk");
const form = document.getElementById("say-form");
const { session, client } = room.dataset;
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
  const controls = [send, wait, byId("pause")];
  const drafts = draftStore(`rollwith:${session}`);
  let busy = false;
  let stream = null;
  let retryTimer = 0;

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
      trouble("The server can’t be reached. Your words are kept here.", () => say(turn));
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
    const aside = await tell("pause", { browser_id: id }, () => rest(id));
    if (aside) paused(aside);
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
      trouble(told.message, answer.status === 409 ? () => location.reload() : again, answer.status === 409 ? "Show me" : undefined);
    } catch {
      trouble("The server can’t be reached.", again);
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
    if (!talk.querySelector(`[data-aside="${pause_id}"]`)) place(asideItem(pause_id, asked, said));
    byId("announce").textContent = said;
    hold(false);
    resting(open);
  }

  function resting(on) {
    byId("paused").hidden = !on;
    byId("pause-form").hidden = on;
    for (const control of [field, ...controls]) control.disabled = on;
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
    if (!talk.querySelector(`[data-turn="${stored.turn_id}"]`)) showOwn(stored);
    listen(stored.turn_id);
  }

  function refused(status, body, turn) {
    hold(false);
    if (turn.unsaid === undefined) drafts.write({ ...turn, sent: false });
    else if (turn.unsaid.trim()) drafts.write({ id: newId(), text: turn.unsaid, sent: false });
    else drafts.clear();
    const words = body.message ?? "The server did not understand that.";
    if (status === 401) trouble(words, () => location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`), "Sign in");
    else if (status === 409) trouble(words, () => location.reload(), "Show me");
    else if (status >= 500) trouble(words, () => say(turn));
    else trouble(words);
    toField();
  }

  // ---- listening -----------------------------------------------------------------------------------------------
  function listen(turnId) {
    hold(true);
    clearTrouble();
    stream?.close();
    stream = new EventSource(`/api/sessions/${session}/turns/${turnId}/reply`);
    const reply = replyWriter();
    const waiting = setTimeout(() => thinking(true), 400);
    const stop = () => { clearTimeout(waiting); thinking(false); stream.close(); };
    const read = (event) => JSON.parse(event.data);

    stream.addEventListener("working", () => { reply.restart(); thinking(true, `${client} is thinking`); });
    stream.addEventListener("delta", (event) => { clearTimeout(waiting); thinking(false); reply.add(read(event).text); });
    stream.addEventListener("done", async (event) => {
      stop();
      const { turn, ended, end_reason } = read(event);
      byId("announce").textContent = `${client}: ${turn.text}`;
      await (turn.parts ? showParts(turn) : reply.finish(turn));
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
      if (stream.readyState === EventSource.CLOSED) { stop(); reply.restart(); failed(`${client} did not answer.`, null, turnId); }
      else { clearTimeout(waiting); reply.restart(); thinking(true, "The connection was lost. Trying again"); }
    };
  }

  function failed(message, seconds, turnId) {
    const again = () => listen(turnId);
    trouble(message, again);
    if (seconds == null) return;
    const countdown = (left) => {
      if (left <= 0) return again();
      byId("again").textContent = `Try again (${left} s)`;
      retryTimer = setTimeout(countdown, 1000, left - 1);
    };
    countdown(Math.ceil(seconds));
  }

  // ---- showing -------------------------------------------------------------------------------------------------
  function showOwn({ turn_id, text, codes, waits, to: names }) {
    const item = turnItem("counsellor", names.length ? `You, to ${names.join(" and ")}` : "You", turn_id);
    const said = item.querySelector(".said");
    said.classList.toggle("waits", waits);
    said.append(...(waits ? ["(you wait)"] : markedWords(text, codes)));
    if (!waits) item.append(chips(codes, turn_id));
    place(item);
  }

  // A group's answer, one after the other.
  async function showParts(turn) {
    const item = Object.assign(document.createElement("li"), { className: "turn client group" });
    item.dataset.turn = turn.id;
    place(item);
    for (const part of turn.parts) {
      const box = () => spoken("div", `part tone-${part.tone}${part.wordless ? " gesture" : ""}`, part.name);
      await replyWriter(box, (said) => { item.append(said); toEnd(); }).finish(part);
    }
    for (const option of to?.options ?? []) option.disabled = turn.gone.includes(option.value);
    if (to?.selectedOptions[0]?.disabled) to.value = "";
  }

  function replyWriter(make = () => turnItem("client", client, ""), put = place) {
    let item = null;
    let whole = "";
    let shown = 0;
    let timer = 0;
    let rest = null;
    const paint = () => {
      const letters = Array.from(whole);
      item.querySelector(".said").replaceChildren(letters.slice(0, shown).join(""), rest);
      rest.textContent = letters.slice(shown).join("");
      return shown >= letters.length;
    };
    const step = () => {
      timer = 0;
      shown += 1;
      if (paint()) return;
      const pause = /[.!?…,]/.test(Array.from(whole)[shown - 1]) ? 160 : 0;
      timer = setTimeout(step, Math.min(28 + Math.random() * 24, 4500 / Array.from(whole).length) + pause);
    };
    return {
      restart() { clearTimeout(timer); timer = 0; item?.remove(); item = null; whole = ""; shown = 0; },
      add(text) {
        whole += text;
        if (!item) {
          item = make();
          rest = Object.assign(document.createElement("span"), { className: "rest" });
          put(item);
        }
        if (calm.matches) shown = Array.from(whole).length;
        paint();
        if (!timer && !calm.matches) step();
      },
      async finish(turn) {
        whole = item ? turn.text : "";
        if (!item) this.add(turn.text);
        if (turn.id) item.dataset.turn = turn.id;
        while (!calm.matches && shown < Array.from(whole).length) {
          if (!timer) step();
          await new Promise((resolve) => setTimeout(resolve, 60));
        }
        clearTimeout(timer);
        item.querySelector(".said").textContent = turn.text;
        toEnd();
      },
    };
  }

  function place(item) {
    talk.insertBefore(item, byId("thinking"));
    toEnd();
  }

  function toEnd() {
    window.scrollTo({ top: document.documentElement.scrollHeight, behavior: calm.matches ? "auto" : "smooth" });
  }

  function thinking(on, words) {
    if (words) byId("thinking-words").textContent = words;
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

  function trouble(words, retry = null, label = "Try again") {
    byId("trouble").hidden = false;
    byId("trouble-words").textContent = words;
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
    byId("over-words").textContent = left ? `${client} has walked out.` : "The session is over.";
    byId("over-more").textContent = left
      ? "It happens to everybody. The report shows where it tipped."
      : "Everything that was said is kept.";
    byId("over").hidden = false;
    for (const id of ["say", "end-link", "pause-form"]) byId(id).remove();
    byId("over").scrollIntoView();
  }

  function grow() {
    const most = Number(field.dataset.max);
    const length = Array.from(field.value).length;
    byId("count").hidden = length < most * 0.9;
    byId("count").textContent = `${length} of ${most} characters`;
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
  byId("end-stay").addEventListener("click", () => byId("end-dialog").close());

  // ---- coming back ---------------------------------------------------------------------------------------------
  grow();
  if (draft?.sent) say(draft);
  else if (room.dataset.due) listen(room.dataset.due);
  else if (room.dataset.paused) resting(true);
  else toField();
  if (talk.children.length > 3) window.scrollTo(0, document.documentElement.scrollHeight);
}

// As the server's pages show it: what the trainee wrote, if anything, and the room's answer.
function asideItem(id, asked, said) {
  const item = Object.assign(document.createElement("li"), { className: "aside" });
  item.dataset.aside = id;
  item.append(Object.assign(document.createElement("span"), { className: "name", textContent: "Pause" }));
  if (asked) item.append(Object.assign(document.createElement("p"), { className: "small soft", dir: "auto", textContent: `You: ${asked}` }));
  item.append(Object.assign(document.createElement("p"), { textContent: said }));
  return item;
}

function turnItem(side, name, id) {
  const item = spoken("li", `turn ${side}`, name);
  item.dataset.turn = id;
  return item;
}

function spoken(tag, className, name) {
  const item = Object.assign(document.createElement(tag), { className });
  const label = Object.assign(document.createElement("span"), { className: "name", textContent: name });
  const said = Object.assign(document.createElement("p"), { className: "said", dir: "auto" });
  item.append(label, said);
  return item;
}

// Offsets count characters as the server does (code points), not UTF-16 units.
function markedWords(text, codes) {
  const letters = Array.from(text);
  const parts = [];
  let at = 0;
  const numbered = codes.map((code, index) => ({ ...code, n: index + 1, family: code.sure ? code.family : "unsure" })).sort((a, b) => a.start - b.start);
  for (const { start, end, n, family } of numbered) {
    if (start < at || end > letters.length) continue;
    const mark = Object.assign(document.createElement("mark"), { className: family, textContent: letters.slice(start, end).join("") });
    mark.dataset.n = n;
    parts.push(letters.slice(at, start).join(""), mark);
    at = end;
  }
  return [...parts, letters.slice(at).join("")];
}

function chips(codes, turnId) {
  const list = Object.assign(document.createElement("ul"), { className: "chips" });
  list.setAttribute("aria-label", "Codes of this turn");
  codes.forEach((code, index) => {
    const item = byId("chip-template").content.cloneNode(true);
    const chip = item.querySelector(".chip");
    const tip = item.querySelector(".tip");
    chip.classList.add(code.sure ? code.family : "unsure");
    chip.dataset.n = index + 1;
    chip.querySelector(".letter").textContent = code.sure ? code.letter : "?";
    chip.querySelector(".label").textContent = code.sure ? code.label : "Not sure";
    chip.querySelector(".perhaps").hidden = code.sure;
    chip.querySelector(".perhaps").textContent = code.sure ? "" : ` perhaps ${code.label.toLowerCase()}`;
    tip.id = `tip-${turnId}-${index + 1}`;
    chip.setAttribute("aria-describedby", tip.id);
    tip.querySelector("b").textContent = code.label;
    tip.querySelector(".meaning").textContent = `: ${code.meaning}.`;
    tip.querySelector("q").textContent = code.quote;
    tip.querySelector("small").textContent = `The model is ${Math.min(99, Math.round(code.probability * 100))} % sure${code.sure ? "" : ", too little to count it"}`;
    list.append(item);
  });
  return list;
}

function draftStore(key) {
  return {
    read() {
      try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
    },
    write(draft) {
      try { localStorage.setItem(key, JSON.stringify(draft)); } catch { /* a full or forbidden store: the field still holds the words */ }
    },
    clear() {
      try { localStorage.removeItem(key); } catch { /* as above */ }
    },
  };
}

// randomUUID exists only on HTTPS and localhost; a classroom server on plain HTTP needs the longer way.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
