/** References from one entity to another: certificates, derived credentials, members of collections. Bound on create, `$ref` later. */

import { graphError } from '../../kernel/errors.js';
import type { NavigationProperty, StructuredType } from '../../model/schema.js';
import { isA } from '../../model/schema.js';
import { homeSetOf } from '../../model/surface.js';
import { readEntityUrl } from '../../query/entity-url.js';
import type { ChangeOperation, Expectation } from '../../storage/change-set.js';
import type { Link, StoredEntity } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import { shownType } from '../context.js';
import { unchanged } from '../write/change.js';

export interface ResolvedReference {
  readonly link: Link;
  readonly expect: readonly Expectation[];
}

/**
 * What `@odata.bind` or `@odata.id` points at: it must exist in this tenant and be of the navigation property's type.
 * @throws GraphError bindInvalid (400)
 */
export async function resolveReference(
  ownerId: string,
  property: NavigationProperty,
  reference: string,
  context: DomainContext,
): Promise<ResolvedReference> {
  const refuse = (reason: string) => graphError('bindInvalid', { property: property.name, value: reference, reason }, property.name);
  const parsed = readEntityUrl(reference);
  if (parsed === undefined) throw refuse("it is no entity URL such as https://HOST/beta/deviceManagement/deviceConfigurations('ID').");
  if (property.type.kind === 'unknown') throw refuse(`entities of type ${property.type.name} are not kept here.`);
  const home = homeSetOf(context.surface, property.type);
  if (home === undefined) throw refuse(`entities of type ${property.type.name} are not kept here.`);
  if (parsed.set.toLowerCase() !== home.toLowerCase()) throw refuse(`expected a member of ${home}.`);
  const link: Link = { kind: property.name, from: ownerId, to: parsed.id, toSet: home };
  const [target] = await context.reader.read(context.tenant, [{ set: home, parent: '', id: parsed.id }]);
  if (target === undefined) {
    if (context.loose) return { link, expect: [] };
    throw refuse(`no ${property.type.name} has the id '${parsed.id}'.`);
  }
  const type = shownType(target.type, context.beta, context.schema);
  if (type === undefined || !isA(type, property.type)) {
    throw refuse(`'${parsed.id}' is a ${target.type}, expected a ${property.type.name}.`);
  }
  return { link, expect: [unchanged(target)] };
}

/** Every reference the `@odata.bind` members of a create body ask for. */
export async function bindReferences(
  ownerId: string,
  type: StructuredType,
  binds: ReadonlyMap<string, readonly string[]>,
  context: DomainContext,
): Promise<readonly ResolvedReference[]> {
  const resolved: ResolvedReference[] = [];
  for (const [name, references] of binds) {
    const property = type.navigation.get(name);
    if (property === undefined) throw graphError('propertyUnknown', { property: name, type: type.name }, name);
    for (const reference of references) resolved.push(await resolveReference(ownerId, property, reference, context));
  }
  return resolved;
}

/** The operations that take away every reference of a kind an entity holds, e.g. before a new one is set. */
export async function unlinkAll(owner: StoredEntity, kinds: Iterable<string>, context: DomainContext): Promise<readonly ChangeOperation[]> {
  const operations: ChangeOperation[] = [];
  for (const kind of kinds) {
    for (const link of await context.reader.links(context.tenant, { kind, from: owner.id })) operations.push({ kind: 'unlink', link });
  }
  return operations;
}

/** Navigation properties of a type that are references. */
export function referenceProperties(type: StructuredType): readonly string[] {
  return [...type.navigation.values()].filter((property) => !property.contains).map((property) => property.name);
}
