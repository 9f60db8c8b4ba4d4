/**
 * Whom an Intune role may target: the groups of its assignment's Scope (Groups), and what is nested in them [M].
 *
 * A role assignment without scope groups, and one over all devices and all users, which is everybody a group can hold, has no bounds. Over all devices,
 * or all licensed users, it may target those besides its groups. A right is asked for where targets change: for what is laid, lifted or altered (also its
 * filter or intent, which change who gets the policy), never for what stays as it is; so an administrator of one region can edit a policy that others
 * have assigned to theirs, without touching that. Deleting a policy asks for the right to delete alone.
 */

import { graphError } from '../../kernel/errors.js';
import { ALL_DEVICES_GROUP, ALL_USERS_GROUP } from '../../kernel/ids.js';
import type { JsonObject } from '../../kernel/json.js';
import { describeTarget, readTarget, targetKey } from '../assignments/target.js';
import type { DomainContext } from '../context.js';
import { textsOf } from './held-roles.js';

/** What one role assignment may target. */
export interface TargetScope {
  /** The role assignment's name. */
  readonly role: string;
  /** Ids in lower case. */
  readonly groups: ReadonlySet<string>;
  readonly allDevices: boolean;
  readonly allUsers: boolean;
}

/** @returns undefined for a role assignment without bounds */
export function targetScope(assignment: JsonObject): TargetScope | undefined {
  const { scopeType, displayName, id } = assignment;
  const groups = new Set([...textsOf(assignment.resourceScopes), ...textsOf(assignment.scopeMembers)].map((group) => group.toLowerCase()));
  const both = scopeType === 'allDevicesAndLicensedUsers';
  const allDevices = scopeType === 'allDevices';
  const allUsers = scopeType === 'allLicensedUsers';
  if (both || (groups.size === 0 && !allDevices && !allUsers)) return undefined;
  return { role: String(displayName ?? id), groups, allDevices, allUsers };
}

type Asking = Pick<DomainContext, 'caller' | 'rights' | 'resident'>;

/** Something with a target, as it is stored. */
interface Targeted {
  readonly target: JsonObject;
  readonly intent?: string;
}

/**
 * @param before undefined where something is laid
 * @param after undefined where it is lifted
 * @throws GraphError targetScopeForbidden (403)
 */
export async function requireTargetChange(
  before: Targeted | undefined,
  after: Targeted | undefined,
  action: string,
  context: Asking,
): Promise<void> {
  if (context.rights === undefined || sameTargeting(before, after)) return;
  if (after !== undefined) await requireTarget(after.target, action, context);
  if (before !== undefined && (after === undefined || targetKey(before.target) !== targetKey(after.target))) {
    await requireTarget(before.target, action, context);
  }
}

function sameTargeting(before: Targeted | undefined, after: Targeted | undefined): boolean {
  return before === after || (before?.intent === after?.intent && JSON.stringify(before?.target) === JSON.stringify(after?.target));
}

async function requireTarget(target: JsonObject, action: string, { rights, caller, resident }: Asking): Promise<void> {
  const scopes = rights?.targets.get(action.toLowerCase());
  if (scopes === undefined || scopes === 'everybody') return;
  const read = readTarget(target);
  const groupId = read?.kind === 'group' ? read.groupId.toLowerCase() : '';
  const names = (scope: TargetScope) =>
    scope.groups.has(groupId) || (scope.allDevices && groupId === ALL_DEVICES_GROUP) || (scope.allUsers && groupId === ALL_USERS_GROUP);
  if (groupId !== '') {
    if (scopes.some(names)) return;
    const around = await resident.groupsOf({ set: 'groups', id: groupId }, true);
    if (around.some((id) => scopes.some(({ groups }) => groups.has(id.toLowerCase())))) return;
  }
  throw graphError('targetScopeForbidden', {
    user: caller.userPrincipalName ?? caller.userId ?? 'unknown',
    target: describeTarget(target),
    scopes: scopes.map(describeScope),
  });
}

/** Groups that an error names for each role. */
const NAMED_GROUPS = 5;

function describeScope({ role, groups, allDevices, allUsers }: TargetScope): string {
  const listed = [...groups].slice(0, NAMED_GROUPS);
  const more = groups.size > NAMED_GROUPS ? [`${groups.size - NAMED_GROUPS} more`] : [];
  const reach = [...(allDevices ? ['all devices'] : []), ...(allUsers ? ['all users'] : []), ...listed, ...more];
  return `'${role}' (${reach.join(', ')})`;
}
