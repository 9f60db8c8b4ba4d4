/**
 * The assignments that a configuration brings: they take the place of all it had. A target may name a group or a filter that is gone; an
 * export of a living tenant holds such, and the findings name them.
 */
import { graphError } from '../../kernel/errors.js';
import { isGuid, ZERO_GUID } from '../../kernel/ids.js';
import { isObject, type JsonObject } from '../../kernel/json.js';
import type { StructuredType } from '../../model/schema.js';
import { validatePayload } from '../../model/validate.js';
import type { EntityKey } from '../../storage/store.js';
import { storedForm, targetDuplicate } from '../assignments/lay.js';
import {
  ASSIGNMENT_FILTERS,
  ASSIGNMENTS,
  type AssignmentDraft,
  assignmentJson,
  assignmentOperations,
  readAssignment,
  removeAssignmentOperations,
  targetLink,
} from '../assignments/records.js';
import { derivedAssignmentId, readTarget } from '../assignments/target.js';
import { filterFits, platformOf } from '../platform.js';
import { applyOperations, type Chunk } from './chunk.js';
import type { ImportContext } from './import-context.js';
import { type EntityRecord, refusal } from './record.js';

/** What the line says; undefined where it does not speak of assignments. */
export function rawAssignments({ payload }: EntityRecord): readonly JsonObject[] | undefined {
  return payload.deepInserts.get('assignments');
}

/** The filters that the assignments of a line name. */
export function namedFilters(raw: readonly JsonObject[]): readonly EntityKey[] {
  return raw.flatMap(({ target }) => {
    const id = isObject(target) ? target.deviceAndAppManagementAssignmentFilterId : undefined;
    return typeof id === 'string' && id !== '' && id !== ZERO_GUID ? [{ set: ASSIGNMENT_FILTERS, parent: '', id: lower(id) }] : [];
  });
}

const lower = (id: string) => (isGuid(id) ? id.toLowerCase() : id);

/** @throws GraphError of the assignments (400), of which each names the target */
export function readAssignments(
  configurationId: string,
  type: StructuredType,
  raw: readonly JsonObject[],
  chunk: Chunk,
  context: ImportContext,
): readonly AssignmentDraft[] {
  const drafts = new Map<string, AssignmentDraft>();
  const targets = new Set<string>();
  const wanted = raw.map((item, index) => readOne(configurationId, item, index, context));
  const given = new Set(wanted.map(({ id }) => id));
  for (const [index, draft] of wanted.entries()) {
    checkFilter(draft.target, type, index, chunk);
    const id = draft.id ?? freeId(derivedAssignmentId(configurationId, draft.target), given, drafts);
    const whole = { ...draft, id };
    const link = targetLink(whole);
    if (targets.has(`${link.from}\0${link.to}`)) throw targetDuplicate(draft.target, configurationId);
    targets.add(`${link.from}\0${link.to}`);
    if (drafts.has(id)) throw refusal(`The assignment id '${id.slice(0, 200)}' stands more than once.`, `assignments[${index}].id`);
    drafts.set(id, whole);
  }
  return [...drafts.values()];
}

type Draft = Omit<AssignmentDraft, 'id'> & { readonly id: string | undefined };

function readOne(configurationId: string, item: JsonObject, index: number, context: ImportContext): Draft {
  const at = `assignments[${index}]`;
  const type = context.beta.types.get('deviceConfigurationAssignment') as StructuredType;
  const { given } = validatePayload(context.beta, type, item, 'create', { acceptReadOnly: true });
  if (!isObject(given.target)) throw graphError('targetRequired', {}, `${at}.target`);
  const target = withLowerIds(storedForm(given.target, context));
  checkTarget(target, at);
  const source = given.source === 'policySets' ? 'policySets' : 'direct';
  const sourceId = typeof given.sourceId === 'string' && given.sourceId !== '' ? lower(given.sourceId) : undefined;
  if (source === 'policySets' && sourceId === undefined)
    throw refusal("An assignment whose 'source' is policySets names its policy set in 'sourceId'.", `${at}.sourceId`);
  const { id } = item;
  return {
    configurationId,
    id: typeof id === 'string' && id !== '' ? id : undefined,
    target,
    source,
    sourceId: sourceId ?? configurationId,
    intent: (given.intent as AssignmentDraft['intent'] | undefined) ?? 'apply',
  };
}

/** What a target says is whole; whether it is there is not asked. */
function checkTarget(target: JsonObject, at: string): void {
  const read = readTarget(target);
  if (read === undefined) throw graphError('typeMissing', { base: 'deviceAndAppManagementAssignmentTarget' }, `${at}.target`);
  if (read.kind === 'group' && read.groupId === '') throw graphError('groupIdInvalid', { groupId: '' }, `${at}.target.groupId`);
  if (read.kind === 'collection' && (read.collectionId === '' || isGuid(read.collectionId)))
    throw graphError('collectionIdInvalid', { collectionId: read.collectionId }, `${at}.target.collectionId`);
  if (read.kind === 'scopeTag' && read.entraObjectId === '')
    throw graphError('directoryObjectInvalid', { objectId: '' }, `${at}.target.entraObjectId`);
  const { deviceAndAppManagementAssignmentFilterId: id, deviceAndAppManagementAssignmentFilterType: mode } = target;
  if (mode === undefined || mode === null || mode === 'none') return;
  if (typeof id !== 'string' || id === '' || id === ZERO_GUID)
    throw graphError('filterIdMissing', { filterType: String(mode) }, `${at}.target.deviceAndAppManagementAssignmentFilterId`);
}

const IDS = ['groupId', 'entraObjectId', 'deviceAndAppManagementAssignmentFilterId'] as const;

function withLowerIds(target: JsonObject): JsonObject {
  const changed = IDS.filter((name) => typeof target[name] === 'string' && lower(target[name]) !== target[name]);
  if (changed.length === 0) return target;
  return { ...target, ...Object.fromEntries(changed.map((name) => [name, lower(String(target[name]))])) };
}

/** A filter that is known fits the platform; one that is not is taken as it is. */
function checkFilter(target: JsonObject, type: StructuredType, index: number, chunk: Chunk): void {
  const { deviceAndAppManagementAssignmentFilterId: id, deviceAndAppManagementAssignmentFilterType: mode } = target;
  if (typeof id !== 'string' || mode === 'none') return;
  const filter = chunk.json({ set: ASSIGNMENT_FILTERS, parent: '', id });
  const policyPlatform = platformOf(type.name);
  if (filter === undefined || filterFits(String(filter.platform), policyPlatform)) return;
  const told = { filterId: id, filterPlatform: String(filter.platform), policyPlatform: String(policyPlatform) };
  throw graphError('filterPlatform', told, `assignments[${index}].target`);
}

function freeId(derived: string, given: ReadonlySet<string | undefined>, taken: ReadonlyMap<string, unknown>): string {
  for (let n = 0; ; n++) {
    const id = n === 0 ? derived : `${derived}_${n}`;
    if (!given.has(id) && !taken.has(id)) return id;
  }
}

/** The assignments that a configuration has after the lines so far; read before. */
export function standingAssignments(configurationId: string, chunk: Chunk): readonly AssignmentDraft[] {
  return chunk.children(ASSIGNMENTS, configurationId).flatMap((key) => {
    const json = chunk.json(key);
    return json === undefined ? [] : [readAssignment(configurationId, json)];
  });
}

/** Puts the wanted assignments in the place of those that stand. */
export function replaceAssignments(configurationId: string, wanted: readonly AssignmentDraft[], chunk: Chunk): void {
  const standing = new Map(standingAssignments(configurationId, chunk).map((draft) => [draft.id, draft]));
  const stays = new Set(wanted.map(({ id }) => id));
  for (const draft of standing.values()) if (!stays.has(draft.id)) applyOperations(chunk, removeAssignmentOperations(draft));
  for (const draft of wanted) {
    const before = standing.get(draft.id);
    if (before !== undefined && JSON.stringify(assignmentJson(before)) === JSON.stringify(assignmentJson(draft))) continue;
    applyOperations(chunk, assignmentOperations(draft, before));
  }
}
