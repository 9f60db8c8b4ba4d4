import { emptySet, has, intersect, union } from '../../device-set.js';
import type { Expression } from './ast.js';
import type { Plan, Reads } from './plan.js';
import { planText } from './plan-comparison.js';
import { textTest } from './text-test.js';

/** Direct members of any of the groups. */
export function planMemberOf(body: Expression, reads: Reads): Plan {
  const ids = groupIds(body);
  for (const id of ids) reads.groups.add(id);
  return {
    rows(table, { context }) {
      const members = context === undefined ? [] : ids.map((id) => context.directMembers(id));
      return intersect(table.live(), members.reduce(union, emptySet(table.rows)));
    },
    row: (_, ordinal, { context }) => context !== undefined && ids.some((id) => has(context.directMembers(id), ordinal)),
  };
}

/** The groups that a checked memberOf expression names. */
function groupIds(body: Expression): readonly string[] {
  if (body.kind !== 'comparison') return [];
  if (body.value.kind === 'text') return [body.value.text];
  return body.value.kind === 'list' ? body.value.items.map((item) => item.text) : [];
}

/** The manager counts among the direct reports (documentation, "Create a direct reports rule"). */
export function planReports(managerId: string, columns: Set<string>): Plan {
  columns.add('objectId');
  const manager = planText('objectId', textTest('eq', { kind: 'text', text: managerId, span: { start: 0, end: 0 } }));
  return {
    rows(table, moment) {
      const own = manager.rows(table, moment);
      return moment.context === undefined ? own : union(own, intersect(table.live(), moment.context.directReports(managerId)));
    },
    row: (table, ordinal, moment) =>
      manager.row(table, ordinal, moment) || (moment.context !== undefined && has(moment.context.directReports(managerId), ordinal)),
  };
}
