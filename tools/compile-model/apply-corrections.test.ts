import { describe, expect, it } from 'vitest';
import { applyCorrections, parseTypeText } from './apply-corrections.js';
import { readCorrections } from './corrections.js';
import { writeCsdl } from './csdl.js';
import type { Draft } from './draft.js';
import { findScope } from './scope.js';
import { readTypePackage } from './type-package.js';

const source = `
export type Mood = "calm" | "loud" | "wild";
export interface Entity { id?: string; }
export interface Animal extends Entity { legs?: number; name?: string; owner?: Person; friends?: Animal[]; mood?: Mood; toys?: Toy[]; }
export interface Dog extends Animal { bark?: NullableOption<Bark>; }
export interface Bark { pitch?: number; }
export interface DeepBark extends Bark {}
export interface Person extends Entity { }
export interface Toy extends Entity { }
export interface Car extends Entity { }
`;
const sections = [
  'types',
  'enums',
  'flags',
  'enumValues',
  'properties',
  'remove',
  'kinds',
  'nullability',
  'entities',
  'referenceTargets',
  'navigation',
  'abstract',
  'open',
  'readOnly',
  'defaults',
  'order',
  'operations',
  'container',
  'explained',
];

function corrected(entries: Readonly<Record<string, object>>): {
  draft: Draft;
  problems: readonly string[];
  csdl: Record<string, unknown>;
} {
  const yaml = {
    scope: { closed: ['entity'], roots: [{ evidence: 'e', types: ['dog'] }] },
    ...Object.fromEntries(
      sections.map((section) => [section, entries[section] === undefined ? [] : [{ evidence: 'e', ...entries[section] }]]),
    ),
  };
  const corrections = readCorrections(JSON.stringify(yaml));
  const draft = readTypePackage(source);
  const problems = applyCorrections(draft, corrections, 'beta');
  const text = writeCsdl(draft, findScope(draft, corrections, 'beta'), corrections, 'beta');
  return { draft, problems, csdl: (JSON.parse(text) as Record<string, Record<string, unknown>>)['microsoft.graph'] ?? {} };
}

const member = (result: ReturnType<typeof corrected>, type: string, name: string): unknown =>
  (result.csdl[type] as Record<string, unknown> | undefined)?.[name];

describe('each section', () => {
  it.each<[string, object, string, string, unknown]>([
    ['kinds', { as: 'Edm.Int64', members: ['animal.legs'] }, 'animal', 'legs', { $Type: 'Edm.Int64' }],
    ['kinds', { as: 'Collection(Edm.Guid)', members: ['animal.name'] }, 'animal', 'name', { $Collection: true, $Type: 'Edm.Guid' }],
    ['nullability', { nullable: true, members: ['animal.mood'] }, 'animal', 'mood', { $Type: 'microsoft.graph.mood', $Nullable: true }],
    ['readOnly', { members: ['animal.mood'] }, 'animal', 'mood', { $Type: 'microsoft.graph.mood', '@Org.OData.Core.V1.Computed': true }],
    ['defaults', { set: { 'animal.mood': 'loud' } }, 'animal', 'mood', { $Type: 'microsoft.graph.mood', $DefaultValue: 'loud' }],
    ['remove', { members: ['animal.mood'] }, 'animal', 'mood', undefined],
    ['properties', { add: { 'dog.tail': { type: 'Edm.Double', nullable: false } } }, 'dog', 'tail', { $Type: 'Edm.Double' }],
    ['abstract', { types: ['dog'] }, 'dog', '$Abstract', true],
    ['open', { types: ['dog'] }, 'dog', '$OpenType', true],
    [
      'entities',
      { types: ['bark'] },
      'dog',
      'bark',
      { $Kind: 'NavigationProperty', $Type: 'microsoft.graph.bark', $Nullable: true, $ContainsTarget: true },
    ],
    ['flags', { enums: ['mood'] }, 'mood', 'wild', 4],
    ['enumValues', { set: { mood: { loud: 7 } } }, 'mood', 'wild', 8],
    ['types', { add: { puppy: { base: 'dog' } } }, 'puppy', '$BaseType', 'microsoft.graph.dog'],
    ['referenceTargets', { types: ['person'] }, 'animal', 'owner', { $Kind: 'NavigationProperty', $Type: 'microsoft.graph.person' }],
    [
      'referenceTargets',
      { types: ['entity'] },
      'animal',
      'toys',
      { $Kind: 'NavigationProperty', $Collection: true, $Type: 'microsoft.graph.toy' },
    ],
    ['navigation', { as: 'structural', members: ['animal.owner'] }, 'animal', 'owner', { $Type: 'microsoft.graph.person' }],
    ['container', { singletons: { rex: 'dog' }, sets: {} }, 'GraphService', 'rex', { $Type: 'microsoft.graph.dog' }],
  ])('%s %j', (section, entry, type, name, expected) => {
    const result = corrected({ [section]: entry });
    expect(result.problems).toEqual([]);
    expect(member(result, type, name)).toEqual(expected);
  });

  it('order puts the named first', () => {
    const { draft } = corrected({ order: { type: 'animal', first: ['mood', 'name', 'unheardOf'] } });
    expect([...(draft.types.get('animal')?.properties.keys() ?? [])].join(' ')).toBe('mood name legs owner friends toys');
  });

  it('operations carry their parameters and result', () => {
    const { csdl } = corrected({
      operations: {
        name: 'feed',
        kind: 'function',
        on: 'Collection(dog)',
        parameters: [{ name: 'meal', type: 'Edm.String' }],
        returns: 'bark',
      },
    });
    expect(csdl.feed).toEqual([
      {
        $Kind: 'Function',
        $IsBound: true,
        $Parameter: [
          { $Name: 'bindingParameter', $Collection: true, $Type: 'microsoft.graph.dog' },
          { $Name: 'meal', $Nullable: true },
        ],
        $ReturnType: { $Type: 'microsoft.graph.bark' },
      },
    ]);
  });

  it('an entry of the other version changes nothing', () => {
    const { problems } = corrected({ remove: { versions: ['v1.0'], members: ['animal.unheardOf'] } });
    expect(problems).toEqual([]);
  });
});

it('the area is what the roots can hold', () => {
  const names = Object.entries(corrected({}).csdl).filter(([, entry]) => (entry as { $Kind?: string }).$Kind !== 'EntityContainer');
  expect(names.map(([name]) => name).join(' ')).toBe('animal bark deepBark dog entity mood');
});

describe('a correction that finds nothing', () => {
  it.each<[string, object, string]>([
    ['kinds', { as: 'Edm.Int64', members: ['animal.wings'] }, 'no property animal.wings'],
    ['kinds', { as: 'Edm.Int64', members: ['dog.legs'] }, 'no property dog.legs'],
    ['properties', { add: { 'cat.tail': { type: 'Edm.Double' } } }, 'no type cat'],
    ['properties', { add: { 'animal.legs': { type: 'Edm.Double' } } }, 'animal.legs is already known'],
    ['types', { add: { dog: {} } }, 'dog is already known'],
    ['enums', { add: { mood: ['odd'] } }, 'mood is already known'],
    ['flags', { enums: ['size'] }, 'no enum size'],
    ['enumValues', { set: { mood: { odd: 7 } } }, 'no member mood.odd'],
    ['abstract', { types: ['cat'] }, 'no type cat'],
    ['order', { type: 'cat', first: [] }, 'no type cat'],
  ])('%s %j', (section, entry, problem) => {
    expect(corrected({ [section]: entry }).problems).toEqual([`beta ${section}: ${problem}`]);
  });
});

it.each([
  ['Edm.String', { type: 'Edm.String', collection: false }],
  ['Collection(dog)', { type: 'dog', collection: true }],
])('takes %s apart', (text, parts) => {
  expect(parseTypeText(text)).toEqual(parts);
});

it.each([
  ['an unknown section', { scope: { closed: [], roots: [] }, wrong: [] }],
  ['an entry without evidence', { scope: { closed: [], roots: [{ types: ['dog'] }] } }],
])('a corrections file with %s is refused', (_, yaml) => {
  expect(() => readCorrections(JSON.stringify(yaml))).toThrow();
});
