/** What the demo company buys: models, the operating systems on them, and how many devices of each kind there are. */
export type DeviceKind =
  | 'windows'
  | 'iPhone'
  | 'iPad'
  | 'mac'
  | 'androidFullyManaged'
  | 'androidWorkProfile'
  | 'androidCorporateWorkProfile'
  | 'aosp';

export const deviceCounts: readonly (readonly [DeviceKind, number])[] = [
  ['windows', 1440],
  ['iPhone', 380],
  ['iPad', 140],
  ['mac', 190],
  ['androidFullyManaged', 110],
  ['androidWorkProfile', 80],
  ['androidCorporateWorkProfile', 20],
  ['aosp', 40],
];

export type Chassis = 'laptop' | 'desktop' | 'tablet' | 'phone';

export interface DeviceModel {
  readonly manufacturer: string;
  readonly model: string;
  readonly chassis: Chassis;
  readonly architecture: 'x64' | 'arM64' | 'unknown';
  readonly memoryGiB: number;
  readonly storageGiB: number;
  readonly serial: { readonly prefix: string; readonly length: number };
  readonly weight: number;
}

function model(
  [manufacturer, name]: readonly [string, string],
  [chassis, architecture]: readonly [Chassis, DeviceModel['architecture']],
  [memoryGiB, storageGiB]: readonly [number, number],
  [prefix, length]: readonly [string, number],
  weight: number,
): DeviceModel {
  return { manufacturer, model: name, chassis, architecture, memoryGiB, storageGiB, serial: { prefix, length }, weight };
}

const DELL = 'Dell Inc.';
const SURFACE = 'Microsoft Corporation';
const APPLE = 'Apple';

const windowsModels: readonly DeviceModel[] = [
  model([DELL, 'Latitude 5450'], ['laptop', 'x64'], [16, 512], ['', 7], 18),
  model([DELL, 'Latitude 7440'], ['laptop', 'x64'], [32, 512], ['', 7], 8),
  model([DELL, 'OptiPlex 7020'], ['desktop', 'x64'], [16, 512], ['', 7], 9),
  model([DELL, 'Precision 3680 Tower'], ['desktop', 'x64'], [64, 1024], ['', 7], 3),
  model(['LENOVO', 'ThinkPad T14 Gen 5'], ['laptop', 'x64'], [32, 512], ['PF', 6], 16),
  model(['LENOVO', 'ThinkPad X1 Carbon Gen 12'], ['laptop', 'x64'], [32, 1024], ['PF', 6], 7),
  model(['LENOVO', 'ThinkCentre M70q Gen 5'], ['desktop', 'x64'], [16, 256], ['PC', 6], 6),
  model(['HP', 'HP EliteBook 840 14 inch G11'], ['laptop', 'x64'], [16, 512], ['5CG', 7], 12),
  model(['HP', 'HP ZBook Firefly 14 inch G11'], ['laptop', 'x64'], [32, 1024], ['5CG', 7], 4),
  model(['HP', 'HP Elite Mini 800 G9'], ['desktop', 'x64'], [16, 256], ['8CC', 7], 4),
  model([SURFACE, 'Surface Pro 10 for Business'], ['tablet', 'x64'], [16, 256], ['0', 11], 5),
  model([SURFACE, 'Surface Laptop, 7th Edition'], ['laptop', 'arM64'], [16, 512], ['0', 11], 8),
];

export const deviceModels: Readonly<Record<DeviceKind, readonly DeviceModel[]>> = {
  windows: windowsModels,
  iPhone: [
    model([APPLE, 'iPhone 17'], ['phone', 'unknown'], [8, 256], ['', 10], 3),
    model([APPLE, 'iPhone 16'], ['phone', 'unknown'], [8, 128], ['', 10], 8),
    model([APPLE, 'iPhone 15'], ['phone', 'unknown'], [6, 128], ['', 10], 9),
    model([APPLE, 'iPhone 14'], ['phone', 'unknown'], [6, 128], ['', 10], 5),
    model([APPLE, 'iPhone SE (3rd generation)'], ['phone', 'unknown'], [4, 64], ['', 10], 4),
  ],
  iPad: [
    model([APPLE, 'iPad (10th generation)'], ['tablet', 'unknown'], [4, 64], ['', 10], 8),
    model([APPLE, 'iPad Air 11-inch (M2)'], ['tablet', 'unknown'], [8, 128], ['', 10], 4),
    model([APPLE, 'iPad mini (6th generation)'], ['tablet', 'unknown'], [4, 64], ['', 10], 3),
  ],
  mac: [
    model([APPLE, 'MacBook Pro (14-inch, M3)'], ['laptop', 'arM64'], [18, 512], ['', 10], 7),
    model([APPLE, 'MacBook Air (13-inch, M3)'], ['laptop', 'arM64'], [16, 256], ['', 10], 8),
    model([APPLE, 'Mac mini (2024)'], ['desktop', 'arM64'], [16, 256], ['', 10], 2),
    model([APPLE, 'MacBook Pro (16-inch, 2019)'], ['laptop', 'x64'], [16, 512], ['C02', 9], 2),
  ],
  androidFullyManaged: [
    model(['samsung', 'SM-A356B'], ['phone', 'unknown'], [6, 128], ['R5C', 8], 5),
    model(['samsung', 'SM-G736B'], ['phone', 'unknown'], [6, 128], ['R5C', 8], 4),
    model(['Google', 'Pixel 8'], ['phone', 'unknown'], [8, 128], ['3', 13], 3),
  ],
  androidWorkProfile: [
    model(['samsung', 'SM-S921B'], ['phone', 'unknown'], [8, 256], ['R5C', 8], 5),
    model(['Google', 'Pixel 9'], ['phone', 'unknown'], [12, 128], ['4', 13], 3),
    model(['Xiaomi', '2311DRK48G'], ['phone', 'unknown'], [12, 256], ['', 12], 2),
    model(['OnePlus', 'CPH2581'], ['phone', 'unknown'], [12, 256], ['', 8], 1),
  ],
  androidCorporateWorkProfile: [
    model(['Google', 'Pixel 8 Pro'], ['phone', 'unknown'], [12, 256], ['3', 13], 2),
    model(['samsung', 'SM-S926B'], ['phone', 'unknown'], [12, 256], ['R5C', 8], 1),
  ],
  aosp: [
    model(['Zebra Technologies', 'TC22'], ['phone', 'unknown'], [6, 64], ['2', 13], 4),
    model(['RealWear', 'RealWear Navigator 520'], ['phone', 'unknown'], [4, 64], ['RW5', 9], 2),
  ],
};

export interface OsRelease {
  readonly version: string;
  /** Android security patch level. */
  readonly patch?: string;
  readonly weight: number;
}

const android: readonly OsRelease[] = [
  { version: '15.0', patch: '2026-10-05', weight: 8 },
  { version: '14.0', patch: '2026-08-05', weight: 6 },
  { version: '13.0', patch: '2026-03-01', weight: 2 },
];

const apple: readonly OsRelease[] = [
  { version: '26.1', weight: 7 },
  { version: '18.7.1', weight: 6 },
  { version: '18.5', weight: 3 },
  { version: '17.7.10', weight: 1 },
];

export const osReleases: Readonly<Record<DeviceKind, readonly OsRelease[]>> = {
  windows: [
    { version: '10.0.26200.7019', weight: 22 },
    { version: '10.0.26100.6899', weight: 40 },
    { version: '10.0.22631.6060', weight: 24 },
    { version: '10.0.19045.6456', weight: 14 },
  ],
  iPhone: apple,
  iPad: apple,
  mac: [
    { version: '26.1 (25B78)', weight: 6 },
    { version: '15.7.1 (24G231)', weight: 7 },
    { version: '14.8.1 (23J30)', weight: 2 },
  ],
  androidFullyManaged: android,
  androidWorkProfile: android,
  androidCorporateWorkProfile: android,
  aosp: [
    { version: '13.0', patch: '2026-09-01', weight: 3 },
    { version: '12.0', patch: '2026-04-01', weight: 1 },
  ],
};

/** The devices' categories, as users or the enrolment choose them. */
export const deviceCategories = [
  { name: 'Office', description: 'Personal computers and phones of the staff' },
  { name: 'Executive', description: 'Devices of the management board' },
  { name: 'Kiosk', description: 'Single-purpose devices in lobbies and on the shop floor' },
  { name: 'Warehouse', description: 'Scanners, tablets and stations in warehouses' },
  { name: 'Lab', description: 'Test benches' },
  { name: 'Meeting room', description: 'Room systems' },
] as const;

export type DeviceCategoryName = (typeof deviceCategories)[number]['name'];
