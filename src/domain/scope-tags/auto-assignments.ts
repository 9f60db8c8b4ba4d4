/** The groups whose devices a scope tag is put on by itself. `assign` replaces them as a whole. */

import { graphError, within } from '../../kernel/errors.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { completeComplex } from '../../model/defaults.js';
import { storedTypes, validatePayload } from '../../model/validate.js';
import type { Item, SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { ChangeOperation, Expectation } from '../../storage/change-set.js';
import type { StoredEntity } from '../../storage/store.js';
import { checkPointedAt } from '../assignments/check-target.js';
import { derivedAssignmentId } from '../assignments/target.js';
import type { DomainContext } from '../context.js';
import { parametersOf } from '../operations/answer.js';
import { type Found, type Place, routeMissing } from '../read/place.js';
import { entityOf } from '../read/walk-path.js';
import { wholeSet } from '../read/whole-set.js';
import { ROLE_SCOPE_TAGS } from '../roles/rights.js';
import { absent, changeSet, checkIfMatch, type Decision, itemOf, keyOf, unchanged, updated } from '../write/change.js';
import type { SetRules } from '../write/set-rules.js';

export const AUTO_ASSIGNMENTS = `${ROLE_SCOPE_TAGS}/assignments`;
export const AUTO_ASSIGNMENT_TYPE = 'roleScopeTagAutoAssignment';
const TYPE = AUTO_ASSIGNMENT_TYPE;

export const autoAssignmentRules: SetRules = {
  create: (owner, address, body, context) => createAutoAssignment(owner, address, body, context),
  update: (owner, found, body, plan, context) => updateAutoAssignment(owner, found, body, plan, context),
};

export async function currentAutoAssignments(tagId: string, context: DomainContext): Promise<readonly StoredEntity[]> {
  return await wholeSet(context, AUTO_ASSIGNMENTS, tagId);
}

interface Row {
  readonly id: string;
  readonly json: JsonObject;
  readonly expect: readonly Expectation[];
}

async function rowFor(tagId: string, target: JsonValue | undefined, context: DomainContext): Promise<Row> {
  if (!isObject(target)) throw graphError('targetRequired', {}, 'target');
  const declared = context.beta.types.get('deviceAndAppManagementAssignmentTarget');
  const checked = await checkPointedAt(declared === undefined ? target : completeComplex(declared, target), context);
  const id = derivedAssignmentId(tagId, checked.target);
  return { id, json: { id, target: checked.target }, expect: checked.expect };
}

async function createAutoAssignment(
  owner: Found | undefined,
  address: SetAddress,
  body: JsonValue,
  context: DomainContext,
): Promise<Decision> {
  const { given } = validatePayload(context.schema, address.type, body, 'create');
  const { id, json, expect } = await rowFor(address.parent, given.target, context);
  const key = { set: address.set, parent: address.parent, id };
  const [taken] = await context.reader.read(context.tenant, [key]);
  if (taken !== undefined)
    throw graphError('requestInvalid', { reason: 'The role scope tag is assigned to this target already.' }, 'target');
  const standing = owner === undefined ? [] : [unchanged(owner.stored)];
  return {
    outcome: { kind: 'entity', status: 201, address, item: itemOf(key, TYPE, json, 1, address, context) },
    changes: changeSet(context, [absent(key), ...standing, ...expect], [{ kind: 'put', key, type: TYPE, json: JSON.stringify(json) }]),
  };
}

/** The id stays when the target changes: a key never changes under a client. */
async function updateAutoAssignment(
  owner: Found | undefined,
  found: Found,
  body: JsonValue,
  plan: Plan,
  context: DomainContext,
): Promise<Decision> {
  const { stored } = found;
  checkIfMatch(plan, stored);
  const { given } = validatePayload(context.schema, found.type, body, 'update', {
    storedTypeOf: storedTypes(context.schema, found.json()),
  });
  const row = given.target === undefined ? undefined : await rowFor(owner?.stored.id ?? stored.parent, given.target, context);
  const json = { ...found.json(), ...(row === undefined ? {} : { target: row.json.target }) };
  const same = JSON.stringify(json) === stored.json;
  return updated(found, same ? found.json() : json, context, { expect: row?.expect ?? [] });
}

/** POST …/roleScopeTags/{id}/assign `{assignments: [{target}]}`: the whole new set. */
export async function assignScopeTag(place: Place, body: JsonValue | undefined, plan: Plan, context: DomainContext): Promise<Decision> {
  const tag = entityOf(place);
  const type = context.schema.types.get(TYPE);
  if (tag === undefined || type === undefined) throw routeMissing(plan);
  const { assignments } = parametersOf(body, plan, context);
  if (!Array.isArray(assignments)) {
    throw graphError('parameterInvalid', {
      operation: 'assign',
      reason: 'give assignments, the whole new set; an empty array removes every assignment.',
    });
  }
  const address: SetAddress = { set: AUTO_ASSIGNMENTS, parent: tag.stored.id, type };
  const rows = new Map<string, Row>();
  for (const [at, item] of (assignments as readonly JsonValue[]).entries()) {
    const row = await within(`assignments[${at}]`, () =>
      rowFor(tag.stored.id, validatePayload(context.schema, type, item, 'create').given.target, context),
    );
    rows.set(row.id, row);
  }
  const current = await currentAutoAssignments(tag.stored.id, context);
  const operations: ChangeOperation[] = current.flatMap((stored) =>
    rows.has(stored.id) ? [] : [{ kind: 'delete' as const, key: keyOf(stored) }],
  );
  const items: Item[] = [];
  const expect: Expectation[] = [unchanged(tag.stored), ...current.map(unchanged)];
  for (const { id, json, expect: pointed } of [...rows.values()].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const key = { set: AUTO_ASSIGNMENTS, parent: tag.stored.id, id };
    const before = current.find((stored) => stored.id === id);
    const text = JSON.stringify(json);
    const same = before?.json === text;
    if (!same) operations.push({ kind: 'put', key, type: TYPE, json: text });
    if (before === undefined) expect.push(absent(key));
    expect.push(...pointed);
    items.push(itemOf(key, TYPE, json, (before?.version ?? 0) + (same ? 0 : 1), address, context));
  }
  return {
    outcome: { kind: 'collection', address, page: { items, count: undefined, nextSkip: undefined } },
    changes: operations.length === 0 ? undefined : changeSet(context, expect, operations),
  };
}
