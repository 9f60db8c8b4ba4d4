/** The last step of every create and update of a directory object: the change set and what the client sees of it. */
import { graphError } from '../../kernel/errors.js';
import type { JsonObject } from '../../kernel/json.js';
import type { StructuredType } from '../../model/schema.js';
import type { ValidatedPayload } from '../../model/validate.js';
import type { SetAddress } from '../../query/outcome.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import type { ObjectRef } from '../resident.js';
import { absent, changeSet, type Decision, itemOf, keyOf, unchanged } from '../write/change.js';
import { changeClaims } from './claims.js';
import { addReferences, type ReferenceChange } from './references.js';

const NOTHING: ReferenceChange = { expect: [], operations: [] };

/** Most references that one request binds to a property (reference: Create group, Add members). */
const MAX_BINDS = 20;

/**
 * The links that a body's `@odata.bind` members ask for.
 * @throws GraphError as `addReferences`; directoryRequestInvalid for more than 20, or for a property that cannot be bound
 */
export async function bindReferences(
  owner: { readonly set: ObjectRef['set']; readonly id: string; readonly json: JsonObject },
  payload: ValidatedPayload,
  bindable: readonly string[],
  isNew: boolean,
  context: DomainContext,
): Promise<ReferenceChange> {
  const [inline] = payload.deepInserts.keys();
  if (inline !== undefined)
    throw graphError('directoryRequestInvalid', { reason: `'${inline}' cannot be written along with the object.` }, inline);
  const all: ReferenceChange[] = [];
  for (const [property, urls] of payload.binds) {
    if (!bindable.includes(property)) {
      throw graphError('directoryRequestInvalid', { reason: `'${property}' cannot be bound; bindable: ${bindable.join(', ')}.` }, property);
    }
    if (urls.length > MAX_BINDS) {
      const reason = `The request binds ${urls.length} references to '${property}'; ${MAX_BINDS} is the most for one request.`;
      throw graphError('directoryRequestInvalid', { reason }, property);
    }
    all.push(await addReferences(owner, property, urls, isNew, context));
  }
  return { expect: all.flatMap(({ expect }) => expect), operations: all.flatMap(({ operations }) => operations) };
}

export async function createObject(
  set: ObjectRef['set'],
  address: SetAddress,
  type: StructuredType,
  json: JsonObject,
  references: ReferenceChange,
  context: DomainContext,
): Promise<Decision> {
  const id = String(json.id);
  const key = { set, parent: '', id };
  const claims = await changeClaims(set, id, undefined, json, context);
  return {
    outcome: { kind: 'entity', status: 201, address, item: itemOf(key, type.name, json, 1, address, context) },
    changes: changeSet(
      context,
      [absent(key), ...claims.expect, ...references.expect],
      [{ kind: 'put', key, type: type.name, json: JSON.stringify(json) }, ...claims.operations, ...references.operations],
    ),
  };
}

/** @param after the very object that `found` holds where nothing of it changes */
export async function updateObject(
  set: ObjectRef['set'],
  found: Found,
  after: JsonObject,
  context: DomainContext,
  references: ReferenceChange = NOTHING,
): Promise<Decision> {
  const { stored } = found;
  const before = found.json();
  if (after === before && references.operations.length === 0) return { outcome: { kind: 'none' }, changes: undefined };
  const claims = await changeClaims(set, stored.id, before, after, context);
  const put = after === before ? [] : [{ kind: 'put' as const, key: keyOf(stored), type: stored.type, json: JSON.stringify(after) }];
  return {
    outcome: { kind: 'none' },
    changes: changeSet(
      context,
      [unchanged(stored), ...claims.expect, ...references.expect],
      [...put, ...claims.operations, ...references.operations],
    ),
  };
}
