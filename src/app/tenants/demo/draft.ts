/** How the demo company's profiles are written down: by names instead of ids. */
import type { JsonObject } from '../../../kernel/json.js';
import {
  allDevicesTarget,
  allUsersTarget,
  exclusionTarget,
  filtered,
  groupTarget,
  type SeedAssignment,
  type SeedConfiguration,
  type SeedSecret,
} from '../configurations.js';
import { namedGuid } from '../random.js';
import { type DemoFilterName, filterId } from './filters.js';
import { groupId } from './groups.js';

export function configurationId(displayName: string): string {
  return namedGuid(`demo/configuration/${displayName}`);
}

type FilterUse = readonly ['include' | 'exclude', DemoFilterName];

function withFilter(target: JsonObject, filter: FilterUse | undefined): SeedAssignment {
  return { target: filter === undefined ? target : filtered(target, filter[0], filterId(filter[1])) };
}

/** Includes the members of a group, where the filter lets them. */
export const group = (name: string, filter?: FilterUse) => withFilter(groupTarget(groupId(name)), filter);
/** Excludes the members of a group. */
export const except = (name: string): SeedAssignment => ({ target: exclusionTarget(groupId(name)) });
export const everyDevice = (filter?: FilterUse) => withFilter(allDevicesTarget, filter);
export const everyUser = (filter?: FilterUse) => withFilter(allUsersTarget, filter);
/** Takes the policy away from the members of a group. */
export const removeFrom = (name: string): SeedAssignment => ({ ...group(name), intent: 'remove' });

interface Draft {
  readonly about?: string;
  readonly members?: JsonObject;
  readonly secrets?: readonly SeedSecret[];
  /** Navigation property to display names. */
  readonly refers?: Readonly<Record<string, string | readonly string[]>>;
  readonly scopeTags?: readonly string[];
  readonly version?: number;
  readonly to?: readonly SeedAssignment[];
}

export function profile(type: string, displayName: string, draft: Draft): SeedConfiguration {
  const { about, members, secrets, refers, scopeTags, version, to } = draft;
  return {
    id: configurationId(displayName),
    type,
    displayName,
    ...(about === undefined ? {} : { description: about }),
    ...(members === undefined ? {} : { members }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(refers === undefined
      ? {}
      : { references: Object.fromEntries(Object.entries(refers).map(([name, to]) => [name, [to].flat().map(configurationId)])) }),
    ...(scopeTags === undefined ? {} : { scopeTags }),
    ...(version === undefined ? {} : { version }),
    ...(to === undefined ? {} : { assignments: to }),
  };
}

const CLIENT_AUTHENTICATION = { name: 'Client Authentication', objectIdentifier: '1.3.6.1.5.5.7.3.2' };

/** What every certificate profile of the company says, whatever the platform. */
export const certificateTerms: JsonObject = {
  certificateValidityPeriodScale: 'years',
  certificateValidityPeriodValue: 1,
  renewalThresholdPercentage: 20,
};

export const scepTerms: JsonObject = {
  ...certificateTerms,
  scepServerUrls: ['https://scep.fabrikam-demo.example/certsrv/mscep/mscep.dll'],
  keyUsage: 'keyEncipherment,digitalSignature',
  keySize: 'size2048',
  extendedKeyUsages: [CLIENT_AUTHENTICATION],
};

export const pkcsTerms: JsonObject = {
  ...certificateTerms,
  certificationAuthority: 'ca3.corp.fabrikam-demo.example',
  certificationAuthorityName: 'Fabrikam Issuing CA 3',
  certificateTemplateName: 'FabrikamDeviceClient',
};

export const enterpriseWifi: JsonObject = { ssid: 'FABRIKAM-CORP', networkName: 'Fabrikam corporate', connectAutomatically: true };

export const radiusNames: readonly string[] = ['radius1.fabrikam-demo.example', 'radius2.fabrikam-demo.example'];

export const gateway = {
  address: 'vpn.fabrikam-demo.example',
  description: 'Munich gateway',
  isDefaultServer: true,
};
