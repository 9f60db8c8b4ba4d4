/**
 * Segments -> bound steps: each segment is looked up against the type reached so far (OData URL conventions, section 4), in the order
 * system segment, cast, declared member, key, bound operation, and, since the documentation's own paths leave casts out, navigation
 * that only derived types declare.
 */
import { graphError } from '../kernel/errors.js';
import { qualifiedName } from '../kernel/type-name.js';
import type { NavigationProperty, Property, Schema, StructuredType } from '../model/schema.js';
import type { PathStep } from '../query/plan.js';
import { type BoundCall, bindCall } from './bind-call.js';
import {
  findContainerMember,
  findDerivedNavigation,
  findNavigation,
  findOperations,
  findProperty,
  findType,
  isFullyQualified,
  isQualified,
  isRelated,
  unqualified,
} from './names.js';
import { keyPredicate, type Segment } from './path.js';

export interface BoundPath {
  readonly steps: readonly PathStep[];
  /** Static type of what the path leads to; undefined for primitive values and operations. */
  readonly type: StructuredType | undefined;
  readonly collection: boolean;
  /** The structural property the path ends in. */
  readonly property: Property | undefined;
  /** The navigation property that the end belongs to: reached, or entered by key. Undefined for container members. */
  readonly navigation: NavigationProperty | undefined;
  /** Whether the path ends in a member of a collection named by key. */
  readonly keyed: boolean;
  readonly ending: 'none' | '$ref' | '$count' | '$value' | 'call';
  readonly call: BoundCall | undefined;
}

interface Cursor {
  readonly schema: Schema;
  readonly aliases: ReadonlyMap<string, string>;
  readonly steps: PathStep[];
  type: StructuredType | undefined;
  collection: boolean;
  property: Property | undefined;
  navigation: NavigationProperty | undefined;
  keyed: boolean;
  ending: BoundPath['ending'];
  call: BoundCall | undefined;
}

function unknown(segment: Segment): never {
  throw graphError('segmentUnknown', { segment: segment.name }, segment.name);
}

function addKey(cursor: Cursor, value: string, name?: string): void {
  cursor.steps.push(name === undefined ? { kind: 'key', value } : { kind: 'key', value, name });
  cursor.collection = false;
  cursor.keyed = true;
}

/** Properties besides the id that name one entity of a type (reference: Get device). */
const ALTERNATE_KEYS: ReadonlyMap<string, string> = new Map([['device', 'deviceId']]);

/** `name('key')`: only a collection of entities has members with keys. */
function addPredicate(cursor: Cursor, segment: Segment): void {
  if (segment.arguments === undefined) return;
  if (!cursor.collection || cursor.type?.kind !== 'entity') unknown(segment);
  const { name, value } = keyPredicate(segment.arguments, cursor.aliases);
  const alternate = name === undefined ? undefined : ALTERNATE_KEYS.get(cursor.type.name);
  if (name !== undefined && name.toLowerCase() !== alternate?.toLowerCase()) {
    throw graphError('urlInvalid', { reason: `The key predicate '(${segment.arguments})' is not supported: name one id.` }, segment.name);
  }
  addKey(cursor, value, alternate);
}

function enterContainer(cursor: Cursor, segment: Segment): void {
  const member = findContainerMember(cursor.schema, segment.name);
  if (member === undefined) unknown(segment);
  cursor.steps.push({ kind: member.collection ? 'entitySet' : 'singleton', name: member.name, type: member.type });
  cursor.type = member.type;
  cursor.collection = member.collection;
  addPredicate(cursor, segment);
}

function enterCast(cursor: Cursor, segment: Segment, from: StructuredType): boolean {
  if (!isQualified(segment.name)) return false;
  const type = findType(cursor.schema, unqualified(segment.name));
  if (type === undefined) return false;
  if (!isRelated(type, from)) {
    throw graphError('castInvalid', { type: qualifiedName(type.name), from: qualifiedName(from.name) }, segment.name);
  }
  cursor.steps.push({ kind: 'cast', type });
  cursor.type = type;
  addPredicate(cursor, segment);
  return true;
}

function enterOperation(cursor: Cursor, segment: Segment, type: StructuredType): boolean {
  const name = isQualified(segment.name) ? unqualified(segment.name) : segment.name;
  const overloads = findOperations(cursor.schema, type, cursor.collection, name);
  if (overloads.length === 0) return false;
  cursor.call = bindCall(cursor.schema, overloads, segment, cursor.aliases);
  cursor.ending = 'call';
  return true;
}

function enterNavigation(cursor: Cursor, segment: Segment, type: StructuredType): boolean {
  const navigation = findNavigation(cursor.schema, type, segment.name);
  if (navigation === undefined) return false;
  if (navigation.type.kind === 'unknown') unknown(segment);
  cursor.steps.push({ kind: 'navigation', property: navigation });
  cursor.type = navigation.type;
  cursor.collection = navigation.collection;
  cursor.navigation = navigation;
  cursor.keyed = false;
  addPredicate(cursor, segment);
  return true;
}

function enterDerivedNavigation(cursor: Cursor, segment: Segment, type: StructuredType): boolean {
  const found = findDerivedNavigation(cursor.schema, type, segment.name);
  if (found === undefined) return false;
  cursor.steps.push({ kind: 'derivedNavigation', name: found.name, candidates: found.candidates });
  cursor.type = found.type;
  cursor.collection = found.collection;
  cursor.navigation = found.candidates[0];
  cursor.keyed = false;
  addPredicate(cursor, segment);
  return true;
}

function enterProperty(cursor: Cursor, segment: Segment, type: StructuredType): boolean {
  const property = segment.arguments === undefined ? findProperty(cursor.schema, type, segment.name) : undefined;
  if (property === undefined) return false;
  if (property.type.kind === 'unknown') unknown(segment);
  cursor.steps.push({ kind: 'property', property });
  cursor.type = property.type.kind === 'complex' || property.type.kind === 'entity' ? property.type : undefined;
  cursor.collection = property.collection;
  cursor.property = property;
  return true;
}

/** `$ref`, `$count`, `$value`, where they make sense. */
function enterSystem(cursor: Cursor, segment: Segment): void {
  const name = segment.text.toLowerCase();
  const entities = cursor.property === undefined && cursor.type?.kind === 'entity';
  if (name === '$count' && cursor.collection) cursor.ending = '$count';
  else if (name === '$ref' && entities && (cursor.navigation !== undefined || cursor.keyed)) {
    cursor.ending = '$ref';
  } else if (name === '$value' && cursor.property !== undefined && cursor.type === undefined && !cursor.collection) {
    cursor.ending = '$value';
  } else unknown(segment);
}

function enter(cursor: Cursor, segment: Segment): void {
  const { type } = cursor;
  if (cursor.ending !== 'none') unknown(segment);
  if (cursor.steps.length === 0) enterContainer(cursor, segment);
  else if (segment.text.charCodeAt(0) === 36) enterSystem(cursor, segment);
  else if (type === undefined) unknown(segment);
  else if (enterCast(cursor, segment, type)) return;
  else if (cursor.collection) {
    if (type.kind !== 'entity') unknown(segment);
    if (enterOperation(cursor, segment, type)) return;
    if (isFullyQualified(segment.name)) unknown(segment);
    addKey(cursor, segment.text);
  } else if (
    !enterNavigation(cursor, segment, type) &&
    !enterProperty(cursor, segment, type) &&
    !enterOperation(cursor, segment, type) &&
    !enterDerivedNavigation(cursor, segment, type)
  ) {
    unknown(segment);
  }
}

/**
 * Bind the segments after the version.
 * @throws segmentUnknown, castInvalid, urlInvalid (key predicates, arguments of functions)
 */
export function bindPath(segments: readonly Segment[], schema: Schema, aliases: ReadonlyMap<string, string>): BoundPath {
  const cursor: Cursor = {
    schema,
    aliases,
    steps: [],
    type: undefined,
    collection: false,
    property: undefined,
    navigation: undefined,
    keyed: false,
    ending: 'none',
    call: undefined,
  };
  for (const segment of segments) enter(cursor, segment);
  if (cursor.steps.length === 0) throw graphError('urlInvalid', { reason: 'The request URL names no resource.' });
  return cursor;
}
