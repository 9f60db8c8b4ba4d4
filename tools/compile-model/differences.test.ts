import { describe, expect, it } from 'vitest';
import { enumDifferences, extraDifferences, typeDifferences } from './differences.js';

const schema = {
  dog: {
    $Kind: 'EntityType',
    $BaseType: 'microsoft.graph.animal',
    name: {},
    age: { $Type: 'Edm.Int32', $Nullable: true },
    toys: { $Kind: 'NavigationProperty', $Collection: true, $Type: 'microsoft.graph.toy', $ContainsTarget: true },
  },
  breed: { $Kind: 'EnumType', pug: 0, beagle: 1 },
};
const members = {
  name: { type: 'Edm.String', nullable: false, navigation: false },
  age: { type: 'Edm.Int32', nullable: true },
  toys: { type: 'Collection(microsoft.graph.toy)', navigation: true, contains: true },
};
const dog = { kind: 'entity', base: 'microsoft.graph.animal', abstract: false, open: false, members };

describe('types', () => {
  it('agree', () => expect(typeDifferences('beta', schema, { dog })).toEqual([]));

  it.each([
    [{ dog: { ...dog, base: null } }, 'beta dog base: animal, fact null'],
    [{ dog: { ...dog, kind: 'complex' } }, 'beta dog kind: entity, fact complex'],
    [{ dog: { ...dog, abstract: true } }, 'beta dog abstract: false, fact true'],
    [{ dog: { ...dog, open: true } }, 'beta dog open: false, fact true'],
    [{ dog: { ...dog, members: { ...members, name: { type: 'Edm.Guid' } } } }, 'beta dog.name type: Edm.String, fact Edm.Guid'],
    [{ dog: { ...dog, members: { ...members, age: { type: 'Edm.Int32', nullable: false } } } }, 'beta dog.age nullable: true, fact false'],
    [{ dog: { ...dog, members: { ...members, toys: { ...members.toys, contains: false } } } }, 'beta dog.toys contains: true, fact false'],
    [
      { dog: { ...dog, members: { ...members, toys: { ...members.toys, navigation: false } } } },
      'beta dog.toys navigation: true, fact false',
    ],
    [{ dog: { ...dog, members: { ...members, tail: { type: 'Edm.Int32' } } } }, 'beta dog.tail: missing'],
    [{ dog: { ...dog, members: { name: members.name, age: members.age } } }, 'beta dog.toys: not in the facts'],
    [{ dog, cat: dog }, 'beta cat: missing'],
  ])('differ %#', (facts, difference) => {
    expect(typeDifferences('beta', schema, facts)).toEqual([difference]);
  });
});

describe('enums', () => {
  it.each([
    [{ breed: { members: ['pug', 'beagle'] } }, []],
    [{ breed: { members: { pug: '0', beagle: '1' }, flags: false } }, []],
    [{ breed: { members: ['beagle', 'pug'] } }, ['beta breed members: pug,beagle, fact beagle,pug']],
    [{ breed: { members: { pug: '0', beagle: '2' } } }, ['beta breed members: pug=0,beagle=1, fact pug=0,beagle=2']],
    [{ breed: { members: ['pug', 'beagle'], flags: true } }, ['beta breed flags: false, fact true']],
    [{ mood: { members: ['calm'] } }, ['beta mood: missing']],
  ])('compare %#', (facts, differences) => {
    expect(enumDifferences('beta', schema, facts)).toEqual(differences);
  });
});

it('types that the facts lack are differences', () => {
  expect(extraDifferences('beta', schema, new Set(['dog']))).toEqual(['beta breed: not in the facts']);
});
