// A text box that classifies, and tells why.

import { barTable, reasonTable } from "./page_reasons.js";
import { ask, attempt } from "./page_server.js";
import { isolated, make, markedText } from "./page_text.js";

const get = (id) => document.getElementById(id);
const MAX_UNKNOWN = 50; // words that a model does not know which are named
let latest = null;
const plainly = (number) => number.toFixed(4).replace("-", "−");
let model = null; // what the server tells of its model

export function startClassify(told) {
  model = told;
}

async function classify(text, signal) {
  get("decided").setAttribute("aria-busy", "true");
  let answer;
  try {
    answer = await ask("classify", { body: { texts: [text], explain: true }, signal });
    if (signal.aborted) return;
  } catch (error) {
    if (error.name !== "AbortError") {
      get("decided").replaceChildren();
      get("decided-said").textContent = "";
    }
    throw error;
  } finally {
    if (!signal.aborted) get("decided").removeAttribute("aria-busy");
  }
  const { label, scores, explanation } = answer.results[0];
  get("decided-said").replaceChildren("Class ", make("b", {}, isolated(label)), ` in ${answer.took_ms.toFixed(1)} ms`);
  const sorted = scores.toSorted((a, b) => b.score - a.score).map((each) => [each.label, each.score]);
  get("decided").replaceChildren(
    ...barTable("Scores", ["class", model.scores], sorted,
      { number: plainly, ...(model.scores === "probability" ? { largest: 1 } : {}) }),
    ...(explanation ? drawDecision(text, label, explanation) : []));
}

function drawDecision(text, label, { exact, score_name: name, intercept, reasons, marks, unknown_words: unknown }) {
  const caption = make("span", {}, "What speaks for ", isolated(label), ", and with a minus against it");
  const said = [`Contributions to the ${name}${exact ? "" : ", estimated by leaving words out"}`];
  if (intercept !== null) said.push(`, which is ${plainly(intercept)} before any word`);
  const words = unknown.slice(0, MAX_UNKNOWN).flatMap((word, i) => [i ? ", " : " ", isolated(word)]);
  if (unknown.length > MAX_UNKNOWN) words.push(` and ${(unknown.length - MAX_UNKNOWN).toLocaleString("en")} more`);
  return [
    make("h3", {}, "Text"), ...markedText(text, marks),
    ...(reasons.length ? reasonTable(caption, reasons) : [make("p", {}, "No word of the text speaks for or against it.")]),
    make("p", { class: "quiet" }, ...said, "."),
    ...(unknown.length ? [make("p", {}, "Words that the model does not know:", ...words, ".")] : []),
  ];
}

function submit() {
  const text = get("text").value;
  if (!text.trim()) return get("text").focus();
  latest?.abort();
  latest = new AbortController();
  const { signal } = latest;
  attempt(() => classify(text, signal));
}

get("classify-form").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
get("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
});
