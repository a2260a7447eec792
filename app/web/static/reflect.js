// The reflection: a draft kept in this browser while one writes, and the number of words.

import { draftStore } from "./draft.js";

const form = document.getElementById("reflect");
const field = document.getElementById("reflection");
const words = document.getElementById("words");
const kept = document.getElementById("kept");
const drafts = draftStore(`rollwith:reflection:${form.dataset.session}`);

// What was typed before this script came goes first; a draft of a text that was saved elsewhere since is out of date.
const draft = drafts.read();
if (field.value !== field.defaultValue) keep();
else if (draft && draft.from === field.defaultValue) field.value = draft.text;
else drafts.clear();
field.addEventListener("input", keep);
count();

function keep() {
  drafts.write({ from: field.defaultValue, text: field.value });
  kept.textContent = kept.dataset.kept;
  kept.hidden = false;
  count();
}

function count() {
  const number = field.value.split(/\s+/).filter(Boolean).length;
  words.textContent = number === 1 ? words.dataset.one : words.dataset.many.replace("{count}", number);
}
