import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseSurface } from './parse-surface.js';

const surface = (yaml: string) => parseSurface(parse(yaml));

describe('parseSurface', () => {
  it('fills in what a set leaves out', () => {
    const { sets } = surface('sets: { groups: { type: group, read: [Group.Read.All] } }');
    expect(sets.get('groups')).toEqual({
      name: 'groups',
      type: 'group',
      versions: ['beta', 'v1.0'],
      layer: 'service',
      read: ['Group.Read.All'],
      write: [],
      methods: ['list', 'get'],
      required: [],
      orderBy: undefined,
      pageSize: 1000,
      maxPageSize: 1000,
      throttle: 'deviceConfiguration',
      references: new Map(),
      lasting: [],
    });
  });

  it('takes what is given', () => {
    const { sets, operations } = surface(`
      sets:
        deviceManagement/policySets:
          { type: policySet, versions: [beta], layer: directory, read: [A], write: [B], methods: [list, create], required: [displayName],
            orderBy: displayName, pageSize: 100, maxPageSize: 999, throttle: directory,
            references: { items: [deviceManagement/policySets] }, lasting: [items] }
      operations:
        deviceConfiguration.assign: { permissions: [B], versions: [beta] }
        group.x: { permissions: [C], layer: directory }
        device.muster.y: { permissions: [C], also: [D, E] }`);
    expect(sets.get('deviceManagement/policySets')).toEqual({
      name: 'deviceManagement/policySets',
      type: 'policySet',
      versions: ['beta'],
      layer: 'directory',
      read: ['A'],
      write: ['B'],
      methods: ['list', 'create'],
      required: ['displayName'],
      orderBy: 'displayName',
      pageSize: 100,
      maxPageSize: 999,
      throttle: 'directory',
      references: new Map([['items', ['deviceManagement/policySets']]]),
      lasting: ['items'],
    });
    expect([...operations.values()]).toEqual([
      { name: 'deviceConfiguration.assign', versions: ['beta'], layer: 'service', permissions: ['B'] },
      { name: 'group.x', versions: ['beta', 'v1.0'], layer: 'directory', permissions: ['C'] },
      { name: 'device.muster.y', versions: ['beta', 'v1.0'], layer: 'service', permissions: ['C'], also: ['D', 'E'] },
    ]);
  });

  it('keeps the page size within its maximum', () => {
    const { sets } = surface('sets: { users: { type: user, read: [A], maxPageSize: 999 } }');
    expect(sets.get('users')?.pageSize).toBe(999);
  });

  it('finds the home of a type through its ancestors, nearest first', () => {
    const { homeSet } = surface(`
      sets: { groups: { type: group, read: [A] }, objects: { type: directoryObject, read: [A] } }
      homes: { group: groups, directoryObject: objects }`);
    expect(homeSet('group', ['directoryObject', 'entity'])).toBe('groups');
    expect(homeSet('device', ['directoryObject', 'entity'])).toBe('objects');
    expect(homeSet('timeWindow', [])).toBeUndefined();
  });

  it('reads an empty document', () => {
    expect(surface('').sets.size).toBe(0);
  });

  it.each([
    ['sets: []', 'surface: sets is no mapping: []'],
    ['set: {}', 'surface: surface.set is unknown here; known are sets, operations, homes'],
    ['sets: { a: { type: x } }', 'surface: sets.a.read is no list with members'],
    ['sets: { a: { read: [A] } }', 'surface: sets.a.type is no text'],
    ['sets: { a: { type: x, read: [] } }', 'surface: sets.a.read is no list with members: []'],
    ['sets: { a: { type: x, read: [1] } }', 'surface: sets.a.read[0] is no text: 1'],
    ['sets: { a: { type: x, read: [A], methods: [delete] } }', 'surface: sets.a.write is no list with members'],
    [
      'sets: { a: { type: x, read: [A], methods: [remove] } }',
      'surface: sets.a.methods[0] is none of list, get, create, update, delete: "remove"',
    ],
    ['sets: { a: { type: x, read: [A], methods: [get, get] } }', 'surface: sets.a.methods names something twice: ["get","get"]'],
    ['sets: { a: { type: x, read: [A], versions: [v2] } }', 'surface: sets.a.versions[0] is none of beta, v1.0: "v2"'],
    ['sets: { a: { type: x, read: [A], layer: model } }', 'surface: sets.a.layer is none of service, directory: "model"'],
    ['sets: { a: { type: x, read: [A], pageSize: 0 } }', 'surface: sets.a.pageSize is no whole number from 1: 0'],
    ['sets: { a: { type: x, read: [A], pageSize: 2000 } }', 'surface: sets.a.pageSize is more than maxPageSize 1000: 2000'],
    ['sets: { a: { type: x, read: [A], page: 5 } }', /^surface: sets\.a\.page is unknown here/],
    ['sets: { /a/: { type: x, read: [A] } }', 'surface: sets./a/ is no containment path: "/a/"'],
    ['operations: { a.b: { permissions: [A], also: [] } }', 'surface: operations.a.b.also is no list with members: []'],
    ['operations: { a.b.c.d: { permissions: [A] } }', 'surface: operations.a.b.c.d is not of the form boundType.name: "a.b.c.d"'],
    ['operations: { a.b: {} }', 'surface: operations.a.b.permissions is no list with members'],
    ['operations: { "a b": {} }', 'surface: operations.a b is not of the form boundType.name: "a b"'],
    ['homes: { group: groups }', 'surface: homes.group names no set of this file: "groups"'],
  ])('refuses %s', (yaml, message) => {
    expect(() => surface(yaml)).toThrow(message instanceof RegExp ? message : new TypeError(message));
  });
});
