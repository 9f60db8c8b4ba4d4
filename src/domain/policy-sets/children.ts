/** Items and assignments of a policy set, one at a time: each write is a change of the set they belong to. */
import { dateTimeOffset } from '../../kernel/clock.js';
import { graphError } from '../../kernel/errors.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { storedTypes, validatePayload } from '../../model/validate.js';
import type { SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { Expectation } from '../../storage/change-set.js';
import type { DomainContext } from '../context.js';
import { type Found, routeMissing } from '../read/place.js';
import { checkIfMatch, type Decision, itemOf, keyOf, unchanged } from '../write/change.js';
import type { SetRules } from '../write/set-rules.js';
import { checkTarget, readAssignment, readItem, refuseTwins, settle } from './content.js';
import { changedItem } from './policy-set.js';
import { assignmentOf, contentOf, POLICY_SET_ITEMS, type PolicySetContent } from './records.js';

export const policySetChildRules: SetRules = {
  create: async (owner, address, body, context) => {
    if (owner === undefined) throw graphError('segmentUnknown', { segment: address.set });
    return await createChild(owner, address, body, context);
  },
  update: async (owner, found, body, plan, context) => {
    if (owner === undefined) throw routeMissing(plan);
    return await updateChild(owner, found, body, plan, context);
  },
  remove: async (owner, found, plan, context) => {
    if (owner === undefined) throw routeMissing(plan);
    return await removeChild(owner, found, plan, context);
  },
};

async function change(
  owner: Found,
  before: PolicySetContent,
  after: PolicySetContent,
  expect: readonly Expectation[],
  context: DomainContext,
) {
  refuseTwins(after);
  return await settle({ id: owner.stored.id, stored: owner.stored, json: owner.json(), before, after, expect }, context);
}

async function createChild(owner: Found, address: SetAddress, body: JsonValue, context: DomainContext): Promise<Decision> {
  const before = await contentOf(owner.stored.id, context);
  const isItem = address.set === POLICY_SET_ITEMS;
  const checked = isItem ? await readItem(owner.stored.id, body, context) : await readAssignment(owner.stored.id, body, context);
  const after = isItem
    ? { ...before, items: [...before.items, checked.value as PolicySetContent['items'][number]] }
    : { ...before, assignments: [...before.assignments, checked.value as PolicySetContent['assignments'][number]] };
  const { content, changes } = await change(owner, before, after, checked.expect, context);
  const id = checked.value.id;
  const item = content.items.find((one) => isItem && one.id === id);
  const json = item?.json ?? checked.value.json;
  const key = { set: address.set, parent: owner.stored.id, id };
  const shown = itemOf(key, item?.type ?? 'policySetAssignment', json, 1, address, context);
  return { outcome: { kind: 'entity', status: 201, address, item: shown }, changes };
}

async function updateChild(owner: Found, found: Found, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  const { stored, address } = found;
  checkIfMatch(plan, stored);
  const before = await contentOf(owner.stored.id, context);
  const show = (json: JsonObject, version: number): Decision['outcome'] => ({
    kind: 'entity',
    status: 200,
    address,
    item: itemOf(keyOf(stored), stored.type, json, version, address, context),
  });
  const { json, expect } = await changedChild(found, body, before, context);
  if (JSON.stringify(json) === stored.json) return { outcome: show(json, stored.version), changes: undefined };
  const after: PolicySetContent = {
    items: before.items.map((item) => (item.id === stored.id ? { ...item, json } : item)),
    assignments: before.assignments.map((assignment) => (assignment.id === stored.id ? assignmentOf(stored.id, json) : assignment)),
  };
  const { changes } = await change(owner, before, after, [unchanged(stored), ...expect], context);
  return { outcome: show(json, stored.version + 1), changes };
}

async function changedChild(found: Found, body: JsonValue, before: PolicySetContent, context: DomainContext) {
  const { stored } = found;
  const item = before.items.find(({ id }) => id === stored.id);
  if (stored.set === POLICY_SET_ITEMS && item !== undefined) return { json: changedItem(item, body, context), expect: [] };
  const { given } = validatePayload(context.schema, found.type, body, 'update', {
    storedTypeOf: storedTypes(context.schema, found.json()),
  });
  if (given.target === undefined) return { json: found.json(), expect: [] };
  if (!isObject(given.target)) throw graphError('targetRequired', {}, 'target');
  const checked = await checkTarget(given.target, context);
  const same = JSON.stringify(checked.value) === JSON.stringify(found.json().target);
  const json = same ? found.json() : { ...found.json(), lastModifiedDateTime: dateTimeOffset(context.now), target: checked.value };
  return { json, expect: checked.expect };
}

async function removeChild(owner: Found, found: Found, plan: Plan, context: DomainContext): Promise<Decision> {
  const { stored } = found;
  checkIfMatch(plan, stored);
  const before = await contentOf(owner.stored.id, context);
  const after = {
    items: before.items.filter(({ id }) => id !== stored.id),
    assignments: before.assignments.filter(({ id }) => id !== stored.id),
  };
  const { changes } = await change(owner, before, after, [unchanged(stored)], context);
  return { outcome: { kind: 'none' }, changes };
}
