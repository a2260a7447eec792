// What every page gets: local times, tooltips that Escape shuts, marks that light up, forms that save in place.

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function localise(root) {
  for (const time of root.querySelectorAll("time[datetime]")) time.textContent = moment.format(new Date(time.dateTime));
}

// Chips: hover or focus lights the words that carry the code; Escape shuts the tip without moving the focus.
function light(event, on) {
  const chip = event.target.closest?.(".chips li")?.querySelector(".chip");
  const turn = chip?.closest(".turn, .utterance");
  turn?.querySelector(`mark[data-n="${chip.dataset.n}"]`)?.classList.toggle("lit", on);
}
for (const [name, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(name, (event) => {
    light(event, on);
    if (!on) event.target.closest?.(".chips")?.classList.remove("shut");
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const chips of document.querySelectorAll(".chips:hover, .chips:focus-within")) chips.classList.add("shut");
});

// Forms with data-swap="#part, #other" save without a new page: the parts come back from the server's answer.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-swap]");
  if (!form || event.submitter?.hasAttribute("formaction")) return; // such a button opens another page
  event.preventDefault();
  const note = document.getElementById("saved");
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const hold = (on) => form.querySelectorAll("button, select").forEach((control) => (control.disabled = on));
  hold(true);
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok) throw new Error(page.querySelector("main .lead")?.textContent);
    for (const part of form.dataset.swap.split(", ")) swap(part, page.querySelector(part));
    note.textContent = form.dataset.saved;
    note.className = "toast";
  } catch (error) {
    hold(false);
    note.textContent = `Not saved. ${error.message || "The server can’t be reached."}`;
    note.className = "toast bad";
  }
  setTimeout(() => (note.className = "vh"), 4000);
});
function swap(part, fresh) {
  localise(fresh);
  document.querySelector(part).replaceWith(document.adoptNode(fresh));
  fresh.classList.add("flash");
  const place = new CustomEvent("swapped", { detail: fresh, cancelable: true }); // a page may see to the focus itself
  if (document.dispatchEvent(place)) fresh.querySelector("[data-keep-focus]")?.focus({ preventScroll: true });
}
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-send]")) event.target.form.requestSubmit();
});

// What takes longer than a moment says so: data-busy on a link or a form.
function busy(event) {
  const told = event.target.closest?.(event.type === "submit" ? "form[data-busy]" : "a[data-busy]")?.dataset.busy;
  if (!told || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const note = Object.assign(document.createElement("p"), { className: "toast busy", textContent: told });
  note.setAttribute("role", "status");
  document.body.append(note);
}
document.addEventListener("submit", busy);
document.addEventListener("click", busy);
window.addEventListener("pageshow", () => document.querySelectorAll(".toast.busy").forEach((note) => note.remove()));

// Text worth copying, such as a class code.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = "Copied";
});
if (window.isSecureContext) for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
document.getElementById("print")?.addEventListener("click", () => window.print());

document.documentElement.classList.add("script");
localise(document);
