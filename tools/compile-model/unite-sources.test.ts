import { describe, expect, it } from 'vitest';
import type { Draft } from './draft.js';
import { readTypePackage } from './type-package.js';
import { setBetaNullability, settleV1Kinds } from './unite-sources.js';

function beta(): Draft {
  const draft = readTypePackage(`
    export type Mood = "calm";
    export interface Entity {}
    export interface DirectoryObject extends Entity {}
    export interface Dog extends Entity { made?: string; ref?: string; legs?: number; loud?: boolean; mood?: Mood; name?: string; }
    export interface User extends DirectoryObject { vip?: boolean; }`);
  for (const type of draft.types.values()) {
    for (const property of type.properties.values()) {
      const kinds: Readonly<Record<string, string>> = {
        made: 'Edm.DateTimeOffset',
        ref: 'Edm.Guid',
        legs: 'Edm.Int64',
        name: 'Edm.String',
      };
      property.type = kinds[property.name] ?? property.type;
      property.readOnly = property.name === 'made';
    }
  }
  return draft;
}

const property = (draft: Draft, type: string, name: string) => draft.types.get(type)?.properties.get(name);

describe('nullability of beta', () => {
  const draft = beta();
  const betaPackage = readTypePackage('export interface Dog { ref?: NullableOption<string>; name?: string; }');
  const v1Package = readTypePackage('export interface Dog { ref?: string; legs?: NullableOption<number>; }');
  setBetaNullability(draft, betaPackage, v1Package);

  it.each([
    ['dog', 'ref', true, 'as its own package says'],
    ['dog', 'name', false, 'as its own package says'],
    ['dog', 'legs', true, 'as the v1.0 package says'],
    ['dog', 'made', false, 'a time is never null'],
    ['dog', 'loud', false, 'a Boolean is never null'],
    ['dog', 'mood', false, 'an enum is never null'],
    ['user', 'vip', true, 'anything may be null in the directory'],
  ])('%s.%s: %s, %s', (type, name, nullable) => {
    expect(property(draft, type, name)?.nullable).toBe(nullable);
  });
});

describe('kinds of v1.0', () => {
  const v1 = readTypePackage(`
    export interface Entity {}
    export interface Dog extends Entity { made?: string; ref?: string; legs?: string; name?: number; mood?: string; only?: number; note?: string; }`);
  settleV1Kinds(v1, beta());

  it.each([
    ['made', 'Edm.DateTimeOffset', 'the kind in beta'],
    ['ref', 'Edm.Guid', 'the kind in beta'],
    ['legs', 'Edm.String', 'beta has a number here'],
    ['name', 'Edm.Int32', 'beta has a text here'],
    ['mood', 'Edm.String', 'beta has an enum here'],
    ['only', 'Edm.Int32', 'beta lacks it'],
    ['note', 'Edm.String', 'beta lacks it'],
  ])('%s is %s: %s', (name, type) => {
    expect(property(v1, 'dog', name)?.type).toBe(type);
  });

  it('read-only is as in beta', () => {
    expect([property(v1, 'dog', 'made')?.readOnly, property(v1, 'dog', 'ref')?.readOnly]).toEqual([true, false]);
  });
});
