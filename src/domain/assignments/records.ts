/** How an assignment lies in the store: its entity, and the links by which its target and filter are found. */
import type { JsonObject } from '../../kernel/json.js';
import type { ChangeOperation } from '../../storage/change-set.js';
import type { EntityKey, Link } from '../../storage/store.js';
import { actionName } from '../roles/resource-actions.js';
import { touch } from '../write/marker.js';
import { derivedAssignmentId, targetKey } from './target.js';

export const ASSIGNMENTS = 'deviceManagement/deviceConfigurations/assignments';
export const ASSIGNMENT_FILTERS = 'deviceManagement/assignmentFilters';
/** What an Intune role must allow to assign a configuration. */
export const ASSIGN_ACTION = actionName('DeviceConfigurations', 'Assign');

export interface AssignmentDraft {
  readonly configurationId: string;
  readonly id: string;
  /** Complete target, `@odata.type` first. */
  readonly target: JsonObject;
  readonly source: 'direct' | 'policySets';
  readonly sourceId: string;
  readonly intent: 'apply' | 'remove';
}

export function assignmentKey(configurationId: string, id: string): EntityKey {
  return { set: ASSIGNMENTS, parent: configurationId, id };
}

/** The wire JSON of an assignment, in the order the service shows it (graph-api spec 4.1). */
export function assignmentJson(draft: AssignmentDraft): JsonObject {
  return { id: draft.id, source: draft.source, sourceId: draft.sourceId, intent: draft.intent, target: draft.target };
}

/** A stored assignment as a draft. */
export function readAssignment(configurationId: string, json: JsonObject): AssignmentDraft {
  const { id, target, source, sourceId, intent } = json as unknown as Omit<AssignmentDraft, 'configurationId'>;
  return { configurationId, id, target, source, sourceId, intent };
}

/**
 * Claims the target on the policy: unique in the store, so that two writes at once cannot both lay the same target. Direct and policy-set
 * assignments of one group stand side by side (graph-api spec 4.1), hence one claim per source.
 */
export function targetLink(draft: AssignmentDraft): Link {
  return {
    kind: 'assignmentTarget',
    from: `${draft.configurationId}/${draft.source}:${draft.sourceId}`,
    to: targetKey(draft.target),
    toSet: '',
  };
}

function filterLink(draft: AssignmentDraft): Link | undefined {
  const { deviceAndAppManagementAssignmentFilterId: id, deviceAndAppManagementAssignmentFilterType: type } = draft.target;
  if (typeof id !== 'string' || type === 'none' || type === undefined) return undefined;
  return { kind: 'assignmentFilter', from: `${draft.configurationId}/${draft.id}`, to: id, toSet: ASSIGNMENT_FILTERS };
}

/**
 * The operations that write an assignment, replacing `previous` (same id) if given; links that stay are not touched.
 * @param text the assignment's JSON, where the caller has it already
 */
export function assignmentOperations(
  draft: AssignmentDraft,
  previous?: AssignmentDraft,
  text: string = JSON.stringify(assignmentJson(draft)),
): ChangeOperation[] {
  const put: ChangeOperation = {
    kind: 'put',
    key: assignmentKey(draft.configurationId, draft.id),
    type: 'deviceConfigurationAssignment',
    json: text,
  };
  // The very same target under the same source: then the links are the same.
  if (draft.target === previous?.target && draft.source === previous.source && draft.sourceId === previous.sourceId) return [put];
  const before = previous === undefined ? [] : linksOf(previous);
  const after = linksOf(draft);
  return [
    ...missingFrom(after, before).map((link) => ({ kind: 'unlink' as const, link })),
    put,
    ...missingFrom(before, after).flatMap(laid),
  ];
}

/** A filter is not deleted while somebody begins to use it. */
function laid(link: Link): readonly ChangeOperation[] {
  const operation: ChangeOperation = { kind: 'link', link };
  return link.kind === 'assignmentFilter' ? [operation, touch('assignmentFilterUses', link.to)] : [operation];
}

/** The operations that remove an assignment. */
export function removeAssignmentOperations(draft: AssignmentDraft): ChangeOperation[] {
  return [
    ...linksOf(draft).map((link) => ({ kind: 'unlink' as const, link })),
    { kind: 'delete', key: assignmentKey(draft.configurationId, draft.id) },
  ];
}

function linksOf(draft: AssignmentDraft): readonly Link[] {
  const filter = filterLink(draft);
  return filter === undefined ? [targetLink(draft)] : [targetLink(draft), filter];
}

/** Members of `links` that `others` lacks. */
function missingFrom(others: readonly Link[], links: readonly Link[]): readonly Link[] {
  return links.filter((link) => !others.some((other) => other.kind === link.kind && other.from === link.from && other.to === link.to));
}

export { derivedAssignmentId };
