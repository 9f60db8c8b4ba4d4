/** Reads .NET's regular expressions, as far as linear time can match them. */
import { type CharacterItem, type CharacterSet, SHORTHANDS } from './character-set.js';
import { categoryEscape, characterEscape } from './escapes.js';
import type { Assertion, Tree } from './tree.js';

export interface PatternRefusal {
  readonly ok: false;
  /** Where in the pattern, and how much of it, UTF-16. */
  readonly at: number;
  readonly length: number;
  readonly explanation: string;
}

export type ParsedPattern = { readonly ok: true; readonly tree: Tree } | PatternRefusal;

const MAX_GROUP_DEPTH = 50;
const MAX_REPEAT = 1000;
const NEWLINE = 0x0a;
/** What a lone surrogate is in the texts that are matched. */
const REPLACEMENT = 0xfffd;

interface Options {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly singleLine: boolean;
}

/** A group that is being read. */
interface Frame {
  readonly at: number;
  options: Options;
  readonly choices: Tree[];
  parts: Tree[];
  /** Whether the last part is one that a quantifier would repeat. */
  repeatable: boolean;
}

class PatternFault {
  constructor(
    readonly at: number,
    readonly length: number,
    readonly explanation: string,
  ) {}
}

/**
 * Reads a pattern; case does not count unless it says so. What only a backtracking engine can do is refused by name, what is no regular expression with
 * its place. Never throws; linear.
 */
export function parsePattern(source: string): ParsedPattern {
  try {
    return { ok: true, tree: parse(source) };
  } catch (refusal) {
    if (!(refusal instanceof PatternFault)) throw refusal;
    return { ok: false, at: refusal.at, length: refusal.length, explanation: refusal.explanation };
  }
}

function parse(source: string): Tree {
  let at = 0;
  const newFrame = (start: number, options: Options): Frame => ({ at: start, options, choices: [], parts: [], repeatable: false });
  let frame = newFrame(0, { ignoreCase: true, multiline: false, singleLine: false });
  const outer: Frame[] = [];

  const add = (tree: Tree) => {
    frame.parts.push(tree);
    frame.repeatable = true;
  };
  const addLiteral = (codePoint: number) => add({ kind: 'literal', codePoint: wellFormed(codePoint), folded: frame.options.ignoreCase });
  const addAssertion = (assertion: Assertion) => add({ kind: 'assertion', assertion });
  const refuse = (start: number, explanation: string): PatternFault => new PatternFault(start, Math.max(1, at - start), explanation);
  const unsupported = (start: number, length: number, what: string): PatternFault =>
    new PatternFault(start, length, `${what} is not supported: rules are matched in linear time, without backtracking.`);

  const openGroup = (start: number, options = frame.options) => {
    if (outer.length >= MAX_GROUP_DEPTH) throw refuse(start, `Groups nest deeper than ${MAX_GROUP_DEPTH}.`);
    outer.push(frame);
    frame = newFrame(start, options);
  };

  const readGroup = () => {
    const start = at;
    at += 1;
    if (source[at] !== '?') return openGroup(start);
    const rest = source.slice(at, at + 40);
    const known = GROUPS.find(({ opening }) => rest.startsWith(opening));
    if (known !== undefined) throw unsupported(start, known.opening.length + 1, known.name);
    if (rest.startsWith('?:')) {
      at += 2;
      return openGroup(start);
    }
    if (rest.startsWith('?#')) {
      const end = source.indexOf(')', at);
      if (end < 0) throw refuse(start, 'This comment is not closed.');
      at = end + 1;
      return;
    }
    const named = /^\?(?:<(\w+)>|'(\w+)')/.exec(rest);
    if (named !== null) {
      at += named[0].length;
      return openGroup(start);
    }
    if (/^\?(?:<\w*-\w+>|'\w*-\w+')/.test(rest)) throw unsupported(start, 2, 'A balancing group, (?<a-b>…),');
    const options = /^\?([imnsx]*)(?:-([imnsx]+))?([:)])/.exec(rest);
    if (options === null) throw refuse(start, 'This group begins with a question mark that means nothing.');
    readOptions(start, options[0].length, options[1]!, options[2] ?? '', options[3] === ':');
  };

  const readOptions = (start: number, length: number, on: string, off: string, opens: boolean) => {
    if (on.includes('x')) throw unsupported(start, length + 1, 'The option x, which ignores white space,');
    at += length;
    const option = (letter: string, before: boolean) => (off.includes(letter) ? false : before || on.includes(letter));
    const { ignoreCase, multiline, singleLine } = frame.options;
    const options = { ignoreCase: option('i', ignoreCase), multiline: option('m', multiline), singleLine: option('s', singleLine) };
    if (opens) return openGroup(start, options);
    frame.options = options;
    frame.repeatable = false;
  };

  const closeChoice = ({ choices, parts }: Frame): Tree => {
    const last: Tree = parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
    return choices.length === 0 ? last : { kind: 'choice', parts: [...choices, last] };
  };

  const closeGroup = () => {
    const inner = frame;
    const parent = outer.pop();
    if (parent === undefined) throw refuse(at, 'This closing parenthesis was never opened.');
    frame = parent;
    at += 1;
    add(closeChoice(inner));
  };

  const quantify = (start: number, text: string, least: number, most: number | undefined) => {
    const part = frame.repeatable ? frame.parts.pop() : undefined;
    if (part === undefined) throw refuse(start, `${text} has nothing before it to repeat.`);
    at = start + text.length;
    if (source[at] === '?') at += 1;
    if (/^[*+?]/.test(source.slice(at, at + 1)) || counted(at) !== undefined) {
      at += 1;
      throw refuse(at - 1, 'A repetition cannot be repeated again without a group.');
    }
    frame.parts.push({ kind: 'repetition', part, least, most });
    frame.repeatable = false;
  };

  const counted = (start: number): { readonly text: string; readonly least: number; readonly most: number | undefined } | undefined => {
    const match = /^\{(\d{1,9})(?:(,)(\d{0,9}))?\}/.exec(source.slice(start, start + 24));
    if (match === null) return undefined;
    const least = Number(match[1]);
    return { text: match[0], least, most: match[2] === undefined ? least : match[3] === '' ? undefined : Number(match[3]) };
  };

  const readBrace = () => {
    const start = at;
    const repeat = counted(start);
    at += repeat?.text.length ?? 1;
    if (repeat === undefined) return addLiteral(0x7b);
    const { least, most } = repeat;
    if (most !== undefined && least > most) throw refuse(start, 'The least number of repetitions is greater than the most.');
    if ((most ?? least) > MAX_REPEAT) throw refuse(start, `More than ${MAX_REPEAT} repetitions are too much work.`);
    quantify(start, repeat.text, least, most);
  };

  const readCategory = (start: number): CharacterItem | undefined => {
    const escaped = categoryEscape(source, start);
    if (escaped === undefined) return undefined;
    if (escaped.kind === 'block') throw unsupported(start, escaped.text.length, `A Unicode block, ${escaped.text},`);
    if (escaped.kind === 'unknown') throw new PatternFault(start, escaped.text.length, `${escaped.name} is no Unicode category.`);
    at = start + escaped.length;
    return { ranges: [], categories: escaped.mask, folded: frame.options.ignoreCase, negated: escaped.negated };
  };

  const badEscape = (start: number): PatternFault => {
    const letter = source[start + 1];
    if (letter === undefined) return new PatternFault(start, 1, 'A backslash at the end escapes nothing.');
    return new PatternFault(start, 2, `\\${letter} is no escape sequence.`);
  };

  const readEscape = () => {
    const start = at;
    const letter = source[start + 1] ?? '';
    if (Object.hasOwn(SHORTHANDS, letter)) {
      at += 2;
      return add(SHORTHAND_SETS[letter]!);
    }
    if (/[1-9k]/.test(letter)) throw unsupported(start, 2, `A backreference, \\${letter},`);
    if (letter === 'G') throw unsupported(start, 2, String.raw`The anchor \G`);
    if (Object.hasOwn(ANCHORS, letter)) {
      at += 2;
      return addAssertion(ANCHORS[letter]!);
    }
    const category = readCategory(start);
    if (category !== undefined) return add({ kind: 'set', set: { items: [category], negated: false } });
    const escaped = characterEscape(source, start);
    if (escaped === undefined) throw badEscape(start);
    at = start + escaped.length;
    addLiteral(escaped.value);
  };

  /** One character of a class, or what stands for several of them. */
  const readClassItem = (): number | CharacterItem => {
    const start = at;
    if (source[at] !== '\\') {
      const point = source.codePointAt(at)!;
      at += String.fromCodePoint(point).length;
      return point;
    }
    const letter = source[start + 1] ?? '';
    if (Object.hasOwn(SHORTHANDS, letter)) {
      at += 2;
      return SHORTHANDS[letter]!;
    }
    if (letter === 'b') {
      at += 2;
      return 0x08;
    }
    const category = readCategory(start);
    if (category !== undefined) return category;
    const escaped = characterEscape(source, start);
    if (escaped === undefined) throw badEscape(start);
    at = start + escaped.length;
    return escaped.value;
  };

  const readClass = () => {
    const start = at;
    at += 1;
    const negated = source[at] === '^';
    if (negated) at += 1;
    const items: CharacterItem[] = [];
    const ranges: number[] = [];
    for (let first = true; first || source[at] !== ']'; first = false) {
      if (at >= source.length) throw new PatternFault(start, 1, 'This character class is not closed.');
      if (!first && source.startsWith('-[', at)) throw unsupported(at, 2, 'Subtraction of character classes, [a-z-[aeiou]],');
      const from = at;
      const item = readClassItem();
      if (typeof item !== 'number') {
        items.push(item);
        continue;
      }
      const goesOn = source[at] === '-' && at + 1 < source.length && source[at + 1] !== ']';
      if (!goesOn) {
        ranges.push(wellFormed(item), wellFormed(item));
        continue;
      }
      at += 1;
      if (source[at] === '[') throw unsupported(at - 1, 2, 'Subtraction of character classes, [a-z-[aeiou]],');
      const last = readClassItem();
      if (typeof last !== 'number') throw refuse(from, 'A range ends in a single character.');
      if (last < item) throw refuse(from, 'This range ends before it begins.');
      ranges.push(item, last);
      if (item <= 0xdfff && last >= 0xd800) ranges.push(REPLACEMENT, REPLACEMENT);
    }
    at += 1;
    add({ kind: 'set', set: classOf(ranges, items, frame.options.ignoreCase, negated) });
  };

  while (at < source.length) {
    const character = source[at]!;
    switch (character) {
      case '(':
        readGroup();
        break;
      case ')':
        closeGroup();
        break;
      case '[':
        readClass();
        break;
      case '\\':
        readEscape();
        break;
      case '{':
        readBrace();
        break;
      case '*':
        quantify(at, character, 0, undefined);
        break;
      case '+':
        quantify(at, character, 1, undefined);
        break;
      case '?':
        quantify(at, character, 0, 1);
        break;
      case '|':
        frame.choices.push({ kind: 'sequence', parts: frame.parts });
        frame.parts = [];
        frame.repeatable = false;
        at += 1;
        break;
      case '.':
        add(frame.options.singleLine ? ANY : ANY_BUT_NEWLINE);
        at += 1;
        break;
      case '^':
        addAssertion(frame.options.multiline ? 'beginLine' : 'beginText');
        at += 1;
        break;
      case '$':
        addAssertion(frame.options.multiline ? 'endLine' : 'endOrLastNewline');
        at += 1;
        break;
      default: {
        const point = source.codePointAt(at)!;
        at += String.fromCodePoint(point).length;
        addLiteral(point);
      }
    }
  }
  if (outer.length > 0) throw new PatternFault(frame.at, 1, 'This group is not closed.');
  return closeChoice(frame);
}

/** Shared, so that the same set is one set wherever it stands. */
const SHORTHAND_SETS: Readonly<Record<string, Tree>> = Object.fromEntries(
  Object.entries(SHORTHANDS).map(([letter, item]): [string, Tree] => [letter, { kind: 'set', set: { items: [item], negated: false } }]),
);
const ANY: Tree = { kind: 'set', set: { items: [], negated: true } };
const NEWLINE_ITEM: CharacterItem = { ranges: [NEWLINE, NEWLINE], categories: 0, folded: false, negated: false };
const ANY_BUT_NEWLINE: Tree = { kind: 'set', set: { items: [NEWLINE_ITEM], negated: true } };

const ANCHORS: Readonly<Record<string, Assertion>> = {
  A: 'beginText',
  z: 'endText',
  Z: 'endOrLastNewline',
  b: 'wordBoundary',
  B: 'noWordBoundary',
};

/** Openings after which only a backtracking engine can go on; longer ones first. */
const GROUPS: readonly { readonly opening: string; readonly name: string }[] = [
  { opening: '?<=', name: 'Lookbehind, (?<=…),' },
  { opening: '?<!', name: 'Negative lookbehind, (?<!…),' },
  { opening: '?=', name: 'Lookahead, (?=…),' },
  { opening: '?!', name: 'Negative lookahead, (?!…),' },
  { opening: '?>', name: 'An atomic group, (?>…),' },
  { opening: '?(', name: 'A condition, (?(…)…|…),' },
];

/** Everything a class names by itself is one item; shorthands and what is negated within stay their own. */
function classOf(ranges: readonly number[], named: readonly CharacterItem[], folded: boolean, negated: boolean): CharacterSet {
  const plain = named.filter((item) => !item.negated && item.folded === folded && item.ranges.length === 0);
  const categories = plain.reduce((mask, item) => mask | item.categories, 0);
  const own = ranges.length === 0 && categories === 0 ? [] : [{ ranges, categories, folded, negated: false }];
  const others = new Map(named.filter((item) => !plain.includes(item)).map((item) => [JSON.stringify(item), item]));
  return { items: [...own, ...others.values()], negated };
}

function wellFormed(codePoint: number): number {
  return codePoint >= 0xd800 && codePoint <= 0xdfff ? REPLACEMENT : codePoint;
}
