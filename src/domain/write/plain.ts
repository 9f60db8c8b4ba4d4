/** Entities of sets without rules of their own: what the model says of them is all there is. */
import { graphError } from '../../kernel/errors.js';
import { newGuid } from '../../kernel/ids.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { completeEntity } from '../../model/defaults.js';
import { mergeUpdate } from '../../model/merge.js';
import type { StructuredType } from '../../model/schema.js';
import { storedTypes, validatePayload } from '../../model/validate.js';
import type { SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import { absent, changeSet, checkIfMatch, type Decision, itemOf, keyOf, unchanged, updated } from './change.js';

/** @throws GraphError propertyRequired and those of validatePayload (400) */
export function createPlain(owner: Found | undefined, address: SetAddress, body: JsonValue, context: DomainContext): Decision {
  const { given, type } = validatePayload(context.schema, address.type, body, 'create');
  requireProperties(given, address.set, type, context);
  const id = newGuid();
  const key = { set: address.set, parent: address.parent, id };
  const json = completeEntity(context.beta.types.get(type.name) ?? type, { ...given, id });
  const expect = [absent(key), ...(owner === undefined ? [] : [unchanged(owner.stored)])];
  return {
    outcome: { kind: 'entity', status: 201, address, item: itemOf(key, type.name, json, 1, address, context) },
    changes: changeSet(context, expect, [{ kind: 'put', key, type: type.name, json: JSON.stringify(json) }]),
  };
}

/** @throws GraphError propertyRequired (400) for what the surface says a create must give */
export function requireProperties(given: JsonObject, set: string, type: StructuredType, context: DomainContext): void {
  for (const property of context.surface.sets.get(set)?.required ?? []) {
    const value = given[property];
    if (value === undefined || value === null || (property === 'displayName' && String(value).trim() === '')) {
      throw graphError('propertyRequired', { property, type: type.name }, property);
    }
  }
}

/** The stored form of a type: beta's, whatever version it was written in. */
export function betaType(type: StructuredType, context: DomainContext): StructuredType {
  return context.beta.types.get(type.name) ?? type;
}

/** @throws GraphError preconditionFailed, preconditionMatched (412) and those of validatePayload (400) */
export function updatePlain(found: Found, body: JsonValue, plan: Plan, context: DomainContext): Decision {
  checkIfMatch(plan, found.stored);
  const before = found.json();
  const { given } = validatePayload(context.schema, found.type, body, 'update', { storedTypeOf: storedTypes(context.schema, before) });
  return updated(found, mergeUpdate(context.beta.types.get(found.stored.type) ?? found.type, before, given), context);
}

export function deletePlain(found: Found, plan: Plan, context: DomainContext): Decision {
  checkIfMatch(plan, found.stored);
  return {
    outcome: { kind: 'none' },
    changes: changeSet(context, [unchanged(found.stored)], [{ kind: 'delete', key: keyOf(found.stored) }]),
  };
}
