/**
 * Where and why a text is not JSON (RFC 8259), for error messages: JSON.parse does not always say. Runs on texts that were refused
 * already, so clarity comes before speed; the caller bounds the depth.
 *
 *   value = object | array | string | number | "true" | "false" | "null"
 */
export type JsonFault =
  /** Line and column count from 1; columns are UTF-16 units. */
  | { readonly kind: 'syntax'; readonly line: number; readonly column: number; readonly reason: string }
  /** A name that stands twice in one object. */
  | { readonly kind: 'duplicate'; readonly name: string };

/** The first syntax fault, else the first duplicate name, else undefined. */
export function findJsonFault(text: string): JsonFault | undefined {
  const cursor: Cursor = { text, at: 0, fault: undefined, duplicate: undefined };
  readValue(cursor);
  skipSpace(cursor);
  if (cursor.fault === undefined && cursor.at < text.length) fail(cursor, `${shown(cursor)} after the end of the value`);
  if (cursor.fault !== undefined) return locate(text, cursor.fault.at, cursor.fault.reason);
  return cursor.duplicate === undefined ? undefined : { kind: 'duplicate', name: cursor.duplicate };
}

interface Cursor {
  readonly text: string;
  at: number;
  fault: { readonly at: number; readonly reason: string } | undefined;
  duplicate: string | undefined;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function readValue(cursor: Cursor): boolean {
  skipSpace(cursor);
  const first = cursor.text[cursor.at];
  if (first === '{') return readObject(cursor);
  if (first === '[') return readArray(cursor);
  if (first === '"') return readString(cursor) !== undefined;
  for (const word of ['true', 'false', 'null']) {
    if (cursor.text.startsWith(word, cursor.at)) {
      cursor.at += word.length;
      return true;
    }
  }
  NUMBER.lastIndex = cursor.at;
  const number = NUMBER.exec(cursor.text);
  if (number === null) return fail(cursor, `${shown(cursor)} where a value is due`);
  cursor.at += number[0].length;
  return true;
}

function readObject(cursor: Cursor): boolean {
  const names = new Set<string>();
  cursor.at++;
  skipSpace(cursor);
  if (take(cursor, '}')) return true;
  for (;;) {
    skipSpace(cursor);
    if (cursor.text[cursor.at] !== '"') return fail(cursor, `${shown(cursor)} where a property name in double quotes is due`);
    const name = readString(cursor);
    if (name === undefined) return false;
    if (names.has(name)) cursor.duplicate ??= name;
    names.add(name);
    skipSpace(cursor);
    if (!take(cursor, ':')) return fail(cursor, `${shown(cursor)} where a colon is due`);
    if (!readValue(cursor)) return false;
    skipSpace(cursor);
    if (take(cursor, '}')) return true;
    if (!take(cursor, ',')) return fail(cursor, `${shown(cursor)} where a comma or the end of the object is due`);
  }
}

function readArray(cursor: Cursor): boolean {
  cursor.at++;
  skipSpace(cursor);
  if (take(cursor, ']')) return true;
  for (;;) {
    if (!readValue(cursor)) return false;
    skipSpace(cursor);
    if (take(cursor, ']')) return true;
    if (!take(cursor, ',')) return fail(cursor, `${shown(cursor)} where a comma or the end of the array is due`);
  }
}

/** The decoded string; undefined after a fault. */
function readString(cursor: Cursor): string | undefined {
  const { text } = cursor;
  const start = cursor.at++;
  while (cursor.at < text.length) {
    const code = text.charCodeAt(cursor.at);
    if (code === 0x22) {
      cursor.at++;
      return JSON.parse(text.slice(start, cursor.at));
    }
    if (code < 0x20) return void fail(cursor, 'a control character inside a string');
    if (code !== 0x5c) cursor.at++;
    else {
      ESCAPE.lastIndex = cursor.at;
      const match = ESCAPE.exec(text);
      if (match === null) return void fail(cursor, 'an unknown escape inside a string');
      cursor.at += match[0].length;
    }
  }
  return void fail(cursor, 'a string that does not end');
}

function skipSpace(cursor: Cursor): void {
  while (' \t\r\n'.includes(cursor.text[cursor.at] ?? '.')) cursor.at++;
}

function take(cursor: Cursor, char: string): boolean {
  if (cursor.text[cursor.at] !== char) return false;
  cursor.at++;
  return true;
}

function shown(cursor: Cursor): string {
  const char = cursor.text.codePointAt(cursor.at);
  return char === undefined ? 'the end of the text' : `'${String.fromCodePoint(char)}'`;
}

function fail(cursor: Cursor, reason: string): false {
  cursor.fault ??= { at: cursor.at, reason };
  return false;
}

function locate(text: string, at: number, reason: string): JsonFault {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return { kind: 'syntax', line, column: at - before.lastIndexOf('\n'), reason };
}
