/** Literals of expressions (OData ABNF, rule primitiveLiteral) and the aliases that stand for them. */
import { qualifiedName } from '../kernel/type-name.js';
import { readEnum } from '../model/enum-value.js';
import { readPrimitive } from '../model/primitive-value.js';
import { readDate, readDateTimeOffset, readDuration, readTimeOfDay } from '../model/temporal.js';
import type { LiteralKind } from '../query/expression.js';
import { simpleType } from '../query/value-type.js';
import { fail, type Parser } from './expression-parser.js';
import { type Lexer, lex, next, shown } from './lexer.js';
import { findEnum, isQualified, unqualified } from './names.js';
import type { Operand } from './operand.js';

const WORDS: ReadonlyMap<string, boolean | null | number> = new Map<string, boolean | null | number>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['INF', Number.POSITIVE_INFINITY],
  ['NaN', Number.NaN],
]);

function literal(kind: LiteralKind, value: string | number | boolean | null, at: number, integer = false): Operand {
  return { expression: { kind: 'literal', type: kind, value }, type: simpleType(kind, integer), at };
}

/** Whole numbers past 2^53 stay text, so that no digit is lost. */
function numberOperand(text: string, at: number): Operand {
  const value = Number(text);
  const whole = !/[.eE]/.test(text);
  return literal('number', whole && !Number.isSafeInteger(value) ? text : value, at, whole || Number.isInteger(value));
}

function typedOperand(p: Parser, lexer: Lexer): Operand {
  const { prefix, value, start } = lexer;
  const word = prefix.toLowerCase();
  if (word === 'duration') {
    const duration = readDuration(value);
    return duration === undefined ? fail(p, `'${value}' is not a duration`, start) : literal('duration', duration, start);
  }
  if (word === 'binary') {
    const binary = readPrimitive('Edm.Binary', value);
    return typeof binary === 'string' ? literal('binary', binary, start) : fail(p, `'${value}' is not base64`, start);
  }
  // The namespace of Graph is a default one: 4.01 lets it be left out.
  const type = findEnum(p.schema, isQualified(prefix) ? unqualified(prefix) : prefix);
  if (type === undefined) return fail(p, `the type '${prefix}' is not an enumeration`, start);
  const member = readEnum(type, value);
  if (member === undefined) return fail(p, `'${value}' is not a member of ${qualifiedName(type.name)}`, start);
  return { expression: { kind: 'literal', type: 'enum', value: member }, type: { ...simpleType('enum'), type }, at: start };
}

function moment(p: Parser, lexer: Lexer, kind: 'date' | 'dateTimeOffset' | 'timeOfDay'): Operand {
  const { value, start } = lexer;
  const zoned = kind === 'dateTimeOffset' && !/(?:Z|[+-]\d\d:\d\d)$/i.test(value) ? `${value}Z` : value;
  const read = kind === 'date' ? readDate(value) : kind === 'timeOfDay' ? readTimeOfDay(value) : readDateTimeOffset(zoned);
  return read === undefined ? fail(p, `'${value}' is no valid ${kind}`, start) : literal(kind, read, start);
}

function wordOperand(text: string, at: number): Operand | undefined {
  const value = WORDS.get(text) ?? (WORDS.has(text) ? null : WORDS.get(text.toLowerCase()));
  if (value === undefined) return undefined;
  return literal(value === null ? 'null' : typeof value === 'number' ? 'number' : 'boolean', value, at);
}

/** The literal that `lexer` stands on; undefined when it stands on something else. Does not move on. */
function currentLiteral(p: Parser, lexer: Lexer): Operand | undefined {
  switch (lexer.kind) {
    case 'string':
      return literal('string', lexer.value, lexer.start);
    case 'guid':
      return literal('guid', lexer.value.toLowerCase(), lexer.start);
    case 'number':
      return numberOperand(lexer.value, lexer.start);
    case 'date':
    case 'dateTimeOffset':
    case 'timeOfDay':
      return moment(p, lexer, lexer.kind);
    case 'typed':
      return typedOperand(p, lexer);
    case 'name':
      return p.variables.has(lexer.value) ? undefined : wordOperand(lexer.value, lexer.start);
    case 'invalid':
      return fail(p, lexer.value, lexer.start);
    default:
      return undefined;
  }
}

/** Read a literal; undefined, and nothing read, when none is next. */
export function literalOperand(p: Parser): Operand | undefined {
  const operand = currentLiteral(p, p.lexer);
  if (operand !== undefined) next(p.lexer);
  return operand;
}

/** Read a parameter alias: a literal given elsewhere in the query. One without a value is null (OData URL conventions, section 5.3). */
export function aliasOperand(p: Parser): Operand {
  const { value: name, start } = p.lexer;
  const text = p.aliases.get(name);
  next(p.lexer);
  if (text === undefined) return literal('null', null, start);
  const lexer = lex(text);
  const operand = currentLiteral(p, lexer);
  next(lexer);
  if (operand === undefined || lexer.kind !== 'end') return fail(p, `the alias ${name} stands for no literal: ${shown(lex(text))}`, start);
  return { ...operand, at: start };
}

/**
 * Read a parameter alias that stands for a list: `('a','b')` as in an expression, or a JSON array (OData URL conventions, section 5.1.1.15).
 * Every member is a literal.
 */
export function aliasList(p: Parser): readonly Operand[] {
  const { value: name, start } = p.lexer;
  const text = p.aliases.get(name) ?? '';
  next(p.lexer);
  const known = p.lists.get(name);
  if (known !== undefined) return known;
  const members = text.startsWith('[') ? jsonMembers(text, start) : listMembers(p, text);
  if (members === undefined || members.length === 0) {
    return fail(p, `the alias ${name} stands for no list of literals, such as ('a','b')`, start);
  }
  const placed = members.map((member) => ({ ...member, at: start }));
  p.lists.set(name, placed);
  return placed;
}

function listMembers(p: Parser, text: string): Operand[] | undefined {
  const lexer = lex(text);
  const mark = () => (lexer.kind === 'punctuation' ? lexer.value : '');
  if (mark() !== '(') return undefined;
  const members: Operand[] = [];
  do {
    next(lexer);
    const member = currentLiteral(p, lexer);
    if (member === undefined) return undefined;
    members.push(member);
    next(lexer);
  } while (mark() === ',');
  if (mark() !== ')') return undefined;
  next(lexer);
  return lexer.kind === 'end' ? members : undefined;
}

function jsonMembers(text: string, at: number): Operand[] | undefined {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(values)) return undefined;
  const members = values.map((value: unknown) => jsonLiteral(value, at));
  return members.every((member) => member !== undefined) ? members : undefined;
}

function jsonLiteral(value: unknown, at: number): Operand | undefined {
  switch (typeof value) {
    case 'string':
      return literal('string', value, at);
    case 'number':
      return literal('number', value, at, Number.isInteger(value));
    case 'boolean':
      return literal('boolean', value, at);
    default:
      return value === null ? literal('null', null, at) : undefined;
  }
}
