/**
 * The bound operation a segment calls: `assign`, `microsoft.graph.getState()`, `getPlatformSupportedProperties(platform='iOS')`.
 *
 *   call     = name [ "(" [ argument *( "," argument ) ] ")" ]
 *   argument = parameter "=" ( literal / "@" alias )
 */
import { graphError } from '../kernel/errors.js';
import { isObject, type JsonValue } from '../kernel/json.js';
import { readEnum } from '../model/enum-value.js';
import { readPrimitive } from '../model/primitive-value.js';
import type { Operation, Parameter, Schema } from '../model/schema.js';
import { literalValue } from './literal.js';
import { type Argument, parseArguments, type Segment } from './path.js';

export interface BoundCall {
  readonly operation: Operation;
  readonly arguments: Readonly<Record<string, JsonValue>>;
}

function parameterOf(operation: Operation, name: string): Parameter | undefined {
  const lower = name.toLowerCase();
  return (
    operation.parameters.find((parameter) => parameter.name === name) ??
    operation.parameters.find((parameter) => parameter.name.toLowerCase() === lower)
  );
}

/** Whether the arguments are just the parameters of this overload. */
function fits(operation: Operation, given: readonly Argument[]): boolean {
  const named = new Set(given.map((argument) => parameterOf(operation, argument.name ?? '')));
  if (named.has(undefined) || named.size < given.length) return false;
  return named.size === operation.parameters.length;
}

function elementOf(value: JsonValue, parameter: Parameter): JsonValue | undefined {
  if (value === null || Array.isArray(value) || isObject(value)) return undefined;
  const scalar = value as string | number | boolean;
  if (parameter.type.kind === 'enum') return readEnum(parameter.type, scalar);
  return parameter.type.kind === 'primitive' ? readPrimitive(parameter.type.name, scalar) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A collection travels as a JSON array (OData URL conventions, section 5.1.1.15); texts in it may be quoted as texts in a URL are. */
function collectionValue(schema: Schema, text: string, parameter: Parameter): JsonValue {
  const array = parsed(text);
  const values = Array.isArray(array) ? array.map((value: JsonValue) => elementOf(value, parameter)) : literalsOf(schema, text, parameter);
  if (values.every((value) => value !== undefined)) return values;
  const reason = `The parameter '${parameter.name}' expects a JSON array of '${parameter.type.name}'.`;
  throw graphError('urlInvalid', { reason }, parameter.name);
}

/** `['x','y']` */
function literalsOf(schema: Schema, text: string, { type }: Parameter): readonly (JsonValue | undefined)[] {
  if (!text.startsWith('[') || !text.endsWith(']')) return [undefined];
  return parseArguments(text.slice(1, -1)).map(({ value }) => literalValue(schema, value, type));
}

function possible({ type }: Parameter): string {
  return type.kind === 'enum' ? ` Possible values are: ${[...type.members.keys()].map((member) => `'${member}'`).join(', ')}.` : '';
}

function argumentValue(schema: Schema, parameter: Parameter, text: string, aliases: ReadonlyMap<string, string>): JsonValue {
  // An alias without a value stands for null (OData URL conventions, section 5.3).
  const literal = text.startsWith('@') ? (aliases.get(text) ?? 'null') : text;
  if (literal === 'null') {
    if (parameter.nullable) return null;
    throw graphError('urlInvalid', { reason: `The parameter '${parameter.name}' must not be null.` }, parameter.name);
  }
  if (parameter.collection) return collectionValue(schema, literal, parameter);
  const value = literalValue(schema, literal, parameter.type);
  if (value === undefined) {
    const reason = `The value ${literal} of the parameter '${parameter.name}' is not a literal of the type '${parameter.type.name}'.`;
    throw graphError('urlInvalid', { reason: `${reason}${possible(parameter)}` }, parameter.name);
  }
  return value;
}

/**
 * Choose the overload that the segment's arguments fit, and read them. An action takes its parameters from the body, so none here.
 * @throws urlInvalid when no overload fits or a value is not of its parameter's type
 */
export function bindCall(
  schema: Schema,
  overloads: readonly Operation[],
  segment: Segment,
  aliases: ReadonlyMap<string, string>,
): BoundCall {
  const text = segment.arguments?.trim() ?? '';
  const given = text === '' ? [] : parseArguments(text);
  const operation = overloads.find((candidate) => (candidate.kind === 'action' ? given.length === 0 : fits(candidate, given)));
  if (operation === undefined) {
    const expected = overloads.map((overload) => `${overload.name}(${overload.parameters.map((parameter) => parameter.name).join(',')})`);
    throw graphError('urlInvalid', { reason: `The arguments of '${segment.text}' fit no overload: ${expected.join(', ')}.` }, segment.name);
  }
  const values: Record<string, JsonValue> = {};
  for (const argument of given) {
    const parameter = parameterOf(operation, argument.name ?? '');
    if (parameter !== undefined) values[parameter.name] = argumentValue(schema, parameter, argument.value, aliases);
  }
  return { operation, arguments: values };
}
