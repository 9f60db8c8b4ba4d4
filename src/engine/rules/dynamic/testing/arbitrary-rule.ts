import fc from 'fast-check';
import type { JsonObject } from '../../../../kernel/json.js';
import type { CompareOperator, DynamicRule, Expression, Operand, Value } from '../ast.js';
import { PLAN_FIELDS, type Subject } from '../properties.js';

/** Rules and objects made to meet: few values, in many spellings. */

const span = { start: 0, end: 0 };
const EXTENSION = 'extension_00000000000000000000000000000abc_Office';

const word = fc.constantFrom(
  'Sales',
  'SALES',
  'sale',
  'Müller',
  'MÜLLER',
  'straße',
  'K\u212a',
  'a',
  'Lagos',
  'ago',
  '',
  'x"y',
  "o'b",
  '`',
  'ſ',
  '50001',
);
const plan = fc.constantFrom('SCO', 'sco', 'exchange', 'Enabled', 'Deleted', 'plan-1', 'plan-2');
const instant = fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02', '2026-01-01T02:00:00+02:00', '2025-12-31T23:59:59.999Z', 'soon');
const duration = fc.constantFrom('P1D', 'PT1H', 'P1M', 'P1Y2M3W4DT5H6M7S');
const pattern = fc.constantFrom(
  'ago',
  '^s',
  String.raw`^\w+$`,
  'l{1,2}',
  String.raw`[^\W\d]er$`,
  '.*',
  '',
  'sale|lagos',
  String.raw`\bM`,
  '(?-i)SALES',
);

const nullValue = fc.constant<Value>({ kind: 'null', span });
const numberValue = fc.constantFrom('50001', '-1', '2.5').map((text): Value => ({ kind: 'number', text, span }));

function pairs(operators: readonly CompareOperator[], value: fc.Arbitrary<Value>): fc.Arbitrary<readonly [CompareOperator, Value]> {
  return fc.tuple(fc.constantFrom(...operators), value);
}

function textPairs(texts: fc.Arbitrary<string>): fc.Arbitrary<readonly [CompareOperator, Value]> {
  const text = texts.map((each): Value => ({ kind: 'text', text: each, span }));
  const list = fc
    .array(fc.oneof(text, numberValue), { minLength: 1, maxLength: 3 })
    .map((items): Value => ({ kind: 'list', items: items as Extract<Value, { kind: 'list' }>['items'], span }));
  return fc.oneof(
    pairs(['eq', 'ne'], fc.oneof(text, nullValue, numberValue)),
    pairs(['startsWith', 'notStartsWith', 'endsWith', 'notEndsWith', 'contains', 'notContains'], fc.oneof(text, numberValue)),
    pairs(
      ['match', 'notMatch'],
      pattern.map((each): Value => ({ kind: 'text', text: each, span })),
    ),
    pairs(['in', 'notIn'], list),
  );
}

const booleanPairs = pairs(
  ['eq', 'ne'],
  fc.oneof(
    fc.boolean().map((value): Value => ({ kind: 'boolean', value, span })),
    nullValue,
  ),
);

const nowValue = fc
  .option(fc.record({ direction: fc.constantFrom('plus' as const, 'minus' as const), duration }), { nil: undefined })
  .map((offset): Value => (offset === undefined ? { kind: 'now', span } : { kind: 'now', offset, span }));
const dateValue = fc.oneof(
  nowValue,
  instant.map((text): Value => ({ kind: 'text', text, span })),
  instant.filter((text) => text !== 'soon').map((text): Value => ({ kind: 'date', text, span })),
);
const datePairs = fc.oneof(pairs(['ge', 'le', 'eq', 'ne'], dateValue), pairs(['eq', 'ne'], nullValue));

function comparison(operand: fc.Arbitrary<Operand>, operation: fc.Arbitrary<readonly [CompareOperator, Value]>): fc.Arbitrary<Expression> {
  return fc
    .tuple(operand, operation)
    .map(([left, [operator, value]]): Expression => ({ kind: 'comparison', operand: left, operator, operatorSpan: span, value, span }));
}

function composed(leaf: fc.Arbitrary<Expression>, depth: number): fc.Arbitrary<Expression> {
  if (depth === 0) return leaf;
  const inner = composed(leaf, depth - 1);
  const terms = fc.array(inner, { minLength: 2, maxLength: 3 });
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constantFrom('and' as const, 'or' as const), terms).map(([kind, each]) => ({ kind, terms: each, span })),
    },
    { weight: 1, arbitrary: inner.map((term) => ({ kind: 'not' as const, term, span })) },
  );
}

function named(object: string, ...names: readonly string[]): fc.Arbitrary<Operand> {
  return fc.constantFrom(...names).map((name) => ({ kind: 'property', object, name, span }));
}

function quantified(collection: fc.Arbitrary<Operand>, element: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  return fc
    .tuple(fc.constantFrom('any' as const, 'all' as const), collection, composed(element, 2))
    .map(([kind, operand, body]) => ({ kind, collection: operand as Extract<Operand, { kind: 'property' }>, body, span }));
}

const texts = comparison(fc.constant<Operand>({ kind: 'element', span }), textPairs(word));
const plans = comparison(named('assignedPlan', ...PLAN_FIELDS), textPairs(plan));

const userLeaf = fc.oneof(
  {
    weight: 4,
    arbitrary: comparison(
      named('user', 'department', 'CITY', 'mailNickname', 'extensionAttribute1', EXTENSION, 'telephoneNumber'),
      textPairs(word),
    ),
  },
  { weight: 1, arbitrary: comparison(named('user', 'accountEnabled', 'dirSyncEnabled'), booleanPairs) },
  { weight: 1, arbitrary: comparison(named('user', 'employeeHireDate'), datePairs) },
  { weight: 1, arbitrary: quantified(named('user', 'proxyAddresses', 'otherMails'), texts) },
  { weight: 1, arbitrary: quantified(named('user', 'assignedPlans'), plans) },
);
const deviceLeaf = fc.oneof(
  { weight: 3, arbitrary: comparison(named('device', 'deviceModel', 'displayName', 'extensionAttribute15'), textPairs(word)) },
  { weight: 1, arbitrary: comparison(named('device', 'systemLabels'), textPairs(word)) },
  { weight: 1, arbitrary: comparison(named('device', 'accountEnabled', 'isRooted'), booleanPairs) },
  { weight: 1, arbitrary: quantified(named('device', 'devicePhysicalIds'), texts) },
);

/** Trees of rules that the check accepts; their places in the text are not set. */
export function arbitraryRule(subject: Subject): fc.Arbitrary<DynamicRule> {
  return composed(subject === 'user' ? userLeaf : deviceLeaf, 3).map((root) => ({ text: '', root }));
}

/** Words and signs of the language in any order, with some that are none of it. */
export const arbitraryRuleText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '(',
        ')',
        '[',
        ']',
        ',',
        '"',
        "'",
        '`"',
        '_',
        '.',
        '“',
        'user.city',
        'user.proxyAddresses',
        'device.isRooted',
        'user.employeeHireDate',
      ),
      fc.constantFrom(
        '-eq',
        '–ne',
        '-and',
        'or',
        '-not',
        '-any',
        'all',
        '-in',
        '-match',
        '-ge',
        'null',
        'true',
        'system.now',
        '-plus',
        'p1d',
        '"a"',
        "['x']",
      ),
      fc.constantFrom(
        'assignedPlan.service',
        'user.assignedPlans',
        'user.memberOf',
        'group.objectId',
        'Direct',
        'Reports',
        'for',
        '2026-01-01',
        '"(a+)+$"',
        '"["',
      ),
      fc.string({ maxLength: 8, unit: 'binary' }),
    ),
    { maxLength: 30 },
  )
  .chain((parts) => fc.constantFrom(' ', '').map((between) => parts.join(between)));

const field = (text: fc.Arbitrary<string>) => fc.option(text, { nil: null });
const texting = fc.array(word, { maxLength: 3 });

export const arbitraryUser: fc.Arbitrary<JsonObject> = fc.record(
  {
    id: fc.constantFrom('u1', 'u2'),
    department: field(word),
    city: field(word),
    mailNickname: field(word),
    businessPhones: texting,
    onPremisesExtensionAttributes: fc.option(fc.record({ extensionAttribute1: field(word) }), { nil: null }),
    [EXTENSION]: field(word),
    accountEnabled: fc.option(fc.boolean(), { nil: null }),
    onPremisesSyncEnabled: fc.option(fc.boolean(), { nil: null }),
    employeeHireDate: field(instant),
    proxyAddresses: texting,
    otherMails: texting,
    assignedPlans: fc.array(
      fc.record({ capabilityStatus: field(plan), service: field(plan), servicePlanId: field(plan) }, { requiredKeys: ['service'] }),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ['id'] },
);

export const arbitraryDevice: fc.Arbitrary<JsonObject> = fc.record(
  {
    id: fc.constantFrom('d1', 'd2'),
    model: field(word),
    displayName: field(word),
    extensionAttributes: fc.option(fc.record({ extensionAttribute15: field(word) }), { nil: null }),
    accountEnabled: fc.option(fc.boolean(), { nil: null }),
    isRooted: fc.option(fc.boolean(), { nil: null }),
    systemLabels: texting,
    physicalIds: texting,
  },
  { requiredKeys: ['id'] },
);
