/** The resources of a Microsoft365DSC configuration: blocks of `NAME = VALUE`, of literal values alone. */
import type { JsonObject, JsonValue } from '../../../kernel/json.js';
import { DscSyntaxFault, type Token, tokensOf } from './tokens.js';

export interface DscResource {
  /** `IntuneDeviceConfigurationPolicyIOS`. */
  readonly type: string;
  readonly title: string;
  readonly properties: JsonObject;
  /** Properties whose value is no literal: a variable, a call. They are not in `properties`. */
  readonly open: readonly string[];
  /** Line of the file, from 1; undefined where it came as JSON. */
  readonly line?: number;
}

export type DscReading = { readonly resources: readonly DscResource[] } | { readonly reason: string; readonly at: string };

const MOST_DEEP = 64;
/** Words that have a block and are no resources. */
const FRAMES: ReadonlySet<string> = new Set([
  'configuration',
  'node',
  'function',
  'if',
  'else',
  'elseif',
  'foreach',
  'while',
  'for',
  'param',
  'process',
  'begin',
  'end',
]);

/** What stands in place of a value that is no literal. */
const OPEN = Symbol('open');
type Value = JsonValue | typeof OPEN;

export function readResources(text: string): DscReading {
  const lineAt = lineCounter(text);
  try {
    return { resources: [...resources([...tokensOf(text)], lineAt)] };
  } catch (error) {
    if (!(error instanceof DscSyntaxFault)) throw error;
    return { at: `line ${lineAt(error.at)}`, reason: `This is no configuration of Microsoft365DSC: ${error.message}.` };
  }
}

function lineCounter(text: string): (at: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (at) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
  /** Names of the properties of the resource in hand whose value is no literal. */
  open: string[];
}

function* resources(tokens: readonly Token[], lineAt: (at: number) => number): Generator<DscResource, void, void> {
  const cursor: Cursor = { tokens, at: 0, open: [] };
  while (cursor.at < tokens.length) {
    const head = headOf(cursor);
    if (head === undefined) {
      cursor.at += 1;
      continue;
    }
    cursor.open = [];
    const properties = block(cursor, 0);
    yield { type: head.type, title: head.title, properties, open: cursor.open, line: lineAt(head.at) };
  }
}

/** `TYPE 'title' {`, the brace on the same line or the next; the cursor then stands behind it. */
function headOf(cursor: Cursor): { readonly type: string; readonly title: string; readonly at: number } | undefined {
  const first = cursor.tokens[cursor.at];
  if (first?.kind !== 'word' || FRAMES.has(first.value.toLowerCase())) return undefined;
  const second = cursor.tokens[cursor.at + 1];
  if (second?.kind !== 'text' && second?.kind !== 'word') return undefined;
  let brace = cursor.at + 2;
  while (isMark(cursor.tokens[brace], 'line')) brace += 1;
  if (!isMark(cursor.tokens[brace], '{')) return undefined;
  cursor.at = brace + 1;
  return { type: first.value, title: second.value, at: first.at };
}

const isMark = (token: Token | undefined, value: string): boolean => token?.kind === 'mark' && token.value === value;

function block(cursor: Cursor, depth: number): JsonObject {
  const start = cursor.tokens[cursor.at]?.at ?? 0;
  if (depth > MOST_DEEP) throw new DscSyntaxFault(start, `values lie more than ${MOST_DEEP} deep in each other`);
  const properties: Record<string, JsonValue> = {};
  for (;;) {
    const name = cursor.tokens[cursor.at];
    if (name === undefined) throw new DscSyntaxFault(start, 'a block begins here and does not end');
    cursor.at += 1;
    if (isMark(name, '}')) return properties;
    if (isMark(name, 'line') || isMark(name, ';')) continue;
    if ((name.kind !== 'word' && name.kind !== 'text') || !isMark(cursor.tokens[cursor.at], '=')) {
      throw new DscSyntaxFault(name.at, "a name and '=' are due");
    }
    cursor.at += 1;
    skipLines(cursor);
    const value = readValue(cursor, depth + 1);
    if (value === OPEN) cursor.open.push(name.value);
    else properties[name.value] = value;
  }
}

function skipLines(cursor: Cursor): void {
  while (isMark(cursor.tokens[cursor.at], 'line')) cursor.at += 1;
}

function readValue(cursor: Cursor, depth: number): Value {
  const value = literal(cursor, depth);
  // What goes on after a literal is an expression: `'a' + $b`, `-join`.
  return value === OPEN || !ends(cursor.tokens[cursor.at]) ? toTheEnd(cursor, value === OPEN) : value;
}

function ends(token: Token | undefined): boolean {
  if (token === undefined) return true;
  if (token.kind !== 'mark') return token.kind === 'word' || token.kind === 'text';
  return ['line', ';', ',', ')', '}'].includes(token.value);
}

/** Leave an expression out up to where it ends. */
function toTheEnd(cursor: Cursor, begun: boolean): typeof OPEN {
  let depth = 0;
  for (let first = !begun; ; first = false) {
    const token = cursor.tokens[cursor.at];
    if (token === undefined) return OPEN;
    if (token.kind === 'mark') {
      if (['(', '{', '@(', '@{', '$('].includes(token.value)) depth += 1;
      else if (token.value === ')' || token.value === '}') {
        if (depth === 0) return OPEN;
        depth -= 1;
      } else if (depth === 0 && !first && ['line', ';', ','].includes(token.value)) return OPEN;
    }
    cursor.at += 1;
  }
}

function literal(cursor: Cursor, depth: number): Value {
  const token = cursor.tokens[cursor.at];
  if (token === undefined) throw new DscSyntaxFault(cursor.tokens.at(-1)?.at ?? 0, 'a value is due');
  if (depth > MOST_DEEP) throw new DscSyntaxFault(token.at, `values lie more than ${MOST_DEEP} deep in each other`);
  if (token.kind === 'text') {
    cursor.at += 1;
    return token.open ? OPEN : token.value;
  }
  if (token.kind === 'number') {
    cursor.at += 1;
    return token.value;
  }
  if (token.kind === 'variable') {
    const known = CONSTANTS.get(token.value.toLowerCase());
    if (known === undefined) return OPEN;
    cursor.at += 1;
    return known;
  }
  if (isMark(token, '@(')) return list(cursor, depth);
  if (isMark(token, '@{')) {
    cursor.at += 1;
    return block(cursor, depth);
  }
  return token.kind === 'word' ? instance(cursor, token.value, depth) : OPEN;
}

const CONSTANTS: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** `MSFT_Name{ … }`: an instance of a class, by its own name in `CIMInstance`, as the tool's JSON has it. */
function instance(cursor: Cursor, name: string, depth: number): Value {
  let brace = cursor.at + 1;
  while (isMark(cursor.tokens[brace], 'line')) brace += 1;
  if (!isMark(cursor.tokens[brace], '{')) return OPEN;
  cursor.at = brace + 1;
  return { CIMInstance: name, ...block(cursor, depth) };
}

function list(cursor: Cursor, depth: number): JsonValue {
  const start = cursor.tokens[cursor.at]?.at ?? 0;
  cursor.at += 1;
  const items: JsonValue[] = [];
  for (;;) {
    const token = cursor.tokens[cursor.at];
    if (token === undefined) throw new DscSyntaxFault(start, 'a list begins here and does not end');
    if (isMark(token, ')')) {
      cursor.at += 1;
      return items;
    }
    if (isMark(token, 'line') || isMark(token, ',') || isMark(token, ';')) {
      cursor.at += 1;
      continue;
    }
    const before = cursor.at;
    const value = readValue(cursor, depth + 1);
    if (value !== OPEN) items.push(value);
    if (cursor.at === before) throw new DscSyntaxFault(token.at, `'${String(token.value).slice(0, 20)}' stands where a value is due`);
  }
}
