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
/** A table as wide as its cells; on a terminal the widest columns give way, and what they hold goes on below. */
export async function tableText<Row>(columns: readonly Column<Row>[], rows: readonly Row[], terminal: Terminal): Promise<string> {
  const cells = rows.map((row) => columns.map(({ value }) => linesOf(value(row))));
  const titles = columns.map(({ title }) => title);
  const [widthOf, { bold }] = await Promise.all([widths([titles, ...cells.flat()]), coloursFor(terminal)]);
  const wanted = titles.map((title, index) =>
    cells.reduce((most, row) => (row[index] ?? []).reduce((so, text) => Math.max(so, widthOf(text)), most), widthOf(title)),
  );
  const given = fitting(wanted, terminal);
  const wrapped = given.some((width, index) => width < (wanted[index] ?? 0)) ? (await import('wrap-ansi')).default : undefined;
  const folded = (cell: readonly string[], index: number): readonly string[] => {
    const width = given[index] ?? LEAST_CELL;
    if (wrapped === undefined || width >= (wanted[index] ?? 0)) return cell;
    return cell.flatMap((text) => wrapped(text, width, { hard: true }).split('\n'));
  };
  const laid = (text: string, index: number, style: (text: string) => string = plain) => {
    const room = ' '.repeat(Math.max(0, (given[index] ?? 0) - widthOf(text)));
    return columns[index]?.right === true ? room + style(text) : style(text) + room;
  };
  const lines = [titles.map((title, index) => laid(title, index, bold)).join(GAP)];
  for (const row of cells) {
    const parts = row.map(folded);
    const height = Math.max(1, ...parts.map((part) => part.length));
    for (let line = 0; line < height; line += 1) lines.push(parts.map((part, index) => laid(part[line] ?? '', index)).join(GAP));
  }
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

const plain = (text: string) => text;
const ASCII = /^[\x20-\x7e]*$/;

/** How many columns a text takes on a terminal. Most texts are plain ones, and what knows of the others is loaded where there are some. */
async function widths(texts: readonly (readonly string[])[]): Promise<(text: string) => number> {
  if (texts.every((some) => some.every((text) => ASCII.test(text)))) return (text) => text.length;
  const { default: displayWidth } = await import('string-width');
  return (text) => (ASCII.test(text) ? text.length : displayWidth(text));
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
