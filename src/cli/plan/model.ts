/** Assignments of policies, as they are and as they shall be, and what lies between. */
import { ALL_DEVICES_GROUP, ALL_USERS_GROUP } from '../../kernel/ids.js';
import type { JsonObject } from '../../kernel/json.js';
import type { Place } from './read.js';

export type TargetKind = 'group' | 'excludeGroup' | 'allDevices' | 'allUsers';

export interface AssignmentFilter {
  readonly id: string;
  readonly mode: 'include' | 'exclude';
}

export interface Assignment {
  readonly kind: TargetKind;
  /** Undefined for all devices and all users. */
  readonly groupId: string | undefined;
  readonly filter: AssignmentFilter | undefined;
  readonly intent: 'apply' | 'remove';
}

export interface ActualAssignment extends Assignment {
  readonly id: string;
}

/** A policy as the tenant has it. */
export interface ActualPolicy {
  readonly id: string;
  readonly name: string;
  readonly assignments: readonly ActualAssignment[];
  /** What a plan does not touch: laid by policy sets, or of targets that plans do not know. Wire form. */
  readonly untouched: readonly { readonly key: string; readonly source: string; readonly wire: JsonObject }[];
}

/** A policy as a plan wants it. */
export interface DesiredPolicy {
  readonly id: string;
  readonly name: string;
  readonly assignments: readonly Assignment[];
  readonly place: Place;
  /** Ids of groups and filters that the tenant does not have: they may stay where they are, and be laid nowhere else. */
  readonly doubtful: readonly { readonly id: string; readonly fault: string }[];
}

export type AssignmentChange =
  | { readonly kind: 'create'; readonly after: Assignment }
  | { readonly kind: 'update'; readonly before: ActualAssignment; readonly after: Assignment }
  | { readonly kind: 'delete'; readonly before: ActualAssignment };

/** One policy whose assignments are not what the plan says. */
export interface PolicyChange {
  readonly policy: ActualPolicy;
  readonly desired: DesiredPolicy;
  /** In the order in which they are safe to carry out. */
  readonly changes: readonly AssignmentChange[];
}

/** Groups that stand for everybody: as the target of a group they are the same target as the typed form. */
export const everybody: Readonly<Record<string, { readonly kind: 'allDevices' | 'allUsers'; readonly name: string }>> = {
  [ALL_DEVICES_GROUP]: { kind: 'allDevices', name: 'All devices' },
  [ALL_USERS_GROUP]: { kind: 'allUsers', name: 'All users' },
};

/** A policy has one assignment for each of these: including and excluding one group is one target. */
export function targetKey({ kind, groupId }: Pick<Assignment, 'kind' | 'groupId'>): string {
  if (groupId === undefined) return kind;
  const id = groupId.toLowerCase();
  return everybody[id]?.kind ?? `group:${id}`;
}

export const types: Readonly<Record<TargetKind, string>> = {
  group: '#microsoft.graph.groupAssignmentTarget',
  excludeGroup: '#microsoft.graph.exclusionGroupAssignmentTarget',
  allDevices: '#microsoft.graph.allDevicesAssignmentTarget',
  allUsers: '#microsoft.graph.allLicensedUsersAssignmentTarget',
};

/** Wire form of an assignment, as POST and PATCH take it: both replace a target as a whole. */
export function wireOf({ kind, groupId, filter, intent }: Assignment): JsonObject {
  return {
    intent,
    target: {
      '@odata.type': types[kind],
      ...(groupId === undefined ? {} : { groupId }),
      ...(filter === undefined
        ? {}
        : { deviceAndAppManagementAssignmentFilterId: filter.id, deviceAndAppManagementAssignmentFilterType: filter.mode }),
    },
  };
}

/** The request that makes a change. */
export interface Write {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** Below the version. */
  readonly url: string;
  readonly body: JsonObject | undefined;
}

export function writeOf(policyId: string, change: AssignmentChange): Write {
  const collection = `/deviceManagement/deviceConfigurations/${policyId}/assignments`;
  if (change.kind === 'create') return { method: 'POST', url: collection, body: wireOf(change.after) };
  const url = `${collection}/${encodeURIComponent(change.before.id)}`;
  return change.kind === 'update' ? { method: 'PATCH', url, body: wireOf(change.after) } : { method: 'DELETE', url, body: undefined };
}
