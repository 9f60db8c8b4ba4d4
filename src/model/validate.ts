import { GraphError, graphError } from '../kernel/errors.js';
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.js';
import { isPolymorphic } from './defaults.js';
import { readEnum } from './enum-value.js';
import { BIND, type Collected, readBind, readInline, unknownProperty } from './payload-navigation.js';
import { echoed, nodeKind, readPrimitive, requireNode } from './primitive-value.js';
import {
  bareTypeName,
  isA,
  type NavigationProperty,
  type Operation,
  odataTypeName,
  type Parameter,
  type Property,
  type PropertyType,
  type Schema,
  type StructuredType,
} from './schema.js';

export interface ValidateOptions {
  /**
   * The runtime type stored at a JSON path (`target`); a complex value without `@odata.type` keeps it when the properties given exist on
   * it (semantics, section 7).
   */
  readonly storedTypeOf?: (path: string) => StructuredType | undefined;
  /** Take properties that the service sets as given (all but `id`), instead of leaving them out. */
  readonly acceptReadOnly?: boolean;
  /** Told of each property that the model does not know, or whose value it cannot read: such a one is left out instead of being refused. */
  readonly leaveOut?: ((path: string) => void) | undefined;
}

export interface ValidatedPayload {
  /** The runtime type: `@odata.type`, else what was expected. */
  readonly type: StructuredType;
  /**
   * The structural properties the client gave, normalised, in wire order, without control information; nested complex values begin with
   * `@odata.type` where their declared type is abstract or has derived types.
   */
  readonly given: JsonObject;
  /** Navigation property to the references of its `@odata.bind`, as sent. */
  readonly binds: ReadonlyMap<string, readonly string[]>;
  /** Single navigation properties whose `@odata.bind` is null (update only): the reference is to go. */
  readonly removedBinds: readonly string[];
  /** Contained entities given inline (create only), unread: validate each against the navigation property's type. */
  readonly deepInserts: ReadonlyMap<string, readonly JsonObject[]>;
  /** Paths of read-only properties that were given and left out. */
  readonly ignored: readonly string[];
}

interface Reading {
  readonly schema: Schema;
  readonly mode: 'create' | 'update';
  readonly storedTypeOf: ((path: string) => StructuredType | undefined) | undefined;
  readonly acceptReadOnly: boolean;
  readonly leaveOut?: ((path: string) => void) | undefined;
  readonly ignored: string[];
}

/**
 * Read the JSON of an entity by the model. In `create` mode `expected` is the declared type and `@odata.type` may name a type derived
 * from it (must, when it is abstract). In `update` mode `expected` is the stored entity's own type, which cannot change: `@odata.type`
 * may name it or a type it derives from, as clients do that know the base type alone.
 *
 * Control information and other annotations are accepted and left out; properties set by the service, and `id`, are left out unread.
 *
 * @throws GraphError `jsonShape`, `typeUnresolved`, `typeIncompatible`, `typeMissing`, `propertyUnknown`, `valueInvalid`, `enumInvalid`,
 * `nullInvalid`, `bindInvalid`, `patchNavigation` (a navigation property inline, update), `requestInvalid` (a reference inline, create)
 */
export function validatePayload(
  schema: Schema,
  expected: StructuredType,
  body: JsonValue,
  mode: 'create' | 'update',
  options: ValidateOptions = {},
): ValidatedPayload {
  const reading: Reading = {
    schema,
    mode,
    storedTypeOf: options.storedTypeOf,
    acceptReadOnly: options.acceptReadOnly ?? false,
    leaveOut: options.leaveOut,
    ignored: [],
  };
  requireNode(body, 'StartObject', undefined);
  const object = body as JsonObject;
  const type = topType(reading, expected, object);
  const collected: Collected = spare ?? { binds: new Map(), removedBinds: [], deepInserts: new Map() };
  spare = undefined;
  const given = readMembers(reading, type, object, '', collected);
  const { binds, removedBinds, deepInserts } = collected;
  if (binds.size + removedBinds.length + deepInserts.size === 0) spare = collected;
  // Most payloads have neither, and of an import many are kept at a time.
  return {
    type,
    given,
    binds: binds.size === 0 ? NO_BINDS : binds,
    removedBinds: removedBinds.length === 0 ? NONE : removedBinds,
    deepInserts: deepInserts.size === 0 ? NO_INSERTS : deepInserts,
    ignored: reading.ignored,
  };
}

/** One that nothing was collected into serves the next payload too. */
let spare: Collected | undefined;

const NO_BINDS: ValidatedPayload['binds'] = new Map();
const NONE: readonly string[] = [];
const NO_INSERTS: ValidatedPayload['deepInserts'] = new Map();

/**
 * The parameters in the body of an action. Entities are handed on unread (validate each with its mode); everything else is read by the
 * model. Parameters that were not given are absent.
 *
 * @throws GraphError as `validatePayload`
 */
export function validateParameters(schema: Schema, operation: Operation, body: JsonValue | undefined): JsonObject {
  if (body === undefined) return {};
  requireNode(body, 'StartObject', undefined);
  const reading: Reading = { schema, mode: 'create', storedTypeOf: undefined, acceptReadOnly: false, ignored: [] };
  const out: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(body as JsonObject)) {
    if (value === undefined || isAnnotation(name)) continue;
    const parameter = operation.parameters.find((candidate) => candidate.name === name);
    if (parameter === undefined) throw graphError('propertyUnknown', { property: echoed(name), type: operation.name }, echoed(name));
    out[name] = parameter.type.kind === 'entity' ? readEntityParameter(parameter, value) : readValue(reading, parameter, value, name);
  }
  return out;
}

function readEntityParameter(parameter: Parameter, value: JsonValue): JsonValue {
  if (value === null && parameter.nullable) return parameter.collection ? [] : null;
  requireNode(value, parameter.collection ? 'StartArray' : 'StartObject', parameter.name);
  if (parameter.collection)
    for (const [i, item] of (value as readonly JsonValue[]).entries()) requireNode(item, 'StartObject', `${parameter.name}[${i}]`);
  return value;
}

function topType(reading: Reading, expected: StructuredType, body: JsonObject): StructuredType {
  const named = namedType(reading.schema, body, '');
  if (reading.mode === 'update') {
    if (named !== undefined && !isA(expected, named))
      throw graphError('typeIncompatible', { type: named.name, expected: expected.name }, '@odata.type');
    return expected;
  }
  const type = named ?? expected;
  if (!isA(type, expected)) throw graphError('typeIncompatible', { type: type.name, expected: expected.name }, '@odata.type');
  if (type.abstract) throw graphError('typeMissing', { base: type.name }, '@odata.type');
  return type;
}

/** The type of a nested value: its `@odata.type`, else the stored one where it fits, else the declared one where it is concrete. */
function nestedType(reading: Reading, declared: StructuredType, value: JsonObject, path: string): StructuredType {
  const named = namedType(reading.schema, value, `${path}.`);
  if (named !== undefined) {
    if (!isA(named, declared)) throw graphError('typeIncompatible', { type: named.name, expected: declared.name }, `${path}.@odata.type`);
    if (named.abstract) throw graphError('typeMissing', { base: named.name }, `${path}.@odata.type`);
    return named;
  }
  if (!isPolymorphic(declared)) return declared;
  const stored = reading.storedTypeOf?.(path);
  if (stored !== undefined && isA(stored, declared) && !stored.abstract) {
    if (Object.keys(value).every((name) => isAnnotation(name) || stored.open || stored.properties.has(name))) return stored;
    throw graphError('typeMissing', { base: declared.name }, `${path}.@odata.type`);
  }
  if (declared.abstract) throw graphError('typeMissing', { base: declared.name }, `${path}.@odata.type`);
  return declared;
}

function namedType(schema: Schema, body: JsonObject, prefix: string): StructuredType | undefined {
  const name = body['@odata.type'];
  if (name === undefined || name === null) return undefined;
  const target = `${prefix}@odata.type`;
  requireNode(name, 'PrimitiveValue', target);
  const text = String(name);
  const qualified = text.startsWith('#') ? text.slice(1) : text;
  const type = /^(?:microsoft\.)?graph\./.test(qualified) ? schema.types.get(bareTypeName(qualified)) : undefined;
  if (type === undefined) throw graphError('typeUnresolved', { type: echoed(qualified) }, target);
  return type;
}

/** Control information, `property@annotation` and the advertisement of an action (`#microsoft.graph.assign`). */
function isAnnotation(name: string): boolean {
  return name.includes('@') || name.startsWith('#');
}

function readMembers(
  reading: Reading,
  type: StructuredType,
  body: JsonObject,
  prefix: string,
  collected: Collected | undefined,
): Record<string, JsonValue> {
  const out: Record<string, JsonValue> = {};
  const order = wireOrder(type);
  let sorted = true;
  let last = -1;
  for (const name of Object.keys(body)) {
    const value = body[name];
    if (value === undefined) continue;
    if (isAnnotation(name)) {
      if (name.endsWith(BIND)) readBind(reading.mode, type, name.slice(0, -BIND.length), value, prefix, collected);
      continue;
    }
    const property = type.properties.get(name);
    if (property === undefined) {
      const navigation = type.navigation.get(name);
      if (navigation !== undefined) readNavigation(reading, type, navigation, value, prefix, collected);
      else if (type.open && isOpenName(name)) out[name] = value;
      else if (reading.leaveOut !== undefined) reading.leaveOut(prefix + name);
      else throw unknownProperty(name, type, prefix);
      if (navigation === undefined) last = order.size;
      continue;
    }
    if (isLeftOut(reading, property, type, collected)) {
      reading.ignored.push(prefix + name);
      continue;
    }
    const read =
      reading.leaveOut === undefined ? readValue(reading, property, value, prefix + name) : known(reading, property, value, prefix);
    if (read === undefined) continue;
    const position = order.get(name)!;
    if (position < last) sorted = false;
    last = position;
    out[name] = read;
  }
  return sorted ? out : inOrder(out, order);
}

function inOrder(members: Readonly<Record<string, JsonValue>>, order: ReadonlyMap<string, number>): Record<string, JsonValue> {
  const place = (name: string) => order.get(name) ?? order.size;
  const out: Record<string, JsonValue> = {};
  for (const name of Object.keys(members).sort((a, b) => place(a) - place(b))) out[name] = members[name]!;
  return out;
}

function readNavigation(
  { mode, leaveOut }: Reading,
  type: StructuredType,
  navigation: NavigationProperty,
  value: JsonValue,
  prefix: string,
  collected: Collected | undefined,
): void {
  try {
    readInline(mode, type, navigation, value, prefix, collected);
  } catch (error) {
    if (!(error instanceof GraphError) || leaveOut === undefined) throw error;
    leaveOut(prefix + navigation.name);
  }
}

/** What can be read of a value; undefined where it is left out. */
function known(reading: Reading, property: Property, value: JsonValue, prefix: string): JsonValue | undefined {
  try {
    return readValue(reading, property, value, prefix + property.name);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    reading.leaveOut?.(prefix + property.name);
    return undefined;
  }
}

function isLeftOut(reading: Reading, property: Property, type: StructuredType, collected: Collected | undefined): boolean {
  if (property.readOnly && !reading.acceptReadOnly) return true;
  if (property.type.kind === 'primitive' && property.type.name === 'Edm.Stream') return true;
  return property.name === 'id' && type.kind === 'entity' && collected !== undefined;
}

/** Undeclared names of an open type: an OData identifier, and never the one that would name the object's prototype. */
function isOpenName(name: string): boolean {
  return name !== '__proto__' && /^[\p{L}_][\p{L}\p{N}_]{0,127}$/u.test(name);
}

const orders = new WeakMap<StructuredType, ReadonlyMap<string, number>>();

function wireOrder(type: StructuredType): ReadonlyMap<string, number> {
  let order = orders.get(type);
  if (order === undefined) {
    order = new Map([...type.properties.keys()].map((name, position) => [name, position]));
    orders.set(type, order);
  }
  return order;
}

function readValue(reading: Reading, property: Property | Parameter, value: JsonValue, path: string): JsonValue {
  if (property.type.kind === 'unknown') return readUndescribed(reading, property, value, path);
  if (value === null) {
    if (!property.nullable) throw nullInvalid(property, property.collection, path);
    return property.collection ? [] : null;
  }
  if (!property.collection) return readItem(reading, property, property.type, value, path);
  requireNode(value, 'StartArray', path);
  return (value as readonly JsonValue[]).map((item, i) => {
    if (item === null) throw nullInvalid(property, false, `${path}[${i}]`);
    return readItem(reading, property, property.type, item, `${path}[${i}]`);
  });
}

/** The model names the type and says no more of it: only its absence can be read. */
function readUndescribed(reading: Reading, property: Property | Parameter, value: JsonValue, path: string): JsonValue {
  if (value !== null && !(Array.isArray(value) && value.length === 0))
    throw graphError('typeUnresolved', { type: `microsoft.graph.${property.type.name}` }, path);
  reading.ignored.push(path);
  return property.collection ? [] : null;
}

function readItem(reading: Reading, property: Property | Parameter, type: PropertyType, value: JsonValue, path: string): JsonValue {
  if (type.kind === 'entity' || type.kind === 'complex') {
    requireNode(value, 'StartObject', path);
    const runtime = nestedType(reading, type, value as JsonObject, path);
    const members = readMembers(reading, runtime, value as JsonObject, `${path}.`, undefined);
    return isPolymorphic(type) ? { '@odata.type': odataTypeName(runtime), ...members } : members;
  }
  if (type.kind === 'primitive' && type.name === 'Edm.Untyped') return value;
  if (typeof value === 'object') throw graphError('jsonShape', { found: nodeKind(value), expected: 'PrimitiveValue' }, path);
  if (type.kind === 'enum') {
    const member = readEnum(type, value);
    if (member !== undefined) return member;
    const members = [...type.members.keys()];
    throw graphError('enumInvalid', { property: property.name, value: echoed(value), type: type.name, members }, path);
  }
  const read = type.kind === 'primitive' ? readPrimitive(type.name, value) : undefined;
  if (read === undefined) throw graphError('valueInvalid', { property: property.name, value: echoed(value), type: type.name }, path);
  return read;
}

function nullInvalid(property: Property | Parameter, collection: boolean, path: string): Error {
  const name = property.type.kind === 'primitive' ? property.type.name : `microsoft.graph.${property.type.name}`;
  return graphError('nullInvalid', { property: property.name, type: collection ? `Collection(${name})` : name }, path);
}

/** The stored runtime types of an entity's complex members, as `storedTypeOf` wants them: read off the `@odata.type` of its wire JSON. */
export function storedTypes(schema: Schema, stored: JsonObject): (path: string) => StructuredType | undefined {
  return (path) => {
    let at: JsonValue | undefined = stored;
    for (const name of path.split('.')) at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
    const name = isObject(at) ? at['@odata.type'] : undefined;
    return typeof name === 'string' ? schema.types.get(bareTypeName(name)) : undefined;
  };
}
