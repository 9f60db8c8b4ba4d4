import type { JsonObject } from '../../kernel/json.js';
import { type FormFlags, formOf, printRows } from '../commands/form.js';
import type { GraphFlags } from '../commands/graph-flags.js';
import type { Composition, Terminal } from '../composition.js';
import type { GraphClient } from '../graph/client.js';
import { connect, requireMuster } from '../graph/connect.js';
import { asNamed, filterOption, findAll, kinds, type Named, quoted, textOf, theOne } from '../graph/names.js';
import { count, createProgress } from '../render/progress.js';
import { type Column, printable } from '../render/table.js';
import { byOutcome, outcomesText } from './outcomes.js';

const columns: readonly Column<JsonObject>[] = [
  { title: 'Device', value: (row) => row.deviceName },
  { title: 'Configuration', value: (row) => row.displayName },
  { title: 'Outcome', value: (row) => row.outcome },
];

const csvColumns: readonly Column<JsonObject>[] = [
  { title: 'managedDeviceId', value: (row) => row.managedDeviceId },
  { title: 'deviceName', value: (row) => row.deviceName },
  { title: 'deviceConfigurationId', value: (row) => row.deviceConfigurationId },
  { title: 'displayName', value: (row) => row.displayName },
  { title: 'type', value: (row) => textOf(row['@odata.type']).replace('#microsoft.graph.', '') },
  { title: 'outcome', value: (row) => row.outcome },
];

/** `muster effective DEVICE|USER` */
export async function effective(
  wanted: string,
  flags: GraphFlags & FormFlags,
  composition: Composition,
  terminal: Terminal,
): Promise<void> {
  const form = formOf(flags);
  const connection = await connect(flags, composition, terminal);
  try {
    requireMuster(connection, 'What a device gets');
    const { client } = connection;
    const found = await deviceOrUser(client, wanted);
    const devices = found.user ? await devicesOf(client, found.id) : [found];
    const rows: JsonObject[] = [];
    const progress = createProgress(terminal, flags.quiet === true, 'rows');
    for (const [index, { id, name }] of devices.entries()) {
      const own = await client.rows(`${kinds.device.path}/${id}/muster.effectiveConfigurations()`);
      for (const row of form === 'json' ? own : byOutcome(own)) rows.push({ managedDeviceId: id, deviceName: name, ...row });
      progress.update(rows.length, (index + 1) / devices.length);
    }
    progress.clear();
    if (form === 'table') terminal.out(heading(found, devices, rows));
    await printRows(form, form === 'csv' ? csvColumns : found.user ? columns : columns.slice(1), rows, terminal);
  } finally {
    await connection.close();
  }
}

async function deviceOrUser(client: GraphClient, wanted: string): Promise<Named & { readonly user: boolean }> {
  const [devices, users] = await Promise.all([findAll(client, kinds.device, wanted), findAll(client, kinds.user, wanted)]);
  const found = [...devices.map((one) => ({ ...one, user: false })), ...users.map((one) => ({ ...one, user: true }))];
  return await theOne(client, [kinds.device, kinds.user], wanted, found);
}

/** Those whose primary user it is. */
async function devicesOf(client: GraphClient, user: string): Promise<readonly Named[]> {
  const rows = await client.rows(`${kinds.device.path}?${filterOption(`userId eq ${quoted(user)}`)}&$select=${kinds.device.select}`);
  return rows.map((row) => asNamed(kinds.device, row));
}

function heading({ name, id, user }: Named & { readonly user: boolean }, devices: readonly Named[], rows: readonly JsonObject[]): string {
  const title = `${printable(name)}  ${id}`;
  if (!user) return `${title}\n${outcomesText(rows)}\n${rows.length === 0 ? '' : '\n'}`;
  const owned =
    devices.length === 0
      ? 'Primary user of no device.'
      : `Primary user of ${count(devices.length)} ${devices.length === 1 ? 'device' : 'devices'}.`;
  const reached = devices.length > 0 && rows.length === 0 ? ' No configuration reaches them.' : '';
  return `${title}\n${owned}${reached}\n${rows.length === 0 ? '' : '\n'}`;
}
