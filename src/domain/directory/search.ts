/**
 * `$search` on objects of the directory, as a filter: phrases of the form `"property:text"` (grammar: `read/search`).
 *
 * displayName and description are matched word by word, each word of the text at the beginning of one of theirs; other properties at their
 * own beginning (reference: $search on directory object collections).
 */
import { hasRoomFor, type StructuredType } from '../../model/schema.js';
import type { Expression } from '../../query/expression.js';
import { call, invalidSearch, memberOf, searchExpression } from '../read/search.js';

const WORDS: ReadonlySet<string> = new Set(['displayName', 'description']);
/** What a word may stand behind. */
const SEPARATORS = [' ', '-', '.', '_', '(', '/', '@', "'"];

/** @throws GraphError optionInvalid (400) */
export function searchDirectory(text: string, type: StructuredType): Expression {
  return searchExpression(text, { phrase: (clause) => clauseExpression(clause, type), word: undefined });
}

function clauseExpression(clause: string, type: StructuredType): Expression {
  const colon = clause.indexOf(':');
  const name = clause.slice(0, Math.max(colon, 0)).trim();
  if (colon < 1 || (!type.properties.has(name) && !hasRoomFor(type, name))) {
    throw invalidSearch(`'${clause}' does not begin with a property of ${type.name} and a colon.`);
  }
  const member = memberOf(type, name);
  const text = clause.slice(colon + 1).trim();
  if (text === '') throw invalidSearch(`'${clause}' searches for nothing.`);
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
