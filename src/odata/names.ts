/**
 * Finding a model element by the name a client wrote: the exact name first, then ignoring case, as Graph does. Everything is computed once
 * per schema, the tables of a type when the type is first met.
 */
import { OWN_NAMESPACE } from '../kernel/type-name.js';
import type { ContainerMember, EnumType, NavigationProperty, Operation, Property, Schema, StructuredType } from '../model/schema.js';
import { isA } from '../model/schema.js';

interface TypeNames {
  readonly properties: ReadonlyMap<string, Property>;
  readonly navigation: ReadonlyMap<string, NavigationProperty>;
  readonly derivedNavigation: ReadonlyMap<string, DerivedNavigation>;
  readonly entityOperations: ReadonlyMap<string, readonly Operation[]>;
  readonly collectionOperations: ReadonlyMap<string, readonly Operation[]>;
}

/** Navigation of one name that only derived types declare. */
export interface DerivedNavigation {
  readonly name: string;
  /** Every declaration whose target the model describes. */
  readonly candidates: readonly [NavigationProperty, ...NavigationProperty[]];
  /** What all targets are or derive from. */
  readonly type: StructuredType;
  readonly collection: boolean;
}

interface SchemaNames {
  readonly types: ReadonlyMap<string, StructuredType>;
  readonly enums: ReadonlyMap<string, EnumType>;
  readonly container: ReadonlyMap<string, ContainerMember>;
  readonly perType: Map<StructuredType, TypeNames>;
}

const NAMESPACE = 'microsoft.graph.';
const ALIAS = 'graph.';
const OWN = `${OWN_NAMESPACE}.`;
const NO_OPERATIONS: readonly Operation[] = [];
const cache = new WeakMap<Schema, SchemaNames>();

/** Lower-cased keys; of two names that differ in case alone the first declared wins (the other is still found exactly). */
function lowered<T>(entries: Iterable<readonly [string, T]>): Map<string, T> {
  const map = new Map<string, T>();
  for (const [name, value] of entries) {
    const key = name.toLowerCase();
    if (!map.has(key)) map.set(key, value);
  }
  return map;
}

function namesOf(schema: Schema): SchemaNames {
  let names = cache.get(schema);
  if (names === undefined) {
    names = { types: lowered(schema.types), enums: lowered(schema.enums), container: lowered(schema.container), perType: new Map() };
    cache.set(schema, names);
  }
  return names;
}

function append<T>(map: Map<string, T[]>, name: string, value: T): void {
  const key = name.toLowerCase();
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** The nearest type that each of `types` is or derives from; undefined where there is none. */
function commonAncestor(types: readonly StructuredType[]): StructuredType | undefined {
  let common: StructuredType | undefined = types[0];
  for (const type of types) while (common !== undefined && !isA(type, common)) common = common.base;
  return common;
}

function derivedNavigationOf(type: StructuredType): Map<string, DerivedNavigation> {
  const declared = new Map<string, NavigationProperty[]>();
  for (const derived of type.derived) {
    for (const navigation of derived.navigation.values()) {
      if (navigation.declaredBy === derived.name && navigation.type.kind !== 'unknown' && !type.navigation.has(navigation.name)) {
        append(declared, navigation.name, navigation);
      }
    }
  }
  const found = new Map<string, DerivedNavigation>();
  for (const [key, [first, ...others]] of declared) {
    if (first === undefined) continue;
    // One name is single or a collection, never both, among the navigation of a family of types; were it both, the first one counts.
    const candidates = [first, ...others.filter((candidate) => candidate.collection === first.collection)] as const;
    const common = commonAncestor(candidates.flatMap((candidate) => (candidate.type.kind === 'unknown' ? [] : [candidate.type])));
    if (common !== undefined) found.set(key, { name: first.name, candidates, type: common, collection: first.collection });
  }
  return found;
}

function typeNames(schema: Schema, type: StructuredType): TypeNames {
  const { perType } = namesOf(schema);
  let names = perType.get(type);
  if (names === undefined) {
    const entityOperations = new Map<string, Operation[]>();
    const collectionOperations = new Map<string, Operation[]>();
    for (const operation of schema.operations) {
      if (operation.bound === undefined || !isA(type, operation.bound.type)) continue;
      append(operation.bound.collection ? collectionOperations : entityOperations, operation.name, operation);
    }
    names = {
      properties: lowered(type.properties),
      navigation: lowered(type.navigation),
      derivedNavigation: derivedNavigationOf(type),
      entityOperations,
      collectionOperations,
    };
    perType.set(type, names);
  }
  return names;
}

export function findContainerMember(schema: Schema, name: string): ContainerMember | undefined {
  return schema.container.get(name) ?? namesOf(schema).container.get(name.toLowerCase());
}

export function findProperty(schema: Schema, type: StructuredType, name: string): Property | undefined {
  return type.properties.get(name) ?? typeNames(schema, type).properties.get(name.toLowerCase());
}

export function findNavigation(schema: Schema, type: StructuredType, name: string): NavigationProperty | undefined {
  return type.navigation.get(name) ?? typeNames(schema, type).navigation.get(name.toLowerCase());
}

/** Navigation of this name that only types derived from `type` declare. */
export function findDerivedNavigation(schema: Schema, type: StructuredType, name: string): DerivedNavigation | undefined {
  return typeNames(schema, type).derivedNavigation.get(name.toLowerCase());
}

/** Operations of this bare name bound to `type` (or a collection of it), or to an ancestor; every overload. */
export function findOperations(schema: Schema, type: StructuredType, collection: boolean, name: string): readonly Operation[] {
  const names = typeNames(schema, type);
  return (collection ? names.collectionOperations : names.entityOperations).get(name.toLowerCase()) ?? NO_OPERATIONS;
}

/** `microsoft.graph.user`, in any casing. */
export function isFullyQualified(name: string): boolean {
  return name.length > NAMESPACE.length && name.charCodeAt(9) === 46 && name.slice(0, NAMESPACE.length).toLowerCase() === NAMESPACE;
}

function isOwn(name: string): boolean {
  return name.length > OWN.length && name.charCodeAt(6) === 46 && name.slice(0, OWN.length).toLowerCase() === OWN;
}

/**
 * The same, or with the namespace's alias, as the SDKs write it in paths: `graph.user`; or of Muster's own namespace. A key can look like
 * that, so ask for the type first.
 */
export function isQualified(name: string): boolean {
  return (
    isFullyQualified(name) ||
    isOwn(name) ||
    (name.length > ALIAS.length && name.charCodeAt(5) === 46 && name.slice(0, ALIAS.length).toLowerCase() === ALIAS)
  );
}

/** `microsoft.graph.user`, `graph.user` -> `user`; `muster.outcome` stays, as the model names it; only for what `isQualified`. */
export function unqualified(name: string): string {
  if (isOwn(name)) return name;
  return name.slice(isFullyQualified(name) ? NAMESPACE.length : ALIAS.length);
}

/** A type by its bare name. */
export function findType(schema: Schema, name: string): StructuredType | undefined {
  return schema.types.get(name) ?? namesOf(schema).types.get(name.toLowerCase());
}

export function findEnum(schema: Schema, name: string): EnumType | undefined {
  return schema.enums.get(name) ?? namesOf(schema).enums.get(name.toLowerCase());
}

/** Whether one of the two derives from the other, or they are the same: what a cast may do. */
export function isRelated(a: StructuredType, b: StructuredType): boolean {
  return isA(a, b) || isA(b, a);
}
