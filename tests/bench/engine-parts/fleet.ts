/** The people and devices of the benchmark's tenant, each made from its index alone. */
import { type Chance, chanceOf, guidOf } from './chance.js';
import {
  categories,
  companies,
  costCentres,
  countries,
  type DeviceKind,
  departments,
  deviceKinds,
  enrollmentProfiles,
  givenNames,
  jobTitles,
  kindRanks,
  offices,
  rings,
  sites,
  surnames,
  type Vocabulary,
} from './vocabulary.js';

/** Kinds of things, by which their ids and their chance differ. */
export const THING = {
  user: 1,
  directoryDevice: 2,
  deviceId: 3,
  managedDevice: 4,
  group: 5,
  filter: 6,
  policy: 7,
  patch: 8,
  assignment: 9,
  asked: 10,
} as const;

export const NOBODY = -1;

export interface UserFacts {
  readonly index: number;
  readonly givenName: string;
  readonly surname: string;
  readonly upn: string;
  readonly department: string;
  readonly jobTitle: string;
  readonly country: string;
  readonly company: string;
  readonly costCentre: string;
  readonly office: string;
  readonly guest: boolean;
  readonly enabled: boolean;
  readonly licensed: boolean;
}

export interface DeviceFacts {
  readonly index: number;
  /** Index of the primary user, or NOBODY. */
  readonly user: number;
  readonly kind: DeviceKind;
  readonly manufacturer: string;
  readonly model: string;
  readonly version: string;
  readonly name: string;
  readonly site: string;
  readonly ring: string;
  readonly category: string | undefined;
  readonly enrollmentProfile: string | undefined;
  readonly personal: boolean;
  readonly join: 'azureADJoined' | 'hybridAzureADJoined' | 'azureADRegistered';
  readonly architecture: 'x64' | 'arM64' | 'unknown';
  readonly sku: number;
  readonly rooted: boolean;
}

const SKUS = [4, 48, 121, 72, 188, 125] as const;

const word = ({ words, ranks }: Vocabulary, chance: Chance) => words[ranks.pick(chance)]!;

function nameOf(index: number, chance: Chance): Pick<UserFacts, 'givenName' | 'surname' | 'upn'> {
  const givenName = word(givenNames, chance);
  const surname = word(surnames, chance);
  return { givenName, surname, upn: `${givenName}.${surname}.${index.toString(36)}@fleet.example`.toLowerCase() };
}

export function userPrincipalName(index: number): string {
  return nameOf(index, chanceOf(THING.user, index)).upn;
}

export function userFacts(index: number): UserFacts {
  const chance = chanceOf(THING.user, index);
  return {
    index,
    ...nameOf(index, chance),
    department: word(departments, chance),
    jobTitle: word(jobTitles, chance),
    country: word(countries, chance),
    company: word(companies, chance),
    costCentre: word(costCentres, chance),
    office: word(offices, chance),
    guest: chance.hit(0.02),
    enabled: chance.hit(0.97),
    licensed: chance.hit(0.93),
  };
}

/** @param users how many users there are; each has two devices, but for devices that nobody has */
export function deviceFacts(index: number, users: number): DeviceFacts {
  const chance = chanceOf(THING.managedDevice, index);
  const kind = deviceKinds[kindRanks.pick(chance)]!;
  const [manufacturer, model] = kind.models[kind.modelRanks.pick(chance)]!;
  const site = word(sites, chance);
  const windows = kind.name === 'windows';
  return {
    index,
    user: chance.hit(0.05) ? NOBODY : (Math.imul(index, 0x9e37_79b1) >>> 0) % users,
    kind,
    manufacturer,
    model,
    version: kind.versions[kind.versionRanks.pick(chance)]!,
    name: `${site}-${index.toString(36).padStart(5, '0')}`.toUpperCase(),
    site,
    ring: word(rings, chance),
    category: chance.hit(0.6) ? word(categories, chance) : undefined,
    enrollmentProfile: chance.hit(0.55) ? word(enrollmentProfiles, chance) : undefined,
    personal: chance.hit(windows ? 0.05 : 0.4),
    join: windows ? (chance.hit(0.7) ? 'azureADJoined' : 'hybridAzureADJoined') : 'azureADRegistered',
    architecture: windows ? (chance.hit(0.92) ? 'x64' : 'arM64') : kind.name === 'mac' ? (chance.hit(0.8) ? 'arM64' : 'x64') : 'unknown',
    sku: windows ? (SKUS[chance.below(SKUS.length * 3)] ?? 4) : 0,
    rooted: !windows && chance.hit(0.01),
  };
}

export const userId = (index: number) => guidOf(THING.user, index);
export const managedDeviceId = (index: number) => guidOf(THING.managedDevice, index);
export const directoryDeviceId = (index: number) => guidOf(THING.directoryDevice, index);
/** What ties a managed device and its directory device. */
export const deviceId = (index: number) => guidOf(THING.deviceId, index);
