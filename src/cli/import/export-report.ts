/** What was read of an export, and who is meant in it: for people, and for programs. */
import { howTexts, type Mapping, type MappingRow, wordOf } from '../../exchange/mapping/mapping.js';
import type { Scan } from '../../exchange/scan.js';
import type { JsonObject } from '../../kernel/json.js';
import type { Terminal } from '../composition.js';
import { count } from '../render/progress.js';
import { type Column, printable, tableText } from '../render/table.js';

const columns: readonly Column<MappingRow>[] = [
  { title: 'What', value: ({ kind }) => wordOf[kind] },
  { title: 'In the export', value: ({ name, id }) => name ?? id },
  { title: 'How', value: ({ how }) => howTexts[how] },
  { title: 'In the tenant', value: ({ to, candidates }) => to ?? [...candidates] },
  { title: 'Uses', value: ({ uses }) => uses, right: true },
];

const MOST_ROWS = 40;

/** @param all every row, however many */
export async function printReport(scan: Scan, mapping: Mapping, all: boolean, terminal: Terminal): Promise<void> {
  const lines: string[] = [];
  for (const { shown, files, reader, because, passedOver } of scan.exports) {
    lines.push(`Read ${count(files.length)} ${files.length === 1 ? 'file' : 'files'} of ${shown} as ${reader.title}: ${because}.`);
    for (const what of passedOver) lines.push(`  not read: ${printable(what)}`);
  }
  lines.push(...counted('Holds', scan.counts), ...counted('Kept as they are, since Muster does not serve them', scan.kept));
  for (const [what, { count: times, place }] of scan.leftOut)
    lines.push(`Left out: ${printable(what)}, ${times === 1 ? 'once, in' : `${count(times)} times, first in`} ${printable(place.file)}`);
  terminal.out(`${lines.join('\n')}\n`);
  const rows = all ? mapping.rows : [...mapping.rows].sort((a, b) => rank(a) - rank(b)).slice(0, MOST_ROWS);
  if (rows.length > 0) await terminal.send(`\n${await tableText(columns, rows, terminal)}`);
  if (rows.length < mapping.rows.length) terminal.out(`and ${count(mapping.rows.length - rows.length)} more: --dry-run shows all.\n`);
  if (rows.length > 0) terminal.out('\n');
}

/** What a person has to look at comes first. */
const rank = ({ how }: MappingRow) => (/^(?:id|virtual)/.test(how) ? 2 : how === 'nameInExport' || how === 'nameInTenant' ? 1 : 0);

function counted(title: string, counts: ReadonlyMap<string, number>): readonly string[] {
  if (counts.size === 0) return [];
  return [`${title}: ${[...counts].map(([name, number]) => `${printable(name)} ${count(number)}`).join(', ')}`];
}

/** Members of the summary for programs. */
export function reportJson(scan: Scan, mapping: Mapping | undefined): JsonObject {
  return {
    exports: scan.exports.map(({ shown, files, reader, because, passedOver }) => ({
      path: shown,
      format: reader.format,
      because,
      files: files.length,
      notRead: [...passedOver],
    })),
    objects: Object.fromEntries(scan.counts),
    kept: Object.fromEntries(scan.kept),
    leftOut: Object.fromEntries([...scan.leftOut].map(([what, { count: times }]) => [what, times])),
    mapping: (mapping?.rows ?? []).map(({ kind, id, name, how, to, uses, candidates }) => ({
      kind,
      id: id ?? null,
      name: name ?? null,
      how,
      to: to ?? null,
      uses,
      ...(candidates.length === 0 ? {} : { candidates: [...candidates] }),
    })),
  };
}
