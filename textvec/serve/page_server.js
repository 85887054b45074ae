// Questions to the server, and what is said where they fail.

import { button, make, printable } from "./page_text.js";

const get = (id) => document.getElementById(id);
let token = ""; // in memory only: where scripts of other pages and of later visits do not find it
let again = null; // what is tried again with a token

/** What a server answers instead of what it was asked for; of status 0 where it does not answer. */
export class ServerError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** JSON, in which whole numbers that JavaScript would round stay what they are, as BigInt. */
const parse = (text) => JSON.parse(text, (key, value, context) =>
  typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")
    ? BigInt(context.source) : value);

/** Return a value as JSON, in which whole numbers that JavaScript would round stay what they are. */
export const asJson = (value) => (typeof value === "bigint" ? String(value) : JSON.stringify(value));

/** Return filters, a map from columns to lists of values, as the JSON that `where` takes. */
export const whereJson = (filters) =>
  `{${[...filters].map(([column, values]) => `${asJson(column)}:[${values.map(asJson).join()}]`).join()}}`;

/** Return filters from their JSON; none where it is something else, as in an address that somebody wrote. */
export function filtersOf(json) {
  try {
    const given = Object.entries(parse(json || "{}")).filter(([, values]) => Array.isArray(values) && values.length);
    return new Map(given.map(([column, values]) => [column, values.filter((value) => typeof (value ?? "") !== "object")]));
  } catch {
    return new Map();
  }
}

/** Return a part of a path. A lone surrogate, which no address has, is replaced. */
export const inPath = (id) => encodeURIComponent(String(id).toWellFormed());

/** Ask a route and return its answer: with a body by POST, otherwise by GET. */
export async function ask(route, { params = [], body, signal } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const query = params.length ? `?${new URLSearchParams(params)}` : "";
  const how = { method: body ? "POST" : "GET", headers, signal, body: body && JSON.stringify(body) };
  let response, text;
  try {
    response = await fetch(route + query, how);
    text = await response.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ServerError("The server does not answer.", 0);
  }
  const { status } = response;
  let answer = null;
  try {
    answer = parse(text);
  } catch {
    throw new ServerError(`The server answers with something else than JSON (status ${status}).`, status);
  }
  if (!response.ok) throw new ServerError(answer?.error?.message ?? `The server answers with status ${status}.`, status);
  return answer;
}

/** Do what asks the server; say in `place` if that fails, with a button to try again, or ask for a token. */
export async function attempt(work, place = get("problem")) {
  place.replaceChildren();
  try {
    await work();
  } catch (error) {
    if (error.name === "AbortError") return; // a newer question has been asked
    const retry = () => attempt(work, place);
    if (error.status === 401) return askForToken(retry);
    const isKnown = error instanceof ServerError;
    const said = isKnown ? printable(error.message) : "This page failed at that. The console of the browser says more.";
    place.replaceChildren(make("p", { class: "problem", role: "alert" }, make("span", { dir: "auto" }, said), " ",
      button("Try again", retry)));
    if (!isKnown) throw error;
  }
}

function askForToken(retry) {
  again = retry;
  get("token-said").textContent = token ? "The server did not accept the token." : "The server answers only with a token.";
  get("token-form").hidden = false;
  get("token").value = "";
  get("token").focus();
}

get("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  token = get("token").value;
  get("token").value = "";
  get("token-form").hidden = true;
  again();
});
