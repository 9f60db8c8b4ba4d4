import type { Table } from '../../columns/table.js';
import type { TextColumn } from '../../columns/text-column.js';
import { compareVersions, type Version } from '../../columns/version.js';
import { complementWithin, type DeviceSet, emptySet, intersect, isEmpty, size, union } from '../../device-set.js';
import type { CompiledRule } from '../compiled-rule.js';
import type { FilterClause, FilterRule } from './ast.js';
import { type PositiveTest, questionOf } from './meaning.js';

/**
 * Turns a checked rule into set operations over the columns that carry its properties' names. The platform is no part of the rule: whoever asks
 * intersects with `devicesOfPlatform` (the negated operators hold where there is no value, so also on devices of other platforms).
 */
export function compileFilterRule(rule: FilterRule): CompiledRule {
  const columns = new Set<string>();
  const root = compileNode(rule, columns);
  return { evaluate: root.evaluate, matches: root.matches, columns };
}

interface Node {
  evaluate(table: Table): DeviceSet;
  matches(table: Table, ordinal: number): boolean;
}

function compileNode(rule: FilterRule, columns: Set<string>): Node {
  if (rule.kind === 'clause') return compileClause(rule, columns);
  const operands = rule.operands.map((operand) => compileNode(operand, columns));
  return rule.kind === 'and' ? conjunction(operands) : disjunction(operands);
}

function conjunction(operands: readonly Node[]): Node {
  return {
    evaluate(table) {
      let result: DeviceSet | undefined;
      for (const operand of operands) {
        result = result === undefined ? operand.evaluate(table) : intersect(result, operand.evaluate(table));
        if (isEmpty(result)) break;
      }
      return result ?? table.live();
    },
    matches: (table, ordinal) => operands.every((operand) => operand.matches(table, ordinal)),
  };
}

function disjunction(operands: readonly Node[]): Node {
  return {
    evaluate(table) {
      let result = emptySet(table.rows);
      for (const operand of operands) {
        result = union(result, operand.evaluate(table));
        if (size(result) === size(table.live())) break;
      }
      return result;
    },
    matches: (table, ordinal) => operands.some((operand) => operand.matches(table, ordinal)),
  };
}

function compileClause(clause: FilterClause, columns: Set<string>): Node {
  const { column: name, test, negated } = questionOf(clause);
  columns.add(name);
  const holds = rowTest(test);
  return {
    evaluate(table) {
      const column = table.textColumn(name);
      // A table without the column (rules of managed apps over devices) has no value in any row.
      const positive = column === undefined ? (test.kind === 'isNull' ? table.live() : emptySet(table.rows)) : rowsOf(column, test);
      return negated ? complementWithin(table.live(), positive) : positive;
    },
    matches(table, ordinal) {
      if (!table.isLive(ordinal)) return false;
      const column = table.textColumn(name);
      const code = column?.code(ordinal) ?? 0;
      const positive = column === undefined || code === 0 ? test.kind === 'isNull' : holds(column, code);
      return positive !== negated;
    },
  };
}

function rowsOf(column: TextColumn, test: PositiveTest): DeviceSet {
  switch (test.kind) {
    case 'isNull':
      return column.rowsMarked(new Uint8Array(column.dictionary().size() + 1).fill(1, 0, 1));
    case 'isOneOf':
      return column.rowsMarked(column.marksEqual(test.folded));
    case 'startsWith':
      return column.rowsMarked(column.marksPrefixed(test.folded));
    case 'contains':
      return column.rowsMarked(column.marksContaining(test.folded));
    case 'version':
      return column.rowsMarked(column.marksOfVersions((version) => versionHolds(test, version)));
  }
}

/** The test of one text, by its code in the column (not 0). */
function rowTest(test: PositiveTest): (column: TextColumn, code: number) => boolean {
  switch (test.kind) {
    case 'isNull':
      return () => false;
    case 'isOneOf': {
      const wanted = new Set(test.folded);
      return (column, code) => wanted.has(column.dictionary().folded(code));
    }
    case 'startsWith':
      return (column, code) => column.dictionary().folded(code).startsWith(test.folded);
    case 'contains':
      return (column, code) => column.dictionary().folded(code).includes(test.folded);
    case 'version':
      return (column, code) => versionHolds(test, column.version(code));
  }
}

/** A device's value that is no version compares with none. */
function versionHolds({ version, accepts }: PositiveTest & { readonly kind: 'version' }, of: Version | null): boolean {
  return of !== null && version !== null && accepts(compareVersions(of, version));
}
