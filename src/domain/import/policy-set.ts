/** Policy sets on lines of their own, with their items and assignments, and what they lay on their configurations. */
import { graphError } from '../../kernel/errors.js';
import { isObject, type JsonObject } from '../../kernel/json.js';
import { completeComplex, completeEntity } from '../../model/defaults.js';
import type { StructuredType } from '../../model/schema.js';
import { validatePayload } from '../../model/validate.js';
import type { EntityKey } from '../../storage/store.js';
import { assignmentOperations } from '../assignments/records.js';
import { derivedAssignmentId, readTarget } from '../assignments/target.js';
import { CONFIGURATIONS } from '../configurations/device-configuration.js';
import { refuseTwins, statusOf, withStatus } from '../policy-sets/content.js';
import { freeId, refuseUnfit, standingFor } from '../policy-sets/lay-targets.js';
import {
  CONFIGURATION_ITEM,
  itemId,
  POLICY_SET_ASSIGNMENTS,
  POLICY_SET_ITEMS,
  type PolicySetAssignment,
  type PolicySetContent,
  type PolicySetItem,
} from '../policy-sets/records.js';
import { actionName } from '../roles/resource-actions.js';
import { grantedTags } from '../roles/rights.js';
import { requireProperties } from '../write/plain.js';
import { applyOperations, type Chunk } from './chunk.js';
import { standingAssignments } from './configuration-assignments.js';
import type { ImportContext } from './import-context.js';
import { refuseNavigation, standing } from './objects.js';
import type { EntityRecord } from './record.js';

const at = (id: string): EntityKey => ({ set: CONFIGURATIONS, parent: '', id });

/** The configurations that the items of a line name. */
export function itemKeys({ payload }: EntityRecord): readonly EntityKey[] {
  const items = payload.deepInserts.get('items') ?? [];
  return items.flatMap(({ payloadId }) => (typeof payloadId === 'string' ? [at(payloadId)] : []));
}

export function writePolicySet(record: EntityRecord, chunk: Chunk, context: ImportContext): void {
  refuseNavigation(record, ['items', 'assignments']);
  const { id, key, set, payload } = record;
  const { type, given } = payload;
  requireProperties(given, set, type, context);
  const before = chunk.json(key);
  const content = settled(contentOf(record, chunk, context), chunk);
  refuseTwins(content);
  const json = completeEntity(
    type,
    {
      ...standing({ createdDateTime: context.at, lastModifiedDateTime: context.at }, before),
      ...given,
      ...statusOf(content),
      roleScopeTags: grantedTags(given.roleScopeTags, undefined, actionName('PolicySets', 'Create'), context) ?? null,
    },
    { id },
  );
  chunk.put(key, type.name, JSON.stringify(json));
  replaceChildren(POLICY_SET_ITEMS, id, content.items, chunk);
  replaceChildren(
    POLICY_SET_ASSIGNMENTS,
    id,
    content.assignments.map((assignment) => ({ ...assignment, type: 'policySetAssignment' })),
    chunk,
  );
  for (const item of content.items) {
    if (item.type === CONFIGURATION_ITEM && chunk.has(at(String(item.json.payloadId))))
      lay(id, String(item.json.payloadId), content, chunk);
  }
}

/** What the line says of items and assignments; of what it does not speak, what stands. */
function contentOf({ id, payload }: EntityRecord, chunk: Chunk, context: ImportContext): PolicySetContent {
  const items = payload.deepInserts.get('items')?.map((item) => itemOf(id, item, context));
  const assignments = payload.deepInserts.get('assignments')?.map((one, index) => assignmentOf(id, one, index, context));
  const held = (set: string) => chunk.children(set, id).map((key) => ({ key, json: chunk.json(key) ?? {} }));
  return {
    items: items ?? held(POLICY_SET_ITEMS).map(({ key, json }) => ({ id: key.id, type: chunk.typeOf(key) ?? '', json })),
    assignments:
      assignments ?? held(POLICY_SET_ASSIGNMENTS).map(({ key, json }) => ({ id: key.id, target: json.target as JsonObject, json })),
  };
}

function itemOf(policySetId: string, body: JsonObject, context: ImportContext): PolicySetItem {
  const declared = context.beta.types.get('policySetItem') as StructuredType;
  const { given, type } = validatePayload(context.beta, declared, body, 'create', { acceptReadOnly: true });
  const { payloadId } = given;
  if (typeof payloadId !== 'string' || payloadId === '')
    throw graphError('propertyRequired', { property: 'payloadId', type: type.name }, 'items.payloadId');
  const id = typeof body.id === 'string' && body.id !== '' ? body.id : itemId(policySetId, payloadId, type.name);
  const times = { createdDateTime: context.at, lastModifiedDateTime: context.at };
  return { id, type: type.name, json: completeEntity(type, { ...times, ...given }, { id }) };
}

function assignmentOf(policySetId: string, body: JsonObject, index: number, context: ImportContext): PolicySetAssignment {
  const type = context.beta.types.get('policySetAssignment') as StructuredType;
  const { given } = validatePayload(context.beta, type, body, 'create', { acceptReadOnly: true });
  if (!isObject(given.target)) throw graphError('targetRequired', {}, `assignments[${index}].target`);
  const declared = context.beta.types.get('deviceAndAppManagementAssignmentTarget');
  const target = declared === undefined ? given.target : completeComplex(declared, given.target);
  const read = readTarget(target);
  refuseUnfit(read?.kind ?? '', target);
  if (read?.kind === 'group' && read.groupId === '') throw graphError('groupIdInvalid', { groupId: '' }, `assignments[${index}].target`);
  const id = typeof body.id === 'string' && body.id !== '' ? body.id : derivedAssignmentId(policySetId, target);
  return { id, target, json: completeEntity(type, { lastModifiedDateTime: context.at, ...given, target }, { id }) };
}

/** Items whose configuration is neither in the store nor on an earlier line say so. */
function settled(content: PolicySetContent, chunk: Chunk): PolicySetContent {
  const named = content.items.flatMap(({ type, json }) => (type === CONFIGURATION_ITEM ? [String(json.payloadId)] : []));
  const gone = new Set(named.filter((id) => !chunk.has(at(id))));
  return { ...content, items: content.items.map((item) => withStatus(item, content.assignments.length > 0, gone)) };
}

function replaceChildren(
  set: string,
  parent: string,
  wanted: readonly { readonly id: string; readonly type: string; readonly json: JsonObject }[],
  chunk: Chunk,
): void {
  for (const key of chunk.children(set, parent)) if (!wanted.some(({ id }) => id === key.id)) chunk.remove(key);
  for (const { id, type, json } of wanted) chunk.put({ set, parent, id }, type, JSON.stringify(json));
}

/** What stands for a target stays as it is; where nothing does, the set lays its own. */
function lay(policySetId: string, configurationId: string, { assignments }: PolicySetContent, chunk: Chunk): void {
  const drafts = standingAssignments(configurationId, chunk);
  const own = drafts.filter(({ source, sourceId }) => source === 'policySets' && sourceId === policySetId);
  const kept = new Map<(typeof own)[number], unknown>();
  const taken = new Set(drafts.map(({ id }) => id));
  for (const { target } of assignments) {
    const known = standingFor(target, configurationId, own, kept);
    if (known !== undefined) {
      kept.set(known, known);
      continue;
    }
    const id = freeId(derivedAssignmentId(configurationId, target), taken);
    taken.add(id);
    applyOperations(
      chunk,
      assignmentOperations({ configurationId, id, target, source: 'policySets', sourceId: policySetId, intent: 'apply' }),
    );
  }
}
