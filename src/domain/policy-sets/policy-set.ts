/** Policy sets: configurations that are assigned together (graph-api spec 2.4; semantics, section 6). */
import { dateTimeOffset } from '../../kernel/clock.js';
import { graphError, within } from '../../kernel/errors.js';
import { newGuid } from '../../kernel/ids.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { completeEntity } from '../../model/defaults.js';
import { mergeUpdate } from '../../model/merge.js';
import { validatePayload } from '../../model/validate.js';
import type { SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { Expectation } from '../../storage/change-set.js';
import type { DomainContext } from '../context.js';
import { parametersOf } from '../operations/answer.js';
import { entities } from '../operations/entities.js';
import { type Found, type Place, routeMissing } from '../read/place.js';
import { entityOf, toFound } from '../read/walk-path.js';
import { actionName } from '../roles/resource-actions.js';
import { grantedTags, isVisible, requireAction, requireReach } from '../roles/rights.js';
import { checkIfMatch, type Decision, itemOf, keyOf, updated } from '../write/change.js';
import { betaType, requireProperties } from '../write/plain.js';
import type { SetRules } from '../write/set-rules.js';
import { ASSIGN_ACTION, type Checked, readAssignment, readItem, refuseTwins, settle } from './content.js';
import { contentOf, EMPTY, POLICY_SETS, type PolicySetAssignment, type PolicySetContent, type PolicySetItem } from './records.js';

export const policySetRules: SetRules = {
  create: (_owner, address, body, context) => createPolicySet(address, body, context),
  update: (_owner, found, body, plan, context) => updatePolicySet(found, body, plan, context),
  remove: (_owner, found, plan, context) => deletePolicySet(found, plan, context),
};

/** POST, with items and assignments inline; the answer shows the set alone. */
async function createPolicySet(address: SetAddress, body: JsonValue, context: DomainContext): Promise<Decision> {
  const payload = validatePayload(context.schema, address.type, body, 'create');
  const type = betaType(payload.type, context);
  requireProperties(payload.given, address.set, type, context);
  const id = newGuid();
  const now = dateTimeOffset(context.now);
  const wanted = payload.deepInserts.get('assignments') ?? [];
  if (wanted.length > 0) requireAction(ASSIGN_ACTION, context);
  const items = await readAll('items', payload.deepInserts.get('items') ?? [], (item) => readItem(id, item, context));
  const assignments = await readAll('assignments', wanted, (assignment) => readAssignment(id, assignment, context));
  const after = { items: items.values, assignments: assignments.values };
  refuseTwins(after);
  const roleScopeTags = grantedTags(payload.given.roleScopeTags, undefined, actionName('PolicySets', 'Create'), context) ?? null;
  const json = completeEntity(type, { ...payload.given, id, createdDateTime: now, lastModifiedDateTime: now, roleScopeTags });
  const settled = await settle(
    { id, stored: undefined, json, before: EMPTY, after, expect: [...items.expect, ...assignments.expect] },
    context,
  );
  const item = itemOf({ set: address.set, parent: '', id }, type.name, settled.json, 1, address, context);
  return { outcome: { kind: 'entity', status: 201, address, item }, changes: settled.changes };
}

async function readAll<T>(name: string, bodies: readonly JsonValue[], read: (body: JsonValue) => Promise<Checked<T>>) {
  const values: T[] = [];
  const expect: Expectation[] = [];
  for (const [at, body] of bodies.entries()) {
    const checked = await within(`${name}[${at}]`, () => read(body));
    values.push(checked.value);
    expect.push(...checked.expect);
  }
  return { values, expect };
}

/** PATCH changes what the set says of itself. Whatever changes, the set lays its own targets again. */
async function updatePolicySet(found: Found, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  const { stored, address } = found;
  checkIfMatch(plan, stored);
  const before = found.json();
  const { given } = validatePayload(context.schema, found.type, body, 'update');
  if (given.displayName === '') throw graphError('propertyRequired', { property: 'displayName', type: stored.type }, 'displayName');
  const tags = grantedTags(given.roleScopeTags, before.roleScopeTags, actionName('PolicySets', 'Update'), context);
  const json = mergeUpdate(betaType(found.type, context), before, tags === undefined ? given : { ...given, roleScopeTags: tags });
  if (json === before) return updated(found, before, context);
  const content = await contentOf(stored.id, context);
  const settled = await settle({ id: stored.id, stored, json, before: content, after: content, expect: [] }, context);
  const item = itemOf(keyOf(stored), stored.type, settled.json, stored.version + 1, address, context);
  return { outcome: { kind: 'entity', status: 200, address, item }, changes: settled.changes };
}

async function deletePolicySet(found: Found, plan: Plan, context: DomainContext): Promise<Decision> {
  const { stored } = found;
  checkIfMatch(plan, stored);
  const before = await contentOf(stored.id, context);
  const { changes } = await settle({ id: stored.id, stored, json: undefined, before, after: EMPTY, expect: [] }, context);
  return { outcome: { kind: 'none' }, changes };
}

/**
 * POST …/policySets/{id}/update `{addedPolicySetItems, updatedPolicySetItems, deletedPolicySetItems, assignments}`, any of them; the
 * assignments are the whole new set.
 */
export async function updatePolicySetContent(
  place: Place,
  body: JsonValue | undefined,
  plan: Plan,
  context: DomainContext,
): Promise<Decision> {
  const found = entityOf(place);
  if (found === undefined) throw routeMissing(plan);
  const { id } = found.stored;
  const parameters = parametersOf(body, plan, context);
  const before = await contentOf(id, context);
  const deleted = readDeleted(parameters.deletedPolicySetItems, before);
  const added = await readAll('addedPolicySetItems', arrayOf(parameters.addedPolicySetItems), (item) => readItem(id, item, context));
  const kept = before.items.filter((item) => !deleted.has(item.id));
  const updated = arrayOf(parameters.updatedPolicySetItems).reduce<readonly PolicySetItem[]>(
    (items, item) => updateItem(items, item, context),
    kept,
  );
  const given = Array.isArray(parameters.assignments);
  if (given) {
    requireAction(ASSIGN_ACTION, context);
    requireReach(found.stored, ASSIGN_ACTION, context);
  }
  const assignments = await readAll('assignments', arrayOf(parameters.assignments), (assignment) =>
    readAssignment(id, assignment, context),
  );
  const after = { items: [...updated, ...added.values], assignments: given ? standing(assignments.values, before) : before.assignments };
  refuseTwins(after);
  const expect = [...added.expect, ...assignments.expect];
  const { changes } = await settle({ id, stored: found.stored, json: found.json(), before, after, expect }, context);
  return { outcome: { kind: 'none' }, changes };
}

function arrayOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

/** An assignment whose target stands already stays as it is. */
function standing(wanted: readonly PolicySetAssignment[], before: PolicySetContent): readonly PolicySetAssignment[] {
  return wanted.map((assignment) => {
    const same = before.assignments.find(({ id }) => id === assignment.id);
    return same !== undefined && JSON.stringify(same.target) === JSON.stringify(assignment.target) ? same : assignment;
  });
}

function readDeleted(value: JsonValue | undefined, before: PolicySetContent): ReadonlySet<string> {
  const ids = new Set(arrayOf(value).map(String));
  for (const id of ids) {
    if (!before.items.some((item) => item.id === id)) throw graphError('resourceNotFound', { resource: 'policySetItem', id });
  }
  return ids;
}

/** An item is named by its id, or by its payload. */
function updateItem(items: readonly PolicySetItem[], body: JsonValue, context: DomainContext): readonly PolicySetItem[] {
  const { id, payloadId } = isObject(body) ? body : ({} as JsonObject);
  const item = items.find((one) => one.id === id || (id === undefined && one.json.payloadId === payloadId));
  const type = item === undefined ? undefined : context.beta.types.get(item.type);
  if (item === undefined || type === undefined)
    throw graphError('resourceNotFound', { resource: 'policySetItem', id: String(id ?? payloadId) });
  const json = changedItem(item, body, context);
  return json === item.json ? items : items.map((one) => (one === item ? { ...item, json } : one));
}

/** @throws GraphError requestInvalid (400): an item is for one policy */
export function changedItem(item: PolicySetItem, body: JsonValue, context: DomainContext): JsonObject {
  const type = context.beta.types.get(item.type);
  if (type === undefined) throw graphError('typeUnresolved', { type: item.type });
  const { given } = validatePayload(context.beta, type, body, 'update');
  if (given.payloadId !== undefined && given.payloadId !== item.json.payloadId) {
    throw graphError('requestInvalid', { reason: 'The payloadId of an item is fixed: delete the item and add another.' }, 'payloadId');
  }
  const json = mergeUpdate(type, item.json, given);
  return json === item.json ? json : { ...json, lastModifiedDateTime: dateTimeOffset(context.now) };
}

/** POST …/policySets/getPolicySets `{policySetIds}`: those that exist, in the order asked for. */
export async function getPolicySets(_place: Place, body: JsonValue | undefined, plan: Plan, context: DomainContext): Promise<Decision> {
  const type = context.schema.types.get('policySet');
  if (type === undefined) throw routeMissing(plan);
  const address: SetAddress = { set: POLICY_SETS, parent: '', type };
  const ids = [...new Set(arrayOf(parametersOf(body, plan, context).policySetIds).map(String))];
  const stored = await context.reader.read(
    context.tenant,
    ids.map((id) => ({ set: POLICY_SETS, parent: '', id })),
  );
  const found = stored.flatMap((one) => (one === undefined || !isVisible(one, context) ? [] : [toFound(one, address, context)]));
  return await entities(found, address, plan, context);
}
