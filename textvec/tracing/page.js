"use strict";
// Draws a trace from its data; `page_following.js`, which comes after it in the same script, follows what is chosen.
// Whatever comes from texts becomes text nodes, never markup. A "thing" is a word of a text, or an item that a step made
// of it; `page.py` says how it is packed.

const data = JSON.parse(document.getElementById("data").textContent);
const MAX_ROWS = 15; // rows of a table that are shown at first; those of a chosen word are always shown
const MAX_LINE = 400; // characters of a sentence that is not folded
const FORMULA = /^[\p{L} ]+ = /u;
const things = new Map(); // by the element that is pressed

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const isolated = (text) => make("bdi", {}, text);
const quoted = (text) => make("span", {}, "“", isolated(text), "”");
// Spaces at the ends, which n-grams of characters have, can be seen.
const visible = (text) => text.replace(/^ +| +$/g, (spaces) => "␣".repeat(spaces.length));

function unpackItem(packed, text, step) {
  const [name, words, was = 0, why = 0, dropped = 0, value = 0, bar = 0, column = 0, group = 0] = packed;
  const string = (number) => data.strings[number];
  return {
    text, step, name: string(name), words: [words].flat(), was: string(was), why: string(why), dropped: dropped === 1,
    value: string(value), bar, column: column - 1, group: string(group),
  };
}

const words = data.texts.map((each, text) =>
  each.words.map((string, number) => ({ text, number, name: data.strings[string], words: [number] })));
const items = data.steps.map((step, s) =>
  step.texts.map((each, text) => (each.items ?? []).map((packed) => unpackItem(packed, text, s))));

/** Return an element that can be pressed; `thing.mark`, which is highlighted, is the same or what it lies in. */
function pressable(thing, className, ...children) {
  const element = make("span", { class: className, role: "button", "aria-pressed": "false", tabindex: "-1" }, ...children);
  things.set(element, thing);
  thing.element = thing.mark = element;
  return element;
}

function drawText(text) {
  const last = items.findLast((step) => step.some((some) => some.some((item) => item.words.length)));
  const reaches = new Set((last?.[text] ?? []).filter((item) => !item.dropped).flatMap((item) => item.words));
  const draw = (word) => pressable(word, reaches.has(word.number) ? "word" : "word passed", word.name);
  const placed = new Set(data.texts[text].pieces);
  const pieces = data.texts[text].pieces.map((piece) => (typeof piece === "string" ? piece : draw(words[text][piece])));
  const block = make("p", { class: "text of-text", dir: "auto" }, ...pieces);
  const rest = words[text].filter((word) => !placed.has(word.number));
  if (rest.length) block.append(make("span", {}, ...rest.flatMap((word) => [" ", draw(word)])));
  return block;
}

function drawItem(item) {
  const arrow = make("span", { class: "arrow" }, " → ");
  const name = isolated(visible(item.name));
  return pressable(item, "item", ...(item.was ? [make("bdi", { class: "was" }, item.was), arrow, name] : [name]));
}

function drawRow(item, hasBar) {
  const bar = make("span", { class: item.bar < 0 ? "bar against" : "bar" });
  bar.style.setProperty("--size", `${Math.abs(item.bar)}%`);
  const how = item.why || (item.column < 0 ? "" : `column ${item.column.toLocaleString("en")}`);
  const row = make("tr", {}, make("th", { scope: "row" }, drawItem(item)), make("td", { class: "number" }, item.value),
    ...(hasBar ? [make("td", { class: "bars", "aria-hidden": "true" }, bar)] : []),
    ...(how ? [make("td", { class: "how" }, how)] : []));
  item.mark = row;
  return row;
}

function drawTable(some, step) {
  // Bars that are all the same say nothing, and numbers of words are no sizes.
  const hasBars = step.value !== "number" && some.some((item) => item.bar !== some[0].bar);
  const rows = some.map((item) => drawRow(item, hasBars));
  const head = ["term", step.value].map((name) => make("th", { scope: "col" }, name));
  if (hasBars) head.push(make("td", { "aria-hidden": "true" }));
  if (rows.some((row) => row.querySelector(".how"))) head.push(make("th", { scope: "col" }, "how"));
  const table = make("table", some.some((item) => item.bar < 0) ? { class: "signed" } : {},
    make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
  if (rows.length <= MAX_ROWS + 1) return [table];
  for (const row of rows.slice(MAX_ROWS)) row.classList.add("more");
  table.classList.add("folded");
  const button = make("button", { type: "button", class: "unfold" }, `Show all ${rows.length.toLocaleString("en")}`);
  button.addEventListener("click", () => unfold(table));
  return [table, button];
}

function unfold(table) {
  table.classList.remove("folded");
  table.nextElementSibling.remove(); // the button
}

function drawLine(line, className) {
  const paragraph = make("p", { class: className, dir: "auto" }, FORMULA.test(line) ? make("code", {}, line) : line);
  if (line.length <= MAX_LINE) return paragraph;
  return make("details", { class: className }, make("summary", { dir: "auto" }, `${line.slice(0, 80)}…`), paragraph);
}

function fill(block, s, text) {
  const step = data.steps[s];
  if (data.texts.length > 1) block.append(make("h3", { class: "for-print" }, `Text ${text + 1}`));
  const all = items[s][text];
  const kept = all.filter((item) => !item.dropped);
  const results = (step.texts[text].results ?? []).map((line) => drawLine(line, "result"));
  if (step.value === "gives") block.append(...results); // hits are named before they are explained
  if (kept.some((item) => item.value)) {
    for (const [group, some] of Map.groupBy(kept, (item) => item.group)) {
      if (group) block.append(make("h3", { dir: "auto" }, group));
      block.append(...drawTable(some, step));
    }
  } else if (kept.length) block.append(make("p", { class: "chips" }, ...kept.map(drawItem)));
  else if (!results.length && items[s].some((some) => some.length)) block.append(make("p", { class: "quiet" }, "Nothing is left."));
  for (const [why, some] of Map.groupBy(all.filter((item) => item.dropped), (item) => item.why)) {
    block.append(make("p", { class: "chips dropped" },
      make("span", { class: "why", dir: "ltr" }, `dropped (${why})`), ...some.map(drawItem)));
  }
  if (step.value !== "gives") block.append(...results);
  // Items run the way their text is read, and their arrows point that way.
  const { direction } = getComputedStyle(texts.children[text]);
  for (const chips of block.querySelectorAll(".chips")) chips.dir = direction;
  for (const arrow of block.querySelectorAll(".chips .arrow")) arrow.textContent = direction === "rtl" ? " ← " : " → ";
  block.querySelector("[role=button]")?.setAttribute("tabindex", "0");
}

function drawStep(step, s) {
  const id = `step-${s + 1}`;
  const heading = make("h2", { id }, make("span", { class: "count" }, `${s + 1}`), ` ${step.title} `,
    make("small", {}, step.origin));
  return make("section", { class: "step", "aria-labelledby": id }, heading,
    ...step.about.map((line) => drawLine(line, "about")),
    ...data.texts.map(() => make("div", { class: "of-text" })));
}

const life = make("p", { class: "life", role: "status" });
const picker = make("select", { id: "picker" }, ...data.texts.map((_, text) => {
  const beginning = data.texts[text].pieces.map((p) => (typeof p === "string" ? p : words[text][p].name)).join("");
  return make("option", { value: text }, `${text + 1}: ${beginning.trim().slice(0, 60)}${beginning.length > 60 ? "…" : ""}`);
}));
const texts = make("div", { class: "texts" }, ...data.texts.map((_, text) => drawText(text)));
const following = make("section", { class: "following", "aria-label": "Text" },
  ...(data.texts.length > 1 ? [make("p", { class: "controls" }, make("label", { for: "picker" }, "Text"), picker)] : []),
  texts, life);
const steps = document.getElementById("steps");
steps.append(...data.steps.map(drawStep));
const main = document.querySelector("main");
main.prepend(
  make("nav", { "aria-label": "Steps" }, make("ol", {}, ...data.steps.map((step, s) =>
    make("li", {}, make("a", { href: `#step-${s + 1}` }, step.title))))),
  following);

/** Draw what the steps made of a text, once: of many long texts that takes a second or two. */
function drawItems(text) {
  for (const [s, section] of [...steps.children].entries()) {
    const block = section.querySelectorAll(":scope > .of-text")[text];
    if (!block.hasChildNodes()) fill(block, s, text);
  }
}
