/** Bodies of directory objects: read by the model, refused in the directory's words. */
import { dateTimeOffset } from '../../kernel/clock.js';
import { GraphError, graphError } from '../../kernel/errors.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { completeEntity } from '../../model/defaults.js';
import { mergeUpdate } from '../../model/merge.js';
import { isExtension, type StructuredType } from '../../model/schema.js';
import { storedTypes, type ValidatedPayload, type ValidateOptions, validatePayload } from '../../model/validate.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import { kindName } from './objects.js';

const MAX_NAME = 256;

/** The model's faults that the directory answers with texts of its own. */
function inDirectoryWords(error: unknown, set: string): unknown {
  if (!(error instanceof GraphError)) return error;
  const property = String(error.params.property ?? error.target ?? '');
  switch (error.kind) {
    case 'propertyUnknown':
      return graphError('directoryRequestInvalid', { reason: `Invalid property '${property}'.` }, error.target);
    case 'valueInvalid':
    case 'enumInvalid':
    case 'nullInvalid':
      return graphError('directoryValueInvalid', { property, resource: kindName(set), reason: reasonOf(error) }, error.target);
    default:
      return error;
  }
}

function reasonOf(error: GraphError): string {
  const { value, type } = error.params;
  return error.kind === 'nullInvalid' ? 'It must not be null.' : `'${String(value)}' is not of the type ${String(type)}.`;
}

/** Directory types are open for extensions alone. */
function declared(payload: ValidatedPayload): ValidatedPayload {
  for (const name of Object.keys(payload.given)) {
    if (!payload.type.properties.has(name) && !isExtension(name))
      throw graphError('propertyUnknown', { property: name, type: payload.type.name }, name);
  }
  return payload;
}

export function readCreate(
  set: string,
  type: StructuredType,
  body: JsonValue,
  context: Pick<DomainContext, 'schema'>,
  options: ValidateOptions = {},
): ValidatedPayload {
  try {
    return declared(validatePayload(context.schema, type, body, 'create', options));
  } catch (error) {
    throw inDirectoryWords(error, set);
  }
}

export function readUpdate(found: Found, body: JsonValue, context: DomainContext): ValidatedPayload {
  try {
    return declared(
      validatePayload(context.schema, found.type, body, 'update', { storedTypeOf: storedTypes(context.schema, found.json()) }),
    );
  } catch (error) {
    throw inDirectoryWords(error, found.stored.set);
  }
}

/** @throws GraphError directoryValueRequired (400) */
export function checkRequired(set: string, given: JsonObject, context: DomainContext): void {
  for (const property of context.surface.sets.get(set)?.required ?? []) {
    const value = given[property];
    if (value === undefined || value === null || value === '') throw valueRequired(set, property);
  }
}

/**
 * What holds of every object's names: displayName and what `required` asks for cannot be emptied, no text is endless.
 * @throws GraphError directoryValueInvalid (400)
 */
export function checkNames(set: string, given: JsonObject, context: DomainContext): void {
  for (const property of context.surface.sets.get(set)?.required ?? []) {
    if (given[property] === null || given[property] === '') throw valueInvalid(set, property, 'It cannot be empty.');
  }
  const { displayName } = given;
  if (typeof displayName === 'string' && displayName.length > MAX_NAME)
    throw valueInvalid(set, 'displayName', `It is longer than ${MAX_NAME} characters.`);
}

export function valueRequired(set: string, property: string): Error {
  return graphError('directoryValueRequired', { property, resource: kindName(set) }, property);
}

export function valueInvalid(set: string, property: string, reason: string): Error {
  return graphError('directoryValueInvalid', { property, resource: kindName(set), reason }, property);
}

/** A new object as it is stored: what was given, then what the service sets. */
export function completed(type: StructuredType, given: JsonObject, service: JsonObject, context: DomainContext): JsonObject {
  const stored = context.beta.types.get(type.name) ?? type;
  // An open type would take what it does not declare.
  const made = stored.properties.has('createdDateTime') ? { createdDateTime: dateTimeOffset(context.now) } : {};
  return completeEntity(stored, { ...made, ...given }, service);
}

/** The stored object with the given properties laid over it; the very object where nothing changes. */
export function merged(found: Found, given: JsonObject, context: DomainContext): JsonObject {
  return mergeUpdate(context.beta.types.get(found.stored.type) ?? found.type, found.json(), given);
}

/** `S-1-12-1-…`: the security identifier that the directory derives from an object's id. */
export function securityIdentifier(id: string): string | null {
  const hex = id.replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/i.test(hex)) return null;
  // A GUID's first three fields are little-endian in memory, its last eight bytes stand as written.
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  const bytes = order.map((at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16));
  const numbers = [0, 4, 8, 12].map((at) =>
    ((bytes[at + 3] ?? 0) * 2 ** 24 + ((bytes[at + 2] ?? 0) << 16) + ((bytes[at + 1] ?? 0) << 8) + (bytes[at] ?? 0)).toString(),
  );
  return `S-1-12-1-${numbers.join('-')}`;
}
