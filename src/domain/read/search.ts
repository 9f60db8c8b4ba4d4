/**
 * `$search` as a filter.
 *
 *   search  = and *( "OR" and )
 *   and     = factor *( [ "AND" ] factor )
 *   factor  = "NOT" factor / "(" search ")" / phrase / word
 *   phrase  = DQUOTE *( any but DQUOTE / "\" any ) DQUOTE
 *   word    = 1*( any but space, DQUOTE and parentheses )
 *
 * What a phrase or a word asks is its set's affair: the directory's is in `directory/search`, every other set's in `searchTexts`.
 */
import { graphError } from '../../kernel/errors.js';
import type { StructuredType } from '../../model/schema.js';
import type { Expression } from '../../query/expression.js';

const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|([()])|([^\s"()]+))/y;
const MAX_DEPTH = 20;
const MAX_TOKENS = 200;
const OPERATORS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT']);

type Token = { readonly kind: 'phrase' | 'word' | 'sign'; readonly text: string };

export interface SearchWords {
  /** What a phrase asks: the text between the quotes. */
  readonly phrase: (text: string) => Expression;
  /** What a word asks; undefined where there are only phrases, each with an operator before it. */
  readonly word: ((text: string) => Expression) | undefined;
}

interface Cursor {
  readonly tokens: readonly Token[];
  readonly words: SearchWords;
  at: number;
}

export function invalidSearch(reason: string): Error {
  return graphError('optionInvalid', { option: '$search', reason }, '$search');
}

/** @throws GraphError optionInvalid (400) */
export function searchExpression(text: string, words: SearchWords): Expression {
  const cursor: Cursor = { tokens: tokensOf(text), words, at: 0 };
  const expression = parseOr(cursor, 0);
  if (cursor.at < cursor.tokens.length) throw invalidSearch(`'${cursor.tokens[cursor.at]?.text}' is not expected there.`);
  return expression;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  for (let at = 0; at < end; at = TOKEN.lastIndex) {
    const match = TOKEN.exec(text);
    if (match === null) throw invalidSearch(`there is a syntax error at position ${at}.`);
    if (tokens.length === MAX_TOKENS) throw invalidSearch(`it has more than ${MAX_TOKENS} words.`);
    const [, phrase, sign, word] = match;
    if (phrase !== undefined) tokens.push({ kind: 'phrase', text: phrase.replace(/\\(.)/g, '$1') });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else tokens.push({ kind: OPERATORS.has(word ?? '') ? 'sign' : 'word', text: word ?? '' });
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
  while (takes(cursor, 'AND') || followsUnsaid(cursor)) left = { kind: 'binary', operator: 'and', left, right: parseFactor(cursor, depth) };
  return left;
}

/** Words one behind the other must all be there. */
function followsUnsaid({ tokens, words, at }: Cursor): boolean {
  const token = tokens[at];
  if (token === undefined || words.word === undefined) return false;
  return token.kind !== 'sign' || token.text === '(' || token.text === 'NOT';
}

function parseFactor(cursor: Cursor, depth: number): Expression {
  if (depth > MAX_DEPTH) throw invalidSearch('it is nested too deep.');
  if (takes(cursor, 'NOT')) return { kind: 'not', operand: parseFactor(cursor, depth + 1) };
  if (takes(cursor, '(')) {
    const inner = parseOr(cursor, depth + 1);
    if (!takes(cursor, ')')) throw invalidSearch("a ')' is missing.");
    return inner;
  }
  const token = cursor.tokens[cursor.at];
  const { phrase, word } = cursor.words;
  const asks = token?.kind === 'phrase' ? phrase : token?.kind === 'word' ? word : undefined;
  if (token === undefined || asks === undefined)
    throw invalidSearch(word === undefined ? 'write "property:text", in double quotes.' : 'a word is missing.');
  cursor.at++;
  return asks(token.text);
}

const FALSE: Expression = { kind: 'literal', type: 'boolean', value: false };

/**
 * A search of words and phrases in the texts that a type declares, case aside: each is to be in one of them. `"property:text"` asks for a
 * property that begins with the text, as in the directory.
 * @throws GraphError optionInvalid (400)
 */
export function searchTexts(text: string, type: StructuredType): Expression {
  const texts = [...type.properties.values()].filter((property) => property.type.name === 'Edm.String' && !property.collection);
  const anywhere = (part: string): Expression => {
    if (part.trim() === '') throw invalidSearch('there is nothing between the quotes.');
    return texts.map(({ name }) => call('contains', memberOf(type, name), part)).reduce<Expression>(or, FALSE);
  };
  const phrase = (part: string): Expression => {
    const colon = part.indexOf(':');
    const property = texts.find(({ name }) => name === part.slice(0, Math.max(colon, 0)).trim());
    const value = part.slice(colon + 1).trim();
    return property === undefined || value === '' ? anywhere(part) : call('startswith', memberOf(type, property.name), value);
  };
  return searchExpression(text, { phrase, word: anywhere });
}

function or(left: Expression, right: Expression): Expression {
  return left === FALSE ? right : { kind: 'binary', operator: 'or', left, right };
}

/** A property of the item under test. */
export function memberOf(type: StructuredType, name: string): Expression {
  return {
    kind: 'member',
    source: { kind: 'variable', name: '$it' },
    name,
    cast: undefined,
    type: type.properties.get(name)?.type ?? { kind: 'primitive', name: 'Edm.String' },
    collection: false,
    navigation: false,
  };
}

export function call(name: string, member: Expression, text: string): Expression {
  return { kind: 'call', name, arguments: [member, { kind: 'literal', type: 'string', value: text }] };
}
