import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadSchema, SchemaFileError } from './load-schema.js';
import { type ApiVersion, isA, type Schema, type StructuredType } from './schema.js';

const file = (declared: Record<string, unknown>): unknown => ({
  $Version: '4.01',
  $EntityContainer: 'microsoft.graph.GraphService',
  'microsoft.graph': { GraphService: { $Kind: 'EntityContainer' }, ...declared },
});

const small = file({
  pup: { $Kind: 'EntityType', $BaseType: 'microsoft.graph.dog', trick: {} },
  dog: {
    $Kind: 'EntityType',
    $BaseType: 'microsoft.graph.animal',
    breed: { $Type: 'microsoft.graph.breed', $DefaultValue: 'pug' },
    owner: { $Type: 'microsoft.graph.person', $Nullable: true },
    friends: { $Kind: 'NavigationProperty', $Collection: true, $Type: 'microsoft.graph.animal' },
    vet: { $Kind: 'NavigationProperty', $Type: 'microsoft.graph.person', $Nullable: true },
  },
  animal: {
    $Kind: 'EntityType',
    $Abstract: true,
    $OpenType: true,
    $Key: ['id'],
    id: { '@Org.OData.Core.V1.Computed': true },
    tags: { $Collection: true },
    toys: { $Kind: 'NavigationProperty', $Collection: true, $Type: 'microsoft.graph.toy', $ContainsTarget: true },
  },
  toy: { $Kind: 'EntityType', $BaseType: 'microsoft.graph.entity' },
  breed: { $Kind: 'EnumType', beagle: 1, pug: 0 },
  moods: { $Kind: 'EnumType', $IsFlags: true, calm: 1, loud: 2 },
  feed: [
    {
      $Kind: 'Action',
      $IsBound: true,
      $Parameter: [
        { $Name: 'bindingParameter', $Type: 'microsoft.graph.dog' },
        { $Name: 'grams', $Type: 'Edm.Int32' },
        { $Name: 'names', $Collection: true, $Nullable: true },
      ],
    },
    {
      $Kind: 'Function',
      $IsBound: true,
      $Parameter: [{ $Name: 'bindingParameter', $Collection: true, $Type: 'microsoft.graph.dog' }],
      $ReturnType: { $Collection: true, $Type: 'microsoft.graph.dog' },
    },
  ],
  GraphService: {
    $Kind: 'EntityContainer',
    me: { $Type: 'microsoft.graph.dog' },
    dogs: { $Collection: true, $Type: 'microsoft.graph.dog' },
  },
});

const type = (schema: Schema, name: string): StructuredType => {
  const found = schema.types.get(name);
  if (found === undefined) throw new SchemaFileError(name);
  return found;
};

describe('a small schema, declared derived types first', () => {
  const schema = loadSchema('beta', small);
  const [animal, dog, pup] = [type(schema, 'animal'), type(schema, 'dog'), type(schema, 'pup')];

  it('links bases and derived types', () => {
    expect(pup.base).toBe(dog);
    expect(animal.derived.map((one) => one.name).sort()).toEqual(['dog', 'pup']);
    expect(isA(pup, animal)).toBe(true);
    expect([animal.abstract, animal.open, dog.abstract]).toEqual([true, true, false]);
    expect(type(schema, 'toy').base).toBeUndefined();
  });

  it('lists inherited properties first, in declaration order', () => {
    expect([...pup.properties.keys()]).toEqual(['id', 'tags', 'breed', 'owner', 'trick']);
    expect(pup.properties.get('id')).toMatchObject({ readOnly: true, nullable: false, declaredBy: 'animal' });
    expect(pup.properties.get('tags')).toMatchObject({ collection: true, type: { kind: 'primitive', name: 'Edm.String' } });
    expect(pup.properties.get('breed')).toMatchObject({ defaultValue: 'pug', type: { kind: 'enum', defaultMember: 'pug' } });
  });

  it('names a type that it does not describe', () => {
    expect(dog.properties.get('owner')?.type).toEqual({ kind: 'unknown', name: 'person' });
    expect(dog.navigation.get('vet')?.type).toBe(dog.properties.get('owner')?.type);
  });

  it('tells containment from reference', () => {
    expect([...pup.navigation.values()].map((one) => [one.name, one.contains, one.collection])).toEqual([
      ['toys', true, true],
      ['friends', false, true],
      ['vet', false, false],
    ]);
  });

  it('gives flags without a zero member their first as default', () => {
    expect(schema.enums.get('moods')).toMatchObject({ flags: true, defaultMember: 'calm' });
  });

  it('reads overloads without their binding parameter', () => {
    const [action, fn] = schema.operations;
    expect(action).toMatchObject({ kind: 'action', name: 'feed', bound: { collection: false }, returns: undefined });
    expect(action?.parameters.map((one) => [one.name, one.collection, one.nullable])).toEqual([
      ['grams', false, false],
      ['names', true, true],
    ]);
    expect(fn?.bound?.type).toBe(dog);
    expect(fn?.returns).toEqual({ type: dog, collection: true, nullable: false });
  });

  it('keeps the namespace of what is not Graph’s', () => {
    const own = loadSchema('beta', {
      ...(file({ dog: { $Kind: 'EntityType' } }) as object),
      muster: {
        walk: { $Kind: 'ComplexType', mood: { $Type: 'muster.mood' }, dog: { $Type: 'microsoft.graph.dog' } },
        mood: { $Kind: 'EnumType', calm: 0 },
        walks: [
          {
            $Kind: 'Function',
            $IsBound: true,
            $Parameter: [{ $Name: 'bindingParameter', $Type: 'microsoft.graph.dog' }],
            $ReturnType: { $Collection: true, $Type: 'muster.walk' },
          },
        ],
      },
    });
    const walk = own.types.get('muster.walk');
    expect(walk?.properties.get('mood')?.type).toBe(own.enums.get('muster.mood'));
    expect(walk?.properties.get('dog')?.type).toBe(own.types.get('dog'));
    expect(own.operations).toMatchObject([{ name: 'muster.walks', bound: { type: { name: 'dog' } }, returns: { collection: true } }]);
    expect(own.operations[0]?.returns?.type).toBe(walk);
  });

  it('reads the container', () => {
    expect([...schema.container.values()]).toEqual([
      { name: 'me', type: dog, collection: false },
      { name: 'dogs', type: dog, collection: true },
    ]);
  });
});

describe('a damaged file', () => {
  it.each([
    ['no object', 'text'],
    ['no namespace', {}],
    ['a member that is no object', file({ dog: { $Kind: 'EntityType', name: 1 } })],
    ['an enum without members', file({ breed: { $Kind: 'EnumType' } })],
    ['a default that is a list', file({ dog: { $Kind: 'EntityType', name: { $DefaultValue: [] } } })],
    ['a navigation to a primitive', file({ dog: { $Kind: 'EntityType', name: { $Kind: 'NavigationProperty', $Type: 'Edm.Guid' } } })],
    [
      'an operation on an unknown type',
      file({ run: [{ $Kind: 'Action', $IsBound: true, $Parameter: [{ $Type: 'microsoft.graph.cat' }] }] }),
    ],
  ])('%s is refused', (_, csdl) => {
    expect(() => loadSchema('beta', csdl)).toThrow(SchemaFileError);
  });
});

describe('the shipped schemas', () => {
  const load = (version: ApiVersion): Schema =>
    loadSchema(version, JSON.parse(readFileSync(new URL(`../../api/model/${version}/schema.json`, import.meta.url), 'utf8')));
  const beta = load('beta');
  const v1 = load('v1.0');

  it('have every device configuration', () => {
    expect(type(beta, 'deviceConfiguration').derived).toHaveLength(139);
    expect(type(v1, 'deviceConfiguration').derived).toHaveLength(26);
  });

  it.each([
    [beta, 'deviceConfigurationAssignment', 'id source sourceId intent target'],
    [v1, 'deviceConfigurationAssignment', 'id target'],
    [beta, 'groupAssignmentTarget', 'deviceAndAppManagementAssignmentFilterId deviceAndAppManagementAssignmentFilterType groupId'],
    [
      beta,
      'scopeTagGroupAssignmentTarget',
      'deviceAndAppManagementAssignmentFilterId deviceAndAppManagementAssignmentFilterType targetType entraObjectId',
    ],
    [v1, 'deviceConfiguration', 'id lastModifiedDateTime createdDateTime description displayName version'],
  ])('show properties in the order of the wire (%#)', (schema, name, order) => {
    expect([...type(schema, name).properties.keys()].join(' ')).toBe(order);
  });

  it('have certificate navigations as references and assignments contained', () => {
    const scep = type(beta, 'iosScepCertificateProfile');
    expect(scep.navigation.get('rootCertificate')).toMatchObject({ contains: false, type: { name: 'iosTrustedRootCertificate' } });
    expect(scep.navigation.get('assignments')).toMatchObject({ contains: true, declaredBy: 'deviceConfiguration' });
  });

  it.each([
    [beta, 'deviceManagement deviceAppManagement me groups users devices directoryObjects organization subscribedSkus'],
    [v1, 'deviceManagement deviceAppManagement me groups users devices directoryObjects organization subscribedSkus'],
  ])('have the entity container (%#)', (schema, members) => {
    expect([...schema.container.keys()].join(' ')).toBe(members);
  });

  it.each([
    [beta, 'deviceConfigurationGroupAssignments assignments'],
    [v1, 'assignments'],
  ])('have assign with its parameters (%#)', (schema, parameters) => {
    const assign = schema.operations.find((one) => one.name === 'assign' && one.bound?.type.name === 'deviceConfiguration');
    expect(assign?.parameters.map((one) => one.name).join(' ')).toBe(parameters);
  });
});
