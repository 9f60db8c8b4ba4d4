/**
 * The words of a PowerShell configuration, as far as data goes: texts, numbers, names and punctuation. Nothing is ever carried out.
 * (Windows PowerShell language specification 3.0, section 2.3.)
 */
export type Token =
  /** A text; `open` where a variable stands in it, whose value nobody knows here. */
  | { readonly kind: 'text'; readonly value: string; readonly open: boolean; readonly at: number }
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  /** `$true`, `$ConfigurationData.NonNodeData.ApplicationId`. */
  | { readonly kind: 'variable'; readonly value: string; readonly at: number }
  | { readonly kind: 'word'; readonly value: string; readonly at: number }
  | { readonly kind: 'mark'; readonly value: '{' | '}' | '(' | ')' | '@(' | '@{' | '$(' | '=' | ';' | ',' | 'line'; readonly at: number }
  /** Any other character. */
  | { readonly kind: 'other'; readonly value: string; readonly at: number };

/** Something that begins and does not end. */
export class DscSyntaxFault extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
    this.name = 'DscSyntaxFault';
  }
}

const BLANK = /[ \t\f\v\u00a0\uFEFF]+|`\r?\n/y;
const LINE = /\r?\n|\r/y;
const COMMENT = /#[^\r\n]*/y;
const MARK = /@\(|@\{|\$\(|[{}()=;,]/y;
const VARIABLE = /\$(?:\{[^}\r\n]*\}|[\w:?]+(?:\.\w+)*)/y;
const NUMBER = /[-+]?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?)(?![\w.-])/y;
const WORD = /[A-Za-z_][\w.-]*/y;

/** @throws DscSyntaxFault for a text or comment without end */
export function* tokensOf(text: string): Generator<Token, void, void> {
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  while (at < text.length) {
    const start = at;
    if (take(BLANK) !== undefined) continue;
    if (take(LINE) !== undefined) yield { kind: 'mark', value: 'line', at: start };
    else if (text.startsWith('<#', at)) {
      const end = text.indexOf('#>', at);
      if (end < 0) throw new DscSyntaxFault(start, 'a comment begins and does not end');
      at = end + 2;
    } else if (take(COMMENT) !== undefined) continue;
    else if (/^@["']/.test(text.slice(at, at + 2))) {
      const { token, end } = hereText(text, at);
      at = end;
      yield token;
    } else if (text[at] === "'" || text[at] === '"') {
      const { token, end } = text[at] === "'" ? singleQuoted(text, at) : doubleQuoted(text, at);
      at = end;
      yield token;
    } else yield* plain(start, take, text);
    if (at === start) at += 1;
  }
}

function* plain(start: number, take: (pattern: RegExp) => string | undefined, text: string): Generator<Token, void, void> {
  const mark = take(MARK);
  if (mark !== undefined) return yield { kind: 'mark', value: mark as '{', at: start };
  const variable = take(VARIABLE);
  if (variable !== undefined) return yield { kind: 'variable', value: variable.slice(1), at: start };
  const number = take(NUMBER);
  if (number !== undefined) return yield { kind: 'number', value: Number(number), at: start };
  const word = take(WORD);
  yield word === undefined ? { kind: 'other', value: text[start] ?? '', at: start } : { kind: 'word', value: word, at: start };
}

interface Read {
  readonly token: Token;
  readonly end: number;
}

function singleQuoted(text: string, at: number): Read {
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] !== "'") continue;
    if (text[end + 1] === "'") end++;
    else return { token: { kind: 'text', value: text.slice(at + 1, end).replaceAll("''", "'"), open: false, at }, end: end + 1 };
  }
  throw new DscSyntaxFault(at, 'a text begins and does not end');
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', a: '\x07', b: '\b', f: '\f', v: '\v' };

function doubleQuoted(text: string, at: number): Read {
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === '`') end++;
    else if (text[end] === '"') {
      if (text[end + 1] === '"') end++;
      else return { token: expanded(text.slice(at + 1, end).replaceAll('""', '"'), at), end: end + 1 };
    }
  }
  throw new DscSyntaxFault(at, 'a text begins and does not end');
}

function expanded(raw: string, at: number): Token {
  const open = /(?:^|[^`])(?:``)*\$[\w({]/.test(raw);
  const value = raw.replace(/`(.)/gs, (_, escaped: string) => ESCAPES[escaped] ?? escaped);
  return { kind: 'text', value, open, at };
}

/** `@'` to a line that begins with `'@`. */
function hereText(text: string, at: number): Read {
  const quote = text[at + 1] ?? '';
  const begin = /\r?\n/g;
  begin.lastIndex = at + 2;
  const first = begin.exec(text);
  const close = new RegExp(`\\r?\\n[ \\t]*${quote}@`, 'g');
  close.lastIndex = at + 2;
  const last = first === null ? null : close.exec(text);
  if (first === null || last === null) throw new DscSyntaxFault(at, 'a text begins and does not end');
  const raw = text.slice(Math.min(first.index + first[0].length, last.index), last.index);
  return { token: quote === "'" ? { kind: 'text', value: raw, open: false, at } : expanded(raw, at), end: last.index + last[0].length };
}
