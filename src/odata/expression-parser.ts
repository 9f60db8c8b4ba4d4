/** The state that the parts of the expression parser share, and how they refuse. */
import { graphError } from '../kernel/errors.js';
import type { Schema, StructuredType } from '../model/schema.js';
import { propertyValueType, type ValueType } from '../query/value-type.js';
import { type Lexer, lex, next, shown } from './lexer.js';
import type { Operand } from './operand.js';

const MAX_DEPTH = 100;
const SHOWN_TEXT = 200;

export interface Parser {
  readonly option: '$filter' | '$orderby';
  readonly lexer: Lexer;
  readonly schema: Schema;
  /** Type of the item under test. */
  readonly type: StructuredType;
  readonly aliases: ReadonlyMap<string, string>;
  /** Lambda variables in scope, and `$it` but inside `$expand`. */
  readonly variables: Map<string, ValueType>;
  /** Lists that aliases stand for, as far as they were read. */
  readonly lists: Map<string, readonly Operand[]>;
  depth: number;
  operators: number;
  /** Members of lists so far. */
  members: number;
  /** Lambdas around the place reached. */
  lambdas: number;
}

/** Where an option stands, and what it is about. */
export interface Scope {
  readonly schema: Schema;
  /** Type of the item under test. */
  readonly type: StructuredType;
  readonly aliases: ReadonlyMap<string, string>;
  /** Whether it stands inside `$expand`: `$it` is then not the item, but what the whole request is about. */
  readonly inner: boolean;
}

export function parser(option: Parser['option'], text: string, { schema, type, aliases, inner }: Scope): Parser {
  const variables = new Map(inner ? [] : [['$it', propertyValueType(type, false)]]);
  return { option, lexer: lex(text), schema, type, aliases, variables, lists: new Map(), depth: 0, operators: 0, members: 0, lambdas: 0 };
}

/** Refuse the text at an offset. */
export function fail(p: Parser, reason: string, position: number): never {
  const { text } = p.lexer;
  if (p.option === '$filter') {
    const excerpt = text.length > SHOWN_TEXT ? `${text.slice(0, SHOWN_TEXT)}…` : text;
    throw graphError('filterInvalid', { reason, position, text: excerpt }, '$filter');
  }
  throw graphError('optionInvalid', { option: p.option, reason: `${reason} at position ${position}.` }, p.option);
}

/** Step over a punctuation mark if it is next. */
export function take(p: Parser, mark: string): boolean {
  if (p.lexer.kind !== 'punctuation' || p.lexer.value !== mark) return false;
  next(p.lexer);
  return true;
}

export function expect(p: Parser, mark: string): void {
  if (!take(p, mark)) fail(p, p.lexer.kind === 'invalid' ? p.lexer.value : `expected '${mark}', found ${shown(p.lexer)}`, p.lexer.start);
}

/** Read one level deeper; the depth is bounded since reading, evaluating and printing recurse. */
export function nested<T>(p: Parser, read: () => T): T {
  p.depth++;
  if (p.depth > MAX_DEPTH) fail(p, `it nests deeper than ${MAX_DEPTH} levels`, p.lexer.start);
  const result = read();
  p.depth--;
  return result;
}
