import { didYouMean } from '../../config/words.js';
import type { JsonObject } from '../../kernel/json.js';
import { CommandFailed } from '../command-failed.js';
import { type FormFlags, formOf, printRows } from '../commands/form.js';
import type { GraphFlags } from '../commands/graph-flags.js';
import type { Composition, Terminal } from '../composition.js';
import type { GraphClient } from '../graph/client.js';
import { connect, requireMuster } from '../graph/connect.js';
import { findOne, kinds } from '../graph/names.js';
import { count, createProgress } from '../render/progress.js';
import { type Column, printable } from '../render/table.js';
import { outcomes } from './outcomes.js';

/** What a table shows without being asked for more. */
const TABLE_ROWS = 50;
const PAGE = 1000;

const columns: readonly Column<JsonObject>[] = [
  { title: 'Device', value: (row) => row.deviceName },
  { title: 'Primary user', value: (row) => row.userPrincipalName },
  { title: 'Id', value: (row) => row.managedDeviceId },
];

const csvColumns: readonly Column<JsonObject>[] = [
  { title: 'managedDeviceId', value: (row) => row.managedDeviceId },
  { title: 'deviceName', value: (row) => row.deviceName },
  { title: 'userPrincipalName', value: (row) => row.userPrincipalName },
  { title: 'outcome', value: (row) => row.outcome },
];

/** `muster who POLICY` */
export async function who(
  policy: string,
  flags: GraphFlags & FormFlags & { readonly outcome: string; readonly limit?: string },
  composition: Composition,
  terminal: Terminal,
): Promise<void> {
  const form = formOf(flags);
  const outcome = outcomes.find((known) => known.toLowerCase() === flags.outcome.toLowerCase());
  if (outcome === undefined) {
    throw new CommandFailed(`--outcome '${flags.outcome}' is not one of ${outcomes.join(', ')}${didYouMean(flags.outcome, outcomes)}`, 2);
  }
  const limit = limitOf(flags.limit, form === 'table');
  const connection = await connect(flags, composition, terminal);
  try {
    requireMuster(connection, 'Who gets a configuration');
    const { client } = connection;
    const found = await findOne(client, kinds.policy, policy);
    const path = `${kinds.policy.path}/${found.id}`;
    let total = 0;
    if (form === 'table') {
      const counts = await Promise.all(outcomes.map((each) => countOf(client, path, each)));
      const shown = outcomes.map((each, index) => `${count(counts[index] ?? 0)} ${each}`).join(', ');
      total = counts[outcomes.indexOf(outcome)] ?? 0;
      const list = total > 0 ? `\n${outcome}:\n\n` : '';
      terminal.out(`${printable(found.name)}  ${found.id}\nDevices: ${shown}\n${list}`);
    }
    const { rows, more } = await devices(
      client,
      `${path}/muster.targetedDevices(outcome='${outcome}')`,
      limit,
      terminal,
      flags.quiet === true,
    );
    await printRows(form, form === 'csv' ? csvColumns : columns, rows, terminal);
    if (form === 'table' && more) terminal.out(`\nThe first ${count(rows.length)} of ${count(total)}: --limit all shows every one.\n`);
  } finally {
    await connection.close();
  }
}

async function countOf(client: GraphClient, path: string, outcome: string): Promise<number> {
  const page = await client.get(`${path}/muster.targetedDevices(outcome='${outcome}')?$count=true&$top=1`);
  return Number(page['@odata.count'] ?? 0);
}

async function devices(
  client: GraphClient,
  path: string,
  limit: number,
  terminal: Terminal,
  quiet: boolean,
): Promise<{ readonly rows: readonly JsonObject[]; readonly more: boolean }> {
  const progress = createProgress(terminal, quiet, 'devices');
  const rows: JsonObject[] = [];
  const first = `${path}?$count=true&$top=${Number.isFinite(limit) ? Math.min(limit, PAGE) : PAGE}`;
  for (let next: string | undefined = first; next !== undefined && rows.length < limit; ) {
    const page: JsonObject = await client.get(next);
    for (const row of page.value as readonly JsonObject[]) rows.push(row);
    const total = Math.min(limit, Number(page['@odata.count'] ?? Number.POSITIVE_INFINITY));
    progress.update(rows.length, Number.isFinite(total) && total > 0 ? rows.length / total : undefined);
    const link: unknown = page['@odata.nextLink'];
    next = typeof link === 'string' ? link : undefined;
    if (next !== undefined && rows.length >= limit) {
      progress.clear();
      return { rows: rows.slice(0, limit), more: true };
    }
  }
  progress.clear();
  return { rows: rows.slice(0, limit), more: false };
}

function limitOf(text: string | undefined, table: boolean): number {
  if (text === undefined) return table ? TABLE_ROWS : Number.POSITIVE_INFINITY;
  if (text === 'all') return Number.POSITIVE_INFINITY;
  const limit = Number(text);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new CommandFailed(`--limit '${text}' is not a whole number from 1, or all.`, 2);
  return limit;
}
