import { beforeEach, describe, expect, it } from 'vitest';
import { ALL_DEVICES_GROUP, ALL_USERS_GROUP } from '../../src/kernel/ids.js';
import { type Lab, openLab, TENANT } from '../support/in-process.js';
import {
  type Answer,
  type CaseAssignment,
  type CaseRule,
  expectAnswer,
  INTUNE_PLAN,
  loadCases,
  pointsAt,
  type TargetingCase,
  USUAL_DEVICE,
} from './load-cases.js';

const DEVICE_ID = 'd0000000-0000-4000-8000-000000000001';
const NOBODY = '99999999-0000-4000-8000-000000000000';
const SKU = 'a0000000-0000-4000-8000-00000000000e';
const FILTERS = 'deviceManagement/assignmentFilters';
const CONFIGURATIONS = '/deviceManagement/deviceConfigurations';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});

/** Ids that Graph gave, by the case's names. */
interface Made {
  readonly device: string;
  readonly policy: string;
  readonly assignments: readonly string[];
  readonly groups: ReadonlyMap<string, string>;
  readonly filters: ReadonlyMap<string, string>;
}

describe('who gets what, by requests alone', () => {
  it.each(loadCases())('%s', async (_title, given) => {
    const made = await make(given);

    const explained = await get(`${CONFIGURATIONS}/${made.policy}/muster.explain(managedDeviceId='${made.device}')`);
    expect(explained.managedDeviceId).toBe(made.device);
    expectAnswer(given, answerOf(explained, given, made));

    const effective = `/deviceManagement/managedDevices/${made.device}/muster.effectiveConfigurations()`;
    const { value: rows } = await get(effective);
    const isReached = given.expect.outcome !== 'notTargeted';
    expect(rows.map((row: { deviceConfigurationId: string }) => row.deviceConfigurationId)).toEqual(isReached ? [made.policy] : []);
    if (isReached) expectAnswer(given, answerOf(rows[0], given, made));
    const { value: same } = await get(`${effective}?$filter=outcome eq '${given.expect.outcome}'`);
    expect(same).toHaveLength(1);
    expectAnswer(given, answerOf(same[0], given, made));

    const { value: targeted } = await get(`${CONFIGURATIONS}/${made.policy}/muster.targetedDevices(outcome='${given.expect.outcome}')`);
    expect(targeted.map((row: Record<string, string>) => row.managedDeviceId ?? row.id)).toEqual([made.device]);

    const { value: findings } = await get('/deviceManagement/muster.findings()');
    expect(findings.map(({ code }: { code: string }) => code)).toEqual(given.expect.findings);
    for (const finding of findings) expect(finding.deviceConfigurationId).toBe(made.policy);
  });
});

async function get(path: string) {
  const answer = await lab.call('GET', path);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

async function write(method: string, path: string, body?: object): Promise<string> {
  const answer = await lab.call(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body?.id ?? '';
}

async function make(given: TargetingCase): Promise<Made> {
  const user = given.user === 'licensed' || given.user === 'unlicensed' ? await makeUser(given.user) : undefined;
  const directoryDevice = given.directoryDevice === 'registered' ? await makeDirectoryDevice() : undefined;
  const device = await write('POST', '/deviceManagement/managedDevices', {
    ...USUAL_DEVICE,
    ...given.device,
    azureADDeviceId: DEVICE_ID,
    ...(given.user === 'none' ? {} : { userId: user ?? NOBODY }),
  });

  const groups = new Map<string, string>();
  for (const [name, members] of Object.entries(given.groups)) groups.set(name, await makeGroup(name, members));
  const objects = new Map([...groups, ['user', user ?? NOBODY], ['device', directoryDevice ?? NOBODY]]);
  for (const [name, members] of Object.entries(given.groups)) {
    if (!Array.isArray(members)) continue;
    for (const member of members) {
      const reference = { '@odata.id': `https://graph.microsoft.com/beta/directoryObjects/${objects.get(member)}` };
      await write('POST', `/groups/${groups.get(name)}/members/$ref`, reference);
    }
  }

  const filters = new Map<string, string>();
  for (const [displayName, rule] of Object.entries(given.filters)) {
    const body = { displayName, rule, platform: 'windows10AndLater', roleScopeTags: ['0'] };
    filters.set(displayName, await write('POST', `/${FILTERS}`, body));
  }
  // Nothing in Graph writes collections: they come from the tenant's Configuration Manager.
  for (const [from, members] of Object.entries(given.collections)) {
    for (const _ of members) await lab.link({ kind: 'collectionMembers', from, to: device, toSet: 'deviceManagement/managedDevices' });
  }

  const policy = await write('POST', CONFIGURATIONS, policyBody(given));
  const assignments: string[] = [];
  for (const assignment of given.assignments) {
    const body = { intent: assignment.intent, target: wireTarget(assignment, objects, filters) };
    assignments.push(await write('POST', `${CONFIGURATIONS}/${policy}/assignments`, body));
  }

  // What was answered before must not be answered again.
  await get(`/deviceManagement/managedDevices/${device}/muster.effectiveConfigurations()`);
  for (const name of given.afterwards.deleteGroups) await write('DELETE', `/groups/${groups.get(name)}`);
  for (const name of given.afterwards.deleteFilters) await loseFilter(filters.get(name) ?? '');
  if (given.afterwards.disableFilters) await write('POST', `/${FILTERS}/enable`, { enable: false });
  return { device, policy, assignments, groups, filters };
}

async function makeUser(licence: 'licensed' | 'unlicensed'): Promise<string> {
  const servicePlans = [{ servicePlanId: INTUNE_PLAN, servicePlanName: 'INTUNE_A', appliesTo: 'User', provisioningStatus: 'Success' }];
  await lab.put('subscribedSkus', 'subscribedSku', SKU, { skuId: SKU, skuPartNumber: 'INTUNE', servicePlans });
  return await write('POST', '/users', {
    accountEnabled: true,
    displayName: 'Adele',
    department: 'Sales',
    mailNickname: 'adele',
    userPrincipalName: 'adele@contoso.example',
    passwordProfile: { forceChangePasswordNextSignIn: true, password: 'xWwvJ]6NMw+bWH-d' },
    assignedLicenses: licence === 'licensed' ? [{ skuId: SKU, disabledPlans: [] }] : [],
  });
}

async function makeDirectoryDevice(): Promise<string> {
  return await write('POST', '/devices', {
    accountEnabled: true,
    alternativeSecurityIds: [{ type: 2, key: 'Y3YxN2E1MWFlYw==' }],
    deviceId: DEVICE_ID,
    displayName: 'PC-1',
    operatingSystem: 'Windows',
    operatingSystemVersion: '10.0.22631.1',
  });
}

async function makeGroup(displayName: string, members: TargetingCase['groups'][string]): Promise<string> {
  const mailNickname = displayName.replaceAll(' ', '');
  const rule = Array.isArray(members)
    ? {}
    : { groupTypes: ['DynamicMembership'], membershipRule: members.rule, membershipRuleProcessingState: 'On' };
  return await write('POST', '/groups', { displayName, mailNickname, mailEnabled: false, securityEnabled: true, ...rule });
}

function policyBody({ policy: { platform, rules } }: TargetingCase) {
  const type = platform === 'windows' ? 'windows10GeneralConfiguration' : 'iosGeneralDeviceConfiguration';
  return Object.assign({ '@odata.type': `#microsoft.graph.${type}`, displayName: 'Policy' }, ...rules.map(wireRule));
}

function wireRule(rule: CaseRule): object {
  const { ruleType } = rule;
  if ('edition' in rule) {
    const osEditionTypes = rule.edition.map((edition) => `windows10${edition}`);
    return { deviceManagementApplicabilityRuleOsEdition: { name: 'by edition', ruleType, osEditionTypes } };
  }
  if ('mode' in rule) {
    const deviceMode = rule.mode === 's' ? 'sModeConfiguration' : 'standardConfiguration';
    return { deviceManagementApplicabilityRuleDeviceMode: { name: 'by mode', ruleType, deviceMode } };
  }
  const span = { minOSVersion: rule.from ?? null, maxOSVersion: rule.to ?? null };
  return { deviceManagementApplicabilityRuleOsVersion: { name: 'by version', ruleType, ...span } };
}

function wireTarget(assignment: CaseAssignment, objects: ReadonlyMap<string, string>, filters: ReadonlyMap<string, string>): object {
  const { filter } = assignment;
  const filtered =
    filter === undefined
      ? {}
      : {
          deviceAndAppManagementAssignmentFilterId: filters.get('include' in filter ? filter.include : filter.exclude),
          deviceAndAppManagementAssignmentFilterType: 'include' in filter ? 'include' : 'exclude',
        };
  const typed = (name: string, members: object) => ({ '@odata.type': `#microsoft.graph.${name}AssignmentTarget`, ...members, ...filtered });
  const group = 'exclude' in assignment ? 'exclusionGroup' : 'group';
  const target = pointsAt(assignment);
  if (target === 'all devices') return typed('allDevices', {});
  if (target === 'all users') return typed('allLicensedUsers', {});
  if (typeof target === 'string') return typed(group, { groupId: objects.get(target) });
  if ('virtualGroup' in target)
    return typed(group, { groupId: target.virtualGroup === 'all devices' ? ALL_DEVICES_GROUP : ALL_USERS_GROUP });
  if ('collection' in target) return typed('configurationManagerCollection', { collectionId: target.collection });
  return typed('scopeTagGroup', { targetType: target.side, entraObjectId: objects.get(target.scopeTag) });
}

/** Graph refuses to delete a filter that is assigned; a tenant may have lost one all the same. */
async function loseFilter(id: string): Promise<void> {
  const operations = [{ kind: 'delete', key: { set: FILTERS, parent: '', id } } as const];
  await lab.store.commit({ tenant: TENANT, actor: {}, at: '2026-03-01T08:00:00Z', expect: [], operations });
}

interface WireReason {
  readonly assignmentId: string;
  readonly kind: string;
  readonly groupPath: readonly { readonly id: string; readonly displayName: string | null }[];
  readonly filter: {
    readonly id: string;
    readonly result: string;
    readonly clause: string | null;
    readonly deviceValue: string | null;
  } | null;
  readonly excludedBy: { readonly assignmentId: string; readonly groupPath: WireReason['groupPath'] } | null;
  readonly intent: string;
}

function answerOf(row: { readonly outcome: string; readonly reasons: readonly WireReason[] }, given: TargetingCase, made: Made): Answer {
  const namesOf = (path: WireReason['groupPath']) => path.map(({ displayName }) => displayName ?? 'no name');
  const filterNames = new Map([...made.filters].map(([name, id]) => [id, name]));
  return {
    outcome: row.outcome,
    reasons: row.reasons.map(({ assignmentId, kind, groupPath, filter, excludedBy, intent }) => {
      const assignment = given.assignments[made.assignments.indexOf(assignmentId)];
      expect(intent).toBe(assignment?.intent);
      const exclusion = given.assignments[made.assignments.indexOf(excludedBy?.assignmentId ?? '')];
      return {
        kind,
        path: namesOf(groupPath),
        filter: filter === null ? undefined : { ...filter, name: filterNames.get(filter.id) ?? filter.id },
        excludedBy:
          excludedBy === null
            ? undefined
            : { name: exclusion === undefined ? '' : String(pointsAt(exclusion)), path: namesOf(excludedBy.groupPath) },
      };
    }),
  };
}
