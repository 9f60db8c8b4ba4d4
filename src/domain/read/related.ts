/** Everything a navigation property of one entity leads to, for `$filter` and `$orderby` over related entities. */

import { graphError } from '../../kernel/errors.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import type { NavigationProperty } from '../../model/schema.js';
import { odataTypeName } from '../../model/schema.js';
import type { Expression, OrderBy } from '../../query/expression.js';
import type { StoredEntity } from '../../storage/store.js';
import { type DomainContext, shownType } from '../context.js';
import { relatedKeys } from '../directory/relations.js';
import { isVisible } from '../roles/rights.js';
import { computeSet } from './computed-sets.js';
import { childParent, type Found, makeFound } from './place.js';
import { followReference, homeAddress } from './walk-path.js';
import { wholeSet } from './whole-set.js';

function ownNavigation({ source, name }: Expression & { kind: 'member' }): string {
  if (source.kind === 'variable' && source.name === '$it') return name;
  const reason = `'${name}' leads on from a related entity: one navigation property can be looked through, not several in a row.`;
  throw graphError('optionInvalid', { option: '$filter', reason }, name);
}

/**
 * Names of the navigation properties of `$it` that an expression looks through.
 * @throws GraphError optionInvalid: a navigation property of anything else is never read, and would pass for empty
 */
export function navigationsIn(filter: Expression | undefined, orderBy: readonly OrderBy[]): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (expression: Expression | undefined): void => {
    if (expression === undefined) return;
    switch (expression.kind) {
      case 'member':
        if (expression.navigation) names.add(ownNavigation(expression));
        visit(expression.source);
        break;
      case 'binary':
        visit(expression.left);
        visit(expression.right);
        break;
      case 'not':
      case 'negate':
      case 'isof':
        visit(expression.operand);
        break;
      case 'in':
        visit(expression.operand);
        expression.list.forEach(visit);
        break;
      case 'call':
        expression.arguments.forEach(visit);
        break;
      case 'lambda':
        visit(expression.source);
        visit(expression.predicate);
        break;
      case 'count':
        visit(expression.source);
        break;
    }
  };
  visit(filter);
  for (const { expression } of orderBy) visit(expression);
  return names;
}

/** What the named navigation properties of an entity hold, as the evaluator reads it. */
export async function loadRelated(
  found: Found,
  names: ReadonlySet<string>,
  context: DomainContext,
): Promise<Readonly<Record<string, JsonValue>>> {
  const loaded: Record<string, JsonValue> = {};
  for (const name of names) {
    const property = found.type.navigation.get(name);
    if (property === undefined || property.type.kind === 'unknown') continue;
    const entities = (await relatedEntities(found, property, context)).map(asValue);
    loaded[name] = property.collection ? entities : (entities[0] ?? null);
  }
  return loaded;
}

function asValue(found: Found): JsonObject {
  return { '@odata.type': odataTypeName({ name: found.stored.type }), ...found.json() };
}

async function relatedEntities(found: Found, property: NavigationProperty, context: DomainContext): Promise<readonly Found[]> {
  if (!property.contains) {
    if (property.collection) return await referenced(found, property, context);
    const target = await followReference(found, property, context);
    return target === undefined ? [] : [target];
  }
  if (property.type.kind === 'unknown') return [];
  const address = { set: `${found.stored.set}/${property.name}`, parent: childParent(found.stored), type: property.type };
  const computed = await computeSet(address.set, found, context);
  const entities = computed ?? (await wholeSet(context, address.set, address.parent));
  return entities.flatMap((stored) => shownAs(stored, context, () => address));
}

/** The entities a collection-valued reference points at; those that are gone, or that the caller may not see, are passed over. */
async function referenced(owner: Found, property: NavigationProperty, context: DomainContext): Promise<readonly Found[]> {
  const entities = await context.reader.read(context.tenant, await relatedKeys(owner, property, context));
  return entities.flatMap((stored) =>
    stored === undefined || !isVisible(stored, context) ? [] : shownAs(stored, context, () => homeAddress(stored, property, context)),
  );
}

function shownAs(stored: StoredEntity, context: DomainContext, address: () => Found['address']): readonly Found[] {
  const type = shownType(stored.type, context.beta, context.schema);
  return type === undefined ? [] : [makeFound(stored, type, address())];
}
