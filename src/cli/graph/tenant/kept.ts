/** What a tenant has and Muster does not serve: taken as it is, so that nothing is lost. */
import { isObject, type JsonObject } from '../../../kernel/json.js';
import { GraphRefused } from '../refused.js';
import { linkOf, listStage, pagesFrom } from './lists.js';
import { lineOf, type Reading, type Slice, type Stage } from './stage.js';

/** A collection of a live service. */
interface Collection {
  readonly path: string;
  /** The type of rows that do not say it. */
  readonly type: string;
  /** What the list shows of its own accord of what lies below its rows. */
  readonly expand?: string;
  /** Lists below each row that are asked for one by one, and where they go. */
  readonly each?: readonly string[];
  /** The rows themselves are asked for one by one: the list leaves something out. */
  readonly whole?: boolean;
  readonly permission: string;
}

const CONFIGURATION = 'DeviceManagementConfiguration.Read.All';
const SERVICE = 'DeviceManagementServiceConfig.Read.All';
const APPS = 'DeviceManagementApps.Read.All';
const RBAC = 'DeviceManagementRBAC.Read.All';
const SCRIPTS = 'DeviceManagementScripts.Read.All';

const management = (name: string, type: string, rest: Partial<Collection> = {}): Collection => ({
  path: `deviceManagement/${name}`,
  type,
  expand: 'assignments',
  permission: CONFIGURATION,
  ...rest,
});
const apps = (name: string, type: string, rest: Partial<Collection> = {}): Collection => ({
  path: `deviceAppManagement/${name}`,
  type,
  expand: 'assignments',
  permission: APPS,
  ...rest,
});

/** Of the beta endpoint. */
export const collections: readonly Collection[] = [
  management('deviceCompliancePolicies', 'deviceCompliancePolicy', {
    expand: 'assignments,scheduledActionsForRule($expand=scheduledActionConfigurations)',
  }),
  management('compliancePolicies', 'deviceManagementCompliancePolicy', { each: ['settings'] }),
  management('configurationPolicies', 'deviceManagementConfigurationPolicy', { each: ['settings'] }),
  management('groupPolicyConfigurations', 'groupPolicyConfiguration', {
    each: [
      'definitionValues?$expand=definition($select=id,classType,displayName,categoryPath),presentationValues($expand=presentation($select=id,label))',
    ],
  }),
  management('intents', 'deviceManagementIntent', { expand: '', each: ['assignments', 'settings'] }),
  management('deviceManagementScripts', 'deviceManagementScript', { whole: true, permission: SCRIPTS }),
  management('deviceShellScripts', 'deviceShellScript', { whole: true, permission: SCRIPTS }),
  management('deviceHealthScripts', 'deviceHealthScript', { whole: true, permission: SCRIPTS }),
  management('deviceComplianceScripts', 'deviceComplianceScript', { whole: true, permission: SCRIPTS }),
  management('deviceCustomAttributeShellScripts', 'deviceCustomAttributeShellScript', { whole: true, permission: SCRIPTS }),
  management('deviceEnrollmentConfigurations', 'deviceEnrollmentConfiguration', { permission: SERVICE }),
  management('windowsAutopilotDeploymentProfiles', 'windowsAutopilotDeploymentProfile', { permission: SERVICE }),
  management('windowsFeatureUpdateProfiles', 'windowsFeatureUpdateProfile'),
  management('windowsQualityUpdateProfiles', 'windowsQualityUpdateProfile'),
  management('windowsQualityUpdatePolicies', 'windowsQualityUpdatePolicy'),
  management('windowsDriverUpdateProfiles', 'windowsDriverUpdateProfile'),
  management('termsAndConditions', 'termsAndConditions', { permission: SERVICE }),
  management('derivedCredentials', 'deviceManagementDerivedCredentialSettings', { expand: '' }),
  management('roleDefinitions', 'roleDefinition', { expand: '', permission: RBAC }),
  management('roleAssignments', 'deviceAndAppManagementRoleAssignment', { expand: '', whole: true, permission: RBAC }),
  apps('mobileApps', 'mobileApp'),
  apps('mobileAppConfigurations', 'managedDeviceMobileAppConfiguration'),
  apps('targetedManagedAppConfigurations', 'targetedManagedAppConfiguration', { each: ['apps'] }),
  apps('iosManagedAppProtections', 'iosManagedAppProtection', { each: ['apps'] }),
  apps('androidManagedAppProtections', 'androidManagedAppProtection', { each: ['apps'] }),
  apps('windowsInformationProtectionPolicies', 'windowsInformationProtectionPolicy'),
  apps('mdmWindowsInformationProtectionPolicies', 'mdmWindowsInformationProtectionPolicy'),
];

/** Rows looked at in one round. */
const ROUND = 40;

export function keptStages(muster: boolean): readonly Stage[] {
  return muster ? [ofMuster] : collections.map(stageOf);
}

const ofMuster: Stage = listStage({
  part: 'kept',
  name: 'kept',
  what: 'Kept objects',
  path: '/muster/kept',
  permissions: ['DeviceManagementConfiguration.Read.All', 'DeviceManagementConfiguration.ReadWrite.All'],
  lines: ({ type, name, path, format, content }) => [keptLine({ type, name, path, format, content })],
});

function keptLine(kept: JsonObject): JsonObject {
  return { '@muster.kept': kept };
}

function stageOf(collection: Collection): Stage {
  return {
    name: collection.path,
    part: 'kept',
    async *read(reading, from) {
      try {
        yield* readCollection(collection, reading, from);
      } catch (error) {
        const why = passedOver(error, collection);
        // Once begun it is served: what fails is the link to go on by.
        if (why === undefined || from !== undefined) throw error;
        reading.note(why);
      }
    },
  };
}

/** A service that has not got a collection, or does not open it to this token, is no reason to stop. */
function passedOver(error: unknown, { path, permission }: Collection): string | undefined {
  if (!(error instanceof GraphRefused)) return undefined;
  if (error.status === 404 || error.status === 400 || error.status === 501) return `${path} is not read: the service does not serve it.`;
  if (error.status === 403 || (error.status === 401 && error.code !== 'InvalidAuthenticationToken')) {
    return `${path} is not read: the token lacks ${permission}.`;
  }
  return undefined;
}

async function* readCollection(collection: Collection, reading: Reading, from: JsonObject | undefined): AsyncGenerator<Slice, void, void> {
  const { path, expand = '' } = collection;
  const plain = `/${path}`;
  const first = linkOf(from) ?? (expand === '' ? plain : `${plain}?$expand=${expand}`);
  let at = typeof from?.at === 'number' ? from.at : 0;
  let here = linkOf(from);
  try {
    for await (const { rows, next } of pagesFrom(reading.client, first)) {
      do {
        const round = rows.slice(at, at + ROUND);
        const lines = await linesOf(round, collection, reading);
        at += round.length;
        const more =
          at < rows.length ? { ...(here === undefined ? {} : { link: here }), at } : next === undefined ? undefined : { link: next };
        yield { lines, next: more };
      } while (at < rows.length);
      at = 0;
      here = next;
    }
  } catch (error) {
    // Not every collection of every service can show what lies below its rows.
    const mayDoWithout = expand !== '' && from === undefined && error instanceof GraphRefused && error.status === 400 && at === 0;
    if (!mayDoWithout) throw error;
    const { expand: _, each = [], ...rest } = collection;
    yield* readCollection({ ...rest, each: ['assignments', ...each] }, reading, undefined);
  }
}

async function linesOf(rows: readonly JsonObject[], collection: Collection, reading: Reading): Promise<readonly JsonObject[]> {
  const { path, expand = '', each = [], whole = false, type } = collection;
  const wholeOf = (id: string) => `/${path}/${id}${expand === '' ? '' : `?$expand=${expand}`}`;
  const asked = rows.flatMap((row, at) => {
    const id = encodeURIComponent(String(row.id));
    const lists = each.map((list) => ({ at, member: list.split('?')[0] ?? list, url: `/${path}/${id}/${list}` }));
    return whole ? [{ at, member: undefined, url: wholeOf(id) }, ...lists] : lists;
  });
  const answers = await reading.client.batch(asked.map(({ url }) => url));
  const contents: JsonObject[] = rows.map((row) => lineOf(row));
  for (const [place, { at, member, url }] of asked.entries()) {
    const { status, body } = answers[place] ?? { status: 0, body: undefined };
    if (status >= 400 || !isObject(body)) {
      reading.note(`${url} is answered with ${status}: what is kept of ${nameOf(rows[at] ?? {})} lacks it.`);
      continue;
    }
    const before = contents[at] ?? {};
    contents[at] = member === undefined ? { ...before, ...lineOf(body) } : { ...before, [member]: await allOf(body, reading) };
  }
  return contents.map((content, at) => {
    const row = rows[at] ?? {};
    return keptLine({
      type: typeof content['@odata.type'] === 'string' ? content['@odata.type'] : `#microsoft.graph.${type}`,
      name: nameOf(row),
      path: `${path}/${String(row.id)}.json`,
      format: 'graph',
      content,
    });
  });
}

function nameOf({ displayName, name }: JsonObject): string | null {
  return typeof displayName === 'string' ? displayName : typeof name === 'string' ? name : null;
}

/** A list of which the first page is known. */
async function allOf(first: JsonObject, { client }: Reading): Promise<readonly JsonObject[]> {
  const rows = (Array.isArray(first.value) ? first.value : []).filter(isObject);
  const next = first['@odata.nextLink'];
  if (typeof next === 'string') for await (const page of client.pages(next)) rows.push(...page);
  return rows.map((row) => lineOf(row));
}
