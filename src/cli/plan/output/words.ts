/** Changes and impacts in words, for the outputs that people read. */
import { devices } from '../guard.js';
import type { PlanReport, ReportedAssignment, ReportedChange, ReportedPolicy } from '../report.js';

const number = (value: number) => value.toLocaleString('en-US');

export const marks = { create: '+', update: '~', delete: '-' } as const;

export function changeText({ change, before, after }: ReportedChange): string {
  if (change === 'update' && before !== null && after !== null) return `${targetText(after)}: ${differences(before, after).join('; ')}`;
  const assignment = after ?? before;
  return assignment === null ? '' : `${targetText(assignment)}${narrowing(assignment)}`;
}

function targetText({ target, groupName, groupId }: ReportedAssignment): string {
  const group = groupName ?? `${groupId ?? ''} (a group that does not exist)`;
  switch (target) {
    case 'group':
      return `group ${group}`;
    case 'excludeGroup':
      return `exclude group ${group}`;
    case 'allDevices':
      return 'all devices';
    case 'allUsers':
      return 'all users';
  }
}

function filterText({ filterId, filterName, filterMode }: ReportedAssignment): string {
  if (filterId === null) return 'none';
  return `${filterMode === 'exclude' ? 'exclude ' : ''}${filterName ?? filterId}`;
}

function narrowing(assignment: ReportedAssignment): string {
  const parts = [
    ...(assignment.filterId === null ? [] : [`filter ${filterText(assignment)}`]),
    ...(assignment.intent === 'remove' ? ['intent remove'] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

function differences(before: ReportedAssignment, after: ReportedAssignment): readonly string[] {
  const parts: string[] = [];
  if (before.target !== after.target) parts.push(after.target === 'excludeGroup' ? 'included -> excluded' : 'excluded -> included');
  if (filterText(before) !== filterText(after)) parts.push(`filter ${filterText(before)} -> ${filterText(after)}`);
  if (before.intent !== after.intent) parts.push(`intent ${before.intent} -> ${after.intent}`);
  return parts;
}

export function impactText({ impact, refusal }: ReportedPolicy): string {
  if (refusal !== undefined) return `the tenant would refuse it: ${refusal}`;
  if (impact === null) return 'impact unknown';
  const { gained, lost, removed } = impact;
  if (gained + lost + removed === 0) return 'no device is affected';
  return `${number(gained)} ${gained === 1 ? 'gains' : 'gain'} it, ${number(lost)} ${lost === 1 ? 'loses' : 'lose'} it, ${number(removed)} ${removed === 1 ? 'has' : 'have'} it removed`;
}

export function summaryText({ policies, unchanged, assignments, impact, plan }: PlanReport): string {
  if (policies.length === 0)
    return `Nothing to change: ${number(unchanged)} ${unchanged === 1 ? 'policy is' : 'policies are'} as ${plan} says.`;
  const { created, changed, deleted } = assignments;
  const what = `${number(policies.length)} ${policies.length === 1 ? 'policy changes' : 'policies change'}, ${number(unchanged)} ${unchanged === 1 ? 'stays' : 'stay'}: ${number(created)} assignments to create, ${number(changed)} to change, ${number(deleted)} to delete.`;
  if (impact === null) return `${what}\nWhat that does to devices is not known: this Graph is no Muster.`;
  const most = impact.exact ? '' : 'up to ';
  return `${what}\n${number(impact.gained)} gained, ${number(impact.lost)} lost, ${number(impact.removed)} removed; ${most}${devices(impact.affectedDevices)} and ${number(impact.affectedUsers)} users affected.`;
}
