// Filters by metadata: a group of boxes for each column. Of a column one of the chosen values must hold, and of several
// columns all.

import { asJson } from "./page_server.js";
import { go } from "./page_state.js";
import { button, isolated, make, many } from "./page_text.js";

const get = (id) => document.getElementById(id);
const keyOf = (column, value) => asJson([column, asJson(value)]);

/** Return the filters without those of one column. */
export const without = (filters, column) => new Map([...filters].filter(([name]) => name !== column));

function toggled(filters, column, value, isChosen) {
  const values = (filters.get(column) ?? []).filter((other) => other !== value);
  if (isChosen) values.push(value);
  return values.length ? new Map(filters).set(column, values) : without(filters, column);
}

function drawValue(filters, column, value, count) {
  const box = make("input", { type: "checkbox" });
  box.checked = filters.get(column)?.includes(value) ?? false;
  box.dataset.key = keyOf(column, value);
  box.addEventListener("change", () => go({ filters: toggled(filters, column, value, box.checked) }));
  const name = value === null || value === "" ? make("i", {}, value === null ? "none" : "empty") : isolated(value);
  return make("label", {}, box, make("span", { class: "value" }, name),
    make("span", { class: "number" }, count === null ? "" : count.toLocaleString("en")));
}

function drawColumn(filters, { column, values, more }) {
  const chosen = (filters.get(column) ?? []).filter((value) => !values.some((each) => each.value === value));
  // Of a value that is not among those that are listed, the count is zero only where all are listed.
  const all = [...values, ...chosen.map((value) => ({ value, count: more ? null : 0 }))];
  return make("fieldset", {}, make("legend", {}, isolated(column)),
    ...all.map(({ value, count }) => drawValue(filters, column, value, count)),
    ...(more ? [make("p", { class: "quiet" }, `and ${many(more, "other value")}`)] : []));
}

/** Draw the filters with their counts; the box that has the focus keeps it. */
export function drawFilters(filters, facets, counted) {
  const missing = [...filters.keys()].filter((column) => !facets.some((facet) => facet.column === column));
  const all = [...facets, ...missing.map((column) => ({ column, values: [], more: 1 }))];
  const n = [...filters.values()].flat().length;
  const focused = document.activeElement?.dataset?.key;
  const hadFocus = get("columns").contains(document.activeElement);
  const about = counted ? [make("p", { class: "quiet" }, `Counted among the best ${many(counted, "hit")}.`)] : [];
  const clear = n ? [button("Clear all", () => go({ filters: new Map() }))] : [];
  get("columns").replaceChildren(...all.map((each) => drawColumn(filters, each)), ...clear, ...about);
  get("n-chosen").textContent = n ? `(${n} chosen)` : "";
  get("filters").hidden = !all.length;
  if (!hadFocus) return;
  const box = [...get("columns").querySelectorAll("input")].find((each) => each.dataset.key === focused);
  (box ?? get("filters").querySelector("summary")).focus();
}

// On a narrow page filters are folded, so that hits are in sight.
const wide = matchMedia("(min-width: 52rem)");
const fold = () => { get("filters").open = wide.matches; };
wide.addEventListener("change", fold);
fold();
