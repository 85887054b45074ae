// A hit: what was found, why, and what can be asked about it.

import { barTable, metadataList, reasonChips, reasonTable } from "./page_reasons.js";
import { ask, attempt } from "./page_server.js";
import { FIRST_HITS, go } from "./page_state.js";
import { button, focusResults, inShort, isolated, make, markedText } from "./page_text.js";

/** Return a hit. It is explained for a query; for none, as of documents that are like one, it is not. */
export function drawHit(hit, i, query) {
  const place = hit.passage === null ? [] : [make("span", { class: "quiet" }, `passage ${hit.passage.number + 1}`)];
  const name = make("h3", { id: `hit-${i}` }, isolated(hit.id));
  const like = button("More like this", () => {
    go({ like: String(hit.id), k: FIRST_HITS });
    focusResults();
  }, { "aria-describedby": `hit-${i}` });
  const article = make("article", { tabindex: "-1", "aria-labelledby": `hit-${i}` },
    make("div", { class: "head" }, name, ...place,
      make("span", { class: "score" }, make("span", { class: "quiet" }, "score "), hit.score.toFixed(4))),
    ...markedText(hit.text, hit.marks),
    ...metadataList(hit.metadata),
    ...(hit.reasons?.length ? [reasonChips(hit.reasons)] : []));
  const [why, said] = query === null ? [] : explainable(hit, i, query);
  article.append(make("p", { class: "buttons" }, ...(why ? [why] : []), like), ...(said ? [said] : []));
  return make("li", {}, article);
}

/** Return a button that opens the explanation of a hit and closes it, and what it opens. */
function explainable(hit, i, query) {
  const said = make("section", { class: "why", id: `why-${i}`, "aria-label": `Why ${inShort(hit.id)}` });
  said.hidden = true;
  let asked = null;
  const why = button("Why?", () => {
    const opens = said.hidden;
    asked?.abort();
    why.setAttribute("aria-expanded", String(opens));
    said.hidden = !opens;
    if (!opens) return;
    asked = new AbortController();
    const { signal } = asked;
    attempt(async () => {
      const answer = await ask("explain", { params: [["q", query], ["id", String(hit.id)]], signal });
      if (!signal.aborted) said.replaceChildren(...drawExplanation(answer));
    }, said);
  }, { class: "why-button", "aria-expanded": "false", "aria-controls": `why-${i}`, "aria-describedby": `hit-${i}` });
  return [why, said];
}

function drawExplanation({ score, query, query_marks: queryMarks, text, marks, reasons, parts }) {
  return [
    make("h4", {}, "Query"), ...markedText(query, queryMarks),
    make("h4", {}, "Document"), ...markedText(text, marks),
    ...(parts ? barTable(`Parts of the score ${score.toFixed(4)}`, ["part", "contribution", "rank", "score"],
      parts.map((part) => [part.part, part.contribution, part.rank === null ? "not found" : String(part.rank),
        part.score === null || part.score === undefined ? "" : part.score.toFixed(4)])) : []),
    ...(reasons.length ? reasonTable(parts ? "Words" : `What the score ${score.toFixed(4)} is made of`, reasons) : []),
  ];
}

/** Close an explanation: that of the hit which has the focus, or else the last one; its button has the focus then. */
export function closeExplanation() {
  const open = [...document.querySelectorAll(".why-button[aria-expanded=true]")];
  const within = document.activeElement?.closest("article");
  const why = open.find((each) => within?.contains(each)) ?? open.at(-1);
  if (!why) return false;
  why.click();
  why.focus();
  return true;
}
