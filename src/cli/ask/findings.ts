import { didYouMean } from '../../config/words.js';
import type { JsonObject } from '../../kernel/json.js';
import { CommandFailed } from '../command-failed.js';
import { type FormFlags, formOf, printRows } from '../commands/form.js';
import type { GraphFlags } from '../commands/graph-flags.js';
import type { Composition, Terminal } from '../composition.js';
import { connect, requireMuster } from '../graph/connect.js';
import { filterOption, findOne, kinds, quoted, textOf } from '../graph/names.js';
import { count, createProgress } from '../render/progress.js';
import type { Column } from '../render/table.js';

export const findingCodes = [
  'exclusionWithoutEffect',
  'deletedGroup',
  'deletedFilter',
  'emptyTarget',
  'filterNeverMatches',
  'platformMismatch',
  'onlyExclusions',
  'duplicateReach',
] as const;

const columns: readonly Column<JsonObject>[] = [
  { title: 'Code', value: (row) => row.code },
  { title: 'Finding', value: (row) => row.message },
];

const csvColumns: readonly Column<JsonObject>[] = (
  ['code', 'deviceConfigurationId', 'displayName', 'assignmentId', 'groupId', 'filterId', 'deviceCount', 'message'] as const
).map((name) => ({ title: name, value: (row) => row[name] }));

/** `muster findings` */
export async function findings(
  flags: GraphFlags & FormFlags & { readonly code?: string; readonly policy?: string },
  composition: Composition,
  terminal: Terminal,
): Promise<void> {
  const form = formOf(flags);
  const { code } = flags;
  if (code !== undefined && !findingCodes.some((known) => known === code)) {
    throw new CommandFailed(`--code '${code}' is not one of ${findingCodes.join(', ')}${didYouMean(code, findingCodes)}`, 2);
  }
  const connection = await connect(flags, composition, terminal);
  try {
    requireMuster(connection, 'A finding');
    const { client } = connection;
    const policy = flags.policy === undefined ? undefined : await findOne(client, kinds.policy, flags.policy);
    const conditions = [
      ...(code === undefined ? [] : [`code eq ${quoted(code)}`]),
      ...(policy === undefined ? [] : [`deviceConfigurationId eq ${quoted(policy.id)}`]),
    ];
    const query = conditions.length === 0 ? '' : `?${filterOption(conditions.join(' and '))}`;
    const progress = createProgress(terminal, flags.quiet === true, 'findings');
    const rows = await client.rows(`/deviceManagement/muster.findings()${query}`, (seen) => progress.update(seen, undefined));
    progress.clear();
    if (form === 'table') terminal.out(`${summary(rows)}\n${rows.length === 0 ? '' : '\n'}`);
    await printRows(form, form === 'csv' ? csvColumns : columns, rows, terminal);
  } finally {
    await connection.close();
  }
}

function summary(rows: readonly JsonObject[]): string {
  if (rows.length === 0) return 'No findings.';
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(textOf(row.code), (counts.get(textOf(row.code)) ?? 0) + 1);
  const parts = [...counts].sort(([, a], [, b]) => b - a).map(([code, found]) => `${count(found)} ${code}`);
  return `${count(rows.length)} ${rows.length === 1 ? 'finding' : 'findings'}: ${parts.join(', ')}`;
}
