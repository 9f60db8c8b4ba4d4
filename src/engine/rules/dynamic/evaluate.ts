import type { RecordListColumn, RecordValue, TextListColumn } from '../../columns/list-column.js';
import type { BooleanColumn, NumberColumn } from '../../columns/scalar-columns.js';
import type { Column, Table } from '../../columns/table.js';
import type { TextColumn } from '../../columns/text-column.js';
import { complementWithin, type DeviceSet, emptySet, has, intersect, isEmpty, union } from '../../device-set.js';
import type { CompiledRule } from '../compiled-rule.js';
import type { Comparison, DynamicRule, Expression, PropertyOperand, Quantified } from './ast.js';
import type { RuleContext } from './context.js';
import { instantTest } from './instant-test.js';
import { findProperty, type Property, planField, type Subject } from './properties.js';
import { type TextTest, testText, textTest } from './text-test.js';
import { dependsOnNow, subjectOf } from './walk.js';

/** A dynamic membership rule ready to be asked about the rows of a table of its subject. */
export interface CompiledDynamicRule extends CompiledRule {
  readonly subject: Subject;
  /** Groups whose direct members the rule names: it is to be asked again when those change. */
  readonly groups: ReadonlySet<string>;
  /** The manager whose direct reports the rule names. */
  readonly managerId: string | undefined;
  /** The answer changes with time alone. */
  readonly dependsOnNow: boolean;
  evaluate(table: Table, context?: RuleContext): DeviceSet;
  matches(table: Table, ordinal: number, context?: RuleContext): boolean;
}

interface Moment {
  readonly now: number;
  readonly context: RuleContext | undefined;
}

/** One node of a rule: over all rows with set operations, and for one row. */
interface Plan {
  rows(table: Table, moment: Moment): DeviceSet;
  row(table: Table, ordinal: number, moment: Moment): boolean;
}

/**
 * Compiles a rule that `validateDynamicRule` accepted. Columns that the table lacks count as null in every row.
 *
 * @param options.now milliseconds since the epoch, asked at each evaluation
 */
export function compileDynamicRule(rule: DynamicRule, options: { readonly now: () => number }): CompiledDynamicRule {
  const subject = subjectOf(rule) ?? 'user';
  const columns = new Set<string>();
  const groups = new Set<string>();
  const { root } = rule;
  const plan = root.kind === 'directReports' ? planReports(root.managerId, columns) : planExpression(root, { subject, columns, groups });
  const moment = (context: RuleContext | undefined): Moment => ({ now: options.now(), context });
  return {
    subject,
    columns,
    groups,
    managerId: root.kind === 'directReports' ? root.managerId : undefined,
    dependsOnNow: dependsOnNow(rule),
    evaluate: (table, context) => plan.rows(table, moment(context)),
    matches: (table, ordinal, context) => table.isLive(ordinal) && plan.row(table, ordinal, moment(context)),
  };
}

interface Reads {
  readonly subject: Subject;
  readonly columns: Set<string>;
  readonly groups: Set<string>;
}

function planExpression(expression: Expression, reads: Reads): Plan {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return planConnected(
        expression.kind,
        expression.terms.map((term) => planExpression(term, reads)),
      );
    case 'not':
      return complement(planExpression(expression.term, reads));
    case 'any':
    case 'all':
      return planQuantified(expression, reads);
    case 'comparison':
      return planComparison(expression, reads);
  }
}

function planConnected(kind: 'and' | 'or', terms: readonly Plan[]): Plan {
  if (kind === 'or') {
    return {
      rows: (table, moment) => terms.reduce((set, term) => union(set, term.rows(table, moment)), emptySet(table.rows)),
      row: (table, ordinal, moment) => terms.some((term) => term.row(table, ordinal, moment)),
    };
  }
  return {
    rows: (table, moment) => terms.reduce((set, term) => (isEmpty(set) ? set : intersect(set, term.rows(table, moment))), table.live),
    row: (table, ordinal, moment) => terms.every((term) => term.row(table, ordinal, moment)),
  };
}

function complement(plan: Plan): Plan {
  return {
    rows: (table, moment) => complementWithin(table.live, plan.rows(table, moment)),
    row: (table, ordinal, moment) => !plan.row(table, ordinal, moment),
  };
}

function constant(value: boolean): Plan {
  return { rows: (table) => (value ? table.live : emptySet(table.rows)), row: () => value };
}

/** A plan over a column of one kind; `missing` is the answer where the table has no such column. */
function onColumn<Kind extends Column['kind']>(
  name: string,
  kind: Kind,
  missing: boolean,
  rows: (column: Extract<Column, { kind: Kind }>, table: Table, moment: Moment) => DeviceSet,
  row: (column: Extract<Column, { kind: Kind }>, ordinal: number, moment: Moment) => boolean,
): Plan {
  const find = (table: Table) => {
    const column = table.column(name);
    return column?.kind === kind ? (column as Extract<Column, { kind: Kind }>) : undefined;
  };
  const absent = constant(missing);
  return {
    rows(table, moment) {
      const column = find(table);
      return column === undefined ? absent.rows(table, moment) : rows(column, table, moment);
    },
    row(table, ordinal, moment) {
      const column = find(table);
      return column === undefined ? missing : row(column, ordinal, moment);
    },
  };
}

function propertyOf(operand: PropertyOperand, reads: Reads): Property | undefined {
  const property = findProperty(reads.subject, operand.name);
  if (property !== undefined && property.type !== 'groups') reads.columns.add(property.name);
  return property;
}

function planComparison(comparison: Comparison, reads: Reads): Plan {
  if (comparison.operand.kind === 'element') return constant(false);
  const property = propertyOf(comparison.operand, reads);
  switch (property?.type) {
    case 'text':
      return planText(property.name, textTest(comparison.operator, comparison.value));
    case 'labels':
      return planLabels(property.name, textTest(comparison.operator, comparison.value));
    case 'boolean':
      return planBoolean(property.name, comparison);
    case 'date':
      return planDate(property.name, comparison);
    default:
      return constant(false);
  }
}

function planText(name: string, test: TextTest): Plan {
  const { negated, whenNull } = test;
  return onColumn(
    name,
    'text',
    whenNull !== negated,
    (column: TextColumn) => {
      const marks = test.marks(column);
      marks[0] = whenNull ? 1 : 0;
      if (negated) for (let code = 0; code < marks.length; code += 1) marks[code]! ^= 1;
      return column.rowsMarked(marks);
    },
    (column, ordinal) => {
      const code = column.code(ordinal);
      const positive = code === 0 ? whenNull : test.accepts(column.dictionary.text(code), column.dictionary.folded(code));
      return positive !== negated;
    },
  );
}

/** Texts compared directly: the positive form holds when it holds for one of them. */
function planLabels(name: string, test: TextTest): Plan {
  const positive: TextTest = { ...test, negated: false };
  const plan = onColumn(
    name,
    'textList',
    test.whenNull,
    (column: TextListColumn) => {
      const some = column.rowsWithAny(column.marksWhere((text) => testText(positive, text)));
      return test.whenNull
        ? union(
            some,
            column.rowsWithAll(
              column.marksWhere(() => false),
              true,
            ),
          )
        : some;
    },
    (column, ordinal) => {
      const texts = column.elements(ordinal);
      return texts.length === 0 ? test.whenNull : texts.some((text) => testText(positive, text));
    },
  );
  return test.negated ? complement(plan) : plan;
}

function planBoolean(name: string, { operator, value }: Comparison): Plan {
  const wanted = value.kind === 'boolean' ? value.value : null;
  const plan = onColumn(
    name,
    'boolean',
    wanted === null,
    (column: BooleanColumn) => column.rowsWith(wanted),
    (column, ordinal) => column.value(ordinal) === wanted,
  );
  return operator === 'ne' ? complement(plan) : plan;
}

function planDate(name: string, { operator, value }: Comparison): Plan {
  return onColumn(
    name,
    'number',
    instantTest(operator, value, 0)(null),
    (column: NumberColumn, _, { now }) => column.rowsWhere(instantTest(operator, value, now)),
    (column, ordinal, { now }) => instantTest(operator, value, now)(column.value(ordinal)),
  );
}

function planQuantified(quantified: Quantified, reads: Reads): Plan {
  const { kind, body, collection } = quantified;
  const property = propertyOf(collection, reads);
  switch (property?.type) {
    case 'groups':
      return planMemberOf(body, reads);
    case 'textList':
      return planElements(property.name, kind, elementTest(body, textOfElement), textElements);
    case 'plans':
      return planElements(property.name, kind, elementTest(body, textOfPlan), planRecords);
    default:
      return constant(false);
  }
}

type ElementTest<Element> = (element: Element) => boolean;

/** What the list columns have in common. */
interface Elements<Element> {
  elements(ordinal: number): readonly Element[];
  marksWhere(accepts: ElementTest<Element>): Uint8Array;
  rowsWithAny(marks: Uint8Array): DeviceSet;
  rowsWithAll(marks: Uint8Array, whenEmpty: boolean): DeviceSet;
}

function planElements<Element>(
  name: string,
  quantifier: 'any' | 'all',
  accepts: ElementTest<Element>,
  find: (column: Column | undefined) => Elements<Element> | undefined,
): Plan {
  const absent = constant(quantifier === 'all');
  return {
    rows(table, moment) {
      const column = find(table.column(name));
      if (column === undefined) return absent.rows(table, moment);
      const marks = column.marksWhere(accepts);
      return quantifier === 'any' ? column.rowsWithAny(marks) : column.rowsWithAll(marks, true);
    },
    row(table, ordinal, moment) {
      const elements = find(table.column(name))?.elements(ordinal);
      if (elements === undefined) return absent.row(table, ordinal, moment);
      return quantifier === 'any' ? elements.some(accepts) : elements.every(accepts);
    },
  };
}

const textElements = (column: Column | undefined): TextListColumn | undefined => (column?.kind === 'textList' ? column : undefined);
const planRecords = (column: Column | undefined): RecordListColumn | undefined => (column?.kind === 'recordList' ? column : undefined);

/** The body of a quantifier as a test of one element. @param read how a comparison's operand becomes the element's text */
function elementTest<Element>(
  body: Expression,
  read: (comparison: Comparison) => (element: Element) => string | null,
): ElementTest<Element> {
  switch (body.kind) {
    case 'and':
    case 'or': {
      const terms = body.terms.map((term) => elementTest(term, read));
      return body.kind === 'and' ? (element) => terms.every((term) => term(element)) : (element) => terms.some((term) => term(element));
    }
    case 'not': {
      const term = elementTest(body.term, read);
      return (element) => !term(element);
    }
    case 'comparison': {
      const test = textTest(body.operator, body.value);
      const text = read(body);
      return (element) => testText(test, text(element));
    }
    default:
      return () => false;
  }
}

function textOfElement(): (element: string) => string | null {
  return (element) => element;
}

function textOfPlan({ operand }: Comparison): (plan: RecordValue) => string | null {
  const field = operand.kind === 'property' ? planField(operand.name) : undefined;
  return (plan) => (field === undefined ? null : (plan[field] ?? null));
}

function planMemberOf(body: Expression, reads: Reads): Plan {
  const ids = groupIds(body);
  for (const id of ids) reads.groups.add(id);
  return {
    rows(table, { context }) {
      const members = context === undefined ? [] : ids.map((id) => context.directMembers(id));
      return intersect(table.live, members.reduce(union, emptySet(table.rows)));
    },
    row: (_, ordinal, { context }) => context !== undefined && ids.some((id) => has(context.directMembers(id), ordinal)),
  };
}

/** The groups that a checked memberOf expression names. */
export function groupIds(body: Expression): readonly string[] {
  if (body.kind !== 'comparison') return [];
  if (body.value.kind === 'text') return [body.value.text];
  return body.value.kind === 'list' ? body.value.items.map((item) => item.text) : [];
}

/** The manager counts among the direct reports (documentation, "Create a direct reports rule"). */
function planReports(managerId: string, columns: Set<string>): Plan {
  columns.add('objectId');
  const manager = planText('objectId', textTest('eq', { kind: 'text', text: managerId, span: { start: 0, end: 0 } }));
  return {
    rows(table, moment) {
      const own = manager.rows(table, moment);
      return moment.context === undefined ? own : union(own, intersect(table.live, moment.context.directReports(managerId)));
    },
    row: (table, ordinal, moment) =>
      manager.row(table, ordinal, moment) || (moment.context !== undefined && has(moment.context.directReports(managerId), ordinal)),
  };
}
