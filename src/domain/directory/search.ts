/**
 * `$search` on objects of the directory, as a filter.
 *
 *   search  = and *( "OR" and )
 *   and     = factor *( "AND" factor )
 *   factor  = "NOT" factor / "(" search ")" / clause
 *   clause  = DQUOTE property ":" text DQUOTE
 *
 * displayName and description are matched word by word, each word of the text at the beginning of one of theirs; other properties at their
 * own beginning (reference: $search on directory object collections).
 */
import { graphError } from '../../kernel/errors.js';
import type { StructuredType } from '../../model/schema.js';
import type { Expression } from '../../query/expression.js';

const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|([()])|([A-Za-z]+))/y;
const WORDS: ReadonlySet<string> = new Set(['displayName', 'description']);
/** What a word may stand behind. */
const SEPARATORS = [' ', '-', '.', '_', '(', '/', '@', "'"];
const MAX_DEPTH = 20;
const MAX_TOKENS = 200;

type Token = { readonly kind: 'clause' | 'sign'; readonly text: string };

interface Cursor {
  readonly tokens: readonly Token[];
  readonly type: StructuredType;
  at: number;
}

/** @throws GraphError optionInvalid (400) */
export function searchExpression(text: string, type: StructuredType): Expression {
  const cursor: Cursor = { tokens: tokensOf(text), type, at: 0 };
  const expression = parseOr(cursor, 0);
  if (cursor.at < cursor.tokens.length) throw invalid(`'${cursor.tokens[cursor.at]?.text}' is not expected there.`);
  return expression;
}

function invalid(reason: string): Error {
  return graphError('optionInvalid', { option: '$search', reason }, '$search');
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  for (let at = 0; at < end; at = TOKEN.lastIndex) {
    const match = TOKEN.exec(text);
    if (match === null || tokens.length === MAX_TOKENS) throw invalid(`there is a syntax error at position ${at}; write "property:text".`);
    const [, clause, sign, word] = match;
    if (clause !== undefined) tokens.push({ kind: 'clause', text: clause.replace(/\\(.)/g, '$1') });
    else tokens.push({ kind: 'sign', text: sign ?? word ?? '' });
  }
  return tokens;
}

function takes(cursor: Cursor, sign: string): boolean {
  const token = cursor.tokens[cursor.at];
  if (token?.kind !== 'sign' || token.text !== sign) return false;
  cursor.at++;
  return true;
}

function parseOr(cursor: Cursor, depth: number): Expression {
  let left = parseAnd(cursor, depth);
  while (takes(cursor, 'OR')) left = { kind: 'binary', operator: 'or', left, right: parseAnd(cursor, depth) };
  return left;
}

function parseAnd(cursor: Cursor, depth: number): Expression {
  let left = parseFactor(cursor, depth);
  while (takes(cursor, 'AND')) left = { kind: 'binary', operator: 'and', left, right: parseFactor(cursor, depth) };
  return left;
}

function parseFactor(cursor: Cursor, depth: number): Expression {
  if (depth > MAX_DEPTH) throw invalid('it is nested too deep.');
  if (takes(cursor, 'NOT')) return { kind: 'not', operand: parseFactor(cursor, depth + 1) };
  if (takes(cursor, '(')) {
    const inner = parseOr(cursor, depth + 1);
    if (!takes(cursor, ')')) throw invalid("a ')' is missing.");
    return inner;
  }
  const token = cursor.tokens[cursor.at];
  if (token?.kind !== 'clause') throw invalid('write "property:text", in double quotes.');
  cursor.at++;
  return clauseExpression(token.text, cursor.type);
}

function clauseExpression(clause: string, type: StructuredType): Expression {
  const colon = clause.indexOf(':');
  const name = clause.slice(0, Math.max(colon, 0)).trim();
  const property = type.properties.get(name);
  if (colon < 1 || (property === undefined && !type.open))
    throw invalid(`'${clause}' does not begin with a property of ${type.name} and a colon.`);
  const member: Expression = {
    kind: 'member',
    source: { kind: 'variable', name: '$it' },
    name,
    cast: undefined,
    type: property?.type ?? { kind: 'primitive', name: 'Edm.String' },
    collection: false,
    navigation: false,
  };
  const text = clause.slice(colon + 1).trim();
  if (text === '') throw invalid(`'${clause}' searches for nothing.`);
  if (!WORDS.has(name)) return call('startswith', member, text);
  return text
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => beginsAWord(member, word))
    .reduce<Expression>((left, right) => ({ kind: 'binary', operator: 'and', left, right }), {
      kind: 'literal',
      type: 'boolean',
      value: true,
    });
}

function beginsAWord(member: Expression, word: string): Expression {
  return SEPARATORS.map((separator) => call('contains', member, `${separator}${word}`)).reduce<Expression>(
    (left, right) => ({ kind: 'binary', operator: 'or', left, right }),
    call('startswith', member, word),
  );
}

function call(name: string, member: Expression, text: string): Expression {
  return { kind: 'call', name, arguments: [member, { kind: 'literal', type: 'string', value: text }] };
}
