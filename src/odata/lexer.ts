/**
 * Tokens of the expression languages ($filter, $orderby, function arguments). One pass, no look-behind, no regular expressions.
 *
 *   token       = name [ quoted ] / quoted / number / guid / date / dateTimeOffset / timeOfDay / punctuation
 *   name        = ( letter / "_" / "$" / "@" ) *( letter / digit / "_" / "." )     ; a dot only before a letter
 *   quoted      = "'" *( "''" / any but "'" ) "'"
 *   number      = [ "-" / "+" ] 1*digit [ "." 1*digit ] [ "e" [ "+" / "-" ] 1*digit ]
 *   guid        = 8hex "-" 4hex "-" 4hex "-" 4hex "-" 12hex
 *   date        = 4*digit "-" 2digit "-" 2digit
 *   dateTimeOffset = date "T" 2digit ":" 2digit [ ":" 2digit [ "." 1*digit ] ] [ "Z" / ( "+" / "-" ) 2digit ":" 2digit ]
 *   timeOfDay   = 2digit ":" 2digit [ ":" 2digit [ "." 1*digit ] ]
 *   punctuation = "(" / ")" / "," / "/" / ":" / "-" / "*" / "="
 *
 * A name directly followed by a quoted string is a typed literal: `duration'PT1H'`, `microsoft.graph.x'member'`.
 */
export type TokenKind =
  | 'name'
  | 'string'
  | 'typed'
  | 'number'
  | 'guid'
  | 'date'
  | 'dateTimeOffset'
  | 'timeOfDay'
  | 'punctuation'
  | 'end'
  /** Not a token of the language: `value` says why. */
  | 'invalid';

/** A reader over one text; `next` moves it on to the following token. */
export interface Lexer {
  readonly text: string;
  kind: TokenKind;
  /** Strings unquoted; names and literals as written. */
  value: string;
  /** The type name of a `typed` token. */
  prefix: string;
  /** Offset of the token. */
  start: number;
  /** Offset behind the token. */
  end: number;
}

/** A lexer standing on the first token of `text`. */
export function lex(text: string): Lexer {
  const lexer: Lexer = { text, kind: 'end', value: '', prefix: '', start: 0, end: 0 };
  next(lexer);
  return lexer;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isHex(code: number): boolean {
  return isDigit(code) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}

/** Letters of any script: Graph's own names are ASCII, those of open types need not be. */
function isNameStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 36 || code === 64 || code > 127;
}

function isNamePart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || isDigit(code) || code === 95 || code > 127;
}

function set(lexer: Lexer, kind: TokenKind, value: string, end: number): void {
  lexer.kind = kind;
  lexer.value = value;
  lexer.end = end;
}

function digits(text: string, at: number, count: number): boolean {
  for (let i = 0; i < count; i++) if (!isDigit(text.charCodeAt(at + i))) return false;
  return true;
}

/** Offset behind a GUID at `at`, or -1. */
function guidEnd(text: string, at: number): number {
  if (text.charCodeAt(at + 8) !== 45) return -1;
  for (let i = 0; i < 36; i++) {
    const code = text.charCodeAt(at + i);
    const dash = i === 8 || i === 13 || i === 18 || i === 23;
    if (dash ? code !== 45 : !isHex(code)) return -1;
  }
  return isNamePart(text.charCodeAt(at + 36)) ? -1 : at + 36;
}

/** Offset behind `HH:MM[:SS[.f…]]` at `at`, or -1. */
function timeEnd(text: string, at: number): number {
  if (!digits(text, at, 2) || text.charCodeAt(at + 2) !== 58 || !digits(text, at + 3, 2)) return -1;
  let end = at + 5;
  if (text.charCodeAt(end) === 58 && digits(text, end + 1, 2)) {
    end += 3;
    if (text.charCodeAt(end) === 46 && isDigit(text.charCodeAt(end + 1))) {
      end++;
      while (isDigit(text.charCodeAt(end))) end++;
    }
  }
  return end;
}

function readDate(lexer: Lexer, at: number): boolean {
  const { text } = lexer;
  if (!digits(text, at, 4) || text.charCodeAt(at + 4) !== 45 || !digits(text, at + 5, 2)) return false;
  if (text.charCodeAt(at + 7) !== 45 || !digits(text, at + 8, 2)) return false;
  const dateEnd = at + 10;
  const mark = text.charCodeAt(dateEnd);
  if (mark !== 84 && mark !== 116) {
    set(lexer, 'date', text.slice(at, dateEnd), dateEnd);
    return true;
  }
  let end = timeEnd(text, dateEnd + 1);
  if (end < 0) return false;
  const zone = text.charCodeAt(end);
  if (zone === 90 || zone === 122) end++;
  else if ((zone === 43 || zone === 45 || zone === 32) && timeEnd(text, end + 1) === end + 6 && digits(text, end + 1, 2)) {
    // A "+" that arrived unescaped is a space by now.
    const value = `${text.slice(at, end)}${zone === 45 ? '-' : '+'}${text.slice(end + 1, end + 6)}`;
    set(lexer, 'dateTimeOffset', value, end + 6);
    return true;
  }
  set(lexer, 'dateTimeOffset', text.slice(at, end), end);
  return true;
}

/** More than any number of the model's types has; whole ones are compared digit by digit. */
const MAX_DIGITS = 400;

function readNumber(lexer: Lexer, at: number): void {
  const { text } = lexer;
  let end = text.charCodeAt(at) === 45 ? at + 1 : at;
  while (isDigit(text.charCodeAt(end))) end++;
  if (text.charCodeAt(end) === 46 && isDigit(text.charCodeAt(end + 1))) {
    end++;
    while (isDigit(text.charCodeAt(end))) end++;
  }
  const exponent = text.charCodeAt(end);
  if (exponent === 101 || exponent === 69) {
    const sign = text.charCodeAt(end + 1);
    const from = sign === 43 || sign === 45 ? end + 2 : end + 1;
    if (isDigit(text.charCodeAt(from))) {
      end = from;
      while (isDigit(text.charCodeAt(end))) end++;
    }
  }
  if (isNamePart(text.charCodeAt(end))) set(lexer, 'invalid', 'a number ends in letters', end + 1);
  else if (end - at > MAX_DIGITS) set(lexer, 'invalid', `a number has more than ${MAX_DIGITS} digits`, end);
  else set(lexer, 'number', text.slice(at, end), end);
}

/** The quoted string at `at`; `value` is unquoted. */
function readQuoted(lexer: Lexer, at: number, kind: 'string' | 'typed'): void {
  const { text } = lexer;
  let value = '';
  let from = at + 1;
  for (;;) {
    const quote = text.indexOf("'", from);
    if (quote < 0) {
      set(lexer, 'invalid', 'the quote is never closed', text.length);
      return;
    }
    if (text.charCodeAt(quote + 1) !== 39) {
      set(lexer, kind, value === '' ? text.slice(from, quote) : value + text.slice(from, quote), quote + 1);
      return;
    }
    value += text.slice(from, quote + 1);
    from = quote + 2;
  }
}

function readName(lexer: Lexer, at: number): void {
  const { text } = lexer;
  let end = at + 1;
  for (;;) {
    const code = text.charCodeAt(end);
    if (isNamePart(code) || (code === 46 && isNameStart(text.charCodeAt(end + 1)))) end++;
    else break;
  }
  if (text.charCodeAt(end) === 39) {
    lexer.prefix = text.slice(at, end);
    readQuoted(lexer, end, 'typed');
  } else set(lexer, 'name', text.slice(at, end), end);
}

/** Move on to the next token. */
export function next(lexer: Lexer): void {
  const { text } = lexer;
  let at = lexer.end;
  let code = text.charCodeAt(at);
  while (code === 32 || code === 9 || code === 10 || code === 13) code = text.charCodeAt(++at);
  lexer.start = at;
  if (at >= text.length) set(lexer, 'end', '', at);
  else if (code === 39) readQuoted(lexer, at, 'string');
  else if (isHex(code) && guidEnd(text, at) > 0) set(lexer, 'guid', text.slice(at, at + 36), at + 36);
  else if (isNameStart(code)) readName(lexer, at);
  else if (isDigit(code)) {
    if (readDate(lexer, at)) return;
    const time = timeEnd(text, at);
    if (time > 0) set(lexer, 'timeOfDay', text.slice(at, time), time);
    else readNumber(lexer, at);
  } else if (code === 45 && isDigit(text.charCodeAt(at + 1))) readNumber(lexer, at);
  else if (code === 43 && isDigit(text.charCodeAt(at + 1))) readNumber(lexer, at + 1);
  else if (code === 40 || code === 41 || code === 44 || code === 47 || code === 58 || code === 45 || code === 42 || code === 61) {
    set(lexer, 'punctuation', text.charAt(at), at + 1);
  } else set(lexer, 'invalid', `unexpected '${text.charAt(at)}'`, at + 1);
}

/** The token as error texts show it. */
export function shown(lexer: Lexer): string {
  if (lexer.kind === 'end') return 'the end';
  const text = lexer.text.slice(lexer.start, lexer.end);
  return `'${text.length > 40 ? `${text.slice(0, 40)}…` : text}'`;
}
