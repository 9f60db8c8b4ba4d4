import { printable } from '../../render/table.js';
import type { PlanReport } from '../report.js';
import { changeText, impactText, marks, summaryText } from './words.js';

/** GitHub refuses comments longer than 65,536 characters. */
const MOST_CHARACTERS = 60_000;

/** A comment for a pull request: the verdict, a row a policy, the changes to unfold. */
export function markdownReport(report: PlanReport): string {
  const { policies, over, risks, findings, notes, tenant } = report;
  const verdict = over.length > 0 ? '🛑 Over the limit' : policies.length > 0 ? '✏️ Changes' : '✅ No changes';
  const head = [
    `## Muster plan: ${verdict}`,
    '',
    `Tenant ${escaped(tenant)}, plan ${escaped(report.plan)}.`,
    '',
    ...over.map((fault) => `> **STOP:** ${escaped(fault)}`),
    ...(over.length > 0 ? [''] : []),
    ...summaryText(report).split('\n').map(escaped),
    '',
    ...risks.map(({ code, message }) => `- ⚠️ **${escaped(code)}**: ${escaped(message)}`),
    ...findings.map(({ code, message }) => `- ⚠️ **${escaped(code)}**: ${escaped(message)}`),
    ...notes.map((note) => `- ${escaped(note)}`),
    '',
  ];
  if (policies.length === 0) return `${head.join('\n').trimEnd()}\n`;
  const table = ['| Policy | Gain it | Lose it | Removed | Assignments |', '| --- | ---: | ---: | ---: | --- |'];
  for (const { displayName, impact, changes } of policies) {
    const counts = (['create', 'update', 'delete'] as const)
      .map((kind) => [marks[kind], changes.filter(({ change }) => change === kind).length] as const)
      .filter(([, count]) => count > 0)
      .map(([mark, count]) => `${mark}${count}`);
    const cells = impact === null ? ['?', '?', '?'] : [impact.gained, impact.lost, impact.removed].map(String);
    table.push(`| ${escaped(displayName)} | ${cells.join(' | ')} | ${counts.join(' ')} |`);
  }
  const details = policies.map((policy) =>
    [
      `<details><summary>${inHtml(policy.displayName)}: ${inHtml(impactText(policy))}</summary>`,
      '',
      '```diff',
      ...policy.changes.map(
        (change) => `${marks[change.change] === '~' ? '!' : marks[change.change]} ${printable(changeText(change)).replaceAll('`', "'")}`,
      ),
      '```',
      '',
      '</details>',
      '',
    ].join('\n'),
  );
  return `${cut([...head, ...rows(table), ''].join('\n'), details)}\n`;
}

/** As many rows as leave room for the rest. */
function rows(table: readonly string[]): readonly string[] {
  let length = 0;
  const kept = table.filter((line) => {
    length += line.length + 1;
    return length < MOST_CHARACTERS / 2;
  });
  return kept.length === table.length ? table : [...kept, '', `and ${table.length - kept.length} policies more`];
}

function cut(text: string, details: readonly string[]): string {
  const parts = [text];
  let length = text.length;
  for (const [index, part] of details.entries()) {
    length += part.length + 1;
    if (length > MOST_CHARACTERS) {
      parts.push(`and the changes of ${details.length - index} policies more`);
      break;
    }
    parts.push(part);
  }
  return parts.join('\n').trimEnd();
}

/** Names are data: they format nothing, link to nobody and mention nobody. */
function escaped(text: string): string {
  return inHtml(text).replace(/[\\`*_{}[\]|#~]/g, (character) => `\\${character}`);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** The same between tags, where Markdown is none. */
function inHtml(text: string): string {
  return printable(text)
    .replace(/[&<>]/g, (character) => ENTITIES[character] ?? character)
    .replace(/@/g, '@\u200b');
}
