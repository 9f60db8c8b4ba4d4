/**
 * What a version serves: the schema, which says what exists, cut down to the surface, which says what answers. `$metadata`, the service
 * document and the OpenAPI description are all written from it.
 */
import {
  type ApiVersion,
  type ContainerMember,
  isA,
  type NavigationProperty,
  type Operation,
  type Schema,
  type StructuredType,
} from './schema.js';
import { homeSetOf, type OperationSurface, type SetSurface, type Surface } from './surface.js';

/** One step below a member of the entity container. */
export interface ServedStep {
  readonly navigation: NavigationProperty;
  /** Where only a derived type declares the step: that type. */
  readonly cast: StructuredType | undefined;
}

/** A set of the surface, reached one way. A set that several derived types declare is reached in as many ways. */
export interface ServedSet {
  readonly surface: SetSurface;
  readonly root: ContainerMember;
  readonly steps: readonly ServedStep[];
  readonly type: StructuredType;
  readonly collection: boolean;
  /** Whether its entities live here. Others are of another set, and the surface only says who may read them through this one. */
  readonly contained: boolean;
}

export interface ServedOperation {
  readonly operation: Operation;
  readonly surface: OperationSurface;
}

export interface Served {
  readonly version: ApiVersion;
  readonly schema: Schema;
  readonly surface: Surface;
  /** Members of the container that something is served at or below. */
  readonly container: readonly ContainerMember[];
  readonly sets: readonly ServedSet[];
  readonly operations: readonly ServedOperation[];
  /** Of the type itself, without what it inherits. */
  ownNavigation(type: StructuredType): readonly NavigationProperty[];
  /** Where the references of a navigation property lead, as a path without keys; undefined where they lead to no one set. */
  targetOf(navigation: NavigationProperty): string | undefined;
}

const made = new WeakMap<Schema, WeakMap<Surface, Served>>();

/** The part of a version's schema that the surface serves; worked out once. */
export function servedBy(schema: Schema, surface: Surface): Served {
  const ofSchema = made.get(schema) ?? new WeakMap<Surface, Served>();
  made.set(schema, ofSchema);
  const served = ofSchema.get(surface) ?? workOut(schema, surface);
  ofSchema.set(surface, served);
  return served;
}

function workOut(schema: Schema, surface: Surface): Served {
  const named = [...surface.sets.values()].filter(({ versions }) => versions.includes(schema.version));
  const sets = named.flatMap((set) => waysTo(set, schema));
  const contained = new Set(sets.flatMap(({ contained, steps }) => (contained ? steps.slice(-1) : [])).map(({ navigation }) => navigation));
  const roots = new Set(sets.map(({ root }) => root));
  const targetOf = ({ type }: NavigationProperty): string | undefined => {
    if (type.kind === 'unknown') return undefined;
    const home = homeSetOf(surface, type);
    if (home !== undefined) return sets.some(({ surface: { name } }) => name === home) ? home : undefined;
    return [...roots].find((member) => member.collection && member.type === type)?.name;
  };
  // What a singleton refers to answers only where the surface names it: the singleton is no entity that links could begin at.
  const withoutLinks = new Set([...roots].filter(({ collection }) => !collection).map(({ type }) => type.name));
  for (const { type, collection } of sets) if (collection) withoutLinks.delete(type.name);
  const isServed = (navigation: NavigationProperty): boolean =>
    navigation.contains ? contained.has(navigation) : targetOf(navigation) !== undefined && !withoutLinks.has(navigation.declaredBy);
  const operations = schema.operations.flatMap((operation) => {
    const found = operation.bound && surface.operations.get(`${operation.bound.type.name}.${operation.name}`);
    return found?.versions.includes(schema.version) && isDescribed(operation) ? [{ operation, surface: found }] : [];
  });
  const own = new Map(
    [...schema.types.values()].map((type) => [
      type,
      [...type.navigation.values()].filter((navigation) => navigation.declaredBy === type.name && isServed(navigation)),
    ]),
  );
  return {
    version: schema.version,
    schema,
    surface,
    container: [...schema.container.values()].filter((member) => roots.has(member)),
    sets,
    operations,
    ownNavigation: (type) => own.get(type) ?? [],
    targetOf,
  };
}

function waysTo(set: SetSurface, schema: Schema): readonly ServedSet[] {
  const [first = '', ...names] = set.name.split('/');
  const root = schema.container.get(first);
  if (root === undefined) return [];
  let ways: readonly ServedSet[] = [{ surface: set, root, steps: [], type: root.type, collection: root.collection, contained: true }];
  for (const name of names) {
    ways = ways.flatMap((way) =>
      stepsOf(way.type, name).flatMap((step) => {
        const { type, collection, contains } = step.navigation;
        if (type.kind === 'unknown') return [];
        return [{ ...way, steps: [...way.steps, step], type, collection, contained: way.contained && contains }];
      }),
    );
  }
  return ways;
}

/** The ways on from a type by a name: its own, else one for each derived type that declares it. */
function stepsOf(type: StructuredType, name: string): readonly ServedStep[] {
  const own = type.navigation.get(name);
  if (own !== undefined) return [{ navigation: own, cast: undefined }];
  return type.derived.flatMap((derived) => {
    const navigation = derived.navigation.get(name);
    return navigation?.declaredBy === derived.name ? [{ navigation, cast: derived }] : [];
  });
}

function isDescribed({ parameters, returns }: Operation): boolean {
  return returns?.type.kind !== 'unknown' && parameters.every(({ type }) => type.kind !== 'unknown');
}

/** Navigation that an entity of a set may have: declared by its type, an ancestor or a descendant. With the cast that it takes. */
export function navigationFrom(type: StructuredType, served: Served): readonly ServedStep[] {
  const steps: ServedStep[] = [];
  for (const declarer of [...ancestry(type), ...type.derived]) {
    const cast = isA(type, declarer) ? undefined : declarer;
    for (const navigation of served.ownNavigation(declarer)) steps.push({ navigation, cast });
  }
  return steps;
}

/** The type and what it derives from, the first ancestor first. */
function ancestry(type: StructuredType): readonly StructuredType[] {
  return type.base === undefined ? [type] : [...ancestry(type.base), type];
}
