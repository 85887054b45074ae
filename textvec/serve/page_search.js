// Search: hits with marked words and reasons, documents that are like one, and words that no document has.

import { drawFilters, without } from "./page_filters.js";
import { drawHit } from "./page_hit.js";
import { ask, attempt, inPath, whereJson } from "./page_server.js";
import { addressOf, FIRST_HITS, go, state } from "./page_state.js";
import { button, focusResults, inShort, isolated, make, many, printable } from "./page_text.js";

const get = (id) => document.getElementById(id);
const PATIENCE = 200; // milliseconds after which it is said that an answer takes time
const MORE_HITS = 20;
let latest = null; // the controller of the question that is not yet answered, or was the last
let info = null;
let shown = ""; // the query and the document whose hits are shown

/** Begin, with what the server tells of its index. */
export function startSearch(index, limits) {
  info = { ...index, limits };
  get("query-label").textContent = `Search ${many(index.documents, "document")}`;
}

/** Show what the address asks for. */
export function showSearch() {
  latest?.abort(); // the answer to an older question is dropped, whenever it comes
  latest = new AbortController();
  const { signal } = latest;
  const asked = state();
  get("query").value = asked.q;
  if (!asked.q.trim() && asked.like === null) return clear();
  attempt(() => search(asked, signal));
}

function clear() {
  get("problem").replaceChildren();
  get("hits").removeAttribute("aria-busy");
  clearHits();
  drawFilters(new Map(), [], null);
}

function paramsOf(asked, filters, k) {
  return [
    ...(asked.like === null ? [["q", asked.q]] : []), ["k", k], ["facets", true],
    ...(filters.size ? [["where", whereJson(filters)]] : []),
  ];
}

async function search(asked, signal) {
  const waiting = setTimeout(() => { get("said").textContent = "Searching…"; }, PATIENCE);
  signal.addEventListener("abort", () => clearTimeout(waiting));
  get("hits").setAttribute("aria-busy", "true");
  const isLike = asked.like !== null;
  const k = Math.min(asked.k, info.limits.k);
  const route = isLike ? `similar/${inPath(asked.like)}` : "search";
  const explain = info.explains && !isLike ? [["explain", true]] : [];
  // What another value of a filtered column would give is counted without the filter of that column.
  const columns = [...asked.filters.keys()];
  const counts = columns.map((column) =>
    ask(route, { params: paramsOf(asked, without(asked.filters, column), 1), signal }));
  let answer, others, like;
  try {
    [answer, others, like] = await Promise.all([
      ask(route, { params: [...paramsOf(asked, asked.filters, k), ...explain], signal }), Promise.all(counts),
      isLike ? ask(`documents/${inPath(asked.like)}`, { signal }) : null,
    ]);
    if (signal.aborted) return;
  } catch (error) {
    if (error.name !== "AbortError") {
      clearHits();
      drawFilters(asked.filters, [], null); // which may be what the server refuses, and can be cleared
    }
    throw error;
  } finally {
    clearTimeout(waiting);
    if (!signal.aborted) get("hits").removeAttribute("aria-busy");
  }
  const facets = (answer.facets ?? []).map((facet) => {
    const other = others[columns.indexOf(facet.column)];
    return other?.facets?.find((each) => each.column === facet.column) ?? facet;
  });
  drawFilters(asked.filters, facets, answer.counted);
  drawLike(asked, like);
  drawMeant(asked, answer.unknown ?? []);
  drawHits(asked, answer.hits, k);
  get("said").textContent = sentence(asked, answer, k);
}

function clearHits() {
  get("hits").replaceChildren();
  get("said").textContent = "";
  for (const id of ["like", "meant", "more"]) get(id).hidden = true;
  shown = "";
}

function sentence(asked, { hits, took_ms: took }, k) {
  const time = `in ${took < 10 ? took.toFixed(1) : Math.round(took).toLocaleString("en")} ms`;
  if (!hits.length) return `No hits${asked.filters.size ? " with these filters" : ""}, ${time}`;
  return hits.length === k ? `The best ${many(k, "hit")} ${time}` : `${many(hits.length, "hit")} ${time}`;
}

function drawHits(asked, hits, k) {
  const explains = info.explains && asked.like === null;
  const isMore = shown === JSON.stringify([asked.q, asked.like]) && document.activeElement === get("more");
  const n = get("hits").children.length;
  shown = JSON.stringify([asked.q, asked.like]);
  get("hits").replaceChildren(...hits.map((hit, i) => drawHit(hit, i, explains ? asked.q : null)));
  get("more").hidden = hits.length < k || k >= info.limits.k || hits.length >= info.documents;
  if (isMore) get("hits").children[Math.min(n, hits.length - 1)]?.firstElementChild.focus();
}

/** Say which document the hits are like, and how one comes back. */
function drawLike(asked, document) {
  get("like").hidden = !document;
  if (!document) return;
  const back = make("a", { href: addressOf({ like: null, k: FIRST_HITS }) },
    ...(asked.q ? ["Back to the search for “", isolated(asked.q), "”"] : ["Back to the search"]));
  back.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // into another tab
    event.preventDefault();
    go({ like: null, k: FIRST_HITS });
    focusResults();
  });
  get("like").replaceChildren(
    make("p", {}, "More like ", make("b", {}, isolated(document.id)), ": ",
      make("bdi", {}, `“${inShort(document.text, 160)}”`)),
    make("p", {}, back));
}

/** Name the words that no document has, and offer the query with those that were perhaps meant. */
function drawMeant(asked, unknown) {
  get("meant").hidden = !unknown.length;
  if (!unknown.length) return;
  const names = unknown.flatMap(({ word }, i) => [i ? ", “" : " “", isolated(word), "”"]);
  const said = [`No document has${unknown.length > 1 ? " any of" : ""}`, ...names, ". "];
  const corrected = unknown.reduce((query, each) => (each.suggestion ? replaced(query, each) : query), asked.q);
  if (corrected !== asked.q) {
    const take = () => {
      go({ q: corrected, like: null, k: FIRST_HITS });
      focusResults();
    };
    said.push("Did you mean ", button(make("bdi", {}, printable(corrected)), take, { class: "link" }), "?");
  }
  get("meant").replaceChildren(...said);
}

/** Replace a word of a query, which may be written there in capitals. */
function replaced(query, { word, suggestion }) {
  const pattern = word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  return query.replace(new RegExp(`(?<![\\p{L}\\p{N}_])${pattern}(?![\\p{L}\\p{N}_])`, "giu"), () => suggestion);
}

get("search-form").addEventListener("submit", (event) => {
  event.preventDefault();
  go({ q: get("query").value.trim(), like: null, k: FIRST_HITS });
});
get("more").addEventListener("click", () => go({ k: Math.min(state().k + MORE_HITS, info.limits.k) }));
