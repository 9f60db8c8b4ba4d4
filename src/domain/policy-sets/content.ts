/** Reading items and assignments out of bodies, and writing a policy set with all that follows from it. */
import { dateTimeOffset } from '../../kernel/clock.js';
import { graphError } from '../../kernel/errors.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { completeComplex, completeEntity } from '../../model/defaults.js';
import { validatePayload } from '../../model/validate.js';
import type { ChangeOperation, ChangeSet, Expectation } from '../../storage/change-set.js';
import type { EntityKey, StoredEntity } from '../../storage/store.js';
import { checkPointedAt } from '../assignments/check-target.js';
import { derivedAssignmentId, readTarget, targetKey } from '../assignments/target.js';
import { CONFIGURATIONS } from '../configurations/device-configuration.js';
import type { DomainContext } from '../context.js';
import { actionName } from '../roles/resource-actions.js';
import { isVisible } from '../roles/rights.js';
import { requireTargetChange } from '../roles/target-scope.js';
import { absent, changeSet, unchanged } from '../write/change.js';
import { layTargets, refuseUnfit } from './lay-targets.js';
import {
  CONFIGURATION_ITEM,
  itemId,
  POLICY_SET_ASSIGNMENTS,
  POLICY_SET_ITEMS,
  POLICY_SETS,
  type PolicySetAssignment,
  type PolicySetContent,
  type PolicySetItem,
} from './records.js';

/** What an Intune role must allow to assign a policy set. */
export const ASSIGN_ACTION = actionName('PolicySets', 'Assign');

export interface Checked<T> {
  readonly value: T;
  readonly expect: readonly Expectation[];
}

/**
 * A new item. Only configurations are kept here: what other items name is taken as given.
 * @throws GraphError propertyRequired, requestInvalid (400)
 */
export async function readItem(policySetId: string, body: JsonValue, context: DomainContext): Promise<Checked<PolicySetItem>> {
  const declared = context.beta.types.get('policySetItem');
  if (declared === undefined) throw graphError('segmentUnknown', { segment: 'items' });
  const { given, type } = validatePayload(context.beta, declared, body, 'create');
  const { payloadId } = given;
  if (typeof payloadId !== 'string' || payloadId === '')
    throw graphError('propertyRequired', { property: 'payloadId', type: type.name }, 'payloadId');
  const payload = type.name === CONFIGURATION_ITEM ? await configuration(payloadId, context) : undefined;
  const shown =
    payload === undefined
      ? {}
      : { displayName: (JSON.parse(payload.json) as JsonObject).displayName, itemType: `#microsoft.graph.${payload.type}` };
  const now = dateTimeOffset(context.now);
  const id = itemId(policySetId, payloadId, type.name);
  const json = completeEntity(type, { ...given, ...shown, id, createdDateTime: now, lastModifiedDateTime: now });
  return { value: { id, type: type.name, json }, expect: payload === undefined ? [] : [unchanged(payload)] };
}

async function configuration(id: string, context: DomainContext): Promise<StoredEntity | undefined> {
  const [stored] = await context.reader.read(context.tenant, [{ set: CONFIGURATIONS, parent: '', id }]);
  if ((stored !== undefined && isVisible(stored, context)) || context.loose) return stored;
  throw graphError('requestInvalid', { reason: `No deviceConfiguration has the id '${id}'.` }, 'payloadId');
}

/** @throws GraphError targetRequired, requestInvalid and those of checkPointedAt (400) */
export async function readAssignment(policySetId: string, body: JsonValue, context: DomainContext): Promise<Checked<PolicySetAssignment>> {
  const type = context.beta.types.get('policySetAssignment');
  if (type === undefined) throw graphError('segmentUnknown', { segment: 'assignments' });
  const { target: given } = validatePayload(context.beta, type, body, 'create').given;
  if (!isObject(given)) throw graphError('targetRequired', {}, 'target');
  const checked = await checkTarget(given, context);
  const id = derivedAssignmentId(policySetId, checked.value);
  const json = { id, lastModifiedDateTime: dateTimeOffset(context.now), target: checked.value };
  return { value: { id, target: checked.value, json: completeEntity(type, json) }, expect: checked.expect };
}

export async function checkTarget(given: JsonObject, context: DomainContext): Promise<Checked<JsonObject>> {
  const declared = context.beta.types.get('deviceAndAppManagementAssignmentTarget');
  const target = declared === undefined ? given : completeComplex(declared, given);
  refuseUnfit(readTarget(target)?.kind ?? '', target);
  const checked = await checkPointedAt(target, context);
  return { value: checked.target, expect: checked.expect };
}

/** @throws GraphError requestInvalid (400) for a policy or a target that stands twice in a set */
export function refuseTwins({ items, assignments }: PolicySetContent): void {
  const [item] = twins(items, ({ id }) => id);
  if (item !== undefined)
    throw graphError(
      'requestInvalid',
      { reason: `The policy '${String(item.json.payloadId)}' stands more than once in the policy set.` },
      'items',
    );
  const [assignment] = twins(assignments, ({ target }) => targetKey(target));
  if (assignment !== undefined)
    throw graphError('requestInvalid', { reason: 'A group should be unique in an assignment set, included or excluded.' }, 'assignments');
}

function twins<T>(all: readonly T[], keyOf: (one: T) => string): readonly T[] {
  const seen = new Set<string>();
  return all.filter((one) => {
    const key = keyOf(one);
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
}

interface PolicySetWrite {
  readonly id: string;
  /** Undefined for a new one. */
  readonly stored: StoredEntity | undefined;
  /** Undefined when it is deleted. */
  readonly json: JsonObject | undefined;
  readonly before: PolicySetContent;
  readonly after: PolicySetContent;
  readonly expect: readonly Expectation[];
}

export interface SettledPolicySet {
  /** The set as it will be. */
  readonly json: JsonObject;
  readonly content: PolicySetContent;
  readonly changes: ChangeSet;
}

/**
 * Everything one change of a policy set writes: the set, its items and assignments, and what it lays on its configurations. The set itself
 * is always put, so that two changes of one set never pass each other unseen.
 * @throws GraphError targetScopeForbidden (403)
 */
export async function settle(write: PolicySetWrite, context: DomainContext): Promise<SettledPolicySet> {
  const { id, stored, before, after } = write;
  if (write.json !== undefined) await requireAssignmentChanges(before, after, context);
  const key: EntityKey = { set: POLICY_SETS, parent: '', id };
  const expect: Expectation[] = [stored === undefined ? absent(key) : unchanged(stored), ...write.expect];
  const operations: ChangeOperation[] = [];
  const gone = new Set<string>();
  for (const payloadId of configurationsIn(before, after)) {
    const [payload] = await context.reader.read(context.tenant, [{ set: CONFIGURATIONS, parent: '', id: payloadId }]);
    if (payload === undefined) gone.add(payloadId);
    const stays = payload !== undefined && after.items.some((item) => isOf(item, payloadId));
    const laid = await layTargets(id, payloadId, stays ? after.assignments.map(({ target }) => target) : [], context);
    expect.push(...laid.expect, ...(payload === undefined ? [] : [unchanged(payload)]));
    operations.push(...laid.operations);
  }
  const content = { ...after, items: after.items.map((item) => withStatus(item, after.assignments.length > 0, gone)) };
  operations.push(...childOperations(POLICY_SET_ITEMS, id, before.items, content.items));
  operations.push(...childOperations(POLICY_SET_ASSIGNMENTS, id, before.assignments, after.assignments));
  const json = write.json === undefined ? {} : { ...write.json, ...statusOf(content), lastModifiedDateTime: dateTimeOffset(context.now) };
  operations.push(write.json === undefined ? { kind: 'delete', key } : { kind: 'put', key, type: 'policySet', json: JSON.stringify(json) });
  return { json, content, changes: changeSet(context, expect, operations) };
}

/** An assignment that is laid again for the same target is the same one, whatever its id. */
async function requireAssignmentChanges(before: PolicySetContent, after: PolicySetContent, context: DomainContext): Promise<void> {
  const byTarget = ({ assignments }: PolicySetContent) => new Map(assignments.map((one) => [targetKey(one.target), one]));
  const [old, wanted] = [byTarget(before), byTarget(after)];
  for (const key of new Set([...old.keys(), ...wanted.keys()])) {
    await requireTargetChange(old.get(key), wanted.get(key), ASSIGN_ACTION, context);
  }
}

function isOf(item: PolicySetItem, payloadId: string): boolean {
  return item.type === CONFIGURATION_ITEM && item.json.payloadId === payloadId;
}

function configurationsIn(...contents: readonly PolicySetContent[]): ReadonlySet<string> {
  const items = contents.flatMap((content) => content.items);
  return new Set(items.flatMap((item) => (item.type === CONFIGURATION_ITEM ? [String(item.json.payloadId)] : [])));
}

export function withStatus(item: PolicySetItem, assigned: boolean, gone: ReadonlySet<string>): PolicySetItem {
  const missing = item.type === CONFIGURATION_ITEM && gone.has(String(item.json.payloadId));
  const status = missing ? 'error' : assigned ? 'success' : 'notAssigned';
  const errorCode = missing ? 'notFound' : 'noError';
  if (item.json.status === status && item.json.errorCode === errorCode) return item;
  return { ...item, json: { ...item.json, status, errorCode } };
}

export function statusOf({ items, assignments }: PolicySetContent): JsonObject {
  const failed = items.filter(({ json }) => json.status === 'error').length;
  if (failed > 0) return { status: failed === items.length ? 'error' : 'partialSuccess', errorCode: 'notFound' };
  return { status: assignments.length > 0 ? 'success' : 'notAssigned', errorCode: 'noError' };
}

interface Child {
  readonly id: string;
  readonly type?: string;
  readonly json: JsonObject;
}

function childOperations(set: string, parent: string, before: readonly Child[], after: readonly Child[]): readonly ChangeOperation[] {
  const operations: ChangeOperation[] = [];
  for (const { id } of before) if (!after.some((child) => child.id === id)) operations.push({ kind: 'delete', key: { set, parent, id } });
  for (const { id, type = 'policySetAssignment', json } of after) {
    const text = JSON.stringify(json);
    const standing = before.find((child) => child.id === id);
    if (standing === undefined || JSON.stringify(standing.json) !== text)
      operations.push({ kind: 'put', key: { set, parent, id }, type, json: text });
  }
  return operations;
}
