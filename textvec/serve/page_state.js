// What is asked is in the address, so that going back, loading again and links work. The text that is classified is not:
// it may be long, and private.

import { filtersOf, whereJson } from "./page_server.js";

export const FIRST_HITS = 10;
const listeners = [];

/** Return the state that the address holds. */
export function state() {
  const params = new URLSearchParams(location.search);
  const k = Number(params.get("k"));
  return {
    view: params.get("view") === "classify" ? "classify" : "search",
    q: params.get("q") ?? "",
    like: params.get("like"), // the id of a document, or null
    filters: filtersOf(params.get("where")),
    k: Number.isInteger(k) && k > 0 ? k : FIRST_HITS,
  };
}

function address({ view, q, like, filters, k }) {
  const params = new URLSearchParams();
  if (view === "classify") params.set("view", view);
  if (q) params.set("q", q);
  if (like !== null) params.set("like", like);
  if (filters.size) params.set("where", whereJson(filters));
  if (k !== FIRST_HITS) params.set("k", k);
  return `?${params}`;
}

export const addressOf = (changes) => address({ ...state(), ...changes });

/** Go to another state, which one can go back from. */
export function go(changes) {
  const next = addressOf(changes);
  if (next !== `?${new URLSearchParams(location.search)}`) history.pushState(null, "", next);
  for (const listener of listeners) listener();
}

export const onState = (listener) => listeners.push(listener);
addEventListener("popstate", () => listeners.forEach((listener) => listener()));
