import type { JsonObject } from '../../kernel/json.js';
import type { FormFlags } from '../commands/form.js';
import { formOf, printRows } from '../commands/form.js';
import type { GraphFlags } from '../commands/graph-flags.js';
import type { Composition, Terminal } from '../composition.js';
import { connect, requireMuster } from '../graph/connect.js';
import { findOne, kinds, quoted, textOf } from '../graph/names.js';
import type { Column } from '../render/table.js';
import { printable } from '../render/table.js';
import { byOutcome, outcomesText } from './outcomes.js';
import { reasonLines } from './reasons.js';

export const outcomeColumns: readonly Column<JsonObject>[] = [
  { title: 'Configuration', value: (row) => row.displayName },
  { title: 'Outcome', value: (row) => row.outcome },
  { title: 'Why', value: (row) => reasonLines(row.reasons) },
];

export const csvOutcomeColumns: readonly Column<JsonObject>[] = [
  { title: 'deviceConfigurationId', value: (row) => row.deviceConfigurationId },
  { title: 'displayName', value: (row) => row.displayName },
  { title: 'outcome', value: (row) => row.outcome },
  { title: 'reasons', value: (row) => reasonLines(row.reasons).join(' | ') },
];

/** `muster explain DEVICE [POLICY]` */
export async function explain(
  device: string,
  policy: string | undefined,
  flags: GraphFlags & FormFlags,
  composition: Composition,
  terminal: Terminal,
): Promise<void> {
  const form = formOf(flags);
  const connection = await connect(flags, composition, terminal);
  try {
    requireMuster(connection, 'An explanation');
    const { client } = connection;
    const found = await findOne(client, kinds.device, device);
    if (policy !== undefined) {
      const asked = await findOne(client, kinds.policy, policy);
      const row = await client.get(`${kinds.policy.path}/${asked.id}/muster.explain(managedDeviceId=${quoted(found.id)})`);
      if (form === 'table') terminal.out(sentence(found.name, asked.name, row));
      else await printRows(form, csvOutcomeColumns, [{ ...row, deviceConfigurationId: asked.id, displayName: asked.name }], terminal, row);
      return;
    }
    const rows = await client.rows(`${kinds.device.path}/${found.id}/muster.effectiveConfigurations()`);
    if (form === 'table') terminal.out(`${printable(found.name)}  ${found.id}\n${outcomesText(rows)}\n${rows.length === 0 ? '' : '\n'}`);
    await printRows(form, form === 'csv' ? csvOutcomeColumns : outcomeColumns, form === 'json' ? rows : byOutcome(rows), terminal);
  } finally {
    await connection.close();
  }
}

const verdicts: Readonly<Record<string, (device: string, policy: string) => string>> = {
  applied: (device, policy) => `${device} gets ${policy}`,
  removed: (device, policy) => `${policy} is removed from ${device}`,
  excluded: (device, policy) => `${device} is excluded from ${policy}`,
  filteredOut: (device, policy) => `A filter keeps ${policy} from ${device}`,
  notApplicable: (device, policy) => `${policy} reaches ${device}, which is of another platform`,
  notTargeted: (device, policy) => `${policy} does not reach ${device}`,
};

function sentence(device: string, policy: string, row: JsonObject): string {
  const outcome = textOf(row.outcome);
  const lines = reasonLines(row.reasons).map((line) => `  - ${printable(line)}\n`);
  const verdict = verdicts[outcome] ?? ((one, other) => `${one}, ${other}`);
  return `${verdict(printable(device), printable(policy))} (${outcome}).\n${lines.join('')}`;
}
