import type { Command } from 'commander';
import { CommandFailed } from '../command-failed.js';
import type { Terminal } from '../composition.js';
import type { Column, TableForm } from '../render/table.js';

export interface FormFlags {
  readonly json?: boolean;
  readonly csv?: boolean;
}

export function addFormFlags(command: Command): Command {
  return command.option('--json', 'print JSON, as Graph has it').option('--csv', 'print comma-separated values');
}

/** @throws CommandFailed when two forms are asked for */
export function formOf({ json, csv }: FormFlags): TableForm {
  if (json === true && csv === true) throw new CommandFailed('--json and --csv exclude each other.', 2);
  return json === true ? 'json' : csv === true ? 'csv' : 'table';
}

/** @param value what JSON shows in place of the rows */
export async function printRows<Row>(
  form: TableForm,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  terminal: Terminal,
  value: unknown = rows,
): Promise<void> {
  const { csvText, jsonText, tableText } = await import('../render/table.js');
  if (form === 'json') await terminal.send(jsonText(value));
  else if (form === 'csv') await terminal.send(csvText(columns, rows));
  else if (rows.length > 0) await terminal.send(await tableText(columns, rows, terminal));
}
