/** The demo company's policy sets, and what they lay on their members. */
import type { JsonObject } from '../../../kernel/json.js';
import { groupTarget, type SeedAssignment, type SeedConfiguration } from '../configurations.js';
import { sets } from '../organization.js';
import { namedGuid } from '../random.js';
import { daysAgo, type SeedWriter } from '../seed-writer.js';
import { IOS_MAIL, IOS_WIFI } from './apple-profiles.js';
import { departmentGroup, groupId, ringGroup } from './groups.js';
import { WINDOWS_HELLO, WINDOWS_VPN, WINDOWS_WIFI } from './windows-profiles.js';

interface DemoPolicySet {
  readonly name: string;
  readonly description: string;
  /** Display names of the configurations in it. */
  readonly items: readonly string[];
  readonly group: string;
}

const policySets: readonly DemoPolicySet[] = [
  {
    name: 'Cloud-native workplace',
    description: 'What a Windows laptop of the first ring needs on its first day',
    items: [WINDOWS_WIFI, WINDOWS_VPN, WINDOWS_HELLO],
    group: ringGroup('Canary'),
  },
  {
    name: 'Mobile sales',
    description: 'Phones of the sales force',
    items: [IOS_WIFI, IOS_MAIL],
    group: departmentGroup('Sales'),
  },
];

const policySetId = (name: string) => namedGuid(`demo/policySet/${name}`);

/** The same configurations with one more assignment for every policy set they are in. */
export function withPolicySets(configurations: readonly SeedConfiguration[]): readonly SeedConfiguration[] {
  return configurations.map((configuration) => {
    const laid = policySets
      .filter((set) => set.items.includes(configuration.displayName))
      .map((set): SeedAssignment => ({ target: groupTarget(groupId(set.group)), policySet: policySetId(set.name) }));
    return laid.length === 0 ? configuration : { ...configuration, assignments: [...(configuration.assignments ?? []), ...laid] };
  });
}

/** @param configurations all of the tenant's, to find the members among */
export function writePolicySets(writer: SeedWriter, configurations: readonly SeedConfiguration[]): void {
  const created = daysAgo(writer.tenant.now, 120);
  const state: JsonObject = { createdDateTime: created, lastModifiedDateTime: created, status: 'success', errorCode: 'noError' };
  for (const set of policySets) {
    const id = policySetId(set.name);
    writer.put(sets.policySets, 'policySet', { id, displayName: set.name, description: set.description, roleScopeTags: ['0'], ...state });
    for (const item of configurations.filter((configuration) => set.items.includes(configuration.displayName))) {
      writer.put(
        sets.policySetItems,
        'deviceConfigurationPolicySetItem',
        {
          id: `${id}_${item.id}_DeviceConfigurationPolicy_Parcel`,
          payloadId: item.id,
          itemType: `#microsoft.graph.${item.type}`,
          displayName: item.displayName,
          ...state,
        },
        id,
      );
    }
    writer.put(
      sets.policySetAssignments,
      'policySetAssignment',
      { id: `${id}_${groupId(set.group)}`, lastModifiedDateTime: created, target: writer.target(groupTarget(groupId(set.group))) },
      id,
    );
  }
}
