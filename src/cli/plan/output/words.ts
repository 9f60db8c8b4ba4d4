/** Changes and impacts in words, for the outputs that people read. */
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
  const kept = `${counted(unchanged, 'policy is', 'policies are')} as ${plan} says`;
  if (policies.length === 0) return `Nothing to change: ${kept}.`;
  const { created, changed, deleted } = assignments;
  const parts = [
    [created, 'to create'],
    [changed, 'to change'],
    [deleted, 'to delete'],
  ] as const;
  const [first = '', ...rest] = parts
    .filter(([count]) => count > 0)
    .map(([count, verb], index) => `${index === 0 ? counted(count, 'assignment', 'assignments') : number(count)} ${verb}`);
  const what = `${counted(policies.length, 'policy changes', 'policies change')}: ${[first, ...rest].join(', ')}.${unchanged === 0 ? '' : ` ${kept}.`}`;
  if (impact === null)
    return `${what}\nWhat that does to devices is not known: this Graph is no Muster (--model names a copy of the tenant that is in one).`;
  const { gained, lost, removed, affectedDevices, affectedUsers, exact } = impact;
  if (affectedDevices === 0) return `${what}\nNo device is affected.`;
  const most = exact ? '' : 'up to ';
  const pairs = `${number(gained)} gained, ${number(lost)} lost, ${number(removed)} removed`;
  return `${what}\n${pairs}; ${most}${counted(affectedDevices, 'device', 'devices')} and ${counted(affectedUsers, 'user', 'users')} affected.`;
}

export function counted(count: number, one: string, many: string): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}
