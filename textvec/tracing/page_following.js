// Follows the chosen word or item through the steps that `page.js` has drawn: marks what comes from it and what it comes
// from, and says in a line what became of it.

let shownText = 0;
let chosen = null; // a thing

/** An item comes from the words that were chosen, or more words do, such as those of an n-gram. */
const isRelated = (some, others) =>
  some.length > 0 && others.length > 0 &&
  (some.every((word) => others.includes(word)) || others.every((word) => some.includes(word)));

/** Return what became of a word, or of an item after its step, in a line: strings and elements. */
function biography(thing) {
  const said = [quoted(visible(thing.name))];
  if (thing.step !== undefined) {
    said.push(" from ", ...thing.words.flatMap((w, i) => [i ? " " : "", quoted(words[thing.text][w].name)]));
  }
  let name = thing.name;
  let column = -1;
  let several = ""; // terms that the word, which has none of its own, is in
  const first = thing.step ?? 0;
  for (const [s, step] of data.steps.entries()) {
    if (s < first) continue;
    const from = items[s][thing.text].filter((item) => thing.words.length && thing.words.every((w) => item.words.includes(w)));
    if (!from.length) continue;
    const named = from.filter((item) => [item.was || item.name, item.name].includes(name) || item.name.endsWith(`__${name}`));
    const fewest = Math.min(...from.map((item) => item.words.length));
    const own = named.length ? named : from.filter((item) => item.words.length === fewest);
    const kept = own.filter((item) => !item.dropped);
    if (!kept.length) {
      const others = from.filter((item) => !item.dropped).map((item) => item.name);
      said.push(make("b", {}, ` → dropped at ${step.title}: ${own[0].why}`));
      if (others.length) said.push(`; it goes on in ${others.length === 1 ? "" : `${others.length} terms: `}`, ...listed(others));
      break;
    }
    const names = [...new Set(kept.map((item) => item.name))];
    // An n-gram of several words is none of them; a phrase, which has become a word, is.
    const isWord = named.length > 0 || fewest === thing.words.length || own.every((item) => item.was);
    if (names.length > 1 || !isWord) {
      if (names.join() !== several) said.push(` → in ${names.length > 1 ? `${names.length} terms: ` : ""}`, ...listed(names));
      several = names.join();
      continue;
    }
    if (names[0] !== name) said.push(" → ", isolated(visible((name = names[0]))));
    if (!kept.some((item) => item.value)) continue;
    if (kept[0].column >= 0 && kept[0].column !== column) said.push(` → column ${(column = kept[0].column).toLocaleString("en")}`);
    const label = step.texts[thing.text].label;
    said.push(" → ", kept.map((item) => {
      if (label !== undefined) return item.bar < 0 ? `${item.value} against ${label}` : `+${item.value} for ${label}`;
      return item.group ? `${item.value} in ${item.group}` : `${step.value} ${item.value}`;
    }).join(", "));
  }
  if (said.length === 1) said.push(" → nothing here is known to come from it");
  return said;
}

function listed(names) {
  const shown = names.slice(0, 4).flatMap((name, i) => [i ? ", " : "", quoted(visible(name))]);
  return names.length > 4 ? [...shown, ", …"] : shown;
}

const HINT = "Choose a word, or anything below, to follow it. Arrow keys: the next one; Escape: none. " +
  "Words in grey do not reach the last step.";

function choose(thing) {
  chosen?.element.setAttribute("aria-pressed", "false");
  chosen = thing;
  chosen?.element.setAttribute("aria-pressed", "true");
  const related = chosen?.words ?? [];
  for (const other of things.values()) {
    const isMarked = other === chosen || (other.text === shownText && isRelated(other.words, related));
    if (isMarked) other.mark.setAttribute("aria-current", "true");
    else other.mark.removeAttribute("aria-current");
  }
  document.body.classList.toggle("is-following", chosen !== null);
  life.replaceChildren(...(chosen ? biography(chosen) : [HINT]));
  life.classList.toggle("hint", chosen === null);
  const word = words[shownText][related[0]]?.element;
  if (word && texts.scrollHeight > texts.clientHeight) texts.scrollTop = word.offsetTop - texts.clientHeight / 2;
  remember();
}

function show(text) {
  drawItems(text);
  shownText = text;
  picker.value = text;
  for (const block of main.querySelectorAll(".texts, .step")) {
    block.querySelectorAll(":scope > .of-text").forEach((each, i) => (each.hidden = i !== text));
  }
  choose(null);
}

// ---- Addresses: "#text=2&word=5" or "#text=2&step=4&item=7" (counted from 1), so that what is shown can be linked to.

function remember() {
  if (location.protocol === "about:") return; // a page within a page has no address
  if (chosen === null && shownText === 0) {
    if (location.hash.startsWith("#text=")) history.replaceState(null, "", location.href.split("#")[0]);
    return;
  }
  const state = new URLSearchParams({ text: shownText + 1 });
  if (chosen?.step !== undefined) {
    state.set("step", chosen.step + 1);
    state.set("item", items[chosen.step][shownText].indexOf(chosen) + 1);
  } else if (chosen) state.set("word", chosen.number + 1);
  history.replaceState(null, "", `#${state}`);
}

function recall() {
  const state = new URLSearchParams(location.hash.slice(1));
  const number = (name) => Number(state.get(name)) - 1;
  if (!data.texts[number("text")]) return; // the address of a step, or none
  show(number("text"));
  choose(words[shownText][number("word")] ?? items[number("step")]?.[shownText][number("item")] ?? null);
}

// ---- Keys and clicks

/** Of the words of a text, or the items of a step, one is reached with Tab, the others with arrow keys. */
const peers = (element) =>
  [...element.closest(".of-text").querySelectorAll("[role=button]")].filter((each) => each.offsetParent !== null);

function focusOn(element) {
  for (const each of element.closest(".of-text").querySelectorAll("[role=button]")) each.tabIndex = each === element ? 0 : -1;
  const folded = element.closest(".more")?.closest(".folded"); // it would be hidden again when another is chosen
  if (folded) unfold(folded);
  element.focus();
}

main.addEventListener("click", ({ target }) => {
  const element = target.closest("[role=button]");
  if (!element) return;
  focusOn(element);
  choose(things.get(element) === chosen ? null : things.get(element));
});

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape") return choose(null);
  const element = event.target.closest?.("[role=button]");
  if (!element) return;
  const forward = getComputedStyle(element.parentElement).direction === "rtl" ? -1 : 1;
  const way = { ArrowRight: forward, ArrowLeft: -forward, ArrowDown: 1, ArrowUp: -1 }[event.key];
  const all = peers(element);
  if (event.key === "Enter" || event.key === " ") element.click();
  else if (way || event.key === "Home" || event.key === "End") {
    const next = way ? all[all.indexOf(element) + way] : all.at(event.key === "Home" ? 0 : -1);
    if (next) {
      focusOn(next);
      choose(things.get(next));
    }
  } else return;
  event.preventDefault();
});

picker.addEventListener("change", () => show(Number(picker.value)));
window.addEventListener("hashchange", recall);
for (const text of texts.children) text.querySelector("[role=button]")?.setAttribute("tabindex", "0");
// Printed are all texts. Not every browser says so in both ways.
const drawAll = () => data.texts.forEach((_, text) => drawItems(text));
window.addEventListener("beforeprint", drawAll);
matchMedia("print").addEventListener("change", ({ matches }) => matches && drawAll());
// What is focused is not hidden below the text, which stays at the top.
new ResizeObserver(() => {
  document.documentElement.style.scrollPaddingTop = `${following.offsetHeight + 12}px`;
}).observe(following);
show(0);
recall();
