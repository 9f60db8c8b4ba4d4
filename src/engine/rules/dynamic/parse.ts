/**
 * The grammar of dynamic membership rules. Words may be written in any case; the dash before a word may be missing, or an en dash.
 *
 *   rule          = directReports | orExpression
 *   directReports = "Direct" "Reports" "for" string                       (the whole rule)
 *   orExpression  = andExpression { OR andExpression }
 *   andExpression = notExpression { AND notExpression }
 *   notExpression = { NOT } primary
 *   primary       = "(" orExpression ")" | quantified | comparison
 *   quantified    = property ( ANY | ALL ) ( "(" orExpression ")" | orExpression )
 *   comparison    = operand compareOperator value
 *   operand       = property | "_"
 *   property      = [ object "." ] name
 *   value         = string | "true" | "false" | number | [ "$" ] "null" | date | now | "(" now ")" | list
 *   now           = "system.now" [ ( PLUS | MINUS ) duration ]
 *   list          = "[" ( string | number ) { "," ( string | number ) } "]"
 *
 * An unparenthesised body of -any and -all reaches as far as it can: they bind loosest. Which properties, operators and values go together is for the
 * check to say.
 */

import { type Diagnostic, MAX_RULE_DEPTH, MAX_RULE_LENGTH } from '../diagnostic.js';
import type { CompareOperator, DirectReports, DynamicRule, Expression, ListValue, Operand, Span, Value } from './ast.js';
import { isDateTime, isDuration } from './dates.js';
import { fault, operandFault } from './faults.js';
import { type Token, tokenize, type WordToken } from './lexer.js';
import { TEXT_OPERATORS } from './operators.js';

export type Parsed =
  | { readonly ok: true; readonly rule: DynamicRule }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

const COMPARE_OPERATORS: readonly CompareOperator[] = [...TEXT_OPERATORS, 'ge', 'le'];
const BY_WORD = new Map(COMPARE_OPERATORS.map((operator) => [operator.toLowerCase(), operator]));
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const PROPERTY = /^(?:([a-z][a-z0-9]*)\.)?([a-z][a-z0-9_]*)$/i;

/** Thrown within this file alone, and caught by `parseDynamicRule`. */
class Refusal {
  constructor(readonly diagnostic: Diagnostic) {}
}

/** Reads a rule. Never throws; time linear in the text. At most one diagnostic: the first thing that cannot be read. */
export function parseDynamicRule(text: string): Parsed {
  if (text.length > MAX_RULE_LENGTH) {
    const explanation = `The rule has ${text.length} characters; ${MAX_RULE_LENGTH} is the most.`;
    return refused(fault('invalidValue', { start: MAX_RULE_LENGTH, end: text.length }, { explanation }));
  }
  const lexed = tokenize(text);
  if (!lexed.ok) return refused(lexed.diagnostic);
  try {
    return { ok: true, rule: { text, root: readRule(lexed.tokens) } };
  } catch (refusal) {
    if (refusal instanceof Refusal) return refused(refusal.diagnostic);
    throw refusal;
  }
}

function refused(diagnostic: Diagnostic): Parsed {
  return { ok: false, diagnostics: [diagnostic] };
}

function readRule(tokens: readonly Token[]): Expression | DirectReports {
  let next = 0;
  let depth = 0;
  const peek = (ahead = 0): Token => tokens[Math.min(next + ahead, tokens.length - 1)]!;
  const take = (): Token => {
    const token = peek();
    next += 1;
    return token;
  };

  const deeper = <Result>(span: Span, read: () => Result): Result => {
    depth += 1;
    if (depth > MAX_RULE_DEPTH) {
      throw new Refusal(fault('queryCompilation', span, { explanation: `Parentheses nest deeper than ${MAX_RULE_DEPTH}.` }));
    }
    const result = read();
    depth -= 1;
    return result;
  };

  const unexpected = (token: Token, expected: readonly string[], explanation?: string): Refusal => {
    const found = token.kind === 'end' ? 'The rule ends here' : 'This does not belong here';
    return new Refusal(
      fault('queryCompilation', token.span, { explanation: explanation ?? `${found}; expected is ${anyOf(expected)}.`, expected }),
    );
  };

  const readOr = (): Expression => readConnected('or', () => readConnected('and', readNot));

  function readConnected(kind: 'and' | 'or', readTerm: () => Expression): Expression {
    const first = readTerm();
    if (operatorWord(peek()) !== kind) return first;
    const { start } = openedAt(first);
    const terms = [first];
    while (operatorWord(peek()) === kind) {
      take();
      terms.push(readTerm());
    }
    return { kind, terms, span: { start, end: tokens[next - 1]!.span.end } };
  }

  /** Where a term begins in the text, its parentheses included. */
  const opened = new WeakMap<Expression, number>();
  const openedAt = (term: Expression): { readonly start: number } => ({ start: opened.get(term) ?? term.span.start });

  function readNot(): Expression {
    const token = peek();
    if (operatorWord(token) !== 'not') return readPrimary();
    take();
    const term = deeper(token.span, readNot);
    return { kind: 'not', term, span: { start: token.span.start, end: tokens[next - 1]!.span.end } };
  }

  function readPrimary(): Expression {
    const token = peek();
    if (token.kind !== '(') return readClause();
    const inner = readParenthesised();
    opened.set(inner, token.span.start);
    return inner;
  }

  function readParenthesised(): Expression {
    const open = take();
    const inner = deeper(open.span, readOr);
    if (peek().kind !== ')') throw missingConnector([')', '-and', '-or']);
    take();
    return inner;
  }

  function missingConnector(expected: readonly string[]): Refusal {
    const token = peek();
    const startsTerm = token.kind === '(' || token.kind === 'string' || (token.kind === 'word' && operatorWord(token) === undefined);
    if (startsTerm) return unexpected(token, expected, 'Two expressions stand side by side; they are connected by -and or -or.');
    if (token.kind === ')') return unexpected(token, expected, 'This closing parenthesis was never opened.');
    return unexpected(token, expected);
  }

  function readClause(): Expression {
    const operand = readOperand();
    const token = peek();
    const word = operatorWord(token);
    if (word === 'any' || word === 'all') {
      take();
      if (operand.kind !== 'property') {
        throw new Refusal(operandFault(word, operand.span, { explanation: 'An element is no collection.' }));
      }
      const body = peek().kind === '(' ? readParenthesised() : deeper(token.span, readOr);
      return { kind: word, collection: operand, body, span: { start: operand.span.start, end: tokens[next - 1]!.span.end } };
    }
    const operator = word === undefined ? undefined : BY_WORD.get(word);
    if (operator === undefined) throw noOperator(token, word);
    take();
    const value = readValue(operator);
    return {
      kind: 'comparison',
      operand,
      operator,
      operatorSpan: token.span,
      value,
      span: { start: operand.span.start, end: value.span.end },
    };
  }

  function noOperator(token: Token, word: string | undefined): Refusal {
    const expected = COMPARE_OPERATORS.map((operator) => `-${operator}`);
    if (word === 'not') {
      const explanation = '-not negates a whole expression. To ask whether a property has a value, write -ne null or -eq null.';
      return new Refusal(operandFault(word, token.span, { explanation, expected: ['-ne', '-eq'] }));
    }
    if (token.kind !== 'word') return unexpected(token, expected, 'An operator is missing after the property.');
    return unexpected(token, expected, `${token.text} is no operator.`);
  }

  function readOperand(): Operand {
    const token = peek();
    const expected = ['user.', 'device.', '('];
    if (token.kind !== 'word') throw unexpected(token, expected, token.kind === 'end' ? 'An expression is missing at the end.' : undefined);
    const word = operatorWord(token);
    if (word !== undefined && !token.text.includes('.')) {
      throw new Refusal(operandFault(word, token.span, { explanation: 'The operator has nothing on its left to work on.', expected }));
    }
    take();
    if (token.text === '_') return { kind: 'element', span: token.span };
    const match = PROPERTY.exec(token.text);
    if (match === null) {
      const dashed = /^[a-z]+\.[a-z0-9_]+[-–]/i.test(token.text);
      throw unexpected(token, expected, dashed ? 'A space is missing between property and operator.' : `${token.text} is no property.`);
    }
    return { kind: 'property', object: match[1] ?? '', name: match[2]!, span: token.span };
  }

  function readValue(operator: CompareOperator): Value {
    const token = take();
    switch (token.kind) {
      case 'string':
        return { kind: 'text', text: token.text, span: token.span };
      case '[':
        return readList(token.span.start);
      case '(': {
        const word = take();
        if (word.kind !== 'word' || !isNow(word)) throw unexpected(word, ['system.now']);
        const now = readNow(word);
        const close = take();
        if (close.kind !== ')') throw unexpected(close, [')']);
        return { ...now, span: { start: token.span.start, end: close.span.end } };
      }
      case 'word':
        return readBare(token);
      default:
        throw unexpected(token, ['"', 'true', 'false', 'null', '['], `A value is missing after -${operator}.`);
    }
  }

  function readBare(token: WordToken): Value {
    const { text, span } = token;
    const small = text.toLowerCase();
    if (small === 'true' || small === 'false') return { kind: 'boolean', value: small === 'true', span };
    if (small === 'null' || small === '$null') return { kind: 'null', span };
    if (NUMBER.test(text)) return { kind: 'number', text, span };
    if (isNow(token)) return readNow(token);
    if (isDateTime(text)) return { kind: 'date', text, span };
    throw unexpected(token, [`"${text}"`, 'true', 'false', 'null'], 'A text stands in quotation marks.');
  }

  function readNow(token: WordToken): Value & { kind: 'now' } {
    const word = operatorWord(peek());
    if (word !== 'plus' && word !== 'minus') return { kind: 'now', span: token.span };
    take();
    const duration = take();
    if (duration.kind !== 'word' || !isDuration(duration.text)) {
      throw unexpected(duration, ['P1D'], 'After -plus and -minus stands a duration such as P1D (a day) or PT12H (twelve hours).');
    }
    const span = { start: token.span.start, end: duration.span.end };
    return { kind: 'now', offset: { direction: word, duration: duration.text.toUpperCase() }, span };
  }

  function readList(start: number): ListValue {
    const items: ListValue['items'][number][] = [];
    for (;;) {
      const item = take();
      if (item.kind === 'string') items.push({ kind: 'text', text: item.text, span: item.span });
      else if (item.kind === 'word' && NUMBER.test(item.text)) items.push({ kind: 'number', text: item.text, span: item.span });
      else throw unexpected(item, ['"'], 'A list holds texts in quotation marks, at least one.');
      const after = take();
      if (after.kind === ']') return { kind: 'list', items, span: { start, end: after.span.end } };
      if (after.kind !== ',') throw unexpected(after, [',', ']']);
    }
  }

  function readDirectReports(): DirectReports {
    const start = take().span.start;
    take();
    const word = take();
    if (word.kind !== 'word' || word.text.toLowerCase() !== 'for') throw unexpected(word, ['for']);
    const id = take();
    if (id.kind !== 'string' || !GUID.test(id.text)) {
      throw unexpected(id, ['"00000000-0000-0000-0000-000000000000"'], "Here stands the manager's object id in quotation marks.");
    }
    const after = peek();
    if (after.kind !== 'end') throw unexpected(after, [], 'A rule for direct reports cannot be combined with anything else.');
    return { kind: 'directReports', managerId: id.text, span: { start, end: id.span.end } };
  }

  const isWord = (token: Token, word: string) => token.kind === 'word' && token.text.toLowerCase() === word;
  if (isWord(peek(), 'direct') && isWord(peek(1), 'reports')) return readDirectReports();
  if (peek().kind === 'end') throw unexpected(peek(), ['user.', 'device.'], 'The rule is empty.');
  const root = readOr();
  if (peek().kind !== 'end') throw missingConnector(['-and', '-or']);
  return root;
}

const LOGICAL = new Set(['and', 'or', 'not', 'any', 'all', 'plus', 'minus']);

/** The word of an operator in small letters and without its dash; undefined for anything else. */
function operatorWord(token: Token): string | undefined {
  if (token.kind !== 'word') return undefined;
  const word = token.text.replace(/^[-–]/, '').toLowerCase();
  return LOGICAL.has(word) || BY_WORD.has(word) ? word : undefined;
}

function isNow(token: WordToken): boolean {
  return token.text.toLowerCase() === 'system.now';
}

function anyOf(expected: readonly string[]): string {
  return expected.length <= 1 ? (expected[0] ?? 'nothing') : `${expected.slice(0, -1).join(', ')} or ${expected.at(-1)}`;
}
