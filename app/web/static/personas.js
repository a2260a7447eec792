// The persona editor: the text is checked while one writes, what is not saved is kept, and a draft talks in the page.

const form = document.getElementById("editor");
const source = document.getElementById("source");
const panel = document.getElementById("panel");
const words = form.dataset;
const kept = `rollwith-persona-${words.id}`;
const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
const element = (tag, text = "", css = "") => Object.assign(document.createElement(tag), { textContent: text, className: css });

let saved = source.value;
let waiting = 0;
let asked = 0;

// Line numbers beside the text, and where the cursor is.
const gutter = element("pre", "", "gutter");
gutter.setAttribute("aria-hidden", "true");
source.before(gutter);
source.parentElement.classList.add("numbered");
let wrong = new Set();
function number() {
  const count = source.value.split("\n").length;
  gutter.replaceChildren(...Array.from({ length: count }, (_, at) => element("span", `${at + 1}\n`, wrong.has(at + 1) ? "bad" : "")));
  gutter.scrollTop = source.scrollTop;
}
source.addEventListener("scroll", () => (gutter.scrollTop = source.scrollTop));

function jump(line) {
  const lines = source.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  source.focus();
  source.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  source.scrollTop = Math.max(0, (line - 5) * parseFloat(getComputedStyle(source).lineHeight));
}
function link(line, label) {
  const button = element("button", label, "link");
  button.type = "button";
  button.addEventListener("click", () => jump(line));
  return button;
}

// The sections of the text.
const outline = form.querySelector("[data-outline]");
function sections() {
  const found = source.value.split("\n").flatMap((line, at) => (/^[a-z_]+:/.test(line) ? [[at + 1, line.split(":")[0]]] : []));
  outline.replaceChildren(...found.map(([line, name]) => {
    const item = element("li");
    item.append(link(line, name));
    return item;
  }));
}

// The main fields write into the text, and read from it; a path is a field, or a field in a section.
const fields = form.querySelector("[data-fields]");
const escaped = (name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const sectionOf = (name) => new RegExp(`^${escaped(name)}:.*(?:\\n[ #].*|\\n(?=\\n))*`, "m");
const keyOf = (name) => new RegExp(`((?:^|[\\s{,])${escaped(name)}:[ \\t]*)([^,}\\n]*)`, "m");
const quoted = (value) => (/^[\w][\w /.()’'-]*$/.test(value) ? value : JSON.stringify(value));
const bare = (value) => value.trim().replace(/^"(.*)"$|^'(.*)'$/, "$1$2");

function valueAt(path) {
  const [section, key] = path.split(".");
  const part = source.value.match(sectionOf(section))?.[0] ?? "";
  return key ? bare(part.slice(section.length + 1).match(keyOf(key))?.[2] ?? "") : bare(part.split("\n")[0].slice(section.length + 1));
}
function put(path, value) {
  const [section, key] = path.split(".");
  const text = source.value;
  const found = text.match(sectionOf(section));
  const swap = (part) => text.slice(0, found.index) + part + text.slice(found.index + found[0].length);
  if (!key) source.value = found ? swap(`${section}: ${quoted(value)}`) : `${section}: ${quoted(value)}\n${text}`;
  else if (!found) source.value = text.replace(/^(teaches:.*\n)|$/m, `$1${section}: {${key}: ${value}}\n`);
  else {
    const head = found[0].slice(0, section.length + 1);
    const rest = found[0].slice(section.length + 1);
    if (keyOf(key).test(rest)) source.value = swap(head + rest.replace(keyOf(key), `$1${value}`));
    else if (rest.includes("{")) source.value = swap(head + rest.replace(/\{\s*/, rest.includes("{}") ? `{${key}: ${value}` : `{${key}: ${value}, `));
    else source.value = swap(`${head}\n  ${key}: ${value}${rest}`);
  }
}
function read() {
  for (const field of fields?.querySelectorAll("[data-path]") ?? []) if (field !== document.activeElement) field.value = valueAt(field.dataset.path);
}
fields?.addEventListener("change", (event) => {
  const { value, dataset } = event.target;
  if (value === "" || !event.target.checkValidity()) return read();
  put(dataset.path, value);
  changed();
});
fields?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
});

// What the server says of the text, at a pause of typing.
function tell(answer) {
  const box = document.getElementById("findings");
  const count = answer.slips.length;
  const verdict = element("p", "", `verdict ${count ? "bad" : "good"}`);
  verdict.append(element("b", count ? (count === 1 ? words.one : fill(words.many, { count })) : words.sound));
  if (!count && answer.lines !== null) verdict.append(" ", element("span", fill(words.counts, answer), "soft small"));
  const parts = [verdict];
  if (count) {
    const list = element("ol", "", "slips");
    for (const slip of answer.slips) {
      const item = element("li");
      item.append(link(slip.line, fill(words.line, slip)), " ");
      if (slip.field) item.append(element("b", slip.field), ": ");
      item.append(slip.says);
      list.append(item);
    }
    parts.push(list);
  }
  if (answer.hints.length) {
    const list = element("ul", "", "hints small");
    list.append(...answer.hints.map((hint) => element("li", hint)));
    const head = element("p", "", "small hints-head");
    head.append(element("b", words.thin));
    parts.push(head, list);
  }
  box.replaceChildren(...parts);
  source.toggleAttribute("aria-invalid", false);
  if (count) source.setAttribute("aria-invalid", "true");
  const preview = fields?.querySelector("[data-preview]");
  if (preview) preview.hidden = !answer.portrait;
  if (preview && answer.portrait) preview.src = `data:image/svg+xml,${encodeURIComponent(answer.portrait)}`;
  wrong = new Set(answer.slips.map((slip) => slip.line));
  number();
}
async function check() {
  const mine = ++asked;
  const text = source.value;
  try {
    const answer = await fetch(words.check, { method: "POST", body: new URLSearchParams({ source: text }) });
    if (!answer.ok) throw new Error(answer.status);
    const found = await answer.json();
    if (mine === asked) tell(found);
  } catch {
    if (mine === asked) document.getElementById("findings").replaceChildren(element("p", words.offline, "verdict bad"));
  }
}

// What is not saved stays in this browser.
const bar = form.querySelector(".restore");
function remember() {
  try {
    if (source.value === saved) localStorage.removeItem(kept);
    else localStorage.setItem(kept, source.value);
  } catch {
    // the browser keeps nothing; leaving the page still asks
  }
}
function older() {
  try {
    return localStorage.getItem(kept);
  } catch {
    return null;
  }
}
if (older() !== null && older() !== source.value) bar.hidden = false;
bar.querySelector("[data-restore]").addEventListener("click", () => {
  source.value = older() ?? source.value;
  bar.hidden = true;
  changed();
  source.focus();
});
bar.querySelector("[data-forget]").addEventListener("click", () => {
  bar.hidden = true;
  remember();
  source.focus();
});
addEventListener("beforeunload", (event) => {
  if (source.value !== saved) event.preventDefault();
});

function changed() {
  number();
  sections();
  read();
  remember();
  clearTimeout(waiting);
  waiting = setTimeout(check, 500);
}
source.addEventListener("input", changed);
source.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    form.requestSubmit(form.querySelector('[value="save"]'));
  }
});

// Trials stand below the text: buttons and forms marked data-panel bring their page's part here.
async function bring(address, body, note) {
  panel.replaceChildren(element("p", note || words.checking, "soft"));
  panel.scrollIntoView({ block: "nearest" });
  const answer = await fetch(address, { method: "POST", body });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.querySelector("[data-part]");
  if (!part) return refused(page);
  part.querySelectorAll("[data-away]").forEach((away) => away.remove());
  panel.replaceChildren(element("h2", page.querySelector("h1").textContent), document.adoptNode(part));
  const field = panel.querySelector("textarea");
  if (field) field.focus({ preventScroll: true });
  (panel.querySelector("#last") ?? field ?? panel).scrollIntoView({ block: "nearest" });
}
// A text that cannot be tried, or a client who is busy: the page that came back says why.
function refused(page) {
  const said = page.querySelector(".error, main .lead")?.textContent ?? words.offline;
  panel.replaceChildren(element("p", said, "error"));
  return check();
}
document.addEventListener("submit", (event) => {
  const sender = event.target;
  const there = event.submitter?.dataset.panel !== undefined ? event.submitter : sender.dataset.panel !== undefined ? sender : null;
  if (sender !== form && !there) return;
  if (!there) {
    saved = source.value; // it goes to the server with the page
    try {
      localStorage.setItem(kept, source.value);
    } catch {
      // as above
    }
    return;
  }
  event.preventDefault();
  const text = source.value;
  const body = new URLSearchParams(new FormData(sender));
  const address = event.submitter?.getAttribute("formaction") ?? sender.action;
  const controls = panel.querySelectorAll("button, textarea");
  controls.forEach((control) => (control.disabled = true));
  bring(address, body, there.dataset.wait)
    .then(() => {
      if (sender !== form) return;
      saved = text; // trying keeps the draft
      remember();
    })
    .catch(() => panel.replaceChildren(element("p", words.offline, "error")));
});

if (fields) fields.hidden = false;
number();
sections();
read();
check();
