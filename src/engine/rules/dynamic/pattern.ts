import { CATEGORIES, CONTROLS, SHORTHANDS } from './pattern-classes.js';

/** A .NET regular expression in RE2's spelling, and how much work it can make. */
export type Pattern =
  | { readonly ok: true; readonly re2: string; readonly weight: number }
  | { readonly ok: false; readonly at: number; readonly length: number; readonly explanation: string };

/**
 * No pattern may weigh more. The matcher's time for one text is at worst the size of its program times the length of the text; the weights let pure
 * literals be as long as a rule, and keep what can run side by side (wildcards, classes, repetitions) near 75 instructions: some milliseconds for the
 * longest values a directory has, about a thousand characters.
 */
export const MAX_PATTERN_WEIGHT = 3000;

const MAX_GROUP_DEPTH = 50;
const MAX_REPEAT = 1000;

const WIDE = 40;
/** Classes that name many ranges of Unicode also take longer to build. */
const UNICODE_CLASS = 60;
const REPEATED_LITERAL = 3;

/** What is being added up for a group: literals that stand for themselves, and everything that can match in more than one way. */
interface Frame {
  readonly opening: string;
  readonly at: number;
  literals: number;
  wide: number;
  /** The last atom, which a quantifier would repeat. */
  atom: { readonly literals: number; readonly wide: number } | undefined;
}

class PatternFault {
  constructor(
    readonly at: number,
    readonly length: number,
    readonly explanation: string,
  ) {}
}

/** Translates a pattern. What only a backtracking engine can do is refused by name, what is no regular expression with its place. Never throws; linear. */
export function translatePattern(source: string): Pattern {
  try {
    return translate(source);
  } catch (refusal) {
    if (!(refusal instanceof PatternFault)) throw refusal;
    return { ok: false, at: refusal.at, length: refusal.length, explanation: refusal.explanation };
  }
}

function translate(source: string): Pattern {
  let at = 0;
  let out = '';
  const newFrame = (opening: string, start: number): Frame => ({ opening, at: start, literals: 0, wide: 0, atom: undefined });
  let frame = newFrame('', 0);
  const outer: Frame[] = [];

  const addAtom = (text: string, literals: number, wide: number) => {
    out += text;
    frame.literals += literals;
    frame.wide += wide;
    frame.atom = { literals, wide };
  };
  const refuse = (start: number, explanation: string): PatternFault => new PatternFault(start, Math.max(1, at - start), explanation);
  const unsupported = (start: number, length: number, what: string): PatternFault =>
    new PatternFault(start, length, `${what} is not supported: rules are matched in linear time, without backtracking.`);

  const openGroup = (start: number) => {
    if (outer.length >= MAX_GROUP_DEPTH) throw refuse(start, `Groups nest deeper than ${MAX_GROUP_DEPTH}.`);
    outer.push(frame);
    frame = newFrame('(', start);
    out += '(?:';
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
    const plus = on.replace(/n/g, '');
    const minus = off.replace(/[nx]/g, '');
    const flags = minus === '' ? plus : `${plus}-${minus}`;
    if (!opens) {
      frame.atom = undefined;
      if (flags !== '') out += `(?${flags})`;
      return;
    }
    openGroup(start);
    out = `${out.slice(0, -3)}(?${flags}:`;
  };

  const closeGroup = () => {
    const inner = frame;
    const parent = outer.pop();
    if (parent === undefined) throw refuse(at, 'This closing parenthesis was never opened.');
    frame = parent;
    at += 1;
    addAtom(')', inner.literals, inner.wide + 1);
  };

  const quantify = (start: number, text: string, copies: number) => {
    const { atom } = frame;
    if (atom === undefined) throw refuse(start, `${text} has nothing before it to repeat.`);
    const repeated = (atom.wide + atom.literals * REPEATED_LITERAL + REPEATED_LITERAL) * Math.max(1, copies);
    frame.literals -= atom.literals;
    frame.wide += repeated - atom.wide;
    out += text;
    at = start + text.length;
    if (source[at] === '?') {
      out += '?';
      at += 1;
    }
    if (/^[*+?]/.test(source.slice(at)) || counted(at) !== undefined) {
      at += 1;
      throw refuse(at - 1, 'A repetition cannot be repeated again without a group.');
    }
    frame.atom = undefined;
  };

  const counted = (start: number): { readonly text: string; readonly least: number; readonly most: number } | undefined => {
    const match = /^\{(\d{1,9})(?:(,)(\d{0,9}))?\}/.exec(source.slice(start, start + 24));
    if (match === null) return undefined;
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === '' ? least + 1 : Number(match[3]);
    return { text: match[0], least, most };
  };

  const readBrace = () => {
    const start = at;
    const repeat = counted(start);
    if (repeat === undefined) {
      at += 1;
      return addAtom(String.raw`\{`, 1, 0);
    }
    at += repeat.text.length;
    if (repeat.least > repeat.most) throw refuse(start, 'The least number of repetitions is greater than the most.');
    if (repeat.most > MAX_REPEAT) throw refuse(start, `More than ${MAX_REPEAT} repetitions are too much work.`);
    quantify(start, repeat.text, repeat.most);
  };

  /** Reads an escape that stands for one character. @returns undefined when it is another kind */
  const readCharacterEscape = (start: number): number | undefined => {
    const rest = source.slice(start, start + 6);
    const hex = /^\\(?:x([0-9a-f]{2})|u([0-9a-f]{4}))/i.exec(rest);
    if (hex !== null) {
      at = start + hex[0].length;
      return Number.parseInt(hex[1] ?? hex[2]!, 16);
    }
    const octal = /^\\0[0-7]{0,2}/.exec(rest);
    if (octal !== null) {
      at = start + octal[0].length;
      return Number.parseInt(octal[0].slice(1), 8);
    }
    const control = /^\\c([a-z@[\]^_])/i.exec(rest);
    if (control !== null) {
      at = start + 3;
      return control[1]!.toUpperCase().charCodeAt(0) & 0x1f;
    }
    const letter = rest[1] ?? '';
    if (Object.hasOwn(CONTROLS, letter)) {
      at = start + 2;
      return CONTROLS[letter];
    }
    if (letter === '' || /\w/.test(letter)) return undefined;
    const point = source.codePointAt(start + 1)!;
    at = start + 1 + String.fromCodePoint(point).length;
    return point;
  };

  /** `\p{…}` in RE2's spelling; undefined when it is not one. */
  const readCategory = (start: number): string | undefined => {
    const match = /^\\([pP])\{([\w-]{1,40})\}/.exec(source.slice(start, start + 48));
    if (match === null) return undefined;
    const name = match[2]!;
    if (name.startsWith('Is')) throw unsupported(start, match[0].length, `A Unicode block, ${match[0]},`);
    if (!CATEGORIES.has(name)) throw new PatternFault(start, match[0].length, `${name} is no Unicode category.`);
    at = start + match[0].length;
    return match[0];
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
      return addAtom(`(?-i:[${SHORTHANDS[letter]}])`, 0, letter.toLowerCase() === 'd' ? WIDE : UNICODE_CLASS);
    }
    if (/[1-9k]/.test(letter)) throw unsupported(start, 2, `A backreference, \\${letter},`);
    if (letter === 'G') throw unsupported(start, 2, String.raw`The anchor \G`);
    if (/[bBAz]/.test(letter)) {
      at += 2;
      return addAtom(`\\${letter}`, 1, 0);
    }
    if (letter === 'Z') {
      at += 2;
      return addAtom(String.raw`(?:\n?\z)`, 1, REPEATED_LITERAL);
    }
    const category = readCategory(start);
    if (category !== undefined) return addAtom(category, 0, UNICODE_CLASS);
    const point = readCharacterEscape(start);
    if (point === undefined) throw badEscape(start);
    return addAtom(codePoint(point), 1, 0);
  };

  /** One character of a class, or what stands for several of them. */
  const readClassItem = (): number | string => {
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
    const point = readCharacterEscape(start);
    if (point === undefined) throw badEscape(start);
    return point;
  };

  const readClass = () => {
    const start = at;
    at += 1;
    let text = '[';
    let wide = WIDE;
    if (source[at] === '^') {
      text += '^';
      at += 1;
    }
    for (let first = true; first || source[at] !== ']'; first = false) {
      if (at >= source.length) throw new PatternFault(start, 1, 'This character class is not closed.');
      if (!first && source.startsWith('-[', at)) throw unsupported(at, 2, 'Subtraction of character classes, [a-z-[aeiou]],');
      const from = at;
      const item = readClassItem();
      if (typeof item === 'string') {
        text += item;
        wide += UNICODE_CLASS;
        continue;
      }
      const ranges = source[at] === '-' && at + 1 < source.length && source[at + 1] !== ']';
      if (!ranges) {
        text += codePoint(item);
        continue;
      }
      at += 1;
      if (source[at] === '[') throw unsupported(at - 1, 2, 'Subtraction of character classes, [a-z-[aeiou]],');
      const last = readClassItem();
      if (typeof last === 'string') throw refuse(from, 'A range ends in a single character.');
      if (last < item) throw refuse(from, 'This range ends before it begins.');
      text += `${codePoint(item)}-${codePoint(last)}`;
    }
    at += 1;
    addAtom(`${text}]`, 0, wide);
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
      case '+':
      case '?':
        quantify(at, character, 1);
        break;
      case '|':
        out += character;
        frame.wide += 1;
        frame.atom = undefined;
        at += 1;
        break;
      case '.':
        addAtom(character, 0, WIDE);
        at += 1;
        break;
      case '^':
      case '$':
        addAtom(character, 1, 0);
        at += 1;
        break;
      default: {
        const point = source.codePointAt(at)!;
        at += String.fromCodePoint(point).length;
        addAtom(/\w/.test(character) ? character : codePoint(point), 1, 0);
      }
    }
  }
  if (outer.length > 0) throw new PatternFault(frame.at, 1, 'This group is not closed.');
  const weight = frame.literals + frame.wide;
  if (weight > MAX_PATTERN_WEIGHT) {
    throw new PatternFault(0, source.length, 'This pattern is too much work: it has too many wildcards, classes or repetitions.');
  }
  return { ok: true, re2: out, weight };
}

/** Openings after which only a backtracking engine can go on; longer ones first. */
const GROUPS: readonly { readonly opening: string; readonly name: string }[] = [
  { opening: '?<=', name: 'Lookbehind, (?<=…),' },
  { opening: '?<!', name: 'Negative lookbehind, (?<!…),' },
  { opening: '?=', name: 'Lookahead, (?=…),' },
  { opening: '?!', name: 'Negative lookahead, (?!…),' },
  { opening: '?>', name: 'An atomic group, (?>…),' },
  { opening: '?(', name: 'A condition, (?(…)…|…),' },
];

/** A lone surrogate is U+FFFD in the texts that are matched. */
function codePoint(point: number): string {
  return `\\x{${(point >= 0xd800 && point <= 0xdfff ? 0xfffd : point).toString(16)}}`;
}
