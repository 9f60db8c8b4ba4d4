/**
 * Paths and calls inside expressions.
 *
 *   path   = [ ( "$it" / variable ) "/" ] step *( "/" step ) [ "/$count" / "/" lambda ] / "$it" / variable
 *   step   = [ typeName "/" ] property
 *   lambda = ( "any" / "all" ) "(" [ variable ":" or ] ")"
 *   call   = function "(" [ or *( "," or ) ] ")"
 *          / "isof" "(" [ or "," ] type ")" / "cast" "(" [ or "," ] type ")" *( "/" step )
 *   type   = typeName / "'" typeName "'"
 */
import { graphError } from '../kernel/errors.js';
import { qualifiedName } from '../kernel/type-name.js';
import { type EnumType, hasRoomFor, type StructuredType } from '../model/schema.js';
import type { Expression } from '../query/expression.js';
import { FUNCTIONS, INTEGER_FUNCTIONS } from '../query/functions.js';
import { primitiveKind, propertyValueType, simpleType, type ValueType } from '../query/value-type.js';
import { expect, fail, nested, type Parser, take } from './expression-parser.js';
import { next, shown } from './lexer.js';
import { findEnum, findNavigation, findProperty, findType, isQualified, isRelated, unqualified } from './names.js';
import { isEnumLiteral, type Operand, typeText } from './operand.js';

/** Reads one whole expression: the parser hands itself in. */
type Read = (p: Parser) => Operand;

const MAX_STEPS = 30;
/** Each level of them asks about every member again. */
const MAX_LAMBDAS = 3;
const BOOLEAN = simpleType('boolean');
const UNTYPED = { kind: 'primitive', name: 'Edm.Untyped' } as const;
const IT: Expression = { kind: 'variable', name: '$it' };

function structuredType(type: ValueType): StructuredType | undefined {
  return type.type?.kind === 'entity' || type.type?.kind === 'complex' ? type.type : undefined;
}

/** A property or navigation property of `owner`, seen through `cast`. */
function memberOf(p: Parser, source: Operand, owner: StructuredType, cast: StructuredType | undefined, name: string, at: number): Operand {
  const property = findProperty(p.schema, owner, name);
  const found = property ?? findNavigation(p.schema, owner, name);
  if (found === undefined ? !hasRoomFor(owner, name) : found.type.kind === 'unknown') {
    throw graphError('optionPropertyUnknown', { property: name, type: owner.name, option: p.option }, name);
  }
  const type = found?.type ?? UNTYPED;
  const collection = found?.collection ?? false;
  const expression: Expression = {
    kind: 'member',
    source: source.expression,
    name: found?.name ?? name,
    cast,
    type,
    collection,
    navigation: found !== undefined && property === undefined,
  };
  return { expression, type: propertyValueType(type, collection), at };
}

function readLambda(p: Parser, source: Operand, operator: 'any' | 'all', read: Read): Operand {
  expect(p, '(');
  const { lexer } = p;
  if (take(p, ')')) {
    if (operator === 'all') fail(p, "'all' needs a condition", lexer.start);
    return {
      expression: { kind: 'lambda', operator, source: source.expression, variable: '', predicate: undefined },
      type: BOOLEAN,
      at: source.at,
    };
  }
  const variable = lexer.value;
  if (lexer.kind !== 'name' || variable.includes('.') || variable.startsWith('@'))
    fail(p, `expected a variable, found ${shown(lexer)}`, lexer.start);
  if (p.variables.has(variable)) fail(p, `the variable '${variable}' is taken`, lexer.start);
  next(lexer);
  expect(p, ':');
  p.variables.set(variable, { ...source.type, collection: false });
  const { start } = lexer;
  p.lambdas++;
  if (p.lambdas > MAX_LAMBDAS) fail(p, `'any' and 'all' nest deeper than ${MAX_LAMBDAS} levels`, start);
  const predicate = nested(p, () => read(p));
  p.lambdas--;
  p.variables.delete(variable);
  if (predicate.type.collection || !['boolean', 'null', 'untyped'].includes(predicate.type.kind)) {
    fail(p, `'${operator}' needs a Boolean, not ${typeText(predicate)},`, start);
  }
  expect(p, ')');
  const expression: Expression = { kind: 'lambda', operator, source: source.expression, variable, predicate: predicate.expression };
  return { expression, type: BOOLEAN, at: source.at };
}

/** A name behind a slash that ends the path: `$count`, `any(…)`, `all(…)`; undefined for another. */
function readPathEnd(p: Parser, source: Operand, read: Read): Operand | undefined {
  const { lexer } = p;
  const word = lexer.value.toLowerCase();
  if (word !== '$count' && word !== 'any' && word !== 'all') return undefined;
  if (!source.type.collection) {
    if (word === '$count') fail(p, `'$count' needs a collection, not ${typeText(source)},`, lexer.start);
    return undefined;
  }
  next(lexer);
  if (word !== '$count') return readLambda(p, source, word as 'any' | 'all', read);
  return { expression: { kind: 'count', source: source.expression }, type: simpleType('number', true), at: source.at };
}

/** `microsoft.graph.X/` before a property: the type it narrows to. Moves to the name behind it. */
function readCast(p: Parser, from: StructuredType): StructuredType {
  const { lexer } = p;
  const type = findType(p.schema, unqualified(lexer.value));
  if (type === undefined || !isRelated(type, from)) {
    throw graphError('castInvalid', { type: lexer.value, from: `microsoft.graph.${from.name}` }, lexer.value);
  }
  next(lexer);
  expect(p, '/');
  return type;
}

function readStep(p: Parser, source: Operand, read: Read): Operand {
  const { lexer } = p;
  const at = lexer.start;
  if (lexer.kind !== 'name') fail(p, `expected a property, found ${shown(lexer)}`, at);
  const end = readPathEnd(p, source, read);
  if (end !== undefined) return end;
  const owner = structuredType(source.type);
  if (owner === undefined) return fail(p, `${typeText(source)} has no property '${lexer.value}'`, at);
  if (source.type.collection) return fail(p, `expected any, all or $count behind the collection, found '${lexer.value}'`, at);
  const cast = isQualified(lexer.value) ? readCast(p, owner) : undefined;
  if (cast !== undefined && (lexer.kind as string) !== 'name') fail(p, `expected a property, found ${shown(lexer)}`, lexer.start);
  const name = lexer.value;
  next(lexer);
  return memberOf(p, source, cast ?? owner, cast, name, at);
}

/** Read a path that begins at a property of the item, at `$it` or at a lambda variable. */
export function readPath(p: Parser, read: Read): Operand {
  const { lexer } = p;
  const at = lexer.start;
  if (lexer.kind !== 'name') fail(p, `expected an expression, found ${shown(lexer)}`, at);
  const name = lexer.value;
  const variable = p.variables.get(name);
  let operand: Operand = { expression: IT, type: propertyValueType(p.type, false), at };
  if (variable === undefined && name === '$it') {
    fail(p, "'$it' is what the whole request is about, not the item expanded; name the item's properties alone,", at);
  }
  if (variable === undefined) operand = readStep(p, operand, read);
  else {
    operand = { expression: { kind: 'variable', name }, type: variable, at };
    next(lexer);
  }
  return readSteps(p, operand, read);
}

/** The steps of a path behind its first. */
function readSteps(p: Parser, first: Operand, read: Read): Operand {
  let operand = first;
  for (let steps = 1; take(p, '/'); steps++) {
    if (steps > MAX_STEPS) fail(p, `a path has more than ${MAX_STEPS} steps`, p.lexer.start);
    operand = readStep(p, operand, read);
  }
  return operand;
}

function readTypeName(p: Parser): { name: string; at: number } {
  const { kind, value: name, start: at } = p.lexer;
  if (kind !== 'string' && kind !== 'name') fail(p, `expected a type, found ${shown(p.lexer)}`, at);
  next(p.lexer);
  return { name: name.startsWith('#') ? name.slice(1) : name, at };
}

/** Whether the type name of `isof` and `cast` is next: it stands last, so it is what a closing parenthesis follows. */
function standsLast(p: Parser): boolean {
  const { text, end, kind } = p.lexer;
  if (kind !== 'string' && kind !== 'name') return false;
  let at = end;
  while (text.charCodeAt(at) === 32) at++;
  return text.charCodeAt(at) === 41;
}

/** What `isof` and `cast` are about: the item itself where they name none. */
function readSubject(p: Parser, at: number, absent: boolean, read: Read): Operand {
  if (absent) return { expression: IT, type: propertyValueType(p.type, false), at };
  const operand = nested(p, () => read(p));
  expect(p, ',');
  return operand;
}

function readIsOf(p: Parser, at: number, read: Read): Operand {
  const operand = readSubject(p, at, standsLast(p), read);
  if (operand.type.collection || isEnumLiteral(operand)) fail(p, `'isof' cannot ask about ${typeText(operand)}`, operand.at);
  const { name, at: nameAt } = readTypeName(p);
  expect(p, ')');
  const bare = isQualified(name) ? unqualified(name) : undefined;
  const type = bare === undefined ? undefined : findType(p.schema, bare);
  const typeName = type?.name ?? (bare === undefined ? undefined : findEnum(p.schema, bare)?.name) ?? name;
  if (type === undefined && typeName === name && primitiveKind(name) === undefined) fail(p, `the type '${name}' is not known`, nameAt);
  return { expression: { kind: 'isof', operand: operand.expression, type, typeName }, type: BOOLEAN, at };
}

function readCastCall(p: Parser, at: number, read: Read): Operand {
  const operand = readSubject(p, at, standsLast(p) && isQualified(p.lexer.value), read);
  const { name, at: nameAt } = readTypeName(p);
  expect(p, ')');
  if (operand.type.collection || isEnumLiteral(operand)) fail(p, `'cast' cannot convert ${typeText(operand)}`, operand.at);
  const owner = structuredType(operand.type);
  const target = isQualified(name) ? findType(p.schema, unqualified(name)) : undefined;
  if (owner !== undefined && target !== undefined) return readCastPath(p, operand, owner, target, nameAt, read);
  const enumType = isQualified(name) ? findEnum(p.schema, unqualified(name)) : undefined;
  if (enumType !== undefined && ENUM_SOURCES.has(operand.type.kind)) return castToEnum(operand, enumType, at);
  const kind = primitiveKind(name);
  if (kind === undefined || owner !== undefined) fail(p, `${typeText(operand)} cannot be cast to '${name}'`, nameAt);
  const literal: Expression = { kind: 'literal', type: 'string', value: name };
  return { expression: { kind: 'call', name: 'cast', arguments: [operand.expression, literal] }, type: simpleType(kind), at };
}

/** What can name a member of an enumeration, or be one. */
const ENUM_SOURCES: ReadonlySet<string> = new Set(['string', 'number', 'enum', 'null', 'untyped']);

function castToEnum(operand: Operand, enumType: EnumType, at: number): Operand {
  const name: Expression = { kind: 'literal', type: 'string', value: qualifiedName(enumType.name) };
  return {
    expression: { kind: 'call', name: 'cast', arguments: [operand.expression, name], enumType },
    type: { ...simpleType('enum'), type: enumType },
    at,
  };
}

/** `cast(target,'microsoft.graph.X')/groupId` is `target/microsoft.graph.X/groupId`. */
function readCastPath(p: Parser, source: Operand, owner: StructuredType, target: StructuredType, at: number, read: Read): Operand {
  if (!isRelated(target, owner)) {
    throw graphError('castInvalid', { type: `microsoft.graph.${target.name}`, from: `microsoft.graph.${owner.name}` });
  }
  if (!take(p, '/') || p.lexer.kind !== 'name') fail(p, "a property must follow this 'cast'; use isof to ask for a type", at);
  const name = p.lexer.value;
  const start = p.lexer.start;
  next(p.lexer);
  return readSteps(p, memberOf(p, source, target, target, name, start), read);
}

/** Read a function call; undefined, and nothing read, when none is next. */
export function readCall(p: Parser, read: Read): Operand | undefined {
  const { lexer } = p;
  if (lexer.kind !== 'name' || lexer.text.charCodeAt(lexer.end) !== 40) return undefined;
  const at = lexer.start;
  const written = lexer.value;
  const name = written.toLowerCase();
  const signature = FUNCTIONS.get(name);
  if (signature === undefined && name !== 'isof' && name !== 'cast') return fail(p, `the function '${written}' is not known`, at);
  next(lexer);
  expect(p, '(');
  if (name === 'isof') return readIsOf(p, at, read);
  if (signature === undefined) return readCastCall(p, at, read);
  const given: Operand[] = [];
  if (!take(p, ')')) {
    do given.push(nested(p, () => read(p)));
    while (take(p, ','));
    expect(p, ')');
  }
  if (given.length < signature.required || given.length > signature.parameters.length) {
    fail(p, `'${name}' takes ${signature.required} arguments, not ${given.length},`, at);
  }
  given.forEach((argument, i) => {
    const { kind, collection } = argument.type;
    const fits = kind === 'null' || kind === 'untyped' || signature.parameters[i]?.includes(kind);
    if (collection || !fits) fail(p, `argument ${i + 1} of '${name}' cannot be ${typeText(argument)}`, argument.at);
  });
  const expression: Expression = { kind: 'call', name, arguments: given.map((argument) => argument.expression) };
  return { expression, type: simpleType(signature.result, INTEGER_FUNCTIONS.has(name)), at };
}
