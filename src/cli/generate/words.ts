/** The words of a made-up company; the frequent ones first. */
export const givenNames = [
  'Ada',
  'Ben',
  'Clara',
  'Daan',
  'Elif',
  'Farid',
  'Grace',
  'Hugo',
  'Ines',
  'Jonas',
  'Kaya',
  'Liam',
  'Mei',
  'Nora',
  'Omar',
  'Priya',
  'Quinn',
  'Rosa',
  'Sven',
  'Tara',
  'Uma',
  'Viktor',
  'Wanda',
  'Yusuf',
  'Zoe',
];
export const surnames = [
  'Anderson',
  'Berg',
  'Costa',
  'Dubois',
  'Eriksson',
  'Fischer',
  'Garcia',
  'Hansen',
  'Ivanov',
  'Jensen',
  'Kowalski',
  'Lopez',
  'Meyer',
  'Novak',
  'Okafor',
  'Petrov',
  'Rossi',
  'Schmidt',
  'Tanaka',
  'Usman',
  'Virtanen',
  'Weber',
  'Yilmaz',
  'Zhang',
];
export const departments = [
  'Sales',
  'Engineering',
  'Support',
  'Finance',
  'Logistics',
  'Marketing',
  'Human Resources',
  'Legal',
  'Research',
  'Facilities',
];
export const jobTitles = ['Engineer', 'Consultant', 'Clerk', 'Manager', 'Analyst', 'Technician', 'Assistant', 'Director'];
export const countries = [
  { name: 'Germany', code: 'DE', cities: ['Berlin', 'Munich', 'Hamburg'] },
  { name: 'United States', code: 'US', cities: ['Seattle', 'Boston', 'Austin'] },
  { name: 'France', code: 'FR', cities: ['Paris', 'Lyon'] },
  { name: 'United Kingdom', code: 'GB', cities: ['London', 'Leeds'] },
  { name: 'Japan', code: 'JP', cities: ['Tokyo', 'Osaka'] },
  { name: 'Singapore', code: 'SG', cities: ['Singapore'] },
  { name: 'Brazil', code: 'BR', cities: ['Recife'] },
] as const;
export const categories = ['Office', 'Field', 'Kiosk', 'Warehouse', 'Laboratory'];

export interface Platform {
  readonly name: string;
  /** Of 100 devices. */
  readonly weight: number;
  /** As the directory has it. */
  readonly osType: string;
  /** As device management has it. */
  readonly operatingSystem: string;
  readonly deviceType: string;
  readonly enrollment: string;
  readonly code: string;
  readonly models: readonly (readonly [manufacturer: string, model: string])[];
  readonly versions: readonly string[];
  /** Of assignment filters. */
  readonly filterPlatform: string;
  /** Types of configurations that need no more than a name. */
  readonly configurations: readonly string[];
}

export const platforms: readonly Platform[] = [
  {
    name: 'Windows',
    weight: 66,
    osType: 'Windows',
    operatingSystem: 'Windows',
    deviceType: 'windowsRT',
    enrollment: 'windowsAzureADJoin',
    code: 'LT',
    models: [
      ['Dell Inc.', 'Latitude 5440'],
      ['LENOVO', 'ThinkPad T14'],
      ['HP', 'EliteBook 840'],
      ['Microsoft Corporation', 'Surface Laptop 5'],
    ],
    versions: ['10.0.22631.4317', '10.0.22631.3880', '10.0.19045.4894', '10.0.26100.2033'],
    filterPlatform: 'windows10AndLater',
    configurations: ['windows10GeneralConfiguration', 'windowsUpdateForBusinessConfiguration', 'windows10EndpointProtectionConfiguration'],
  },
  {
    name: 'iOS',
    weight: 17,
    osType: 'IPhone',
    operatingSystem: 'iOS',
    deviceType: 'iPhone',
    enrollment: 'appleBulkWithUser',
    code: 'PH',
    models: [
      ['Apple', 'iPhone 15'],
      ['Apple', 'iPhone 13'],
    ],
    versions: ['18.1', '17.6.1', '17.4'],
    filterPlatform: 'iOS',
    configurations: ['iosGeneralDeviceConfiguration'],
  },
  {
    name: 'macOS',
    weight: 9,
    osType: 'MacMDM',
    operatingSystem: 'macOS',
    deviceType: 'macMDM',
    enrollment: 'appleBulkWithUser',
    code: 'MB',
    models: [
      ['Apple', 'MacBook Pro'],
      ['Apple', 'MacBook Air'],
    ],
    versions: ['15.1', '14.6.1'],
    filterPlatform: 'macOS',
    configurations: ['macOSGeneralDeviceConfiguration'],
  },
  {
    name: 'Android',
    weight: 8,
    osType: 'AndroidEnterprise',
    operatingSystem: 'Android',
    deviceType: 'androidEnterprise',
    enrollment: 'androidEnterpriseFullyManaged',
    code: 'AN',
    models: [
      ['samsung', 'SM-S921B'],
      ['Google', 'Pixel 8'],
    ],
    versions: ['15', '14', '13'],
    filterPlatform: 'androidForWork',
    configurations: ['androidDeviceOwnerGeneralDeviceConfiguration'],
  },
];
