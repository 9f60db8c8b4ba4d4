/** May this target stand on this policy? (semantics, section 7.) */
import { graphError } from '../../kernel/errors.js';
import { isGuid, ZERO_GUID } from '../../kernel/ids.js';
import type { JsonObject } from '../../kernel/json.js';
import type { Expectation } from '../../storage/change-set.js';
import type { StoredEntity } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import { filterFits, platformOf } from '../platform.js';
import { isVisible } from '../roles/rights.js';
import { unchanged } from '../write/change.js';
import { ASSIGNMENT_FILTERS } from './records.js';
import { isVirtualGroup, readTarget } from './target.js';

export interface CheckedTarget {
  /** As it is stored: GUIDs in lower case. */
  readonly target: JsonObject;
  /** What must still hold when it is written. */
  readonly expect: readonly Expectation[];
}

/**
 * @param target complete, with a concrete `@odata.type`
 * @throws GraphError groupIdInvalid, collectionIdInvalid, directoryObjectInvalid, filterUnknown, filterIdMissing, filterPlatform (400)
 */
export async function checkTarget(target: JsonObject, configuration: StoredEntity, context: DomainContext): Promise<CheckedTarget> {
  const pointed = await checkPointedAt(target, context);
  const filter = await checkFilter(pointed.target, configuration, context);
  return { target: pointed.target, expect: [...pointed.expect, ...filter] };
}

function lowerGuids(target: JsonObject): JsonObject {
  const { groupId, entraObjectId } = target;
  const lower = (value: unknown) => (typeof value === 'string' && isGuid(value) ? value.toLowerCase() : undefined);
  const [group, object] = [lower(groupId), lower(entraObjectId)];
  if ((group === undefined || group === groupId) && (object === undefined || object === entraObjectId)) return target;
  return { ...target, ...(group === undefined ? {} : { groupId: group }), ...(object === undefined ? {} : { entraObjectId: object }) };
}

/**
 * What a target points at exists, whatever the target stands on.
 * @throws GraphError groupIdInvalid, collectionIdInvalid, directoryObjectInvalid (400)
 */
export async function checkPointedAt(given: JsonObject, context: DomainContext): Promise<CheckedTarget> {
  const target = lowerGuids(given);
  const read = readTarget(target);
  if (read === undefined) throw graphError('typeMissing', { base: 'deviceAndAppManagementAssignmentTarget' }, 'target');
  if (read.kind === 'collection') {
    if (read.collectionId === '' || isGuid(read.collectionId)) {
      throw graphError('collectionIdInvalid', { collectionId: read.collectionId }, 'target.collectionId');
    }
    return { target, expect: [] };
  }
  if (read.kind === 'group') {
    if (isVirtualGroup(read.groupId)) return { target, expect: [] };
    if (read.groupId === '') throw graphError('groupIdInvalid', { groupId: '' }, 'target.groupId');
    if (context.loose) return { target, expect: [] };
    const [group] = await context.reader.read(context.tenant, [{ set: 'groups', parent: '', id: read.groupId }]);
    if (group === undefined) throw graphError('groupIdInvalid', { groupId: read.groupId }, 'target.groupId');
    return { target, expect: [unchanged(group)] };
  }
  if (read.entraObjectId === '') throw graphError('directoryObjectInvalid', { objectId: '' }, 'target.entraObjectId');
  if (context.loose) return { target, expect: [] };
  const keys = ['users', 'groups', 'devices'].map((set) => ({ set, parent: '', id: read.entraObjectId }));
  const object = (await context.reader.read(context.tenant, keys)).find((found) => found !== undefined);
  if (object === undefined) throw graphError('directoryObjectInvalid', { objectId: read.entraObjectId }, 'target.entraObjectId');
  return { target, expect: [unchanged(object)] };
}

/** Filtering by nothing is refused rather than taken for no filter [M]. */
async function checkFilter(target: JsonObject, configuration: StoredEntity, context: DomainContext): Promise<readonly Expectation[]> {
  const id = target.deviceAndAppManagementAssignmentFilterId;
  const filterType = target.deviceAndAppManagementAssignmentFilterType ?? 'none';
  if (filterType === 'none') return [];
  if (typeof id !== 'string' || id === '' || id === ZERO_GUID) {
    throw graphError('filterIdMissing', { filterType: String(filterType) }, 'target.deviceAndAppManagementAssignmentFilterId');
  }
  const [filter] = await context.reader.read(context.tenant, [{ set: ASSIGNMENT_FILTERS, parent: '', id }]);
  if (filter === undefined || !isVisible(filter, context)) {
    if (context.loose) return [];
    throw graphError('filterUnknown', { filterId: id }, 'target.deviceAndAppManagementAssignmentFilterId');
  }
  const { platform } = JSON.parse(filter.json) as { platform: string };
  const policyPlatform = platformOf(configuration.type);
  if (!filterFits(platform, policyPlatform)) {
    throw graphError('filterPlatform', { filterId: id, filterPlatform: platform, policyPlatform: String(policyPlatform) });
  }
  return [unchanged(filter)];
}
