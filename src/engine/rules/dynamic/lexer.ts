import type { Diagnostic } from '../diagnostic.js';
import type { Span } from './ast.js';
import { fault } from './faults.js';

export type Token = PunctuationToken | StringToken | WordToken | EndToken;

export interface PunctuationToken {
  readonly kind: '(' | ')' | '[' | ']' | ',';
  readonly span: Span;
}

export interface StringToken {
  readonly kind: 'string';
  /** Without quotes and escapes. */
  readonly text: string;
  readonly span: Span;
}

/** A run of characters that are no space, bracket, comma or quote: a property, an operator, a bare value. */
export interface WordToken {
  readonly kind: 'word';
  readonly text: string;
  readonly span: Span;
}

export interface EndToken {
  readonly kind: 'end';
  readonly span: Span;
}

export type Lexed = { readonly ok: true; readonly tokens: readonly Token[] } | { readonly ok: false; readonly diagnostic: Diagnostic };

const SPACE = /\s/;
const PUNCTUATION = new Set(['(', ')', '[', ']', ',']);
const CURLY = new Set(['“', '”', '„', '‘', '’', '‚', '«', '»']);

/** Cuts a rule into tokens, the last of which is the end. Never throws; one pass. */
export function tokenize(text: string): Lexed {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at]!;
    if (SPACE.test(character)) {
      at += 1;
      continue;
    }
    if (PUNCTUATION.has(character)) {
      tokens.push({ kind: character as PunctuationToken['kind'], span: { start: at, end: at + 1 } });
      at += 1;
      continue;
    }
    if (CURLY.has(character)) return { ok: false, diagnostic: curlyQuote(character, at) };
    const quote = quoteAt(text, at);
    if (quote !== undefined) {
      const read = readString(text, at, quote);
      if (read === undefined) return { ok: false, diagnostic: unterminated(quote, at, text.length) };
      tokens.push(read);
      at = read.span.end;
      continue;
    }
    const start = at;
    while (at < text.length && !endsWord(text, at)) at += 1;
    tokens.push({ kind: 'word', text: text.slice(start, at), span: { start, end: at } });
  }
  tokens.push({ kind: 'end', span: { start: text.length, end: text.length } });
  return { ok: true, tokens };
}

type Quote = '"' | "'" | '`"';

function quoteAt(text: string, at: number): Quote | undefined {
  const character = text[at];
  if (character === '"' || character === "'") return character;
  return character === '`' && text[at + 1] === '"' ? '`"' : undefined;
}

function endsWord(text: string, at: number): boolean {
  const character = text[at]!;
  return SPACE.test(character) || PUNCTUATION.has(character) || CURLY.has(character) || quoteAt(text, at) !== undefined;
}

/** In double quotes a backtick escapes a quote and itself, in single quotes a quote is doubled, between `` `" `` and `` `" `` nothing is escaped. */
function readString(text: string, start: number, quote: Quote): StringToken | undefined {
  let value = '';
  let at = start + quote.length;
  while (at < text.length) {
    if (text.startsWith(quote, at)) {
      if (quote !== "'" || text[at + 1] !== "'") return { kind: 'string', text: value, span: { start, end: at + quote.length } };
      at += 1;
    } else if (quote === '"' && text[at] === '`' && (text[at + 1] === '"' || text[at + 1] === '`')) {
      at += 1;
    }
    value += text[at];
    at += 1;
  }
  return undefined;
}

function curlyQuote(character: string, at: number): Diagnostic {
  return fault(
    'queryCompilation',
    { start: at, end: at + 1 },
    { explanation: `${character} is a typographic quotation mark. A text stands in straight quotation marks.`, expected: ['"', "'"] },
  );
}

function unterminated(quote: Quote, start: number, end: number): Diagnostic {
  return fault('queryCompilation', { start, end }, { explanation: 'This text has no closing quotation mark.', expected: [quote] });
}
