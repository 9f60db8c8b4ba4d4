/** Some members of JSON objects out of their texts, for readers of very many that are alike: what stands between is compared and not read. */
import { type Frame, type FramedText, wholeText } from './framed-text.js';
import { isObject, type JsonObject, type JsonValue } from './json.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
const SPACE = 0x20;

/** What texts have in common: stretches that never differ, and values between them. */
interface Template {
  readonly holes: readonly { readonly before: string; readonly wanted: string | undefined }[];
  readonly tail: string;
}

/** Where a member's value stands. */
interface Span {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Templates held at a time, the last used first. */
const TEMPLATES = 4;
/** So many texts may be unlike before the reader asks whether comparing pays. */
const TRIALS = 256;

/**
 * A reader of the members whose names `wanted` accepts: what it makes of a valid JSON text is what `JSON.parse` makes of it, other members left out.
 *
 * @param wanted asked for each name that turns up, now or later
 * @returns of texts that are no valid JSON the reader may make anything, or throw SyntaxError; what is no object is an empty one
 */
export function memberReader(wanted: (name: string) => boolean): (text: string) => JsonObject {
  let templates: readonly Template[] = [];
  /** Members that are not wanted, with their last value; undefined for those whose values differ. */
  const values = new Map<string, string | undefined>();
  let [texts, learnt] = [0, 0];

  const learn = (text: string): JsonObject => {
    learnt += 1;
    const spans = spansOf(text);
    if (spans !== undefined) templates = [templateOf(text, spans), ...templates].slice(0, TEMPLATES);
    return picked(text, wanted);
  };

  const templateOf = (text: string, spans: readonly Span[]): Template => {
    const holes: { before: string; wanted: string | undefined }[] = [];
    let from = 0;
    for (const { name, start, end } of spans) {
      const isWanted = wanted(name);
      if (!isWanted) {
        const value = text.slice(start, end);
        if (!values.has(name)) values.set(name, value);
        else if (values.get(name) !== value) values.set(name, undefined);
        if (values.get(name) !== undefined) continue;
      }
      holes.push({ before: ownText(text.slice(from, start)), wanted: isWanted ? name : undefined });
      from = end;
    }
    return { holes, tail: ownText(text.slice(from)) };
  };

  return (text) => {
    texts += 1;
    for (let index = 0; index < templates.length; index += 1) {
      const template = templates[index]!;
      const members = fitted(template, text);
      if (members === undefined) continue;
      if (index > 0) templates = [template, ...templates.filter((other) => other !== template)];
      return members;
    }
    return learnt > TRIALS && learnt * 4 > texts ? picked(text, wanted) : learn(text);
  };
}

/** What can be told of a frame: the members that the frame itself says, and by place the name of the member that stands there. */
export interface FrameMembers {
  readonly members: JsonObject;
  /** Undefined for a member that is not wanted. */
  readonly names: readonly (string | undefined)[];
}

/** Lists and objects that are kept read of one place, in case that they come again; and after how many the reader asks whether any do. */
const NESTED_KEPT = 8192;
const NESTED_TRIALS = 2048;
const EMPTY_LIST: JsonValue = Object.freeze([]);

/** The lists and objects that stood in one place. */
interface Nested {
  readonly values: Map<string, JsonValue>;
  asked: number;
  met: number;
}

const ZERO = 0x30;
const LINE_END = 0x0a;

/**
 * The same as `memberReader`, of texts that come as frames and fillings, without making them whole. Lists and objects that many texts have alike are
 * the same value each time.
 */
export function framedMemberReader(wanted: (name: string) => boolean): (text: FramedText) => JsonObject {
  const frames = new Map<Frame, FrameMembers | undefined>();
  const readWhole = memberReader(wanted);
  const nested = new Map<string, Nested>();
  let lastFrame: Frame | undefined;
  let lastKnown: FrameMembers | undefined;

  const knownOf = (frame: Frame): FrameMembers | undefined => {
    if (frame === lastFrame) return lastKnown;
    if (!frames.has(frame)) frames.set(frame, frameMembers(frame, wanted));
    lastFrame = frame;
    lastKnown = frames.get(frame);
    return lastKnown;
  };

  const nestedValue = (name: string, text: string): JsonValue => {
    if (text === '[]') return EMPTY_LIST;
    let known = nested.get(name);
    if (known === undefined) {
      known = { values: new Map(), asked: 0, met: 0 };
      nested.set(name, known);
    }
    if (known.asked > NESTED_TRIALS && known.met * 2 < known.asked) return JSON.parse(text) as JsonValue;
    known.asked += 1;
    const met = known.values.get(text);
    if (met !== undefined) {
      known.met += 1;
      return met;
    }
    const value = JSON.parse(text) as JsonValue;
    if (known.values.size < NESTED_KEPT) known.values.set(ownText(text), value);
    return value;
  };

  const fillingOf = (name: string, fillings: string, start: number, end: number): JsonValue => {
    const first = fillings.charCodeAt(start);
    if (first === OPEN_BRACE || first === OPEN_BRACKET) return nestedValue(name, fillings.slice(start, end));
    return readValue(fillings, start, end);
  };

  return (text) => {
    const known = knownOf(text.frame);
    if (known === undefined) return readWhole(wholeText(text));
    const { names } = known;
    const { fillings } = text;
    const members = { ...known.members } as Record<string, JsonValue>;
    let value = fillings.indexOf('\n') + 1;
    for (let at = 0, place = 0, number = 0, isPlace = true; ; at += 1) {
      const code = fillings.charCodeAt(at);
      if (code >= ZERO) {
        number = number * 10 + code - ZERO;
        continue;
      }
      if (isPlace) place = number;
      else {
        const name = names[place];
        if (name !== undefined) members[name] = fillingOf(name, fillings, value, value + number);
        value += number;
      }
      if (code === LINE_END) return members;
      isPlace = !isPlace;
      number = 0;
    }
  };
}

/** The wanted members of a frame, and of its places. Undefined for a frame of which a place is no member's value. */
export function frameMembers(frame: Frame, wanted: (name: string) => boolean): FrameMembers | undefined {
  const names: (string | undefined)[] = [];
  const spans = spansOf(frame.text);
  if (spans === undefined) return undefined;
  const byStart = new Map(spans.map((span) => [span.start, span]));
  for (let at = 0; at < frame.ends.length; at += 2) {
    const span = byStart.get(frame.ends[at]!);
    if (span?.end !== frame.ends[at + 1] || span === undefined || span.name === '__proto__') return undefined;
    names.push(wanted(span.name) ? span.name : undefined);
  }
  // Of several members of one name the last counts: only the whole text tells which that is.
  if (new Set(spans.map(({ name }) => name)).size < spans.length) return undefined;
  return { members: { ...picked(frame.text, wanted) }, names };
}

/** The same text in memory of its own: a part of a long one is quicker to compare so, and does not keep the long one. */
function ownText(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

/** The wanted members of a text that the template fits. */
function fitted({ holes, tail }: Template, text: string): JsonObject | undefined {
  const members: Record<string, JsonValue> = {};
  let at = 0;
  for (let index = 0; index < holes.length; index += 1) {
    const { before, wanted } = holes[index]!;
    const start = at + before.length;
    // Several times faster than `startsWith`.
    if (text.slice(at, start) !== before) return undefined;
    at = endOfValue(text, start);
    if (wanted !== undefined) put(members, wanted, readValue(text, start, at));
  }
  return text.slice(at) === tail ? members : undefined;
}

function picked(text: string, wanted: (name: string) => boolean): JsonObject {
  const whole = JSON.parse(text) as JsonValue;
  const members: Record<string, JsonValue> = {};
  if (!isObject(whole)) return members;
  for (const name of Object.keys(whole)) if (wanted(name)) put(members, name, whole[name] as JsonValue);
  return members;
}

/** An own member, whatever its name, as JSON.parse makes it. */
function put(members: Record<string, JsonValue>, name: string, value: JsonValue): void {
  if (name === '__proto__') Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
  else members[name] = value;
}

function spansOf(text: string): readonly Span[] | undefined {
  const spans: Span[] = [];
  let at = afterSpace(text, 0);
  if (text.charCodeAt(at) !== OPEN_BRACE) return undefined;
  at = afterSpace(text, at + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const nameEnd = endOfString(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    at = afterSpace(text, nameEnd);
    if (text.charCodeAt(at) !== COLON) return undefined;
    const start = afterSpace(text, at + 1);
    const end = endOfValue(text, start);
    spans.push({ name, start, end });
    at = afterSpace(text, end);
    if (text.charCodeAt(at) === COMMA) at = afterSpace(text, at + 1);
  }
  return spans;
}

function readValue(text: string, start: number, end: number): JsonValue {
  switch (text.charCodeAt(start)) {
    case QUOTE: {
      const plain = text.slice(start + 1, end - 1);
      return plain.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : plain;
    }
    case 0x6e:
      return null;
    case 0x74:
      return true;
    case 0x66:
      return false;
    default:
      return JSON.parse(text.slice(start, end)) as JsonValue;
  }
}

/** Just past the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && text.charCodeAt(end - 1) === BACKSLASH) {
    let slashes = 1;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) break;
    end = text.indexOf('"', end + 1);
  }
  return end < 0 ? text.length : end + 1;
}

/** Just past the value that begins at `start`. */
function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === QUOTE) return endOfString(text, start);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfNested(text, start);
  let at = start;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET || code <= SPACE) break;
  }
  return at;
}

function endOfNested(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

function afterSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) <= SPACE) at += 1;
  return at;
}
