import type { Colours } from '../../render/colours.js';
import { printable } from '../../render/table.js';
import type { PlanReport, ReportedChange } from '../report.js';
import { changeText, impactText, marks, summaryText } from './words.js';

/** What a person takes in of one policy. */
const MOST_CHANGES = 20;
const MOST_POLICIES = 200;

/** The plan for the terminal. @param verbose every line of it */
export function textReport(report: PlanReport, { bold, dim, red, green, yellow }: Colours, verbose: boolean): string {
  const paint = { create: green, update: yellow, delete: red };
  const lines = [`Plan ${printable(report.plan)} for ${printable(report.tenant)}`, ''];
  const shown = verbose ? report.policies : report.policies.slice(0, MOST_POLICIES);
  for (const policy of shown) {
    lines.push(`${bold(printable(policy.displayName))}  ${dim(policy.deviceConfigurationId)}`);
    const changes = verbose ? policy.changes : policy.changes.slice(0, MOST_CHANGES);
    for (const change of changes) lines.push(paint[change.change](`  ${marks[change.change]} ${printable(changeText(change))}`));
    const hidden = policy.changes.slice(changes.length);
    if (hidden.length > 0) lines.push(dim(`    and ${tally(hidden)} more (--verbose shows them)`));
    const text = `  ${printable(impactText(policy))}`;
    lines.push(policy.refusal === undefined ? text : red(text), '');
  }
  if (report.policies.length > shown.length)
    lines.push(`and ${(report.policies.length - shown.length).toLocaleString('en-US')} policies more (--verbose shows them)`, '');
  for (const { code, message } of report.risks) lines.push(yellow(`risk     ${code}: ${printable(message)}`));
  for (const { code, message } of report.findings) lines.push(yellow(`finding  ${code}: ${printable(message)}`));
  for (const note of report.notes) lines.push(dim(`note     ${printable(note)}`));
  if (report.risks.length + report.findings.length + report.notes.length > 0) lines.push('');
  lines.push(...summaryText(report).split('\n').map(printable));
  for (const fault of report.over) lines.push(red(bold(`STOP: ${printable(fault)}`)));
  return `${lines.join('\n')}\n`;
}

/** `3 to create, 80 to delete` */
function tally(changes: readonly ReportedChange[]): string {
  const verbs = { create: 'to create', update: 'to change', delete: 'to delete' } as const;
  return (['create', 'update', 'delete'] as const)
    .map((kind) => [changes.filter(({ change }) => change === kind).length, verbs[kind]] as const)
    .filter(([count]) => count > 0)
    .map(([count, verb]) => `${count.toLocaleString('en-US')} ${verb}`)
    .join(', ');
}
