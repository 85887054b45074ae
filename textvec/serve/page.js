// The page of a server: begins with what the server has, an index, a model or both; shows what the address says; keys.

import { startClassify } from "./page_classify.js";
import { closeExplanation } from "./page_hit.js";
import { showSearch, startSearch } from "./page_search.js";
import { ask, attempt } from "./page_server.js";
import { go, onState, state } from "./page_state.js";
import { inShort, isolated, many, printable } from "./page_text.js";

const get = (id) => document.getElementById(id);
let info = null;

const viewOf = ({ view }) => (info.index && info.model ? view : info.index ? "search" : "classify");

function show() {
  const asked = state();
  const view = viewOf(asked);
  for (const id of ["search", "classify"]) get(id).hidden = id !== view || !info[id === "search" ? "index" : "model"];
  for (const link of get("views").children) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  get("keys").hidden = view !== "search";
  const what = view === "classify" ? "Classify" : asked.like !== null ? `Like ${inShort(asked.like)}` : inShort(asked.q);
  document.title = what ? `${what} – textvec` : "textvec";
  if (view === "search" && info.index) showSearch();
}

function about() {
  const said = [];
  if (info.index) said.push(`${printable(info.index.class)} of ${many(info.index.documents, "document")}`);
  if (info.model) said.push(...(said.length ? [" · "] : []), "model ", isolated(info.model.name));
  return said.length ? said : ["This server has neither an index nor a model."];
}

async function start() {
  info = await ask("info");
  get("about").replaceChildren(...about());
  get("views").hidden = !(info.index && info.model);
  if (info.index) startSearch(info.index, info.limits);
  if (info.model) startClassify(info.model);
  onState(show);
  show();
  const { q, like } = state();
  if (!q && like === null && document.activeElement === document.body) box()?.focus();
}

const box = () => ["query", "text"].map(get).find((each) => each.offsetParent !== null);

get("views").addEventListener("click", (event) => {
  const { view } = event.target.dataset;
  if (!view || event.ctrlKey || event.metaKey || event.shiftKey) return; // into another tab
  event.preventDefault();
  go({ view });
});

/** Move from the search box or a hit to the hit after or before it; before the first one is the box. */
function move(way) {
  const articles = [...get("hits").querySelectorAll("article")];
  const at = articles.indexOf(document.activeElement.closest("article")) + way;
  (at < 0 ? get("query") : articles[Math.min(at, articles.length - 1)])?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  const isTyped = event.target.matches?.("textarea, select, input:not([type=checkbox])");
  const isInHit = Boolean(event.target.closest?.("article"));
  const way = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key];
  if (event.key === "/" && !isTyped) {
    box()?.focus();
    box()?.select();
  }
  else if (way && (isInHit || (event.target === get("query") && event.key === "ArrowDown"))) move(way);
  else if (event.key !== "Escape" || !closeExplanation()) return;
  event.preventDefault();
});

attempt(start);
