/** The words of the benchmark's company: what its people and devices can be, the frequent first. */
import { type Ranks, weighted, zipf } from './chance.js';

/** Words with how often each is met. */
export interface Vocabulary {
  readonly words: readonly string[];
  readonly ranks: Ranks;
}

const vocabulary = (words: readonly string[], exponent = 1): Vocabulary => ({ words, ranks: zipf(words.length, exponent) });

const numbered = (count: number, word: (index: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, index) => word(index));

const across = (some: readonly string[], others: readonly string[], join: string): readonly string[] =>
  others.flatMap((other) => some.map((one) => `${one}${join}${other}`));

const SYLLABLES = [
  'an',
  'be',
  'cor',
  'di',
  'el',
  'fa',
  'gro',
  'ha',
  'in',
  'jo',
  'ka',
  'lu',
  'mar',
  'no',
  'ol',
  'per',
  'qui',
  'ra',
  'sten',
  'tu',
  'ul',
  'ver',
  'wil',
  'xa',
  'yo',
  'zen',
];
const areas = [
  'Sales',
  'Operations',
  'Finance',
  'Engineering',
  'Logistics',
  'Service',
  'Human Resources',
  'Legal',
  'Marketing',
  'Quality',
  'Purchasing',
  'Research',
];
const regions = ['Europe', 'Americas', 'Asia', 'Nordics', 'Iberia', 'Africa', 'Pacific', 'Corporate', 'Retail', 'Wholesale'];
const levels = ['Specialist', 'Manager', 'Analyst', 'Lead', 'Assistant', 'Director', 'Trainee', 'Consultant'];

export const departments = vocabulary(across(areas, regions, ' '));
export const jobTitles = vocabulary(
  across(across(areas, levels, ' '), ['', ' I', ' II', ' III', ' Senior', ' Deputy', ' Interim', ' Chief'], ''),
);
export const countries = vocabulary([
  'Germany',
  'United States',
  'France',
  'United Kingdom',
  'India',
  'Spain',
  'Italy',
  'Poland',
  'Netherlands',
  'Brazil',
  'Sweden',
  'Norway',
  'Japan',
  'Canada',
  'Mexico',
  'Austria',
  'Switzerland',
  'Belgium',
  'Denmark',
  'Finland',
  'Portugal',
  'Ireland',
  'Czechia',
  'Hungary',
  'Romania',
  'Greece',
  'Turkey',
  'South Africa',
  'Australia',
  'Singapore',
  'South Korea',
  'Chile',
  'Argentina',
  'Egypt',
  'Morocco',
  'Kenya',
  'Vietnam',
  'Thailand',
  'Indonesia',
  'New Zealand',
]);
export const companies = vocabulary(
  numbered(30, (index) => `Fabrikam ${regions[index % regions.length]} ${String.fromCharCode(65 + index)}`),
);
export const costCentres = vocabulary(
  numbered(4000, (index) => `CC-${String(index).padStart(5, '0')}`),
  0.8,
);
export const offices = vocabulary(
  numbered(1500, (index) => `${siteCode(index % 600)}/${Math.floor(index / 600) + 1}F`),
  0.8,
);
export const givenNames = vocabulary(
  numbered(900, (index) => name(index, 5)),
  0.7,
);
export const surnames = vocabulary(
  numbered(20_000, (index) => name(index + 9000, 7)),
  0.6,
);

/** Where a device stands: the first letters of its name. */
export const sites = vocabulary(numbered(1200, siteCode), 0.8);
export const rings = vocabulary(['broad', 'second', 'first', 'pilot', 'lab', 'canary']);
export const categories = vocabulary(['Office', 'Warehouse', 'Kiosk', 'Field', 'Lab', 'Meeting room', 'Executive', 'Training']);
export const enrollmentProfiles = vocabulary(
  numbered(
    40,
    (index) =>
      `${['Autopilot user-driven', 'Self-deploying', 'Apple standard', 'Apple shared', 'Zero touch'][index % 5]} ${regions[index >> 2]}`,
  ),
);

function siteCode(index: number): string {
  const letter = (at: number) => String.fromCharCode(65 + (at % 26));
  return `${letter(index * 7)}${letter(Math.floor(index / 26) * 11 + 3)}${letter(index + Math.floor(index / 676) * 5)}${index % 10}`;
}

function name(index: number, scatter: number): string {
  let rest = index + scatter;
  let text = '';
  do {
    text += SYLLABLES[rest % SYLLABLES.length];
    rest = Math.floor(rest / SYLLABLES.length);
  } while (rest > 0);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export type KindName = 'windows' | 'iPhone' | 'iPad' | 'mac' | 'androidEnterprise' | 'androidWorkProfile' | 'aosp' | 'android';

/** A kind of device, and how its makers name it. */
export interface DeviceKind {
  readonly name: KindName;
  /** Platform of filters and policies. */
  readonly platform: Platform;
  /** `managedDevice.operatingSystem`, `managedDevice.deviceType`, and `device.operatingSystem` as dynamic rules know it. */
  readonly operatingSystem: string;
  readonly deviceType: string;
  readonly osType: string;
  readonly enrollmentType: string;
  readonly models: readonly (readonly [manufacturer: string, model: string])[];
  readonly modelRanks: Ranks;
  readonly versions: readonly string[];
  readonly versionRanks: Ranks;
}

export const platforms = ['windows10AndLater', 'iOS', 'macOS', 'androidForWork', 'androidAOSP', 'android'] as const;
export type Platform = (typeof platforms)[number];

const makers = (names: Readonly<Record<string, readonly string[]>>, each: number) =>
  Array.from({ length: each }, (_, generation) =>
    Object.entries(names).flatMap(([maker, lines]) => lines.map((line) => [maker, `${line} ${generation + 5}`] as const)),
  ).flat();

function deviceKind(
  name: KindName,
  platform: Platform,
  [operatingSystem, deviceType, osType, enrollmentType]: readonly [string, string, string, string],
  models: DeviceKind['models'],
  versions: readonly string[],
): DeviceKind {
  const ranks = { modelRanks: zipf(models.length, 0.9), versionRanks: zipf(versions.length, 0.9) };
  return { name, platform, operatingSystem, deviceType, osType, enrollmentType, models, versions, ...ranks };
}

const windowsBuilds = ['10.0.26100', '10.0.22631', '10.0.26200', '10.0.19045', '10.0.22621', '10.0.17763'];
const appleVersions = ['26.1', '18.7.1', '26.0.1', '18.6.2', '18.5', '17.7.10', '17.6', '16.7.12'];
const androidVersions = ['15', '14', '16', '13', '12', '11'];
const phones = {
  samsung: ['SM-A35', 'SM-S92', 'SM-G73', 'SM-X30'],
  Google: ['Pixel', 'Pixel Pro'],
  Xiaomi: ['2311DRK'],
  OnePlus: ['CPH25'],
};

export const deviceKinds: readonly DeviceKind[] = [
  deviceKind(
    'windows',
    'windows10AndLater',
    ['Windows', 'windowsRT', 'Windows', 'windowsAzureADJoin'],
    makers(
      {
        'Dell Inc.': ['Latitude', 'OptiPlex', 'Precision', 'XPS'],
        LENOVO: ['ThinkPad T', 'ThinkPad X', 'ThinkCentre M'],
        HP: ['HP EliteBook', 'HP ZBook', 'HP Elite Mini'],
        'Microsoft Corporation': ['Surface Pro', 'Surface Laptop'],
        FUJITSU: ['LIFEBOOK U', 'ESPRIMO'],
        'ASUSTeK COMPUTER INC.': ['ExpertBook B'],
      },
      8,
    ),
    windowsBuilds.flatMap((build, index) => Array.from({ length: 12 }, (_, patch) => `${build}.${6899 - 131 * patch - index}`)),
  ),
  deviceKind(
    'iPhone',
    'iOS',
    ['iOS', 'iPhone', 'iPhone', 'userEnrollment'],
    makers({ Apple: ['iPhone', 'iPhone Pro', 'iPhone SE'] }, 8),
    appleVersions,
  ),
  deviceKind(
    'iPad',
    'iOS',
    ['iPadOS', 'iPad', 'iPad', 'appleBulkWithUser'],
    makers({ Apple: ['iPad', 'iPad Air', 'iPad mini'] }, 5),
    appleVersions,
  ),
  deviceKind(
    'mac',
    'macOS',
    ['macOS', 'macMDM', 'MacMDM', 'appleBulkWithUser'],
    makers({ Apple: ['MacBook Pro', 'MacBook Air', 'Mac mini'] }, 6),
    ['26.1 (25B78)', '15.7.1 (24G231)', '26.0.1 (25A362)', '14.8.1 (23J30)', '15.6 (24G84)'],
  ),
  deviceKind(
    'androidEnterprise',
    'androidForWork',
    ['Android', 'androidEnterprise', 'AndroidEnterprise', 'androidEnterpriseFullyManaged'],
    makers(phones, 4),
    androidVersions,
  ),
  deviceKind(
    'androidWorkProfile',
    'androidForWork',
    ['Android', 'androidForWork', 'AndroidForWork', 'androidEnterpriseCorporateWorkProfile'],
    makers(phones, 5),
    androidVersions,
  ),
  deviceKind(
    'aosp',
    'androidAOSP',
    ['Android', 'androidnGMS', 'AndroidAOSP', 'androidAOSPUserOwnedDeviceEnrollment'],
    makers({ 'Zebra Technologies': ['TC', 'MC'], RealWear: ['Navigator'] }, 4),
    androidVersions.slice(2),
  ),
  deviceKind('android', 'android', ['Android', 'android', 'Android', 'userEnrollment'], makers(phones, 3), androidVersions),
];

export const kindRanks = weighted([62, 13, 5, 8, 6, 3, 2, 1]);
