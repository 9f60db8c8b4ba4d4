/** Clauses of many rules, each planned once: a tenant's thousands of rules ask the same few questions in many combinations. */
import type { Table } from '../../columns/table.js';
import type { DeviceSet } from '../../device-set.js';
import type { Expression } from './ast.js';
import type { Plan, Reads } from './plan.js';
import { printExpression } from './print.js';
import { dependsOnNow } from './walk.js';

export interface Clauses {
  /** The plan of a clause, made by `plan` where no rule had it before. What it reads is added to `reads`. */
  planned(clause: Expression, reads: Reads, plan: (clause: Expression, reads: Reads) => Plan): Plan;
  /** A set with these texts, the same for the same texts. Not to be changed. */
  shared(texts: ReadonlySet<string>): ReadonlySet<string>;
  /** Lets go of answers that were kept while many questions came. */
  forgetAnswers(): void;
}

interface Clause {
  readonly plan: Plan;
  readonly columns: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

interface Answers {
  readonly revision: number;
  readonly sets: Map<Plan, DeviceSet>;
  bytes: number;
}

/** Of the answers that are kept of one table. */
const MOST_BYTES = 64 * 1024 * 1024;

function bytesOf(set: DeviceSet): number {
  return set.kind === 'sparse' ? set.ordinals.byteLength : set.words.byteLength;
}

/** Whether nothing else decides: neither the time nor who is in a group. */
function asksRowsAlone(clause: Expression, { columns, groups }: Reads): boolean {
  return columns.size > 0 && groups.size === 0 && !dependsOnNow({ root: clause });
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

  /** By table, what clauses answer of its rows as they are. */
  const answers = new Map<Table, Answers>();

  const answersOf = (table: Table): Answers => {
    const before = answers.get(table);
    if (before?.revision === table.revision) return before;
    const none = { revision: table.revision, sets: new Map<Plan, DeviceSet>(), bytes: 0 };
    answers.set(table, none);
    return none;
  };

  /** A plan that asks rows alone: while many questions come, each is answered once. */
  const answeredOnce = (plan: Plan): Plan => ({
    ...plan,
    rows(table, moment) {
      if (!table.manyQuestions) return plan.rows(table, moment);
      const known = answersOf(table);
      let set = known.sets.get(plan);
      if (set === undefined) {
        set = plan.rows(table, moment);
        known.bytes += bytesOf(set);
        if (known.bytes <= MOST_BYTES) known.sets.set(plan, set);
      }
      return set;
    },
    known: (table) => (table.manyQuestions ? answersOf(table).sets.get(plan) : undefined),
  });

  return {
    shared,
    forgetAnswers: () => answers.clear(),
    planned(clause, { subject, columns, groups }, plan) {
      const name = `${subject} ${printExpression(clause)}`;
      let found = known.get(name);
      if (found === undefined) {
        const reads = { subject, columns: new Set<string>(), groups: new Set<string>() };
        const made = plan(clause, reads);
        found = {
          plan: asksRowsAlone(clause, reads) ? answeredOnce(made) : made,
          columns: shared(reads.columns),
          groups: shared(reads.groups),
        };
        if (known.size === most) known.clear();
        known.set(name, found);
      }
      for (const column of found.columns) columns.add(column);
      for (const group of found.groups) groups.add(group);
      return found.plan;
    },
  };
}
