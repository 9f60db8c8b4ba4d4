/** Clauses of many rules, each planned once: a tenant's thousands of rules ask the same few questions in many combinations. */
import type { Expression } from './ast.js';
import type { Plan, Reads } from './plan.js';
import { printExpression } from './print.js';

export interface Clauses {
  /** The plan of a clause, made by `plan` where no rule had it before. What it reads is added to `reads`. */
  planned(clause: Expression, reads: Reads, plan: (clause: Expression, reads: Reads) => Plan): Plan;
  /** A set with these texts, the same for the same texts. Not to be changed. */
  shared(texts: ReadonlySet<string>): ReadonlySet<string>;
}

interface Clause {
  readonly plan: Plan;
  readonly columns: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** Clauses, and sets, that are remembered. */
const MOST = 1 << 14;

/** @param most clauses, and sets, that are remembered; when there are more, all are forgotten: rules that have them keep them */
export function createClauses(most = MOST): Clauses {
  const known = new Map<string, Clause>();
  const sets = new Map<string, ReadonlySet<string>>();

  const shared = (texts: ReadonlySet<string>): ReadonlySet<string> => {
    const name = JSON.stringify([...texts]);
    const before = sets.get(name);
    if (before !== undefined) return before;
    if (sets.size === most) sets.clear();
    sets.set(name, texts);
    return texts;
  };

  return {
    shared,
    planned(clause, { subject, columns, groups }, plan) {
      const name = `${subject} ${printExpression(clause)}`;
      let found = known.get(name);
      if (found === undefined) {
        const reads = { subject, columns: new Set<string>(), groups: new Set<string>() };
        found = { plan: plan(clause, reads), columns: shared(reads.columns), groups: shared(reads.groups) };
        if (known.size === most) known.clear();
        known.set(name, found);
      }
      for (const column of found.columns) columns.add(column);
      for (const group of found.groups) groups.add(group);
      return found.plan;
    },
  };
}
