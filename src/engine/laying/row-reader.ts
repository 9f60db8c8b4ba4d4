/** Reads framed rows into the columns of a table. What rows have alike is read once a frame, or once a value; of the rest the bytes are enough. */
import { createFillings, type FramedRows, readFillings } from '../../kernel/framed-rows.js';
import type { Frame } from '../../kernel/framed-text.js';
import type { JsonValue } from '../../kernel/json.js';
import type { CellValue, Table } from '../columns/table.js';
import { createDerivations, type Derivations, type Derived, type Values } from './derivations.js';
import { createFramePlans, type FramePlan } from './frame-plan.js';
import type { RowForm } from './row-form.js';

export interface RowReader {
  /** Reads rows, in place of those before. @returns a byte a row, 1 for those that are of the form, so that `write` can write them; a row may not be for many reasons */
  read(rows: FramedRows): Uint8Array;
  /** Writes what was read to rows of the table that have just come to life. @param ordinals of the rows; negative for those that are left out */
  write(ordinals: Int32Array): void;
  /** What the group of this number says of a row beside its cells; after `write`. */
  fact(group: number, row: number): CellValue | undefined;
  /** Where the text of a name of the form, which may be empty, stands in the bytes; an end of 0 where the row has none. */
  nameStart(name: number, row: number): number;
  nameEnd(name: number, row: number): number;
}

/** A frame that has more places is of another form. */
const MOST_PLACES = 512;
const [QUOTE, BACKSLASH, LOWER_N] = [0x22, 0x5c, 0x6e];

export function createRowReader(form: RowForm, table: Table, wanted: (member: string) => boolean): RowReader {
  const { groups } = form;
  const texts = [...form.texts.values()];
  const roots = groups.flatMap(({ members }) => members);
  const plans = createFramePlans(form, roots, table, wanted);
  const derivations: Derivations = createDerivations(groups, roots);
  const fillings = createFillings(MOST_PLACES);
  let lastFrame: Frame | undefined;
  let lastPlan: FramePlan | undefined;

  /** Of the rows that were read last. Columns of numbers lie one after the other, each as long as there are rows. */
  let source: FramedRows = { bytes: Buffer.alloc(0), frames: [], spans: new Uint32Array(0) };
  let count = 0;
  let capacity = 0;
  let isRead = new Uint8Array(0);
  let rowPlans: (FramePlan | undefined)[] = [];
  let [textStarts, textEnds] = [new Uint32Array(0), new Uint32Array(0)];
  let [nameStarts, nameEnds] = [new Uint32Array(0), new Uint32Array(0)];
  /** By group, what the rows have; undefined for values that are not remembered. */
  let values: (Values | undefined)[][] = [];
  /** Texts whose value cannot be told by their bytes. */
  let odd: { readonly row: number; readonly text: number; readonly raw: JsonValue }[] = [];
  let facts: (CellValue | undefined)[][] = [];

  const reserve = (rows: number) => {
    count = rows;
    if (rows > capacity) {
      capacity = rows;
      isRead = new Uint8Array(rows);
      [textStarts, textEnds] = [new Uint32Array(rows * texts.length), new Uint32Array(rows * texts.length)];
      [nameStarts, nameEnds] = [new Uint32Array(rows * form.names.length), new Uint32Array(rows * form.names.length)];
    }
    isRead.fill(0);
    textEnds.fill(0);
    nameEnds.fill(0);
    rowPlans = [];
    odd = [];
    facts = groups.map(() => []);
    values = groups.map(() => []);
  };

  const planOf = (frame: Frame): FramePlan | undefined => {
    if (frame !== lastFrame) {
      lastPlan = plans.of(frame);
      lastFrame = frame;
    }
    return lastPlan;
  };

  const valueAt = (start: number, end: number) => JSON.parse(source.bytes.toString('latin1', start, end)) as JsonValue;

  /** @param hasEscape whether any of the row's texts may have one @returns whether the row is of the form */
  const readRow = (row: number, plan: FramePlan, hasEscape: boolean): boolean => {
    const { bytes } = source;
    const { places, starts, ends } = fillings;
    for (let group = 0; group < groups.length; group += 1) values[group]![row] = plan.values[group];
    for (let filling = 0; filling < fillings.count; filling += 1) {
      const place = places[filling]!;
      if (plan.isUnread[place] === 1) continue;
      const [start, end] = [starts[filling]!, ends[filling]!];
      const isText = bytes[start] === QUOTE && !hasEscape;
      const text = plan.texts[place]!;
      if (text >= 0) {
        if (isText && end - start > 2) {
          textStarts[text * capacity + row] = start + 1;
          textEnds[text * capacity + row] = end - 1;
        } else if (bytes[start] !== LOWER_N || plan.isConstant[texts[text]!.column] === 1)
          odd.push({ row, text, raw: valueAt(start, end) });
      }
      const root = plan.roots[place]!;
      if (root >= 0) {
        const ofGroup = values[plan.groups[place]!]!;
        const before = ofGroup[row];
        if (before !== undefined) ofGroup[row] = derivations.and(before, root, bytes, start, end);
      }
      const name = plan.names[place]!;
      if (name >= 0 && bytes[start] !== LOWER_N) {
        if (!isText) return false;
        nameStarts[name * capacity + row] = start + 1;
        nameEnds[name * capacity + row] = end - 1;
      }
    }
    return true;
  };

  const writeTexts = (ordinals: Int32Array) => {
    const { bytes } = source;
    for (let text = 0; text < texts.length; text += 1) {
      const cells = { bytes, ordinals, starts: textStarts, ends: textEnds, first: text * capacity, count };
      table.cellsOfBytes(texts[text]!.column, cells);
    }
    for (const { row, text, raw } of odd) {
      const { column, read } = texts[text]!;
      if (ordinals[row]! >= 0) table.cell(ordinals[row]!, column, raw === null ? null : read(raw));
    }
  };

  /** What follows for a group from values of a row that are not remembered. */
  const derivedAnew = (group: number, row: number, plan: FramePlan): Derived => {
    const given: Record<string, JsonValue> = {};
    readFillings(source, row, fillings);
    for (let filling = 0; filling < fillings.count; filling += 1) {
      const place = fillings.places[filling]!;
      if (plan.groups[place] === group) given[roots[plan.roots[place]!]!] = valueAt(fillings.starts[filling]!, fillings.ends[filling]!);
    }
    return derivations.ofObject(group, given, plan.members);
  };

  const writeGroup = (group: number, ordinals: Int32Array) => {
    for (let row = 0; row < count; row += 1) {
      const ordinal = ordinals[row]!;
      const plan = rowPlans[row];
      if (ordinal < 0 || plan === undefined) continue;
      const found = values[group]![row];
      if (found === plan.values[group]) {
        facts[group]![row] = plan.facts[group];
        continue;
      }
      const { cells, fact } = found === undefined ? derivedAnew(group, row, plan) : derivations.of(group, found, plan.members);
      for (let index = 0; index < cells.length; index += 1) table.cell(ordinal, cells[index]!.column, cells[index]!.value);
      facts[group]![row] = fact;
    }
  };

  return {
    read(rows) {
      source = rows;
      const { bytes, frames, spans } = rows;
      reserve(frames.length);
      let backslash = -1;
      for (let row = 0; row < count; row += 1) {
        const plan = planOf(frames[row]!);
        rowPlans.push(plan);
        if (plan === undefined || !readFillings(rows, row, fillings)) continue;
        // Sought once for all the rows before it.
        const [from, to] = [spans[4 * row + 2]!, spans[4 * row + 3]!];
        if (backslash < from) {
          const found = bytes.indexOf(BACKSLASH, from);
          backslash = found < 0 ? bytes.length : found;
        }
        if (readRow(row, plan, backslash < to)) isRead[row] = 1;
      }
      return isRead;
    },
    write(ordinals) {
      for (let row = 0; row < count; row += 1) {
        const constants = ordinals[row]! < 0 ? undefined : rowPlans[row]?.constants;
        if (constants !== undefined) for (const { column, value } of constants) table.cell(ordinals[row]!, column, value);
      }
      writeTexts(ordinals);
      for (let group = 0; group < groups.length; group += 1) writeGroup(group, ordinals);
    },
    fact: (group, row) => facts[group]![row],
    nameStart: (name, row) => nameStarts[name * capacity + row]!,
    nameEnd: (name, row) => nameEnds[name * capacity + row]!,
  };
}
