import { describe, expect, it } from 'vitest';
import type { Home, ReadAssignment, Reference } from '../record.js';
import type { NamedObject, Scan } from '../scan.js';
import { guidOfName } from './object-ids.js';
import { resolveExport } from './resolve.js';
import type { TenantNames, TenantObject } from './tenant-names.js';

const A = 'aaaaaaaa-0000-4000-8000-000000000001';
const B = 'bbbbbbbb-0000-4000-8000-000000000002';
const C = 'cccccccc-0000-4000-8000-000000000003';

type Row = readonly [home: Home, id: string | undefined, name: string];

function scanOf(
  objects: readonly Row[],
  meant: Partial<Record<'groups' | 'filters' | 'scopeTags' | 'configurations', readonly Reference[]>>,
  names: Readonly<Record<string, string>> = {},
): Scan {
  const table = (list: readonly Reference[] = []) =>
    new Map(
      list.map((reference) => [
        `${reference.id?.toLowerCase() ?? ''}\0${reference.name?.toLowerCase() ?? ''}`,
        { reference, uses: 1, places: [{ file: 'f.json' }] },
      ]),
    );
  const typeOf = (home: Home) => (home === 'deviceConfiguration' ? 'iosGeneralDeviceConfiguration' : home);
  return {
    exports: [],
    objects: objects.map(([home, id, name]): NamedObject => ({ home, type: typeOf(home), id, name, place: { file: 'o.json' } })),
    names: new Map(Object.entries(names)),
    groups: table(meant.groups),
    filters: table(meant.filters),
    scopeTags: table(meant.scopeTags),
    configurations: table(meant.configurations),
    apart: new Map<string, readonly ReadAssignment[]>(),
    saysAssignments: new Set(),
    refersTo: new Map(),
    filesOf: new Map(),
    counts: new Map(),
    lines: 0,
    kept: new Map(),
    leftOut: new Map(),
    faults: [],
    faulty: new Set(),
  };
}

function tenantOf(objects: readonly Row[]): TenantNames {
  const of = (home: Home): readonly TenantObject[] =>
    objects.filter(([each]) => each === home).map(([, id, name]) => ({ id: id ?? '', name }));
  return {
    byId: (home, id) => of(home).find((object) => object.id === id),
    byName: (home, name) => of(home).filter((object) => object.name.toLowerCase() === name.toLowerCase()),
  };
}

const keep = { map: new Map<string, string>(), missing: 'keep' } as const;

describe('a group is found', () => {
  it.each<
    [
      string,
      { objects?: readonly Row[]; names?: Record<string, string>; tenant?: readonly Row[]; map?: Record<string, string> },
      Reference,
      string,
      string | undefined,
    ]
  >([
    ['by --map before all else', { objects: [['group', A, 'Sales']], map: { sales: C } }, { id: A, name: 'Sales' }, 'map', C],
    ['by --map of its id', { map: { [A]: C } }, { id: A }, 'map', C],
    [
      'by id in the export',
      {
        objects: [['group', A, 'X']],
        tenant: [
          ['group', A, 'Y'],
          ['group', B, 'X'],
        ],
      },
      { id: A },
      'idInExport',
      A,
    ],
    ['by id in the tenant', { objects: [['group', B, 'X']], tenant: [['group', A, 'Y']] }, { id: A, name: 'X' }, 'idInTenant', A],
    ['by name in the export', { objects: [['group', B, 'X']], tenant: [['group', C, 'x']] }, { id: A, name: 'x' }, 'nameInExport', B],
    ['by name in the tenant', { tenant: [['group', C, 'x']] }, { id: A, name: 'X' }, 'nameInTenant', C],
    ['by the name that a table gives its id', { names: { [A]: 'X' }, tenant: [['group', C, 'x']] }, { id: A }, 'nameInTenant', C],
    ['as what stands for all users', {}, { id: 'ACACACAC-9df4-4c7d-9d50-4ef0226f57a9' }, 'virtual', 'acacacac-9df4-4c7d-9d50-4ef0226f57a9'],
    ['by nothing, and kept', {}, { id: A, name: 'X' }, 'kept', A],
    ['by a name alone, and not kept', {}, { name: 'X' }, 'unknown', undefined],
    [
      'twice in the export, and not guessed',
      {
        objects: [
          ['group', A, 'X'],
          ['group', B, 'x'],
        ],
      },
      { name: 'X' },
      'ambiguous',
      undefined,
    ],
    [
      'twice in the tenant, and not guessed',
      {
        tenant: [
          ['group', A, 'X'],
          ['group', B, 'x'],
        ],
      },
      { name: 'X' },
      'ambiguous',
      undefined,
    ],
    [
      'twice by name and once by id',
      {
        tenant: [
          ['group', A, 'X'],
          ['group', B, 'x'],
        ],
      },
      { id: A, name: 'X' },
      'idInTenant',
      A,
    ],
  ])('%s', (_, { objects = [], names = {}, tenant = [], map = {} }, reference, how, to) => {
    const mapping = resolveExport(scanOf(objects, { groups: [reference] }, names), tenantOf(tenant), {
      ...keep,
      map: new Map(Object.entries(map)),
    });
    const row = mapping.rows.find((each) => each.kind === 'group' && each.uses === 1);
    expect([row?.how, row?.to]).toEqual([how, to]);
    expect(mapping.group(reference)).toEqual(to === undefined ? 'faulty' : { to });
    expect(mapping.faults).toHaveLength(to === undefined ? 1 : 0);
  });
});

describe('scope tags are numbered by each tenant for itself', () => {
  const outcome = (objects: readonly Row[], tenant: readonly Row[], reference: Reference) =>
    resolveExport(scanOf(objects, { scopeTags: [reference] }), tenantOf(tenant), keep).scopeTag(reference);
  const zero: Row = ['roleScopeTag', '0', 'Default'];

  it.each<[string, readonly Row[], readonly Row[], Reference, string]>([
    ['the number where it is free', [['roleScopeTag', '3', 'Berlin']], [zero], { id: '3' }, '3'],
    ['the number that the name has there', [['roleScopeTag', '3', 'Berlin']], [zero, ['roleScopeTag', '7', 'berlin']], { id: '3' }, '7'],
    ['the next number where another has it', [['roleScopeTag', '1', 'Berlin']], [zero, ['roleScopeTag', '1', 'Paris']], { id: '1' }, '2'],
    [
      'not one that another of the export has',
      [
        ['roleScopeTag', '1', 'Berlin'],
        ['roleScopeTag', '2', 'Rome'],
      ],
      [zero, ['roleScopeTag', '1', 'Paris']],
      { id: '1' },
      '3',
    ],
    ['the default one, whatever it is called', [['roleScopeTag', '0', 'Standard']], [zero], { id: '0' }, '0'],
    ['a name without a number', [['roleScopeTag', undefined, 'Berlin']], [zero], { name: 'Berlin' }, '1'],
    ['a number that nobody says', [], [zero], { id: '9' }, '9'],
    ['a number in the place of a name', [], [zero], { name: '0' }, '0'],
  ])('%s', (_, objects, tenant, reference, to) => expect(outcome(objects, tenant, reference)).toEqual({ to }));

  it('a name that nobody has is a fault', () => {
    const mapping = resolveExport(scanOf([], { scopeTags: [{ name: 'Berlin' }] }), tenantOf([zero]), keep);
    expect(mapping.faults.map(({ reason }) => reason)).toEqual([expect.stringContaining("No scope tag is called 'Berlin'")]);
  });
});

describe('an object without an id', () => {
  const one: Row = ['deviceConfiguration', undefined, 'Wi-Fi'];
  const identity = { home: 'deviceConfiguration', type: 'iosGeneralDeviceConfiguration', name: 'Wi-Fi' } as const;
  const typed = (...objects: readonly (TenantObject & { readonly type: string })[]): TenantNames => ({
    byId: () => undefined,
    byName: (home, name) => (home === 'deviceConfiguration' ? objects.filter((object) => object.name === name) : []),
  });

  it('is the one of the tenant that has its name and type', () => {
    const tenant = typed(
      { id: A, name: 'Wi-Fi', type: 'iosGeneralDeviceConfiguration' },
      { id: B, name: 'Wi-Fi', type: 'macOSGeneralDeviceConfiguration' },
    );
    const mapping = resolveExport(scanOf([one], {}), tenant, keep);
    expect(mapping.idOf(identity)).toBe(A);
    expect(mapping.rows).toMatchObject([{ kind: 'configuration', how: 'nameInTenant', to: A }]);
  });

  it('is never guessed among several', () => {
    const tenant = typed(
      { id: A, name: 'Wi-Fi', type: 'iosGeneralDeviceConfiguration' },
      { id: B, name: 'Wi-Fi', type: 'iosGeneralDeviceConfiguration' },
    );
    const mapping = resolveExport(scanOf([one], {}), tenant, keep);
    expect(mapping.idOf(identity)).toBeUndefined();
    expect(mapping.faults).toHaveLength(1);
    expect(resolveExport(scanOf([one], {}), tenant, { ...keep, map: new Map([['wi-fi', B]]) }).idOf(identity)).toBe(B);
  });

  it('has an id made of its name elsewhere, which the next import finds again', () => {
    const first = resolveExport(scanOf([one], {}), tenantOf([]), keep).idOf(identity);
    expect(first).toBe(guidOfName('iosGeneralDeviceConfiguration', 'WI-FI'));
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-9[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

it('a filter that is dropped takes its assignment with it, and one with an id is kept', () => {
  const scan = scanOf([], { filters: [{ id: A }, { name: 'X' }] });
  expect(resolveExport(scan, tenantOf([]), keep).filter({ id: A })).toEqual({ to: A });
  const dropping = resolveExport(scan, tenantOf([]), { ...keep, missing: 'drop' });
  expect([dropping.filter({ name: 'X' }), dropping.faults]).toEqual(['drop', []]);
});
