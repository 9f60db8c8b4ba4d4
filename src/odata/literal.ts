/** A literal of the URL as a JSON value of a type of the model: arguments of functions (OData ABNF, rule primitiveLiteral). */
import type { JsonValue } from '../kernel/json.js';
import { readEnum } from '../model/enum-value.js';
import { readPrimitive } from '../model/primitive-value.js';
import type { PropertyType, Schema } from '../model/schema.js';
import { type Lexer, lex, next } from './lexer.js';
import { findEnum, isQualified, unqualified } from './names.js';

/** `true`, `FALSE` -> the boolean; undefined for another word. */
export function booleanNamed(word: string): boolean | undefined {
  const lower = word.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
}

function scalarOf(lexer: Lexer, schema: Schema, type: PropertyType): string | number | boolean | undefined {
  switch (lexer.kind) {
    case 'string':
    case 'guid':
    case 'date':
    case 'dateTimeOffset':
    case 'timeOfDay':
      return lexer.value;
    case 'number':
      return type.kind === 'primitive' && type.name === 'Edm.Int64' ? lexer.value : Number(lexer.value);
    case 'name':
      return booleanNamed(lexer.value);
    case 'typed': {
      const word = lexer.prefix.toLowerCase();
      if (word === 'duration' || word === 'binary') return lexer.value;
      const named = findEnum(schema, isQualified(lexer.prefix) ? unqualified(lexer.prefix) : lexer.prefix);
      return named !== undefined && named === type ? lexer.value : undefined;
    }
    default:
      return undefined;
  }
}

/** The value of one literal, normalised as bodies are; undefined when it is no literal of the type. */
export function literalValue(schema: Schema, text: string, type: PropertyType): JsonValue | undefined {
  const lexer = lex(text);
  const kind = lexer.kind;
  const value = scalarOf(lexer, schema, type);
  next(lexer);
  if (value === undefined || lexer.kind !== 'end') return undefined;
  if (type.kind === 'enum') return kind === 'string' || kind === 'typed' || kind === 'number' ? readEnum(type, value) : undefined;
  if (type.kind !== 'primitive') return undefined;
  if (type.name === 'Edm.Untyped') return value;
  if (type.name === 'Edm.String' && kind !== 'string') return undefined;
  return readPrimitive(type.name, value);
}
