import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import displayWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { Terminal } from '../composition.js';
import { type Column, csvText, printable, tableText } from './table.js';

type Row = Readonly<Record<string, string | number | null | readonly string[]>>;
const columns: readonly Column<Row>[] = [
  { title: 'Name', value: (row) => row.name },
  { title: 'Count', value: (row) => row.count, right: true },
  { title: 'Why', value: (row) => row.why },
];
const terminal = (width: number | undefined) =>
  ({ outInteractive: width !== undefined, columns: width, environment: {} }) as unknown as Terminal;
const table = async (rows: readonly Row[], width?: number) => stripVTControlCharacters(await tableText(columns, rows, terminal(width)));

describe('a table', () => {
  it('stands in columns, numbers to the right, lists one under the other', async () => {
    const rows = [
      { name: 'a', count: 5, why: ['one', 'two'] },
      { name: 'long name', count: 1234, why: [] },
      { name: '名前', count: null, why: 'é' },
    ];
    expect(await table(rows)).toBe(
      ['Name       Count  Why', 'a              5  one', '                  two', 'long name   1234', '名前              é', ''].join('\n'),
    );
  });

  const name = fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.constantFrom('名前'.repeat(20), 'a'.repeat(100), 'word '.repeat(30), '\u001b[2J\n'),
  );

  it('fits its terminal, whatever it holds, and loses nothing but spaces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ name, count: fc.nat(), why: fc.array(name, { maxLength: 3 }) }), { maxLength: 5 }),
        fc.integer({ min: 60, max: 200 }),
        async (rows, width) => {
          const text = await table(rows, width);
          for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
          const inked = (value: string) => [...printable(value).replaceAll(/\s/g, '')].sort().join('');
          const all = `NameCountWhy${rows.map((row) => `${row.name}${row.count}${row.why.join('')}`).join('')}`;
          expect(inked(text)).toBe(inked(all));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('comma-separated values', () => {
  it.each<[Row[string], string]>([
    ['a', 'a'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['@x', "'@x"],
    ['-1', "'-1"],
    [-1, '-1'],
    [null, ''],
  ])('%j is %j', (value, cell) => {
    expect(csvText([{ title: 'T', value: () => value as string }], [{}])).toBe(`T\r\n${cell}\r\n`);
  });
});

it('text that steers a terminal is blanked', () => {
  expect(printable('a\u001b[2Jb\u202ec\u0007\u009b')).toBe('a [2Jb c  ');
});
