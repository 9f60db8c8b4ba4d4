import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toOrdinals } from '../device-set.js';
import { createIdIndex, type IdIndex } from '../id-index.js';
import { throughBytes } from '../snapshot/format.js';
import { foldText } from './fold.js';
import { selectContaining, selectEqual, selectNull, selectPrefixed, selectText } from './select.js';
import { createTable, type RowValues, type Table } from './table.js';

/** Few letters, so that texts meet; case, accents, letters whose capital is longer or lies in ASCII, and a character outside the basic plane. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'É', 'é', 'ß', 'ı', 'K', '😀', ' '), maxLength: 4 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const guids = [1, 2, 3].map((n) => `0000000${n}-0000-4000-8000-00000000000a`);
const name = fc.oneof(text, fc.constantFrom(...guids, guids[0]?.toUpperCase() ?? '', 'ids:own'));
const plan = fc.record({ service: fc.constantFrom('exchange', 'SharePoint'), capabilityStatus: fc.constantFrom('Enabled', null) });

const row = fc.record(
  {
    name: fc.option(name),
    labels: fc.option(fc.array(text, { maxLength: 3 })),
    plans: fc.option(fc.array(plan, { maxLength: 3 })),
    enabled: fc.option(fc.boolean()),
    at: fc.option(fc.integer()),
  },
  { requiredKeys: [] },
);

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), row }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('set' as const), ordinal: fc.nat({ max: 40 }), row }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), ordinal: fc.nat({ max: 40 }) }) },
);

type Model = Map<number, RowValues>;

/** Ids of the rows' objects; a name of `ids:own` stands for the row's. */
const ids: IdIndex = createIdIndex();
const idOf = (ordinal: number) => `aaaaaaaa-0000-4000-8000-${String(ordinal).padStart(12, '0')}`;
for (let ordinal = 0; ordinal < 200; ordinal += 1) ids.put(idOf(ordinal), ordinal);

function newTable(many?: number): Table {
  const table = tableOf(many);
  table.identify(ids);
  if (many === 3) table.expectQuestions();
  return table;
}

function tableOf(many?: number): Table {
  return createTable(
    [
      { name: 'name', kind: 'text' },
      { name: 'labels', kind: 'textList' },
      { name: 'plans', kind: 'recordList', fields: ['service', 'capabilityStatus'] },
      { name: 'enabled', kind: 'boolean' },
      { name: 'at', kind: 'number' },
    ],
    many,
  );
}

type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;

function owning(row: RowValues, ordinal: number): RowValues {
  return row.name === 'ids:own' ? { ...row, name: idOf(ordinal) } : row;
}

/** @param savedAt before this step the table goes through a snapshot */
function played(steps: readonly Step[], many?: number, savedAt = -1): { table: Table; model: Model } {
  let table = newTable(many);
  const model: Model = new Map();
  for (const [index, each] of steps.entries()) {
    if (index === savedAt) {
      const saved = table;
      table = newTable(many);
      table.load(throughBytes((out) => saved.save(out)));
      table.trim();
    }
    if (each.kind === 'add') {
      const ordinal = table.vacancy();
      const row = owning(each.row as RowValues, ordinal);
      table.set(ordinal, row);
      expect(model.has(ordinal)).toBe(false);
      model.set(ordinal, row);
    } else if (each.kind === 'set') {
      const row = owning(each.row as RowValues, each.ordinal);
      table.set(each.ordinal, row);
      model.set(each.ordinal, { ...model.get(each.ordinal), ...row });
    } else {
      table.remove(each.ordinal);
      model.delete(each.ordinal);
    }
  }
  return { table, model };
}

function where(model: Model, accepts: (row: RowValues) => boolean): readonly number[] {
  return [...model]
    .filter(([, row]) => accepts(row))
    .map(([ordinal]) => ordinal)
    .sort((left, right) => left - right);
}

const nameOf = (row: RowValues) => row.name as string | null | undefined;
const foldedName = (row: RowValues) => (typeof row.name === 'string' ? foldText(row.name) : undefined);
const labelsOf = (row: RowValues) => (row.labels ?? []) as readonly string[];

const wellFormed = (value: string | null | undefined) => (typeof value === 'string' ? Buffer.from(value).toString() : null);

describe('a table equals a map of rows', () => {
  it('whatever is added, changed and removed', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        name,
        fc.constantFrom(undefined, 1, 3, 8),
        fc.nat(60),
        (steps, probe, many, savedAt) => {
          const { table, model } = played(steps, many, savedAt);
          expect([...toOrdinals(table.live())]).toEqual(where(model, () => true));

          const name = table.textColumn('name');
          const labels = table.column('labels');
          const plans = table.column('plans');
          const enabled = table.column('enabled');
          const at = table.column('at');
          if (name === undefined || labels?.kind !== 'textList' || plans?.kind !== 'recordList') throw new TypeError('columns are missing');
          if (enabled?.kind !== 'boolean' || at?.kind !== 'number') throw new TypeError('columns are missing');

          for (const [ordinal, row] of model) {
            expect(name.text(ordinal)).toBe(wellFormed(nameOf(row)));
            expect(labels.elements(ordinal)).toEqual(labelsOf(row).map(wellFormed));
            expect(plans.elements(ordinal)).toEqual(row.plans ?? []);
            expect(enabled.value(ordinal)).toBe(row.enabled ?? null);
            expect(at.value(ordinal)).toBe(row.at ?? null);
          }
          const folded = foldText(probe);
          const same = (set: Parameters<typeof toOrdinals>[0], accepts: (row: RowValues) => boolean) =>
            expect([...toOrdinals(set)]).toEqual(where(model, accepts));
          same(selectEqual(name, [probe]), (row) => foldedName(row) === folded);
          same(selectPrefixed(name, probe), (row) => foldedName(row)?.startsWith(folded) ?? false);
          same(selectContaining(name, probe), (row) => foldedName(row)?.includes(folded) ?? false);
          same(selectNull(name), (row) => typeof row.name !== 'string');
          same(
            selectText(name, (each) => each.length > 2, true),
            (row) => typeof row.name !== 'string' || row.name.length > 2,
          );
          const long = labels.marksWhere((each) => each.length > 1);
          same(labels.rowsWithAny(long), (row) => labelsOf(row).some((label) => label.length > 1));
          same(labels.rowsWithAll(long, true), (row) => labelsOf(row).every((label) => label.length > 1));
          same(labels.rowsWithAll(long, false), (row) => labelsOf(row).length > 0 && labelsOf(row).every((label) => label.length > 1));
          const exchange = plans.marksWhere((each) => each.service === 'exchange');
          same(plans.rowsWithAny(exchange), (row) =>
            ((row.plans ?? []) as { service: string }[]).some((each) => each.service === 'exchange'),
          );
          for (const value of [true, false, null]) same(enabled.rowsWith(value), (row) => (row.enabled ?? null) === value);
          same(
            at.rowsWhere((value) => value === null || value > 0),
            (row) => row.at === undefined || row.at === null || (row.at as number) > 0,
          );
        },
      ),
    );
  });
});

describe('upkeep', () => {
  it('drops texts and lists that no row has any more', () => {
    const table = newTable();
    for (let row = 0; row < 50; row += 1) table.add({ name: `Kept ${row}`, labels: [`kept ${row}`] });
    for (let change = 0; change < 5000; change += 1) table.set(change % 25, { name: `Name ${change}`, labels: [`one ${change}`, 'two'] });
    const name = table.textColumn('name');
    const labels = table.column('labels');
    if (name === undefined || labels?.kind !== 'textList') throw new TypeError('columns are missing');
    expect(name.dictionary().size()).toBeLessThan(1200);
    expect(name.text(30)).toBe('Kept 30');
    expect(name.text(24)).toBe('Name 4999');
    expect(labels.elements(24)).toEqual(['one 4999', 'two']);
    expect([...toOrdinals(selectEqual(name, ['NAME 4999']))]).toEqual([24]);
    expect([...toOrdinals(labels.rowsWithAny(labels.marksWhere((label) => label === 'two')))]).toHaveLength(25);
  });

  it('gives the ordinals of removed rows out again', () => {
    const table = newTable();
    const [first, second] = [table.add({ name: 'a' }), table.add({ name: 'b' })];
    table.remove(first);
    expect(table.add({})).toBe(first);
    expect(table.textColumn('name')?.text(first)).toBeNull();
    expect([first, second, table.rows]).toEqual([0, 1, 2]);
  });

  it('takes a column later, once', () => {
    const table = newTable();
    const ordinal = table.add({});
    const added = table.addColumn({ name: 'extension', kind: 'text' });
    expect(table.addColumn({ name: 'extension', kind: 'boolean' })).toBe(added);
    table.set(ordinal, { extension: 'x', unknown: 'passed over', enabled: 'no boolean' });
    expect(table.textColumn('extension')?.text(ordinal)).toBe('x');
    expect(table.textColumn('enabled')).toBeUndefined();
  });
});

describe('folding', () => {
  it.each([
    ['ABC', 'abc'],
    ['Éa', 'Éa'],
    ['é', 'É'],
    ['straße', 'straße'],
    ['\u212a', '\u212a'],
    ['ı', 'ı'],
    ['ſ', 'ſ'],
    ['ς', 'Σ'],
    ['\ud800x', '\ufffdx'],
    ['𐐨', '𐐀'],
  ])('%s is compared as %s', (given, folded) => {
    expect(foldText(given)).toBe(folded);
  });

  it('is settled after once and keeps the length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        const folded = foldText(given);
        expect(folded).toHaveLength(given.length);
        expect(foldText(folded)).toBe(folded);
      }),
    );
  });
});
