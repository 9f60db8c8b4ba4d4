import type { Table } from '../../columns/table.js';
import { type DeviceSet, emptySet, fromSorted, intersect, union } from '../../device-set.js';
import type { CompiledRule } from '../compiled-rule.js';
import type { DynamicRule, Expression } from './ast.js';
import { type Clauses, createClauses } from './clauses.js';
import type { RuleContext } from './context.js';
import { amongRows, complement, type Moment, type Plan, type Reads } from './plan.js';
import { planComparison } from './plan-comparison.js';
import { planReports } from './plan-directory.js';
import { planQuantified } from './plan-quantified.js';
import type { Subject } from './properties.js';
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

export interface CompileOptions {
  /** Milliseconds since the epoch, asked at each evaluation. */
  readonly now: () => number;
  /** What other rules were planned with; by default the rule shares nothing. */
  readonly clauses?: Clauses;
}

/** Compiles a rule that `validateDynamicRule` accepted. Columns that the table lacks count as null in every row. */
export function compileDynamicRule(rule: DynamicRule, { now, clauses = createClauses() }: CompileOptions): CompiledDynamicRule {
  const subject = subjectOf(rule) ?? 'user';
  const reads = { subject, columns: new Set<string>(), groups: new Set<string>() };
  const { root } = rule;
  const plan = root.kind === 'directReports' ? planReports(root.managerId, reads.columns) : planExpression(root, reads, clauses);
  return {
    subject,
    columns: clauses.shared(reads.columns),
    groups: clauses.shared(reads.groups),
    managerId: root.kind === 'directReports' ? root.managerId : undefined,
    dependsOnNow: dependsOnNow(rule),
    ...answering(plan, now),
  };
}

/** In a scope of its own: there may be thousands of rules, and what else their making needed would live as long as they do. */
function answering(plan: Plan, now: () => number): Pick<CompiledDynamicRule, 'evaluate' | 'matches'> {
  return {
    evaluate: (table, context) => plan.rows(table, { now: now(), context }),
    matches: (table, ordinal, context) => table.isLive(ordinal) && plan.row(table, ordinal, { now: now(), context }),
  };
}

function planExpression(expression: Expression, reads: Reads, clauses: Clauses): Plan {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return planConnected(
        expression.kind,
        expression.terms.map((term) => planExpression(term, reads, clauses)),
      );
    case 'not':
      return complement(planExpression(expression.term, reads, clauses));
    default:
      return clauses.planned(expression, reads, planClause);
  }
}

function planClause(clause: Expression, reads: Reads): Plan {
  switch (clause.kind) {
    case 'any':
    case 'all':
      return planQuantified(clause, reads);
    case 'comparison':
      return planComparison(clause, reads);
    default:
      throw new TypeError('a clause is a comparison or a quantifier');
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
    rows: (table, moment) => terms.reduce((set, term) => narrowed(set, term, table, moment), table.live()),
    row: (table, ordinal, moment) => terms.every((term) => term.row(table, ordinal, moment)),
  };
}

/** From so few rows of a table, one in so many, each is asked by itself: a pass over a column costs more. */
const FEW = 64;

/** Those of the set that the term holds for. */
function narrowed(set: DeviceSet, term: Plan, table: Table, moment: Moment): DeviceSet {
  const known = term.known?.(table);
  if (known !== undefined) return intersect(set, known);
  if (set.kind === 'sparse' && set.ordinals.length * FEW <= table.rows) {
    return fromSorted(amongRows(term, table, set.ordinals, moment), set.universe);
  }
  return intersect(set, term.rows(table, moment));
}
