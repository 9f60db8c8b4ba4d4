/**
 * The path of a request target as text, cut into segments; what they mean is `bind`'s affair.
 *
 *   target    = [ scheme "://" authority ] path [ "?" query ]
 *   path      = 1*"/" version *( 1*"/" segment ) *"/"
 *   segment   = name [ "(" [ argument *( "," argument ) ] ")" ]      ; after percent-decoding
 *   argument  = [ name "=" ] ( quoted / "@" name / bare )
 *   quoted    = "'" *( "''" / any character but "'" ) "'"
 *
 * A "/" inside parentheses belongs to the argument. Segments are decoded after cutting, so that `%2F` stays inside a key (OData URL
 * conventions, section 2).
 */
import { graphError } from '../kernel/errors.js';
import { unquote } from '../kernel/quoted.js';
import type { ApiVersion } from '../model/schema.js';

/** Characters of a request target; the service's own limit is of this order. */
export const MAX_URL_LENGTH = 16_384;
const MAX_SEGMENTS = 60;

const SLASH = 47;
const OPEN = 40;
const CLOSE = 41;
const QUOTE = 39;
const PERCENT = 37;
const QUESTION = 63;
const COMMA = 44;
const EQUALS = 61;
const DOUBLE_QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

export interface Segment {
  /** The whole segment, decoded. */
  readonly text: string;
  /** Without the parentheses. */
  readonly name: string;
  /** What stands between the parentheses; undefined without any. */
  readonly arguments: string | undefined;
}

export interface Target {
  readonly version: ApiVersion;
  /** As sent, without the query. */
  readonly path: string;
  /** As sent, without the `?`. */
  readonly query: string;
  /** What follows the version. */
  readonly segments: readonly Segment[];
}

export interface Argument {
  readonly name: string | undefined;
  readonly value: string;
}

/**
 * Percent-decode, refusing what no URL of Graph holds.
 * @throws urlInvalid for a malformed escape, text that is not UTF-8, or a control character
 */
export function decodeSegment(raw: string): string {
  const text = raw.includes('%') ? decodeEscapes(raw) : raw;
  for (let at = 0; at < text.length; at++) if (isControl(text.charCodeAt(at))) refuseControl();
  return text;
}

function isControl(code: number): boolean {
  return code < 32 || code === 127;
}

function refuseControl(): never {
  throw graphError('urlInvalid', { reason: 'The request URL holds a control character.' });
}

/** @throws urlInvalid for a malformed escape or text that is not UTF-8 */
export function decodeEscapes(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw graphError('urlInvalid', { reason: 'The request URL holds a malformed percent escape.' });
  }
}

/**
 * Where the parentheses opened at `open` close, outside quotes; -1 where they do not. The quotes may be escaped (`%27`).
 */
function closingOf(raw: string, open: number, end: number): number {
  let quoted = false;
  for (let at = open + 1; at < end; at++) {
    const code = raw.charCodeAt(at);
    if (code === QUOTE || (code === PERCENT && raw.charCodeAt(at + 1) === 50 && raw.charCodeAt(at + 2) === 55)) quoted = !quoted;
    else if (code === CLOSE && !quoted) return at;
  }
  return -1;
}

/** `plain`: no escape and no control character in it. */
function segmentOf(raw: string, plain: boolean): Segment {
  const text = plain ? raw : decodeSegment(raw);
  const open = text.charCodeAt(text.length - 1) === CLOSE ? text.indexOf('(') : -1;
  if (open <= 0) return { text, name: text, arguments: undefined };
  return { text, name: text.slice(0, open), arguments: text.slice(open + 1, -1) };
}

/** `http://host/beta/…` (what a forward proxy receives) -> where the path begins. */
function pathStart(url: string): number {
  const scheme = url.indexOf('://');
  if (url.charCodeAt(0) === SLASH || scheme < 1 || scheme > 5) return 0;
  const slash = url.indexOf('/', scheme + 3);
  return slash < 0 ? url.length : slash;
}

function versionNamed(text: string): ApiVersion {
  if (text === 'beta' || text === 'v1.0') return text;
  const lower = text.toLowerCase();
  if (lower === 'beta' || lower === 'v1.0') return lower;
  throw graphError('versionInvalid', { version: lower });
}

/**
 * The version a request target names: its first segment, in any casing.
 * @throws versionInvalid, urlTooLong
 */
export function versionOf(url: string): ApiVersion {
  if (url.length > MAX_URL_LENGTH) throw graphError('urlTooLong', { limit: MAX_URL_LENGTH });
  let start = pathStart(url);
  while (url.charCodeAt(start) === SLASH) start++;
  let end = start;
  while (end < url.length && url.charCodeAt(end) !== SLASH && url.charCodeAt(end) !== QUESTION) end++;
  return versionNamed(url.slice(start, end));
}

/**
 * Cut a raw request target into version, segments and query. One pass; doubled and trailing slashes are dropped.
 * @throws urlTooLong over 16 KiB; urlInvalid for over 60 segments, malformed escapes, control characters; versionInvalid
 */
export function parseTarget(url: string): Target {
  if (url.length > MAX_URL_LENGTH) throw graphError('urlTooLong', { limit: MAX_URL_LENGTH });
  const start = pathStart(url);
  const question = url.indexOf('?', start);
  const end = question < 0 ? url.length : question;
  const segments: Segment[] = [];
  let version: ApiVersion | undefined;
  let parentheses = true;
  let at = start;
  while (at < end) {
    if (url.charCodeAt(at) === SLASH) {
      at++;
      continue;
    }
    const from = at;
    let plain = true;
    while (at < end) {
      const code = url.charCodeAt(at);
      if (code === SLASH) break;
      if (code === PERCENT || isControl(code)) plain = false;
      else if (code === OPEN && parentheses) {
        // An identifier may hold a lone parenthesis: after one that never closes none is looked for, which keeps this one pass.
        const close = closingOf(url, at, end);
        if (close < 0) parentheses = false;
        else {
          plain = false;
          at = close;
        }
      }
      at++;
    }
    const raw = url.slice(from, at);
    if (version === undefined) version = versionNamed(raw);
    else if (segments.length === MAX_SEGMENTS) {
      throw graphError('urlInvalid', { reason: `The request URL has more than ${MAX_SEGMENTS} segments.` });
    } else segments.push(segmentOf(raw, plain));
  }
  return {
    version: version ?? versionNamed(''),
    path: url.slice(start, end),
    query: question < 0 ? '' : url.slice(question + 1),
    segments,
  };
}

function isNamePart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
}

/** Offset behind the JSON, or the list of quoted texts, that begins at `at` with a bracket; the end of the text where it never closes. */
function bracketsEnd(text: string, at: number): number {
  let depth = 0;
  let quote = 0;
  for (let end = at; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (quote !== 0) {
      if (code === BACKSLASH && quote === DOUBLE_QUOTE) end++;
      else if (code === quote) quote = 0;
    } else if (code === QUOTE || code === DOUBLE_QUOTE) quote = code;
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) depth++;
    else if ((code === CLOSE_BRACKET || code === CLOSE_BRACE) && --depth === 0) return end + 1;
  }
  return text.length;
}

/**
 * Cut the text between parentheses into arguments: `a='x',b=@p`, `'key'`, `id='key'`, `ids=["x","y"]`. Values stay as written.
 * @throws urlInvalid for an open quote or an empty argument
 */
export function parseArguments(text: string): readonly Argument[] {
  const result: Argument[] = [];
  let at = 0;
  while (at <= text.length) {
    const from = at;
    let equals = -1;
    let nameOnly = true;
    let quoted = false;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        quoted = !quoted;
        nameOnly = false;
      } else if (quoted) continue;
      else if (code === COMMA) break;
      else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
        at = bracketsEnd(text, at) - 1;
        nameOnly = false;
      } else if (code === EQUALS && nameOnly && at > from) {
        equals = at;
        nameOnly = false;
      } else if (!isNamePart(code)) nameOnly = false;
    }
    if (quoted) throw graphError('urlInvalid', { reason: `A quote in '(${text})' is never closed.` });
    const value = text.slice(equals < 0 ? from : equals + 1, at).trim();
    if (value === '') throw graphError('urlInvalid', { reason: `An argument in '(${text})' is empty.` });
    result.push({ name: equals < 0 ? undefined : text.slice(from, equals), value });
    at++;
  }
  return result;
}

/**
 * The key a predicate names: `('x')`, `(x)`, `(id='x')`, with the property of an alternate key `(deviceId='x')`. It may be an alias: `(@id)`.
 * @throws urlInvalid for several keys or a malformed quote
 */
export function keyPredicate(
  text: string,
  aliases?: ReadonlyMap<string, string>,
): { readonly name: string | undefined; readonly value: string } {
  const [first, ...others] = parseArguments(text);
  if (first === undefined || others.length > 0) {
    throw graphError('urlInvalid', { reason: `The key predicate '(${text})' is not supported: name one id.` });
  }
  const written = aliases?.get(first.value) ?? first.value;
  const value = written.includes("'") ? unquote(written) : written;
  if (value === undefined || value === '') throw graphError('urlInvalid', { reason: `The key predicate '(${text})' is malformed.` });
  return { name: first.name?.toLowerCase() === 'id' ? undefined : first.name, value };
}
