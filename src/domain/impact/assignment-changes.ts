/** Which assignments a change makes, changes and takes away: what `assign` replaces is easily more than what its sender thought of. */
import type { JsonObject } from '../../kernel/json.js';
import type { Change } from '../../storage/store.js';
import { ASSIGNMENTS } from '../assignments/records.js';
import { readTarget } from '../assignments/target.js';
import type { Names } from '../targeting/names.js';

export interface AssignmentChanges {
  readonly created: number;
  readonly changed: number;
  readonly deleted: readonly DeletedAssignment[];
}

export interface DeletedAssignment {
  readonly id: string;
  readonly policyId: string;
  /** Undefined: it is to no group. */
  readonly groupId: string | undefined;
}

export const NO_ASSIGNMENT_CHANGES: AssignmentChanges = { created: 0, changed: 0, deleted: [] };

/** @param records in the order they were made; what comes and goes again does not count */
export function assignmentChanges(records: Iterable<Change>): AssignmentChanges {
  const assignments = new Map<string, { readonly first: Change; last: Change }>();
  for (const record of records) {
    if (record.key?.set !== ASSIGNMENTS) continue;
    const name = `${record.key.parent}\0${record.key.id}`;
    const known = assignments.get(name);
    if (known === undefined) assignments.set(name, { first: record, last: record });
    else known.last = record;
  }
  let created = 0;
  let changed = 0;
  const deleted: DeletedAssignment[] = [];
  for (const { first, last } of assignments.values()) {
    const { before } = first;
    if (before === undefined) created += last.after === undefined ? 0 : 1;
    else if (last.after !== undefined) changed += last.after === before ? 0 : 1;
    else if (last.key !== undefined) deleted.push({ id: last.key.id, policyId: last.key.parent, groupId: groupOf(before) });
  }
  return { created, changed, deleted };
}

function groupOf(text: string): string | undefined {
  const { target } = JSON.parse(text) as JsonObject;
  const read = readTarget((target ?? {}) as JsonObject);
  return read?.kind === 'group' ? read.groupId : undefined;
}

/** @returns `{created, changed, deleted, deletedAssignments: [{id, deviceConfigurationId, displayName, groupId, groupDisplayName}]}` */
export function assignmentChangesJson({ created, changed, deleted }: AssignmentChanges, names: Names, size: number): JsonObject {
  return {
    created,
    changed,
    deleted: deleted.length,
    deletedAssignments: deleted.slice(0, size).map(({ id, policyId, groupId }) => ({
      id,
      deviceConfigurationId: policyId,
      displayName: names.policy(policyId) ?? null,
      groupId: groupId ?? null,
      groupDisplayName: (groupId === undefined ? undefined : names.group(groupId)) ?? null,
    })),
  };
}
