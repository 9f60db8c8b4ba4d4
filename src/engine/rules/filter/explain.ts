import type { FilterClause, FilterRule } from './ast.js';
import { type FilterValues, interpretClause } from './interpret.js';
import { printClause } from './print.js';

export interface DecidingClause {
  /** The clause's text in the portal's style. */
  readonly clause: string;
  /** Where its property begins in the rule it was read from, UTF-16 offset; and how far its value reaches. */
  readonly position: number;
  readonly length: number;
  /** As a rule names it: `device.model`. */
  readonly property: string;
  /** The object's own value; null where it has none. */
  readonly value: string | null;
  readonly result: boolean;
}

export interface Explanation extends DecidingClause {
  /** The rule's answer. `clause`, `property` and `value` are those of the first deciding clause. */
  readonly result: boolean;
  /**
   * The clauses that the answer rests on: the first that makes a true "or" true or a false "and" false; all that make a true "and" true or a false
   * "or" false.
   */
  readonly deciding: readonly [DecidingClause, ...DecidingClause[]];
}

/** The rule's answer for one object, and the clauses that decided it. */
export function explainClause(rule: FilterRule, values: FilterValues): Explanation {
  const { result, deciding } = explain(rule, values);
  return { ...deciding[0], result, deciding };
}

interface Decision {
  readonly result: boolean;
  readonly deciding: readonly [DecidingClause, ...DecidingClause[]];
}

function explain(rule: FilterRule, values: FilterValues): Decision {
  if (rule.kind === 'clause') {
    const clause = decidingClause(rule, values);
    return { result: clause.result, deciding: [clause] };
  }
  const decisive = rule.kind === 'or';
  const decisions: Decision[] = [];
  for (const operand of rule.operands) {
    const decision = explain(operand, values);
    if (decision.result === decisive) return decision;
    decisions.push(decision);
  }
  const [first, ...others] = decisions.flatMap(({ deciding }) => deciding) as [DecidingClause, ...DecidingClause[]];
  return { result: !decisive, deciding: [first, ...others] };
}

function decidingClause(clause: FilterClause, values: FilterValues): DecidingClause {
  const { property, value } = clause.at;
  return {
    clause: printClause(clause),
    position: property.position,
    length: value.position + value.length - property.position,
    property: `${clause.entity}.${clause.property}`,
    value: values[clause.property] ?? null,
    result: interpretClause(clause, values),
  };
}
