/*
 * Assignment filter rules:
 *
 *   rule      = orExpr ;
 *   orExpr    = andExpr , { OR , andExpr } ;
 *   andExpr   = primary , { AND , primary } ;
 *   primary   = "(" , orExpr , ")" | clause ;
 *   clause    = property , operator , value ;
 *   property  = ( "device" | "app" ) , "." , name ;            one word, any casing
 *   AND, OR   = [ "-" ] , ( "and" | "or" ) ;                   any casing
 *   operator  = [ "-" ] , ( "eq" | "ne" | "in" | "notIn" | "startsWith" | "contains" | "notContains" | "gt" | "ge" | "lt" | "le" ) ;
 *   value     = string | list | null | version ;
 *   string    = '"' , { any character but '"' } , '"' ;        no escape of any kind
 *   list      = "[" , string , { "," , string } , [ "," ] , "]" ;
 *   null      = [ "$" ] , "null" ;                             any casing
 *   version   = digits , { "." , digits } ;
 *
 * What the grammar leaves open (which property takes which operator and value on which platform) is `check.ts`'s.
 */
import { type Diagnostic, MAX_RULE_DEPTH, MAX_RULE_LENGTH } from '../diagnostic.js';
import type { FilterClause, FilterEntity, FilterRule, FilterValue, Place } from './ast.js';
import { type Token, tokenize } from './lexer.js';
import { findProperty } from './properties.js';
import { clipped, connectiveOf, isNegation, isNullWord, operatorAdvice, operatorOf, quoted } from './words.js';

export type ParseResult =
  | { readonly ok: true; readonly rule: FilterRule }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Reads a rule; stops at the first fault. Never throws, and takes time in proportion to the text, of which it accepts 3,072 UTF-16 units. */
export function parseFilterRule(rule: string): ParseResult {
  if (rule.length > MAX_RULE_LENGTH) {
    const message = `The rule has ${rule.length} characters; a filter rule has at most ${MAX_RULE_LENGTH}.`;
    return refused({ position: MAX_RULE_LENGTH, length: rule.length - MAX_RULE_LENGTH, code: 'ruleTooLong', message, expected: [] });
  }
  const lexed = tokenize(rule);
  if ('fault' in lexed) return refused(lexed.fault);
  if (lexed.tokens.length === 1) {
    const message = 'The rule is empty; it must hold at least one clause.';
    return refused({ position: 0, length: rule.length, code: 'emptyRule', message, expected: ['('] });
  }
  const cursor: Cursor = { rule, tokens: lexed.tokens, next: 0, depth: 0, fault: undefined };
  const parsed = parseOr(cursor);
  if (parsed !== undefined && peek(cursor).kind !== 'end') unexpectedAfterClause(cursor);
  return parsed === undefined || cursor.fault !== undefined ? refused(cursor.fault) : { ok: true, rule: parsed };
}

interface Cursor {
  readonly rule: string;
  readonly tokens: readonly Token[];
  next: number;
  depth: number;
  fault: Diagnostic | undefined;
}

function refused(fault: Diagnostic | undefined): ParseResult {
  return { ok: false, diagnostics: fault === undefined ? [] : [fault] };
}

/** The token to come; `end` stays. */
function peek(cursor: Cursor): Token {
  return cursor.tokens[Math.min(cursor.next, cursor.tokens.length - 1)]!;
}

function fail(cursor: Cursor, at: Place, code: string, message: string, expected: readonly string[] = []): undefined {
  cursor.fault ??= { position: at.position, length: at.length, code, message, expected };
  return undefined;
}

function parseOr(cursor: Cursor): FilterRule | undefined {
  return parseSeries(cursor, 'or', parseAnd);
}

function parseAnd(cursor: Cursor): FilterRule | undefined {
  return parseSeries(cursor, 'and', parsePrimary);
}

function parseSeries(cursor: Cursor, kind: 'and' | 'or', parseOperand: (cursor: Cursor) => FilterRule | undefined): FilterRule | undefined {
  const first = parseOperand(cursor);
  if (first === undefined) return undefined;
  const operands = [first];
  while (peek(cursor).kind === 'word' && connectiveOf(peek(cursor).text) === kind) {
    cursor.next += 1;
    const operand = parseOperand(cursor);
    if (operand === undefined) return undefined;
    operands.push(operand);
  }
  return operands.length === 1 ? first : { kind, operands };
}

function parsePrimary(cursor: Cursor): FilterRule | undefined {
  const open = peek(cursor);
  if (open.kind !== '(') return parseClause(cursor);
  if (cursor.depth >= MAX_RULE_DEPTH) {
    return fail(cursor, open, 'nestedTooDeep', `Parentheses nest more than ${MAX_RULE_DEPTH} deep here.`);
  }
  cursor.next += 1;
  if (peek(cursor).kind === ')') {
    return fail(cursor, open, 'emptyParentheses', 'There is nothing between these parentheses.', ['device.', 'app.', '(']);
  }
  cursor.depth += 1;
  const inner = parseOr(cursor);
  if (inner === undefined) return undefined;
  const close = peek(cursor);
  if (close.kind !== ')') {
    if (close.kind === 'end') return fail(cursor, open, 'unclosedParenthesis', 'This parenthesis is never closed.', [')']);
    return unexpectedAfterClause(cursor);
  }
  cursor.depth -= 1;
  cursor.next += 1;
  return inner;
}

function parseClause(cursor: Cursor): FilterClause | undefined {
  const property = peek(cursor);
  const name = propertyOf(cursor, property);
  if (name === undefined) return undefined;
  cursor.next += 1;

  const operatorToken = peek(cursor);
  const operator = operatorToken.kind === 'word' ? operatorOf(operatorToken.text) : undefined;
  if (operator === undefined) return noOperator(cursor, property, operatorToken);
  cursor.next += 1;

  const valueToken = peek(cursor);
  const value = parseValue(cursor);
  if (value === undefined) return undefined;
  const last = cursor.tokens[cursor.next - 1]!;
  return {
    kind: 'clause',
    ...name,
    operator,
    value,
    at: {
      property: placeOf(property),
      operator: placeOf(operatorToken),
      value: { position: valueToken.position, length: last.position + last.length - valueToken.position },
    },
  };
}

function placeOf({ position, length }: Token): Place {
  return { position, length };
}

const BEGINNINGS = ['device.', 'app.', '('];

function propertyOf(cursor: Cursor, token: Token): { entity: FilterEntity; property: string } | undefined {
  if (token.kind === 'end') {
    const before = cursor.tokens[cursor.next - 1];
    const after = before === undefined ? '' : ` after ${quoted(before.text)}`;
    return fail(cursor, token, 'clauseExpected', `The rule ends where a clause should follow${after}.`, BEGINNINGS);
  }
  if (token.kind !== 'word') {
    const shown = quoted(cursor.rule.slice(token.position, token.position + token.length));
    return fail(cursor, token, 'clauseExpected', `${shown} stands where a clause should begin, such as device.model -eq "X".`, BEGINNINGS);
  }
  if (isNegation(token.text)) {
    const message = 'Filter rules have no "not"; use the negated operators -ne, -notIn and -notContains.';
    return fail(cursor, token, 'noNegation', message, ['-ne', '-notIn', '-notContains']);
  }
  if (connectiveOf(token.text) !== undefined) {
    return fail(cursor, token, 'clauseExpected', `${quoted(token.text)} has no clause before it.`, BEGINNINGS);
  }
  const dot = token.text.indexOf('.');
  const entity = token.text.slice(0, Math.max(dot, 0)).toLowerCase();
  const name = token.text.slice(dot + 1);
  if (entity === 'device' || entity === 'app') return { entity, property: findProperty(entity, name)?.name ?? name };
  if (dot < 0) {
    const known = (['device', 'app'] as const).filter((each) => findProperty(each, token.text) !== undefined);
    const instead = known.map((each) => `${each}.${findProperty(each, token.text)?.name}`);
    const message =
      instead.length === 0
        ? `${quoted(token.text)} is no property; a clause begins with device. or app. and a property.`
        : `${quoted(token.text)} lacks what it belongs to; write ${instead.join(' or ')}.`;
    return fail(cursor, token, 'entityMissing', message, instead.length === 0 ? BEGINNINGS : instead);
  }
  const message = `${quoted(token.text)} does not begin with device. or app.; filter rules know nothing else.`;
  return fail(cursor, token, 'unknownEntity', message, ['device.', 'app.']);
}

function noOperator(cursor: Cursor, property: Token, token: Token): undefined {
  if (token.kind === 'word') {
    const { message, expected } = operatorAdvice(token.text);
    return fail(cursor, token, 'unknownOperator', message, expected);
  }
  const hyphen = property.text.indexOf('-');
  if (hyphen > 0 && operatorOf(property.text.slice(hyphen)) !== undefined) {
    const message = `Put spaces round the operator: ${clipped(property.text.slice(0, hyphen))} ${property.text.slice(hyphen)} …`;
    return fail(cursor, property, 'spaceMissing', message, [' ']);
  }
  const message = `An operator such as -eq must follow ${quoted(property.text)}.`;
  return fail(cursor, token, 'operatorExpected', message, ['-eq', '-ne', '-in', '-notIn', '-startsWith', '-contains', '-notContains']);
}

const VERSION = /^\d+(?:\.\d+)*$/;
const VALUES = ['"', '[', '$null'];

function parseValue(cursor: Cursor): FilterValue | undefined {
  const token = peek(cursor);
  if (token.kind === '[') return parseList(cursor);
  if (token.kind === 'string') {
    cursor.next += 1;
    return { kind: 'text', text: token.text };
  }
  if (token.kind !== 'word')
    return fail(cursor, token, 'valueExpected', 'A value must follow the operator: text in double quotes.', VALUES);
  if (!isNullWord(token.text) && !VERSION.test(token.text)) return unquotedValue(cursor, token);
  cursor.next += 1;
  return isNullWord(token.text) ? { kind: 'null' } : { kind: 'version', text: token.text };
}

function unquotedValue(cursor: Cursor, token: Token): undefined {
  const first = token.text.charAt(0);
  if (first === "'" || /[\u2018-\u201f\u00ab\u00bb`]/.test(first)) {
    const message = `Strings stand in straight double quotes ("), not in ${first}.`;
    return fail(cursor, token, 'wrongQuotes', message, ['"']);
  }
  const message = `${quoted(token.text)} is not a value; text stands in double quotes: "${clipped(token.text)}".`;
  return fail(cursor, token, 'unquotedValue', message, [`"${clipped(token.text)}"`]);
}

function parseList(cursor: Cursor): FilterValue | undefined {
  const open = peek(cursor);
  cursor.next += 1;
  const texts: string[] = [];
  for (;;) {
    const token = peek(cursor);
    if (token.kind === ']' && texts.length > 0) break;
    if (token.kind !== 'string') return noListItem(cursor, open, token, texts.length);
    texts.push(token.text);
    cursor.next += 1;
    const after = peek(cursor);
    if (after.kind === ']') break;
    if (after.kind === 'end') return fail(cursor, open, 'unclosedList', 'This list is never closed.', [']']);
    if (after.kind !== ',') return fail(cursor, after, 'commaExpected', 'The values of a list are separated by commas.', [',', ']']);
    cursor.next += 1;
  }
  cursor.next += 1;
  return { kind: 'list', texts };
}

function noListItem(cursor: Cursor, open: Token, token: Token, count: number): undefined {
  if (token.kind === 'end') return fail(cursor, open, 'unclosedList', 'This list is never closed.', ['"', ']']);
  if (token.kind === ']' && count === 0)
    return fail(cursor, open, 'emptyList', 'The list is empty; it must hold at least one value.', ['"']);
  if (token.kind === 'word' && isNullWord(token.text)) {
    const message = 'A list cannot hold null; test for it in a clause of its own: -eq $null.';
    return fail(cursor, token, 'nullInList', message, ['"']);
  }
  if (token.kind === 'word') return unquotedValue(cursor, token);
  return fail(cursor, token, 'valueExpected', `${quoted(token.text)} stands where a value of the list should: text in double quotes.`, [
    '"',
  ]);
}

const CONNECTIVES = ['and', 'or'];

function unexpectedAfterClause(cursor: Cursor): undefined {
  const token = peek(cursor);
  const before = cursor.tokens[cursor.next - 1]!;
  const expected = cursor.depth > 0 ? [...CONNECTIVES, ')'] : CONNECTIVES;
  if (token.kind === ')') {
    return fail(cursor, token, 'unopenedParenthesis', 'This parenthesis closes nothing.', CONNECTIVES);
  }
  if (before.kind === 'string' && token.position === before.position + before.length) {
    const message = 'A string ends at the next double quotation mark; there is no way to write one inside it, neither \\" nor "".';
    return fail(cursor, before, 'quoteInString', message, expected);
  }
  const shown = quoted(cursor.rule.slice(token.position, token.position + token.length));
  if (token.kind === 'string') {
    return fail(
      cursor,
      token,
      'connectiveExpected',
      `A second value, ${shown}, follows the first; several values need -in and a list.`,
      expected,
    );
  }
  return fail(cursor, token, 'connectiveExpected', `${shown} follows a clause; only and or or can join it to the next one.`, expected);
}
