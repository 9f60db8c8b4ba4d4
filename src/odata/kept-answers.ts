/**
 * Pages that are asked for again and again, as clients that poll do. What a page shows is decided anew each time; kept is what was written of it: of each
 * entity the bytes of its object, at the place that the store gave to that state of the entity, and of the page all of them. A page of the same objects
 * is the same bytes. Bounded in bytes.
 */
import { type Utf8Writer, utf8Of, utf8Writer } from '../kernel/utf8.js';
import type { KeptPlace } from '../query/kept-place.js';
import type { Item } from '../query/outcome.js';
import type { Pieces } from './write-item.js';

export interface KeptAnswers {
  /**
   * A page as JSON: the head, its members with commas between them, and the end. Nobody may change the bytes.
   * @param head all up to the first member
   * @param shape whatever else than the entities decides on how they are written
   */
  page(head: string, items: readonly Item[], shape: string, write: (out: Pieces, item: Item) => void): Uint8Array;
}

interface Answer {
  readonly head: string;
  /** Of all members in their order; empty where one of them is not kept. */
  parts: readonly Part[];
  /** Undefined as long as it is written, and when there was no more room. */
  bytes: Uint8Array | undefined;
}

/** The object of an entity with all that is expanded in it. */
interface Part {
  readonly shape: string;
  /** Places of what is expanded, behind the name of its property. */
  readonly below: readonly (KeptPlace | string)[];
  /** Where its bytes stand. */
  source: Answer;
  from: number;
  to: number;
  /** Kept answers that begin with it. */
  answers: readonly Answer[];
}

/** The same entity in other versions, selections or metadata levels. */
const MOST_SHAPES = 3;
const MOST_ANSWERS = 4;
/** Bytes of all answers; of one that is longer than a quarter nothing is kept. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Pages that are remembered to have been asked for. What is asked for once is not kept: that costs time, and room that others need. */
const MOST_ASKED = 512;
const END = ']}';
/** About what is written around the text of an entity. */
const AROUND = 256;

/** @param most bytes that are kept at most */
export function createKeptAnswers(most = MOST_BYTES): KeptAnswers {
  // The least recently used come first.
  const answers = new Set<Answer>();
  const asked = new Set<string>();
  let size = 0;

  function drop(answer: Answer): void {
    answers.delete(answer);
    size -= answer.bytes?.length ?? 0;
    answer.bytes = undefined;
    answer.parts = [];
  }

  function keep(answer: Answer, bytes: Uint8Array): void {
    if (bytes.length > most / 4) return;
    answer.bytes = bytes;
    answers.add(answer);
    size += bytes.length;
    for (const oldest of answers) {
      if (size <= most) break;
      drop(oldest);
    }
  }

  function known(head: string, parts: readonly (Part | undefined)[]): Uint8Array | undefined {
    const found = parts[0]?.answers.find((answer) => answer.bytes !== undefined && answer.head === head && isSame(answer.parts, parts));
    if (found === undefined) return undefined;
    answers.delete(found);
    answers.add(found);
    return found.bytes;
  }

  /** Whether such a page was asked for lately. */
  function isRepeated(name: string): boolean {
    const repeated = asked.delete(name);
    asked.add(name);
    if (asked.size > MOST_ASKED) asked.delete(asked.keys().next().value as string);
    return repeated;
  }

  return {
    page(head, items, shape, write) {
      const name = `${shape} ${items.length} ${items[0]?.id}`;
      if (!isRepeated(name)) return written(head, items, write);
      const parts = items.map((item) => partOf(item, shape));
      const before = known(head, parts);
      if (before !== undefined) return before;
      const out = utf8Writer(lengthOf(head, items, parts));
      out.write(head);
      const answer: Answer = { head, parts: [], bytes: undefined };
      writeMembers(out, items, parts, answer, shape, write);
      out.write(END);
      const bytes = out.end();
      if (parts.every(isKept)) begin(parts, answer);
      if (parts.some(isKept)) keep(answer, bytes);
      return bytes;
    },
  };
}

/** What is not to be kept. */
function written(head: string, items: readonly Item[], write: (out: Pieces, item: Item) => void): Uint8Array {
  const pieces: Pieces = [head];
  items.forEach((item, at) => {
    if (at > 0) pieces.push(',');
    write(pieces, item);
  });
  pieces.push(END);
  return utf8Of(pieces);
}

/** @param parts of what was written before; what is written now takes its place there */
function writeMembers(
  out: Utf8Writer,
  items: readonly Item[],
  parts: (Part | undefined)[],
  answer: Answer,
  shape: string,
  write: (out: Pieces, item: Item) => void,
): void {
  let start = out.at();
  for (let at = 0; at < items.length; at += 1) {
    if (at > 0) {
      out.write(',');
      start += 1;
    }
    const first = parts[at];
    const bytes = first?.source.bytes;
    if (first === undefined || bytes === undefined) {
      const item = items[at] as Item;
      const pieces: Pieces = [];
      write(pieces, item);
      for (const piece of pieces) out.write(piece);
      const end = out.at();
      parts[at] = remember(item, shape, answer, start, end);
      start = end;
      continue;
    }
    // Those that stood side by side, and the commas with them, are copied at once.
    let last = first;
    const moved = [first];
    for (let next = parts[at + 1]; next?.source === first.source && next.from === last.to + 1; next = parts[at + 1]) {
      moved.push(next);
      last = next;
      at += 1;
    }
    const by = start - first.from;
    out.write(bytes.subarray(first.from, last.to));
    // Older answers can go.
    for (const part of moved) {
      part.source = answer;
      part.from += by;
      part.to += by;
    }
    start = last.to;
  }
}

function isKept(part: Part | undefined): part is Part {
  return part !== undefined;
}

function isSame(one: readonly Part[], other: readonly (Part | undefined)[]): boolean {
  return one.length === other.length && one.every((part, at) => part === other[at]);
}

function begin(parts: readonly Part[], answer: Answer): void {
  answer.parts = parts;
  const [first] = parts;
  if (first !== undefined) first.answers = [answer, ...first.answers.filter(({ bytes }) => bytes !== undefined)].slice(0, MOST_ANSWERS);
}

function lengthOf(head: string, items: readonly Item[], parts: readonly (Part | undefined)[]): number {
  let length = head.length + END.length;
  items.forEach((item, at) => {
    const part = parts[at];
    length += (part === undefined ? writtenLength(item) : part.to - part.from) + 1;
  });
  return length;
}

function writtenLength({ text, expanded }: Item): number {
  let length = text.length + AROUND;
  for (const { page } of expanded) for (const item of page.items) length += writtenLength(item);
  return length;
}

function partsAt(place: KeptPlace): readonly Part[] {
  return (place.kept as readonly Part[] | undefined) ?? [];
}

function partOf(item: Item, shape: string): Part | undefined {
  if (item.place === undefined) return undefined;
  return partsAt(item.place).find((part) => part.source.bytes !== undefined && part.shape === shape && isBelow(part.below, item));
}

/** @returns undefined where more decides on what was written than entities that have a place */
function remember(item: Item, shape: string, source: Answer, from: number, to: number): Part | undefined {
  const { place } = item;
  const below = belowOf(item);
  if (place === undefined || below === undefined) return undefined;
  const part: Part = { shape, below, source, from, to, answers: [] };
  const others = partsAt(place).filter((other) => other.source.bytes !== undefined && other.shape !== shape);
  place.kept = [part, ...others].slice(0, MOST_SHAPES);
  return part;
}

function belowOf({ expanded }: Item): readonly (KeptPlace | string)[] | undefined {
  const below: (KeptPlace | string)[] = [];
  for (const { property, page } of expanded) {
    if (page.count !== undefined || page.nextSkip !== undefined) return undefined;
    below.push(property.name);
    for (const { place, expanded: further } of page.items) {
      if (place === undefined || further.length > 0) return undefined;
      below.push(place);
    }
  }
  return below;
}

/** Whether `below` is what `belowOf` says of the item. */
function isBelow(below: readonly (KeptPlace | string)[], { expanded }: Item): boolean {
  let at = 0;
  for (const { property, page } of expanded) {
    if (page.count !== undefined || page.nextSkip !== undefined || below[at++] !== property.name) return false;
    for (const { place, expanded: further } of page.items) if (further.length > 0 || below[at++] !== place) return false;
  }
  return at === below.length;
}
