// Numbers with bars: reasons for a score or a class, parts of a score, scores of classes. Bars are for eyes only, the
// numbers beside them are there for all.

import { button, inShort, isolated, make, signed } from "./page_text.js";

const MAX_CHIPS = 5; // reasons that are shown with a hit; its explanation has more
const MAX_ROWS = 10;

function bar(number, largest) {
  const drawn = make("span", { class: number < 0 ? "bar against" : "bar", "aria-hidden": "true" });
  drawn.style.setProperty("--size", `${largest ? Math.max((100 * Math.abs(number)) / largest, 1) : 0}%`);
  return drawn;
}

const largestOf = (numbers) => Math.max(0, ...numbers.map(Math.abs));
// Spaces at the ends, which n-grams of characters have, can be seen.
const visible = (term) => String(term).replace(/^ +| +$/g, (spaces) => "␣".repeat(spaces.length));

/** Return the strongest reasons of a hit in a line. */
export function reasonChips(reasons) {
  const largest = largestOf(reasons.map((reason) => reason.contribution));
  const some = reasons.slice(0, MAX_CHIPS).map(({ term, contribution }) => make("li", {},
    make("span", { class: "term" }, isolated(visible(term))), " ", make("span", { class: "number" }, signed(contribution)),
    bar(contribution, largest)));
  return make("ul", { class: "chips", "aria-label": "Reasons" }, ...some);
}

/** Return a table of rows [name, number, ...what else is known of it], of which a long one is folded. */
export function barTable(caption, heads, rows, { number = signed, largest = largestOf(rows.map((row) => row[1])) } = {}) {
  const drawn = rows.map(([name, value, ...others]) => make("tr", {},
    make("th", { scope: "row" }, isolated(visible(name))), make("td", { class: "number" }, number(value)),
    ...others.map((other) => make("td", { class: "number" }, other)),
    make("td", { class: "bars", "aria-hidden": "true" }, bar(value, largest))));
  const table = make("table", rows.some((row) => row[1] < 0) ? { class: "signed" } : {},
    make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)),
      make("td", { "aria-hidden": "true" }))),
    make("tbody", {}, ...drawn));
  if (rows.length <= MAX_ROWS + 1) return [table];
  for (const row of drawn.slice(MAX_ROWS)) row.hidden = true;
  const unfold = button(`Show all ${rows.length.toLocaleString("en")}`, () => {
    for (const row of drawn) row.hidden = false;
    unfold.remove();
  }, { class: "link" });
  return [table, unfold];
}

export const reasonTable = (caption, reasons) =>
  barTable(caption, ["term", "contribution"], reasons.map(({ term, contribution }) => [term, contribution]));

/** Return metadata, as names and values; what is missing is left out. */
export function metadataList(metadata) {
  const known = Object.entries(metadata ?? {}).filter(([, value]) => value !== null);
  if (!known.length) return [];
  return [make("dl", { class: "metadata" }, ...known.map(([name, value]) =>
    make("div", {}, make("dt", {}, isolated(name)), " ", make("dd", {}, isolated(valueText(value), 200)))))];
}

const valueText = (value) => (typeof value === "object" ? JSON.stringify(value, (_, each) =>
  (typeof each === "bigint" ? String(each) : each)) : inShort(value, 200));
