import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../kernel/json.js';
import { createTable, type Table } from '../../columns/table.js';
import { equalSets, setOf, toOrdinals } from '../../device-set.js';
import type { DynamicRule } from './ast.js';
import {
  columnSpecs,
  compileDynamicRule,
  createClauses,
  deviceColumns,
  extensionColumnSpecs,
  interpretDynamicRule,
  parseDynamicRule,
  printDynamicRule,
  type Subject,
  userColumns,
  validateDynamicRule,
} from './index.js';
import { arbitraryDevice, arbitraryRule, arbitraryRuleText, arbitraryUser } from './testing/arbitrary-rule.js';
import { withoutSpans } from './testing/without-spans.js';

const now = () => Date.UTC(2026, 0, 1);

function tableOf(subject: Subject, objects: readonly JsonObject[]): Table {
  const table = createTable(columnSpecs(subject));
  for (const object of objects) {
    if (subject === 'user') for (const spec of extensionColumnSpecs(object)) table.addColumn(spec);
    table.add(subject === 'user' ? userColumns(object, table.columns) : deviceColumns(object));
  }
  return table;
}

function accepted(rule: DynamicRule): DynamicRule {
  const text = printDynamicRule(rule);
  const verdict = validateDynamicRule(text);
  if (!verdict.valid) throw new Error(`${text}: ${JSON.stringify(verdict.diagnostics)}`);
  return verdict.ast;
}

describe.each([
  { subject: 'user', object: arbitraryUser },
  { subject: 'device', object: arbitraryDevice },
] as const)('rules of a $subject', ({ subject, object }) => {
  it('say the same of a table as of each object alone', () => {
    fc.assert(
      fc.property(arbitraryRule(subject), fc.array(object, { maxLength: 40 }), fc.nat(39), (tree, objects, removed) => {
        const rule = accepted(tree);
        const table = tableOf(subject, objects);
        table.remove(removed);
        const compiled = compileDynamicRule(rule, { now });
        const expected = objects.flatMap((each, ordinal) =>
          ordinal !== removed && interpretDynamicRule(rule, each, { now }) ? [ordinal] : [],
        );
        const text = printDynamicRule(rule);
        expect([...toOrdinals(compiled.evaluate(table))], text).toEqual(expected);
        expect(
          objects.flatMap((_, ordinal) => (compiled.matches(table, ordinal) ? [ordinal] : [])),
          text,
        ).toEqual(expected);
      }),
      { numRuns: 600 },
    );
  });

  it.each([undefined, 2])('say the same when they are planned with others, of which %s clauses are remembered', (most) => {
    const clauses = createClauses(most);
    const other = subject === 'user' ? 'device' : 'user';
    fc.assert(
      fc.property(arbitraryRule(subject), arbitraryRule(other), fc.array(object, { maxLength: 12 }), (tree, stranger, objects) => {
        compileDynamicRule(accepted(stranger), { now, clauses });
        const rule = accepted(tree);
        const table = tableOf(subject, objects);
        const shared = compileDynamicRule(rule, { now, clauses });
        const alone = compileDynamicRule(rule, { now });
        expect([...toOrdinals(shared.evaluate(table))]).toEqual([...toOrdinals(alone.evaluate(table))]);
        for (const ordinal of objects.keys()) expect(shared.matches(table, ordinal)).toBe(alone.matches(table, ordinal));
        expect(new Set(shared.columns)).toEqual(new Set(alone.columns));
        expect(new Set(shared.groups)).toEqual(new Set(alone.groups));
      }),
      { numRuns: 400 },
    );
  });

  it('say the same while many questions come, and rows change between them', () => {
    const clauses = createClauses();
    fc.assert(
      fc.property(
        fc.array(arbitraryRule(subject), { minLength: 1, maxLength: 4 }),
        fc.array(object, { minLength: 1, maxLength: 12 }),
        fc.array(fc.tuple(fc.constantFrom('add', 'set', 'remove'), fc.nat(11), object), { maxLength: 4 }),
        (trees, objects, changes) => {
          const columnsOf = subject === 'user' ? userColumns : deviceColumns;
          const table = tableOf(subject, [...objects, ...changes.map(([, , each]) => each)]);
          table.expectQuestions();
          const rules = trees.map((tree) => accepted(tree));
          const shared = rules.map((rule) => compileDynamicRule(rule, { now, clauses }));
          const alone = rules.map((rule) => compileDynamicRule(rule, { now }));
          const agree = () => {
            for (const [index, rule] of shared.entries())
              expect([...toOrdinals(rule.evaluate(table))]).toEqual([...toOrdinals(alone[index]!.evaluate(table))]);
          };
          agree();
          for (const [what, ordinal, each] of changes) {
            if (what === 'add') table.add(columnsOf(each));
            else if (what === 'set') table.set(ordinal, columnsOf(each));
            else table.remove(ordinal);
            agree();
          }
          clauses.forgetAnswers();
        },
      ),
      { numRuns: 300 },
    );
  });

  it('name every column they read', () => {
    fc.assert(
      fc.property(arbitraryRule(subject), fc.array(object, { minLength: 1, maxLength: 8 }), (tree, objects) => {
        const compiled = compileDynamicRule(accepted(tree), { now });
        const whole = tableOf(subject, objects);
        const read = createTable(whole.columns.flatMap((column) => (compiled.columns.has(column.name) ? [specOf(column)] : [])));
        for (const each of objects) read.add(subject === 'user' ? userColumns(each) : deviceColumns(each));
        expect(equalSets(compiled.evaluate(read), compiled.evaluate(whole))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('read the same after printing', () => {
    fc.assert(
      fc.property(arbitraryRule(subject), (tree) => {
        const printed = printDynamicRule(tree);
        const parsed = parseDynamicRule(printed);
        expect(parsed.ok && withoutSpans(parsed.rule), printed).toEqual(withoutSpans(tree));
        expect(parsed.ok && printDynamicRule(parsed.rule)).toBe(printed);
      }),
      { numRuns: 600 },
    );
  });
});

function specOf(column: Table['columns'][number]) {
  return column.kind === 'recordList'
    ? { name: column.name, kind: column.kind, fields: column.fields }
    : { name: column.name, kind: column.kind };
}

describe('any text at all', () => {
  const judge = (text: string) => {
    const verdict = validateDynamicRule(text);
    for (const diagnostic of verdict.valid ? [] : verdict.diagnostics) {
      expect(diagnostic.message).not.toBe('');
      expect(diagnostic.position).toBeGreaterThanOrEqual(0);
      expect(diagnostic.length).toBeGreaterThanOrEqual(0);
      expect(diagnostic.position + diagnostic.length).toBeLessThanOrEqual(text.length);
    }
    if (!verdict.valid) {
      expect(verdict.diagnostics.length).toBeGreaterThan(0);
      return;
    }
    compileDynamicRule(verdict.ast, { now }).evaluate(tableOf(verdict.subject, [{ id: 'x' }]), {
      directMembers: () => setOf([0], 1),
      directReports: () => setOf([0], 1),
    });
  };

  it('is a rule or gets a diagnostic', () => {
    fc.assert(fc.property(fc.oneof(arbitraryRuleText, fc.string({ unit: 'binary', maxLength: 100 })), judge), { numRuns: 2500 });
  });

  it('is a rule or gets a diagnostic after one change to a rule', () => {
    const changed = fc
      .tuple(arbitraryRule('user').map(printDynamicRule), fc.nat(), fc.nat(4), fc.constantFrom('', '"', '(', ')', '`', ' ', '-', "'", '['))
      .map(([text, at, cut, put]) => text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + cut));
    fc.assert(fc.property(changed, judge), { numRuns: 1500 });
  });

  it.each([
    ['10,000 parentheses', '('.repeat(10_000)],
    ['10,000 balanced parentheses', `${'('.repeat(10_000)}user.city -eq "x"${')'.repeat(10_000)}`],
    ['parentheses up to the length of a rule', '('.repeat(3072)],
    ['-not up to the length of a rule', '-not '.repeat(614)],
    ['-any in -any', 'user.otherMails -any '.repeat(146)],
    ['terms up to the length of a rule', `${'user.city -eq "x" or '.repeat(145)}user.city -eq "x"`],
    ['an open text', `user.city -eq "${'a'.repeat(3000)}`],
    ['open brackets', `user.city -in ${'['.repeat(3000)}`],
    ['a long word', 'a'.repeat(3072)],
    ['a long duration', `user.employeeHireDate -ge system.now -plus P${'9'.repeat(3000)}D`],
  ])('%s', (_, text) => judge(text));
});
