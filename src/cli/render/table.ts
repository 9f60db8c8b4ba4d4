/** Rows for people, for spreadsheets and for programs. */
import type { JsonValue } from '../../kernel/json.js';
import type { Terminal } from '../composition.js';
import { coloursFor } from './colours.js';

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
/** Rows that are laid out at a time: a table of a whole fleet is long. */
const AT_ONCE = 1000;

/** No lines, no padding: columns apart. */
const bare = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'].map((name) => [name, '']),
);
const inner = { left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: GAP };

/** A table as wide as its cells; on a terminal the widest columns give way, and what they hold goes on below. */
export async function tableText<Row>(columns: readonly Column<Row>[], rows: readonly Row[], terminal: Terminal): Promise<string> {
  const [{ default: Table }, { default: displayWidth }, { default: wrapped }, { bold }] = await Promise.all([
    import('cli-table3'),
    import('string-width'),
    import('wrap-ansi'),
    coloursFor(terminal),
  ]);
  const cells = rows.map((row) => columns.map(({ value }) => linesOf(value(row))));
  const widest = (index: number, title: string) => {
    let most = displayWidth(title);
    for (const row of cells) for (const text of row[index] ?? []) most = Math.max(most, displayWidth(text));
    return most;
  };
  const wanted = columns.map(({ title }, index) => widest(index, title));
  const colWidths = fitting(wanted, terminal);
  const laid = (head: readonly string[], part: readonly (readonly string[])[]) => {
    const table = new Table({
      chars: { ...bare, ...inner },
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
      colWidths: [...colWidths],
      colAligns: columns.map(({ right }) => (right === true ? 'right' : 'left')),
      head: [...head],
    });
    table.push(...part.map((row) => [...row]));
    return table.toString();
  };
  const folded = (row: readonly (readonly string[])[]) =>
    row.map((cell, index) => {
      const width = colWidths[index] ?? LEAST_CELL;
      return (width < (wanted[index] ?? 0) ? cell.map((text) => wrapped(text, width, { hard: true })) : cell).join('\n');
    });
  const parts: string[] = [];
  for (let from = 0; from === 0 || from < cells.length; from += AT_ONCE) {
    const head = from === 0 ? columns.map(({ title }) => bold(title)) : [];
    parts.push(laid(head, cells.slice(from, from + AT_ONCE).map(folded)));
  }
  const lines = parts.join('\n').split('\n');
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function linesOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).map(printable) : [printable(value)];
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
