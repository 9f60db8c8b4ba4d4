/** Assignment filters and configurations of a made-up company, and who they are assigned to. */
import { namedGuid, type Random, random } from '../../app/tenants/random.js';
import type { JsonObject } from '../../kernel/json.js';
import type { Fleet } from './fleet.js';
import { categories, type Platform, platforms } from './words.js';

export interface MadeFilter {
  readonly id: string;
  readonly displayName: string;
  readonly platform: Platform;
  readonly body: JsonObject;
}

export interface MadePolicy {
  readonly id: string;
  readonly displayName: string;
  readonly body: JsonObject;
  readonly assignments: readonly JsonObject[];
}

const GRAPH = '#microsoft.graph.';
/** Policies for everybody; the others are for some groups each. */
const BROAD = 0.2;
const MOST_GROUPS = 24;

export function filterOf(seed: string, index: number): MadeFilter {
  const draw = random(`${seed}/filter/${index}`);
  const platform = draw.weighted(platforms);
  const [manufacturer, model] = draw.pick(platform.models);
  const rule = draw.pick([
    `(device.manufacturer -eq "${manufacturer}")`,
    `(device.model -eq "${model}")`,
    `(device.deviceOwnership -eq "${draw.chance(0.7) ? 'Corporate' : 'Personal'}")`,
    `(device.osVersion -startsWith "${draw.pick(platform.versions).split('.')[0]}")`,
    `(device.deviceCategory -eq "${draw.pick(categories)}")`,
  ]);
  const displayName = `${platform.name} filter ${index}`;
  const body = { '@odata.type': `${GRAPH}deviceAndAppManagementAssignmentFilter`, displayName, platform: platform.filterPlatform, rule };
  return { id: namedGuid(`${seed}/id/filter/${index}`), displayName, platform, body };
}

/** @param filterId the id that a filter has in the tenant */
export function policyOf(
  seed: string,
  index: number,
  fleet: Fleet,
  filters: readonly MadeFilter[],
  filterId: (filter: MadeFilter) => string,
): MadePolicy {
  const draw = random(`${seed}/policy/${index}`);
  const platform = draw.weighted(platforms);
  const type = draw.pick(platform.configurations);
  const displayName = `${platform.name} policy ${index}`;
  const fitting = filters.filter((filter) => filter.platform === platform);
  const body = { '@odata.type': `${GRAPH}${type}`, displayName, description: `Made of the seed ${seed}` };
  const id = namedGuid(`${seed}/id/policy/${index}`);
  return { id, displayName, body, assignments: assignmentsOf(draw, fleet, fitting, filterId) };
}

function assignmentsOf(
  draw: Random,
  fleet: Fleet,
  fitting: readonly MadeFilter[],
  filterId: (filter: MadeFilter) => string,
): readonly JsonObject[] {
  const filtered = (probability: number): JsonObject => {
    if (fitting.length === 0 || !draw.chance(probability)) return {};
    return {
      deviceAndAppManagementAssignmentFilterId: filterId(draw.pick(fitting)),
      deviceAndAppManagementAssignmentFilterType: draw.chance(0.75) ? 'include' : 'exclude',
    };
  };
  const made: JsonObject[] = [];
  const { groups } = fleet.size;
  if (groups === 0 || draw.chance(BROAD)) {
    const type = draw.chance(0.5) ? 'allDevicesAssignmentTarget' : 'allLicensedUsersAssignmentTarget';
    made.push({ intent: 'apply', target: { '@odata.type': `${GRAPH}${type}`, ...filtered(0.4) } });
  }
  const wanted = Math.min(groups, 1 + Math.floor(draw.fraction() ** 2 * MOST_GROUPS));
  const taken = new Set<number>();
  while (taken.size < wanted) taken.add(Math.floor(draw.fraction() ** 1.3 * groups));
  for (const [place, group] of [...taken].entries()) {
    const excluded = (place > 0 || made.length > 0) && draw.chance(0.15);
    const type = excluded ? 'exclusionGroupAssignmentTarget' : 'groupAssignmentTarget';
    made.push({
      intent: !excluded && draw.chance(0.03) ? 'remove' : 'apply',
      target: { '@odata.type': `${GRAPH}${type}`, groupId: fleet.groupId(group), ...(excluded ? {} : filtered(0.3)) },
    });
  }
  return made;
}
