// Texts from anywhere as they may be shown: they become text nodes, never markup, and nothing in them steers or hides.
// Marks are counted in code points by the server, and in UTF-16 units here.

const MAX_SNIPPET = 400; // units of a text that are shown at first
const MAX_STEP = 20_000; // units that a press of the button adds: more at once would stop the page for a moment
const MAX_NAME = 80; // units of a name, such as an id

// The characters of textvec/_common/printable.py, which says why.
const UNSAFE = new RegExp(
  "[\\u0000-\\u001f\\u007f-\\u009f" +
  "\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb" +
  "\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff" +
  "\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e007f}]", "gu");
const SPACE = /[\t-\r\x1c-\x1f\x85\u2028\u2029]/;

/** Return a text of as many code points without what must not be shown: a space for white space, otherwise U+FFFD. */
export function printable(text, keep = "") {
  return text.replace(UNSAFE, (found) => (keep.includes(found) ? found : SPACE.test(found) ? " " : "\ufffd"));
}

/** Return a name on one line, and not all of one that is very long. */
export function inShort(name, length = MAX_NAME) {
  const line = printable(String(name).slice(0, 2 * length));
  return line.length <= length ? line : `${line.slice(0, isInPair(line, length - 1) ? length - 2 : length - 1)}…`;
}

/** Return an element. Attributes are written here and never come from the server; children may be any strings. */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Return a name from the server as an element that keeps its direction to itself. */
export const isolated = (name, length) => make("bdi", {}, inShort(name, length));

export function button(name, press, attributes = {}) {
  const element = make("button", { type: "button", ...attributes }, name);
  element.addEventListener("click", press);
  return element;
}

/** Go to the beginning of other hits: what had the focus will be gone. */
export function focusResults() {
  document.getElementById("results").focus({ preventScroll: true });
  scrollTo(0, 0);
}

export const many = (n, one) => `${n.toLocaleString("en")} ${one}${n === 1 ? "" : "s"}`;

/** A place between the two units of one character. */
const isInPair = (text, at) => /[\udc00-\udfff]/.test(text[at] ?? "") && /[\ud800-\udbff]/.test(text[at - 1] ?? "");

/** Return marks in the order of the text, their places counted in its units instead of code points. */
export function inUnits(text, marks) {
  const sorted = marks.toSorted((a, b) => a.start - b.start);
  if (!/[\ud800-\udfff]/.test(text)) return sorted;
  let point = 0, unit = 0;
  const unitOf = (wanted) => {
    while (point < wanted && unit < text.length) {
      unit += isInPair(text, unit + 1) ? 2 : 1;
      point++;
    }
    return unit;
  };
  return sorted.map((mark) => ({ ...mark, start: unitOf(mark.start), end: unitOf(mark.end) }));
}

/** Return what is shown of a long text, as pairs of places: what is around its strongest marks, or its beginning. */
export function windows(text, marks) {
  if (text.length <= MAX_SNIPPET) return [[0, text.length]];
  const context = Math.floor(MAX_SNIPPET / (2 * Math.max(1, Math.min(marks.length, 3))));
  const some = [];
  let left = MAX_SNIPPET;
  for (const mark of marks.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))) {
    if (left <= 0) break;
    if (some.some(([start, end]) => mark.start >= start && mark.end <= end)) continue;
    const end = Math.min(mark.end, mark.start + MAX_SNIPPET);
    some.push(outward(text, mark.start - context, end + context));
    left -= some.at(-1)[1] - some.at(-1)[0];
  }
  if (!some.length) return [outward(text, 0, MAX_SNIPPET)];
  const joined = [];
  for (const [start, end] of some.sort((a, b) => a[0] - b[0])) {
    if (joined.length && start <= joined.at(-1)[1]) joined.at(-1)[1] = Math.max(end, joined.at(-1)[1]);
    else joined.push([start, end]);
  }
  return joined;
}

/** Move two places outward to where words end, if that is near, and never into a character. */
function outward(text, start, end) {
  const near = 20;
  start = Math.max(start, 0);
  end = Math.min(end, text.length);
  const before = start && text.slice(Math.max(start - near, 0), start).search(/\S*$/);
  if (start) start = Math.max(start - near, 0) + (before || near);
  start = Math.min(start, text.length);
  const after = text.slice(end, end + near).search(/\s/);
  if (after >= 0) end += after;
  return [isInPair(text, start) ? start - 1 : start, isInPair(text, end) ? end + 1 : end];
}

/** Return the pieces of a text between two places, its marks as elements, the stronger the darker. */
function pieces(text, marks, strongest, from, to) {
  const drawn = [];
  let at = from;
  for (const mark of marks) {
    const start = Math.max(mark.start, at), end = Math.min(mark.end, to);
    if (start >= end) continue;
    if (at < start) drawn.push(text.slice(at, start));
    drawn.push(make("mark", { class: markClass(mark.contribution, strongest), title: signed(mark.contribution) },
      text.slice(start, end)));
    at = end;
  }
  if (at < to) drawn.push(text.slice(at, to));
  return drawn;
}

function markClass(contribution, strongest) {
  if (!contribution) return "unknown";
  const strength = Math.min(5, Math.max(1, Math.ceil((5 * Math.abs(contribution)) / strongest)));
  return `${contribution < 0 ? "minus" : "plus"} m${strength}`;
}

/** Return a number with its sign, as it is shown everywhere. */
export const signed = (number) => (number < 0 ? `−${Math.abs(number).toFixed(4)}` : `+${number.toFixed(4)}`);

/** Return a text with marks: a long one in short, with a button that shows all of it. */
export function markedText(given, givenMarks) {
  const text = printable(given, "\t\n");
  const marks = inUnits(text, givenMarks ?? []);
  const strongest = marks.reduce((most, mark) => Math.max(most, Math.abs(mark.contribution)), 0);
  const block = make("div", { class: "text" });
  // Each step is a paragraph of its own: to break the lines of one that grows takes longer from step to step.
  const paragraph = (...children) => make("p", { dir: "auto" }, ...children);
  const draw = (from, to) => pieces(text, marks, strongest, from, to);
  const shown = windows(text, marks);
  const drawShort = () => {
    const short = shown.flatMap(([start, end], i) => [...(start ? [i ? " … " : "… "] : []), ...draw(start, end)]);
    block.replaceChildren(paragraph(...short, shown.at(-1)[1] < text.length ? " …" : ""));
    block.classList.remove("whole");
  };
  drawShort();
  if (!text) block.append(make("span", { class: "quiet" }, "(no text)"));
  const isWhole = shown.length === 1 && shown[0][0] === 0 && shown[0][1] === text.length;
  if (isWhole) block.classList.add("whole");
  if (isWhole) return [block];
  let to = 0; // how far the text is shown, 0 while it is shown in short
  const unfold = button(text.length <= MAX_STEP ? "Show all" : "Show more", () => {
    if (to === text.length) {
      to = 0;
      drawShort();
    } else {
      const from = to;
      to = outward(text, 0, from + MAX_STEP)[1];
      if (!from) block.replaceChildren();
      block.append(paragraph(...draw(from, to)));
      block.classList.add("whole");
    }
    unfold.textContent = to === text.length ? "Show less" : to || text.length > MAX_STEP ? "Show more" : "Show all";
  }, { class: "link" });
  return [block, unfold];
}
