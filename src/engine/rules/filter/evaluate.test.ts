import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTable } from '../../columns/table.js';
import { toOrdinals } from '../../device-set.js';
import { compileFilterRule, explainClause, type FilterRule, interpretFilterRule, validateFilterRule } from './index.js';
import { propertiesOf } from './properties.js';
import { platformValues, validRule } from './testing/arbitrary-rules.js';

function ruleOf(text: string): FilterRule {
  const verdict = validateFilterRule(text, 'windows10AndLater', 'evaluate');
  if (!verdict.valid) throw new TypeError(verdict.diagnostics.map(({ message }) => message).join());
  return verdict.ast;
}

describe('what each operator says of a value, of none and of one that is no version', () => {
  it.each<[clause: string, value: string, ofValue: boolean, ofNull: boolean]>([
    ['device.model -eq "surface"', 'Surface', true, false],
    ['device.model -eq " Surface "', 'Surface', true, false],
    ['device.model -eq "Surface"', ' Surface', false, false],
    ['device.model -ne "Surface"', 'Surface', false, true],
    ['device.model -in ["a", " SURFACE"]', 'Surface', true, false],
    ['device.model -in "surface"', 'Surface', true, false],
    ['device.model -in [""]', 'Surface', false, false],
    ['device.model -notIn ["a"]', 'Surface', true, true],
    ['device.model -notIn ["a", "surface"]', 'Surface', false, true],
    ['device.model -startsWith " SUR"', 'Surface', true, false],
    ['device.model -startsWith "face"', 'Surface', false, false],
    ['device.model -contains "FAC "', 'Surface', true, false],
    ['device.model -contains " "', 'Surface', true, false],
    ['device.model -notContains "fac"', 'Surface', false, true],
    ['device.model -notContains "x"', 'Surface', true, true],
    ['device.model -notContains " "', 'Surface', false, true],
    ['device.model -eq $null', 'Surface', false, true],
    ['device.model -ne $null', 'Surface', true, false],
    ['device.model -eq "null"', 'Surface', false, false],
    ['device.model -eq ["x","surface"]', 'Surface', true, false],
    ['device.model -ne ["x","surface"]', 'Surface', false, true],
    ['device.operatingSystemVersion -eq 10.0.26100', '10.0.26100.9457', false, false],
    ['device.operatingSystemVersion -eq 10.0', '10.0.0.0', true, false],
    ['device.operatingSystemVersion -ne 10.0.26100.9457', '10.0.26100.9457', false, true],
    ['device.operatingSystemVersion -ge "10.0.26100"', '10.0.26100.9457', true, false],
    ['device.operatingSystemVersion -gt 10.0.26100.0', '10.0.26100.9457', true, false],
    ['device.operatingSystemVersion -gt 10.0.9.9', '10.0.10.0', true, false],
    ['device.operatingSystemVersion -lt 10.0.26100.9457', '10.0.26100.9457', false, false],
    ['device.operatingSystemVersion -le 10.0.26100.9457', '10.0.26100.9457', true, false],
    ['device.operatingSystemVersion -le 99.0', '14.1.2a', false, false],
    ['device.operatingSystemVersion -gt 1.0', '14.1.2a', false, false],
    ['device.operatingSystemVersion -ne 1.0', '14.1.2a', true, true],
    ['device.osVersion -eq "10.0.26100"', '10.0.26100.9457', false, false],
  ])('%s of %j: %s, of null: %s', (clause, value, ofValue, ofNull) => {
    const rule = ruleOf(clause);
    const property = clause.slice('device.'.length, clause.indexOf(' '));
    const table = createTable([{ name: property, kind: 'text' }]);
    const rows = [table.add({ [property]: value }), table.add({})] as const;
    const compiled = compileFilterRule(rule);
    const expected = [ofValue, ofNull];
    const selected = [...toOrdinals(compiled.evaluate(table))];
    expect(rows.map((row) => selected.includes(row))).toEqual(expected);
    expect(rows.map((row) => compiled.matches(table, row))).toEqual(expected);
    expect([value, null].map((each) => interpretFilterRule(rule, { [property]: each }))).toEqual(expected);
  });
});

describe('a compiled rule', () => {
  it.each(['windows10AndLater', 'androidForWork', 'macOS', 'iOSMobileApplicationManagement'] as const)(
    'equals the interpreter on random rules and objects of %s, whatever was removed',
    (platform) => {
      const removed = fc.array(fc.nat({ max: 50 }), { maxLength: 5 });
      fc.assert(
        fc.property(validRule(platform), fc.array(platformValues(platform), { maxLength: 50 }), removed, (rule, objects, gone) => {
          const table = createTable(propertiesOf(platform).map(({ name }) => ({ name, kind: 'text' })));
          for (const object of objects) table.add(object);
          for (const ordinal of gone) table.remove(ordinal);
          const live = objects.map((object, ordinal) => ({ object, ordinal })).filter(({ ordinal }) => !gone.includes(ordinal));
          const expected = live.filter(({ object }) => interpretFilterRule(rule, object)).map(({ ordinal }) => ordinal);
          const compiled = compileFilterRule(rule);
          expect([...toOrdinals(compiled.evaluate(table))]).toEqual(expected);
          expect(objects.map((_, ordinal) => ordinal).filter((ordinal) => compiled.matches(table, ordinal))).toEqual(expected);
          for (const { object } of live) {
            const explanation = explainClause(rule, object);
            expect(explanation.result).toBe(interpretFilterRule(rule, object));
          }
        }),
        { numRuns: 150 },
      );
    },
  );

  it('names the columns that it reads', () => {
    const rule = ruleOf('device.model -eq "A" or (device.osVersion -eq "B" and device.MODEL -ne "C")');
    expect([...compileFilterRule(rule).columns]).toEqual(['model', 'osVersion']);
  });

  it('finds no value in a table that lacks the column', () => {
    const table = createTable([]);
    table.add({});
    expect(toOrdinals(compileFilterRule(ruleOf('device.model -eq "A"')).evaluate(table))).toHaveLength(0);
    expect(toOrdinals(compileFilterRule(ruleOf('device.model -ne "A"')).evaluate(table))).toHaveLength(1);
    expect(toOrdinals(compileFilterRule(ruleOf('device.model -eq $null')).evaluate(table))).toHaveLength(1);
  });
});

describe('the explanation names the clauses that decided', () => {
  const values = { deviceName: 'PC-1', model: 'Surface', manufacturer: null };
  it.each<[rule: string, result: boolean, deciding: readonly string[]]>([
    ['device.model -eq "Surface"', true, ['device.model -eq "Surface"']],
    ['device.model -eq "A" or device.deviceName -startsWith "pc"', true, ['device.deviceName -startsWith "pc"']],
    ['device.model -eq "A" or device.deviceName -eq "B"', false, ['device.model -eq "A"', 'device.deviceName -eq "B"']],
    ['device.model -ne "A" and device.manufacturer -eq "B"', false, ['device.manufacturer -eq "B"']],
    ['device.model -ne "A" and device.deviceName -ne "B"', true, ['device.model -ne "A"', 'device.deviceName -ne "B"']],
  ])('%s', (text, result, deciding) => {
    const explanation = explainClause(ruleOf(text), values);
    expect(explanation.result).toBe(result);
    expect(explanation.deciding.map(({ clause }) => clause)).toEqual(deciding);
    expect(explanation.deciding.map(({ position, length }) => text.slice(position, position + length))).toEqual(deciding);
    expect(explanation.clause).toBe(deciding[0]);
  });

  it('with the value that it saw', () => {
    expect(explainClause(ruleOf('device.manufacturer -eq "B"'), values)).toMatchObject({ property: 'device.manufacturer', value: null });
    expect(explainClause(ruleOf('device.model -eq "B"'), values)).toMatchObject({ property: 'device.model', value: 'Surface' });
  });
});
