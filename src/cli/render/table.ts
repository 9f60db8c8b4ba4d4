/** Rows for people, for spreadsheets and for programs. */
import type { JsonValue } from '../../kernel/json.js';
import type { Terminal } from '../composition.js';
import { coloursFor } from './colours.js';
import { displayWidth, padded, wrapped } from './width.js';

export interface Column<Row> {
  readonly title: string;
  /** A list is shown one under the other in a table. */
  readonly value: (row: Row) => JsonValue | undefined;
  /** Numbers stand to the right. */
  readonly right?: boolean;
}

export type TableForm = 'table' | 'json' | 'csv';

const GAP = '  ';
const LEAST_COLUMNS = 60;
const LEAST_CELL = 12;

/** A table as wide as its cells; on a terminal the widest columns give way, and what they hold goes on below. */
export async function tableText<Row>(columns: readonly Column<Row>[], rows: readonly Row[], terminal: Terminal): Promise<string> {
  const { bold } = await coloursFor(terminal);
  const cells = rows.map((row) => columns.map(({ value }) => linesOf(value(row))));
  const titles = columns.map(({ title }) => title);
  const wanted = titles.map((title, index) => Math.max(displayWidth(title), ...widest(cells, index)));
  const widths = fitting(wanted, terminal);
  const last = columns.length - 1;
  const line = (texts: readonly string[]) =>
    texts
      .map((text, index) => {
        const width = widths[index] ?? 0;
        if (columns[index]?.right === true) return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
        return index === last ? text : padded(text, width);
      })
      .join(GAP)
      .trimEnd();
  const lines = [bold(line(titles))];
  for (const row of cells) {
    const folded = row.map((cell, index) => cell.flatMap((text) => wrapped(text, widths[index] ?? LEAST_CELL)));
    const height = Math.max(1, ...folded.map((cell) => cell.length));
    for (let at = 0; at < height; at += 1) lines.push(line(folded.map((cell) => cell[at] ?? '')));
  }
  return `${lines.join('\n')}\n`;
}

function linesOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).map(printable) : [printable(value)];
}

/** One number for all rows: a call with a million arguments is none. */
function widest(cells: readonly (readonly (readonly string[])[])[], index: number): readonly number[] {
  let most = 0;
  for (const row of cells) for (const text of row[index] ?? []) most = Math.max(most, displayWidth(text));
  return [most];
}

function fitting(wanted: readonly number[], { outInteractive, columns }: Terminal): readonly number[] {
  if (!outInteractive || columns === undefined) return wanted;
  const room = Math.max(columns, LEAST_COLUMNS) - GAP.length * (wanted.length - 1);
  const widths = [...wanted];
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - room; excess > 0; ) {
    const most = Math.max(...widths);
    const next = Math.max(LEAST_CELL, ...widths.filter((width) => width < most));
    const taken = Math.min(excess, most - next || 1);
    if (most - taken < LEAST_CELL) break;
    widths[widths.lastIndexOf(most)] = most - taken;
    excess -= taken;
  }
  return widths;
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
