/** What an assignment's target points at, and when two targets are the same one (semantics, section 7). */
import { ALL_DEVICES_GROUP, ALL_USERS_GROUP } from '../../kernel/ids.js';
import type { JsonObject } from '../../kernel/json.js';
import { bareTypeName } from '../../model/schema.js';

export type Target =
  | { readonly kind: 'group'; readonly groupId: string; readonly excluded: boolean }
  | { readonly kind: 'collection'; readonly collectionId: string }
  | { readonly kind: 'scopeTag'; readonly targetType: string; readonly entraObjectId: string };

/**
 * Read a target's wire form, of any of the six types (quirk scopeTagTargets). All devices and all users are the virtual groups they stand
 * for; a member that is absent or null reads as ''.
 * @param target wire JSON with `@odata.type`
 */
export function readTarget(target: JsonObject): Target | undefined {
  const text = (name: string) => (typeof target[name] === 'string' ? target[name] : '');
  switch (bareTypeName(text('@odata.type'))) {
    case 'allDevicesAssignmentTarget':
      return { kind: 'group', groupId: ALL_DEVICES_GROUP, excluded: false };
    case 'allLicensedUsersAssignmentTarget':
      return { kind: 'group', groupId: ALL_USERS_GROUP, excluded: false };
    case 'groupAssignmentTarget':
      return { kind: 'group', groupId: text('groupId'), excluded: false };
    case 'exclusionGroupAssignmentTarget':
      return { kind: 'group', groupId: text('groupId'), excluded: true };
    case 'configurationManagerCollectionAssignmentTarget':
      return { kind: 'collection', collectionId: text('collectionId') };
    case 'scopeTagGroupAssignmentTarget':
      return { kind: 'scopeTag', targetType: text('targetType'), entraObjectId: text('entraObjectId') };
    default:
      return undefined;
  }
}

export function isVirtualGroup(groupId: string): boolean {
  return groupId === ALL_DEVICES_GROUP || groupId === ALL_USERS_GROUP;
}

/** Equal for targets that may stand only once on a policy: including and excluding one group is one target. */
export function targetKey(target: JsonObject): string {
  const read = readTarget(target);
  if (read === undefined) return 'unknown';
  if (read.kind === 'group') return `group:${read.groupId.toLowerCase()}`;
  if (read.kind === 'collection') return `collection:${read.collectionId.toLowerCase()}`;
  return `scopeTag:${read.targetType}:${read.entraObjectId.toLowerCase()}`;
}

/** How an error names a target. */
export function describeTarget(target: JsonObject): string {
  const read = readTarget(target);
  if (read === undefined) return 'The target';
  if (read.kind === 'collection') return `The collection ${read.collectionId}`;
  if (read.kind === 'scopeTag') return `The directory object ${read.entraObjectId}`;
  if (read.groupId === ALL_DEVICES_GROUP) return `All devices (${ALL_DEVICES_GROUP})`;
  return read.groupId === ALL_USERS_GROUP ? `All users (${ALL_USERS_GROUP})` : `The group ${read.groupId}`;
}

/** The id the service derives for a new assignment: `{configurationId}_{target's id}` (quirk assignmentIds). */
export function derivedAssignmentId(configurationId: string, target: JsonObject): string {
  const read = readTarget(target);
  if (read === undefined) return configurationId;
  const suffix = read.kind === 'group' ? read.groupId : read.kind === 'collection' ? read.collectionId : read.entraObjectId;
  return `${configurationId}_${suffix}`;
}
