import fc from 'fast-check';
import type { FilterClause, FilterOperator, FilterRule, FilterValue } from '../ast.js';
import { type FilterPlatform, operatorsOfKind, type PropertyDefinition, propertiesOf } from '../properties.js';

const NOWHERE = { position: 0, length: 0 };

/** Few texts, so that rules and values meet; with case, spaces round them, accents and a word that is null in the language. */
export const valueTexts = ['Surface', 'surface pro', 'PRO 9', 'é', 'É', 'ß', 'null', 'x', '😀 lab', '(2nd "gen', 'True', 'amd64'] as const;

const versionTexts = ['10.0', '10.0.26100', '10.0.26100.0', '10.0.26100.9457', '14.2', '9.9', '10.0.100000000000000000000'] as const;

const text = fc.oneof(fc.constantFrom(...valueTexts), fc.string({ maxLength: 4 }), fc.string({ unit: 'binary', maxLength: 4 }));

/** What a device may have for a property. */
export function propertyValue({ kind }: PropertyDefinition): fc.Arbitrary<string | null> {
  const some = kind === 'version' ? fc.constantFrom(...versionTexts, '14.1.2a', 'none') : text.filter((each) => each !== '');
  return fc.option(some);
}

/** Objects of a platform, by property. */
export function platformValues(platform: FilterPlatform): fc.Arbitrary<Record<string, string | null>> {
  return fc.record(Object.fromEntries(propertiesOf(platform).map((definition) => [definition.name, propertyValue(definition)])));
}

const literal = text.map((each) => each.replaceAll('"', '')).chain((each) => fc.constantFrom(each, ` ${each} `));
const scalar = literal.filter((each) => each !== '').map((each): FilterValue => ({ kind: 'text', text: each }));
const list = fc.array(literal, { minLength: 1, maxLength: 3 }).map((texts): FilterValue => ({ kind: 'list', texts }));
const version = fc
  .constantFrom(...versionTexts)
  .chain((each) =>
    fc.constantFrom<FilterValue>({ kind: 'version', text: each }, { kind: 'text', text: each }, { kind: 'text', text: ` ${each} ` }),
  );

function valueFor(definition: PropertyDefinition, operator: FilterOperator): fc.Arbitrary<FilterValue> {
  if (definition.kind === 'version') return version;
  if (operator === 'in' || operator === 'notIn') return fc.oneof(list, scalar);
  if (operator === 'eq' || operator === 'ne')
    return fc.oneof({ weight: 4, arbitrary: scalar }, { weight: 1, arbitrary: fc.constant<FilterValue>({ kind: 'null' }) });
  return scalar;
}

function clause(platform: FilterPlatform): fc.Arbitrary<FilterClause> {
  return fc
    .constantFrom(...propertiesOf(platform))
    .chain((definition) =>
      fc.record({ definition: fc.constant(definition), operator: fc.constantFrom(...operatorsOfKind[definition.kind]) }),
    )
    .chain(({ definition, operator }) =>
      valueFor(definition, operator).map((value) => ({
        kind: 'clause' as const,
        entity: definition.entity,
        property: definition.name,
        operator,
        value,
        at: { property: NOWHERE, operator: NOWHERE, value: NOWHERE },
      })),
    );
}

/** Valid rules of a platform. */
export function validRule(platform: FilterPlatform): fc.Arbitrary<FilterRule> {
  const { rule } = fc.letrec<{ rule: FilterRule }>((tie) => ({
    rule: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      clause(platform),
      fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), operands: fc.array(tie('rule'), { minLength: 2, maxLength: 3 }) }),
    ),
  }));
  return rule;
}

/** The tree without the places where its text stood. */
export function withoutPlaces(rule: FilterRule): unknown {
  if (rule.kind !== 'clause') return { kind: rule.kind, operands: rule.operands.map(withoutPlaces) };
  const { at: _at, ...rest } = rule;
  return rest;
}
