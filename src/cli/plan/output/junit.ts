import type { PlanReport } from '../report.js';
import { changeText, impactText, marks, summaryText } from './words.js';

/** A test case a policy, and one for the limits: what is over them, or would be refused, has failed. */
export function junitReport(report: PlanReport): string {
  const { policies, over, tenant } = report;
  const failed = policies.filter(({ refusal }) => refusal !== undefined).length + (over.length > 0 ? 1 : 0);
  const cases = policies.map((policy) => {
    const text = [impactText(policy), ...policy.changes.map((change) => `${marks[change.change]} ${changeText(change)}`)].join('\n');
    const body =
      policy.refusal === undefined
        ? `      <system-out>${escaped(text)}</system-out>`
        : `      <failure message="${escaped(policy.refusal)}" type="refused">${escaped(text)}</failure>`;
    const place = `file="${escaped(policy.file)}" line="${policy.line}"`;
    return `    <testcase classname="${escaped(report.plan)}" name="${escaped(policy.displayName)}" ${place}>\n${body}\n    </testcase>`;
  });
  const limits =
    over.length === 0
      ? `    <testcase classname="${escaped(report.plan)}" name="limits"/>`
      : `    <testcase classname="${escaped(report.plan)}" name="limits">\n      <failure message="${escaped(over[0] ?? '')}" type="limit">${escaped(over.join('\n'))}</failure>\n    </testcase>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="muster plan" tests="${policies.length + 1}" failures="${failed}">
  <testsuite name="${escaped(tenant)}" tests="${policies.length + 1}" failures="${failed}">
${[limits, ...cases].join('\n')}
    <system-out>${escaped(summaryText(report))}</system-out>
  </testsuite>
</testsuites>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write these
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(UNWRITABLE, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
