import type { Diagnostic } from '../diagnostic.js';

export type TokenKind = '(' | ')' | '[' | ']' | ',' | 'string' | 'word' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** UTF-16 offset into the rule. */
  readonly position: number;
  /** UTF-16 units, quotation marks included. */
  readonly length: number;
  /** What stands between the quotation marks of a string; the token itself otherwise. */
  readonly text: string;
}

const QUOTE = 0x22;

/**
 * Splits a rule into tokens, the last of which is `end`. A string runs to the next double quotation mark (there is no escape); a word is any run of
 * characters other than white space and `( ) [ ] , "`. An unterminated string is the only fault.
 */
export function tokenize(rule: string): { readonly tokens: readonly Token[] } | { readonly fault: Diagnostic } {
  const tokens: Token[] = [];
  let position = 0;
  while (position < rule.length) {
    const unit = rule.charCodeAt(position);
    if (isSpace(unit)) {
      position += 1;
      continue;
    }
    if (unit === QUOTE) {
      const close = rule.indexOf('"', position + 1);
      if (close < 0) return { fault: unterminated(rule, position) };
      tokens.push({ kind: 'string', position, length: close + 1 - position, text: rule.slice(position + 1, close) });
      position = close + 1;
      continue;
    }
    if (isPunctuation(unit)) {
      const text = rule.charAt(position) as '(' | ')' | '[' | ']' | ',';
      tokens.push({ kind: text, position, length: 1, text });
      position += 1;
      continue;
    }
    let end = position + 1;
    while (end < rule.length && isWordUnit(rule.charCodeAt(end))) end += 1;
    tokens.push({ kind: 'word', position, length: end - position, text: rule.slice(position, end) });
    position = end;
  }
  tokens.push({ kind: 'end', position: rule.length, length: 0, text: '' });
  return { tokens };
}

/** Space, tab, line breaks and the Unicode spaces that text copied from a page brings along. */
function isSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  return /\s/.test(String.fromCharCode(unit));
}

function isPunctuation(unit: number): boolean {
  return unit === 0x28 || unit === 0x29 || unit === 0x2c || unit === 0x5b || unit === 0x5d;
}

function isWordUnit(unit: number): boolean {
  return unit !== QUOTE && !isPunctuation(unit) && !isSpace(unit);
}

function unterminated(rule: string, position: number): Diagnostic {
  return {
    position,
    length: rule.length - position,
    code: 'unterminatedString',
    message: 'The string that begins here has no closing quotation mark (").',
    expected: ['"'],
  };
}
