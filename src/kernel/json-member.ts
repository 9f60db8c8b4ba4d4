/**
 * One member of an object in JSON text, without reading the rest: stored entities are long, and a name stands near their beginning. About a
 * microsecond where parsing the whole costs twenty.
 */
import type { JsonValue } from './json.js';

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;

/**
 * @param json text of one object, well formed
 * @returns the value of its own member of this name (the first of several); undefined where it has none
 */
export function readMember(json: string, name: string): JsonValue | undefined {
  const wanted = JSON.stringify(name);
  let at = past(json, 0) + 1;
  while (at < json.length) {
    at = past(json, at);
    if (json.charCodeAt(at) !== QUOTE) return undefined;
    const keyEnd = endOfString(json, at);
    const value = past(json, past(json, keyEnd) + 1);
    const end = endOfValue(json, value);
    if (keyEnd - at === wanted.length && json.startsWith(wanted, at)) return JSON.parse(json.slice(value, end)) as JsonValue;
    at = past(json, end) + 1;
  }
  return undefined;
}

/**
 * The same of a member that the object is known to have, however far back it stands: where its name comes once in the whole text, that is it.
 *
 * @param json text of one object, well formed, that has a member of its own of this name
 */
export function knownMember(json: string, name: string): JsonValue | undefined {
  const wanted = `${JSON.stringify(name)}:`;
  const at = json.indexOf(wanted);
  const before = json.charCodeAt(at - 1);
  // Behind a backslash it would be the end of another name.
  if (at < 1 || (before !== COMMA && before !== OPEN_BRACE) || json.indexOf(wanted, at + wanted.length) >= 0) return readMember(json, name);
  const value = past(json, at + wanted.length);
  return JSON.parse(json.slice(value, endOfValue(json, value))) as JsonValue;
}

const CONTROL = '"@odata.';

/**
 * The members of these names, and those of control information (`@odata.*`), as the text has them: `"name":value`, in its order.
 *
 * @param json text of one object, well formed, no name in it twice
 * @param names with their quotes
 */
export function memberTexts(json: string, names: ReadonlySet<string>): string[] {
  const texts: string[] = [];
  let missing = names.size;
  let at = past(json, 0) + 1;
  while (at < json.length) {
    at = past(json, at);
    if (json.charCodeAt(at) !== QUOTE) break;
    const keyEnd = endOfString(json, at);
    const end = endOfValue(json, past(json, past(json, keyEnd) + 1));
    const wanted = names.has(json.slice(at, keyEnd));
    if (wanted || json.startsWith(CONTROL, at)) texts.push(json.slice(at, end).trimEnd());
    if (wanted) missing -= 1;
    if (missing === 0 && !json.includes(CONTROL, end)) break;
    at = past(json, end) + 1;
  }
  return texts;
}

/** The next place that is no white space. */
function past(json: string, from: number): number {
  let at = from;
  while (json.charCodeAt(at) <= 32) at++;
  return at;
}

/** @param open where its first quote stands */
function endOfString(json: string, open: number): number {
  let at = json.indexOf('"', open + 1);
  while (at >= 0 && isEscaped(json, at)) at = json.indexOf('"', at + 1);
  return at < 0 ? json.length : at + 1;
}

function isEscaped(json: string, quote: number): boolean {
  let slashes = 0;
  while (json.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes++;
  return slashes % 2 === 1;
}

function endOfValue(json: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < json.length) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(json, at);
      if (depth === 0) return at;
      continue;
    }
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      if (depth === 0) return at;
      depth--;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && code === COMMA) return at;
    at++;
  }
  return at;
}
