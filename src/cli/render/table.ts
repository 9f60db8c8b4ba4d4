/** Rows for people, for spreadsheets and for programs. */
import type { JsonValue } from '../../kernel/json.js';
import type { Terminal } from '../composition.js';
import { coloursFor } from './colours.js';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => JsonValue | undefined;
}

export type TableForm = 'table' | 'json' | 'csv';

const plain = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
};
const inner = { left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' };

/** A table as wide as its cells; on a terminal the widest column gives way. */
export async function tableText<Row>(columns: readonly Column<Row>[], rows: readonly Row[], terminal: Terminal): Promise<string> {
  const [{ default: Table }, { bold }] = await Promise.all([import('cli-table3'), coloursFor(terminal)]);
  const cells = rows.map((row) => columns.map(({ value }) => printable(value(row))));
  const widths = columns.map(({ title }, index) => Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)));
  const table = new Table({
    chars: { ...plain, ...inner },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    head: columns.map(({ title }) => bold(title)),
    ...fitting(widths, terminal),
  });
  table.push(...cells);
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

const LEAST_COLUMNS = 60;
const LEAST_CELL = 12;

function fitting(widths: readonly number[], { outInteractive, columns }: Terminal): { colWidths?: number[]; wordWrap?: boolean } {
  if (!outInteractive || columns === undefined) return {};
  const room = Math.max(columns, LEAST_COLUMNS) - 2 * (widths.length - 1);
  const excess = widths.reduce((sum, width) => sum + width, 0) - room;
  if (excess <= 0) return {};
  const widest = widths.indexOf(Math.max(...widths));
  return { colWidths: widths.map((width, index) => (index === widest ? Math.max(LEAST_CELL, width - excess) : width)), wordWrap: true };
}

/** Names come from a tenant: what they hold must not steer the terminal. */
export function printable(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, ' ');
}

/** RFC 4180. A text that a spreadsheet would take for a formula begins with an apostrophe. */
export function csvText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = [
    columns.map(({ title }) => csvCell(title)),
    ...rows.map((row) => columns.map(({ value }) => csvCell(printableCell(value(row))))),
  ];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

function printableCell(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
