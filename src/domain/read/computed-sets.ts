/**
 * Sets that hold nothing of their own: what they show follows from other entities. Each is one function of the entity it lies below.
 */
import type { JsonObject } from '../../kernel/json.js';
import { completeEntity } from '../../model/defaults.js';
import type { EntityKey, StoredEntity } from '../../storage/store.js';
import { ASSIGNMENTS } from '../assignments/records.js';
import { readTarget } from '../assignments/target.js';
import type { DomainContext } from '../context.js';
import { evaluationsOfDevice } from '../filters/evaluations-of-device.js';
import { subscriptionState } from '../licence.js';
import { assignmentsOfRole } from '../roles/assignments-of-role.js';
import type { Found } from './place.js';

type Compute = (owner: Found | undefined, context: DomainContext) => Promise<readonly JsonObject[]>;

interface ComputedSet {
  readonly type: string;
  readonly compute: Compute;
}

const DC = 'deviceManagement/deviceConfigurations';

const computedSets: ReadonlyMap<string, ComputedSet> = new Map<string, ComputedSet>([
  [`${DC}/groupAssignments`, { type: 'deviceConfigurationGroupAssignment', compute: groupAssignments }],
  [`${DC}/deviceStatusOverview`, { type: 'deviceConfigurationDeviceOverview', compute: overview }],
  [`${DC}/userStatusOverview`, { type: 'deviceConfigurationUserOverview', compute: overview }],
  [
    'deviceManagement/managedDevices/assignmentFilterEvaluationStatusDetails',
    { type: 'assignmentFilterEvaluationStatusDetails', compute: evaluationsOfDevice },
  ],
  ['deviceManagement/roleDefinitions/roleAssignments', { type: 'deviceAndAppManagementRoleAssignment', compute: assignmentsOfRole }],
  ['deviceManagement', { type: 'deviceManagement', compute: subscription }],
]);

export function isComputed(set: string): boolean {
  return computedSets.has(set);
}

/** The entities of a computed set below `owner`; undefined when the set is a stored one. */
export async function computeSet(
  set: string,
  owner: Found | undefined,
  context: DomainContext,
): Promise<readonly StoredEntity[] | undefined> {
  const computed = computedSets.get(set);
  const type = computed === undefined ? undefined : context.beta.types.get(computed.type);
  if (computed === undefined || type === undefined) return undefined;
  const parent = owner === undefined ? '' : owner.stored.id;
  const rows = await computed.compute(owner, context);
  return rows.map((given) => {
    const json = completeEntity(type, given);
    return { set, parent, id: String(given.id), type: type.name, version: 1, json: JSON.stringify(json) };
  });
}

async function subscription(_owner: Found | undefined, { reader, tenant }: DomainContext): Promise<readonly JsonObject[]> {
  return [{ id: '', subscriptionState: await subscriptionState(reader, tenant) }];
}

/** What an entity of a computed set refers to where that is what it lies below; no link says so. */
export function parentKey({ set, parent }: EntityKey, navigation: string): EntityKey | undefined {
  return set === `${DC}/groupAssignments` && navigation === 'deviceConfiguration' ? { set: DC, parent: '', id: parent } : undefined;
}

/** The legacy view of group targets: `{configurationId}_{groupId}`, only read (quirk groupAssignmentsReadOnly). */
async function groupAssignments(owner: Found | undefined, context: DomainContext): Promise<readonly JsonObject[]> {
  if (owner === undefined) return [];
  const configurationId = owner.stored.id;
  const { entities } = await context.reader.list(context.tenant, {
    set: ASSIGNMENTS,
    parent: configurationId,
    filter: undefined,
    orderBy: [],
    skip: 0,
    limit: undefined,
    count: false,
  });
  return entities.flatMap((entity) => {
    const target = (JSON.parse(entity.json) as JsonObject).target as JsonObject;
    const read = readTarget(target);
    if (read?.kind !== 'group' || target.groupId === undefined) return [];
    return [{ id: `${configurationId}_${read.groupId}`, targetGroupId: read.groupId, excludeGroup: read.excluded }];
  });
}

/** No device has reported yet, so every count is zero; the version is the configuration's own [M]. */
async function overview(owner: Found | undefined): Promise<readonly JsonObject[]> {
  if (owner === undefined) return [];
  const { version, lastModifiedDateTime } = owner.json();
  return [{ id: owner.stored.id, configurationVersion: version, lastUpdateDateTime: lastModifiedDateTime }];
}
