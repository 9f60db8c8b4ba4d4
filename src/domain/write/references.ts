/** `…/$ref`: set, add and remove references of an entity that exists (graph-api spec 1.3). */
import { graphError } from '../../kernel/errors.js';
import { isObject, type JsonValue } from '../../kernel/json.js';
import type { Plan } from '../../query/plan.js';
import type { ChangeOperation } from '../../storage/change-set.js';
import { resolveReference, unlinkAll } from '../configurations/certificate-references.js';
import { type DomainContext, notFound } from '../context.js';
import { type Place, routeMissing } from '../read/place.js';
import { changeSet, type Decision, unchanged } from './change.js';

const NONE = { kind: 'none' } as const;

/** PUT …/nav/$ref (single-valued) and POST …/nav/$ref (collection): the body names the entity in `@odata.id`. */
export async function putReference(place: Place, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  const single = plan.operation === 'setReference';
  if (place.kind !== (single ? 'reference' : 'references')) throw routeMissing(plan);
  const { owner, property } = place;
  const id = isObject(body) ? body['@odata.id'] : undefined;
  if (typeof id !== 'string') {
    throw graphError('requestInvalid', { reason: 'The body of a reference is {"@odata.id": "URL of the entity"}.' }, '@odata.id');
  }
  const { link, expect } = await resolveReference(owner.stored.id, property, id, context);
  const lifted = single ? await unlinkAll(owner.stored, [property.name], context) : [];
  const operations: ChangeOperation[] = [...lifted, { kind: 'link', link }];
  return { outcome: NONE, changes: changeSet(context, [unchanged(owner.stored), ...expect], operations) };
}

/** DELETE …/nav/$ref, …/nav/{id}/$ref and …/nav/$ref?$id=URL. */
export async function removeReference(place: Place, plan: Plan, context: DomainContext): Promise<Decision> {
  if (place.kind === 'reference') {
    const lifted = await unlinkAll(place.owner.stored, [place.property.name], context);
    return { outcome: NONE, changes: lifted.length === 0 ? undefined : changeSet(context, [], lifted) };
  }
  if (place.kind !== 'entity' || place.through === undefined || place.owner === undefined || place.through.contains)
    throw routeMissing(plan);
  const { owner, through, found } = place;
  const [link] = await context.reader.links(context.tenant, { kind: through.name, from: owner.stored.id, to: found.stored.id });
  if (link === undefined) throw notFound(context.surface, found.stored.set, found.stored.id);
  return { outcome: NONE, changes: changeSet(context, [], [{ kind: 'unlink', link }]) };
}
