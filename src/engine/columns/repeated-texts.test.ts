import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toOrdinals } from '../device-set.js';
import { createIdIndex } from '../id-index.js';
import { throughBytes } from '../snapshot/format.js';
import { foldText } from './fold.js';
import { selectContaining, selectEqual, selectNull, selectPrefixed, selectText } from './select.js';
import { createTable, type RowValues, type Table } from './table.js';
import { repeatWithin } from './text-source.js';

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'é', 'É', 'K', '@'), maxLength: 3 }),
  fc.nat(400).map((n) => `Person${n}@contoso.com`),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
/** A mail of `same` stands for the name that the row is given or has. */
const row = fc.record(
  { name: fc.option(text), mail: fc.oneof({ weight: 6, arbitrary: fc.constant('same') }, { weight: 1, arbitrary: fc.option(text) }) },
  { requiredKeys: [] },
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('set' as const), ordinal: fc.nat(60), row }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), ordinal: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'trim' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'save' as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;

/** Either order: what is repeated may be written before or after. */
function newTable(many: number, nameFirst: boolean): Table {
  const names = nameFirst ? ['name', 'mail'] : ['mail', 'name'];
  const table = createTable(
    names.map((name) => ({ name, kind: 'text' })),
    many,
  );
  repeatWithin(table, 'mail', 'name');
  return table;
}

function wellFormed(value: string | null): string | null {
  return value === null ? null : Buffer.from(value).toString();
}

function through(saved: Table, many: number, nameFirst: boolean): Table {
  const table = newTable(many, nameFirst);
  table.load(throughBytes((out) => saved.save(out)));
  return table;
}

function played(begun: number, steps: readonly Step[], many: number, nameFirst: boolean) {
  let table = newTable(many, nameFirst);
  const model = new Map<number, { name: string | null; mail: string | null }>();
  const put = (ordinal: number, given: RowValues) => {
    const before = model.get(ordinal) ?? { name: null, mail: null };
    const name = (given.name === undefined ? before.name : given.name) as string | null;
    const values = given.mail === 'same' ? { ...given, mail: name } : given;
    table.set(ordinal, values);
    const mail = (values.mail === undefined ? before.mail : values.mail) as string | null;
    model.set(ordinal, { name: wellFormed(name), mail: wellFormed(mail) });
  };
  for (let ordinal = 0; ordinal < begun; ordinal += 1) put(ordinal, { name: `Person${ordinal}@contoso.com`, mail: 'same' });
  table.trim();
  for (const each of steps) {
    if (each.do === 'set') put(each.ordinal, each.row as RowValues);
    else if (each.do === 'trim') table.trim();
    else if (each.do === 'save') table = through(table, many, nameFirst);
    else {
      table.remove(each.ordinal);
      model.delete(each.ordinal);
    }
  }
  return { table, model };
}

const wayOf = (table: Table, column: number) =>
  throughBytes((out) => table.save(out))
    .within(String(column))
    .json('way');

describe('a column that repeats another', () => {
  it('equals one with texts of its own, whatever is changed', () => {
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.array(step, { maxLength: 80 }),
        text,
        fc.constantFrom(1, 4, 1000),
        fc.boolean(),
        (begun, steps, probe, many, nameFirst) => {
          const { table, model } = played(begun, steps, many, nameFirst);
          const folded = foldText(probe);
          for (const name of ['name', 'mail'] as const) {
            const column = table.textColumn(name)!;
            const where = (accepts: (held: string | null) => boolean) =>
              [...model].flatMap(([ordinal, held]) => (accepts(held[name]) ? [ordinal] : [])).sort((a, b) => a - b);
            for (let ordinal = 0; ordinal <= 61; ordinal += 1) {
              const held = model.get(ordinal)?.[name] ?? null;
              expect(column.text(ordinal)).toBe(held);
              const code = column.code(ordinal);
              expect(code === 0).toBe(held === null);
              if (held !== null) expect(column.dictionary().folded(code)).toBe(foldText(held));
            }
            expect([...toOrdinals(selectEqual(column, [probe]))]).toEqual(where((held) => held !== null && foldText(held) === folded));
            expect([...toOrdinals(selectPrefixed(column, probe))]).toEqual(
              where((held) => held !== null && foldText(held).startsWith(folded)),
            );
            expect([...toOrdinals(selectContaining(column, probe))]).toEqual(
              where((held) => held !== null && foldText(held).includes(folded)),
            );
            expect([...toOrdinals(selectNull(column))]).toEqual(where((held) => held === null));
            expect([...toOrdinals(selectText(column, (each) => each.length > 2, true))]).toEqual(
              where((held) => held === null || held.length > 2),
            );
            expect([...toOrdinals(selectText(column, (_, code) => column.dictionary().folded(code).endsWith(folded)))]).toEqual(
              where((held) => held !== null && foldText(held).endsWith(folded)),
            );
          }
        },
      ),
      { numRuns: 250 },
    );
  });

  it('keeps no texts where nearly all are alike, and its own where many are not', () => {
    const { table } = played(50, [], 4, false);
    expect([wayOf(table, 1), wayOf(table, 0)]).toEqual(['rows', 'repeated']);
    expect(through(table, 4, false).textColumn('mail')?.text(7)).toBe('Person7@contoso.com');
    for (let ordinal = 0; ordinal < 20; ordinal += 1) table.set(ordinal, { mail: `Mail${ordinal}` });
    expect(wayOf(table, 0)).toBe('rows');
    table.trim();
    expect(wayOf(table, 0)).toBe('rows');
    expect([0, 19, 20].map((ordinal) => table.textColumn('mail')?.text(ordinal))).toEqual(['Mail0', 'Mail19', 'Person20@contoso.com']);
  });

  it('keeps its own where what it repeats goes away', () => {
    const { table } = played(50, [], 4, true);
    expect(wayOf(table, 1)).toBe('repeated');
    for (let ordinal = 0; ordinal < 50; ordinal += 1) table.set(ordinal, { name: `Other${ordinal}` });
    expect(wayOf(table, 1)).toBe('rows');
    for (let ordinal = 0; ordinal < 50; ordinal += 1) expect(table.textColumn('mail')?.text(ordinal)).toBe(`Person${ordinal}@contoso.com`);
  });
});

describe('a column that repeats the GUIDs of an index', () => {
  const guidOf = (n: number) => `bbbbbbbb-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const change = fc.record({ do: fc.constantFrom('write', 'put', 'clear', 'both', 'trim', 'remove'), row: fc.nat(20), n: fc.nat(25) });

  it('keeps its texts whatever happens to the index', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), fc.nat(25), (changes, probe) => {
        const ids = createIdIndex();
        const table = createTable([{ name: 'guid', kind: 'text' }], 3);
        ids.watch(table.repeatGuids('guid', ids));
        const model = new Map<number, string>();
        const write = (row: number, n: number) => {
          table.set(row, { guid: guidOf(n) });
          model.set(row, guidOf(n));
        };
        for (let row = 0; row < 16; row += 1) {
          write(row, row);
          ids.put(guidOf(row), row);
        }
        table.trim();
        for (const { do: what, row, n } of changes) {
          if (what === 'write' || what === 'both') write(row, n);
          if (what === 'put' || what === 'both') ids.put(n === 25 ? 'no GUID' : guidOf(n), row);
          if (what === 'clear') ids.clear(row);
          if (what === 'trim') table.trim();
          if (what === 'remove') {
            table.remove(row);
            model.delete(row);
          }
        }
        const column = table.textColumn('guid')!;
        for (let row = 0; row < 21; row += 1) expect(column.text(row)).toBe(model.get(row) ?? null);
        const where = (accepts: (text: string) => boolean) =>
          [...model].flatMap(([row, text]) => (accepts(text) ? [row] : [])).sort((a, b) => a - b);
        expect([...toOrdinals(selectEqual(column, [guidOf(probe)]))]).toEqual(where((text) => text === guidOf(probe)));
        expect([...toOrdinals(selectContaining(column, String(probe)))]).toEqual(where((text) => text.includes(String(probe))));
      }),
      { numRuns: 300 },
    );
  });
});
