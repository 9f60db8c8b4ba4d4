import { describe, expect, it } from 'vitest';
import type { ApiVersion } from './schema.js';
import { navigationFrom, servedBy } from './served.js';
import { shippedSchemas, shippedSurface } from './testing/shipped-model.js';

const servedIn = (version: ApiVersion) => servedBy(shippedSchemas[version], shippedSurface);
const pathOf = (version: ApiVersion) =>
  servedIn(version).sets.map(({ root, steps }) =>
    [root.name, ...steps.map(({ cast, navigation }) => (cast === undefined ? navigation.name : `${cast.name}:${navigation.name}`))].join(
      '/',
    ),
  );

describe.each(['beta', 'v1.0'] as const)('%s', (version) => {
  it('reaches every set of the surface that the schema has', () => {
    const reached = new Set(servedIn(version).sets.map(({ surface }) => surface.name));
    const missing = [...shippedSurface.sets.values()].filter(({ versions, name }) => versions.includes(version) && !reached.has(name));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it('has every operation of the surface', () => {
    const found = new Set(servedIn(version).operations.map(({ surface }) => surface.name));
    const missing = [...shippedSurface.operations.values()].filter(({ versions, name }) => versions.includes(version) && !found.has(name));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});

it('a set that derived types declare is reached through each of them', () => {
  const ways = pathOf('beta').filter((path) => path.endsWith('managedDeviceCertificateStates'));
  expect(ways.length).toBeGreaterThan(10);
  expect(ways).toContain('deviceManagement/deviceConfigurations/windows10PkcsCertificateProfile:managedDeviceCertificateStates');
});

it('what only the beta has is not in v1.0', () => {
  expect(pathOf('beta')).toContain('deviceManagement/assignmentFilters');
  expect(pathOf('v1.0')).not.toContain('deviceManagement/assignmentFilters');
  expect(servedIn('v1.0').container.map(({ name }) => name)).not.toContain('deviceAppManagement');
});

describe('navigation', () => {
  const served = servedIn('beta');
  const of = (type: string) =>
    navigationFrom(shippedSchemas.beta.types.get(type)!, served).map(({ navigation, cast }) => `${cast?.name ?? ''}:${navigation.name}`);

  it('is there where a set or a home answers it', () => {
    expect(of('deviceConfiguration')).toEqual(
      expect.arrayContaining([
        ':assignments',
        'windows81SCEPCertificateProfile:rootCertificate',
        'iosWiredNetworkConfiguration:rootCertificateForServerValidation',
      ]),
    );
    expect(of('group')).toEqual(expect.arrayContaining([':members', ':owners', ':memberOf']));
  });

  it.each([
    ['deviceManagement', ':deviceCompliancePolicies', 'not in the surface'],
    ['deviceManagement', ':managedDeviceOverview', 'a reference of a singleton'],
    ['group', ':drive', 'a type that is not described'],
  ])('%s%s is left out: %s', (type, name) => expect(of(type)).not.toContain(name));

  it.each([
    ['windows81SCEPCertificateProfile', 'rootCertificate', 'deviceManagement/deviceConfigurations'],
    ['group', 'members', 'directoryObjects'],
    ['managedDevice', 'users', 'users'],
  ])('references of %s.%s lead to %s', (type, name, target) => {
    expect(served.targetOf(shippedSchemas.beta.types.get(type)!.navigation.get(name)!)).toBe(target);
  });
});
