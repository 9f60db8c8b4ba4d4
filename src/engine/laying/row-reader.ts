/** Reads framed rows into the columns of a table. What rows have alike is read once a frame, or once a combination of values; of the rest the bytes are enough. */
import { createFillings, type FramedRows, readFillings } from '../../kernel/framed-rows.js';
import type { Frame } from '../../kernel/framed-text.js';
import type { JsonValue } from '../../kernel/json.js';
import type { CellValue, Table } from '../columns/table.js';
import { createFramePlans, type FramePlan, groupOf, memberOf, nameOf, textOf } from './frame-plan.js';
import type { RowForm } from './row-form.js';
import type { Bytes, Derived } from './value-combinations.js';

export interface RowReader {
  /** Reads rows, in place of those before. @returns a byte a row, 1 for those that are of the form, so that `write` can write them; a row may not be for many reasons */
  read(rows: FramedRows): Uint8Array;
  /** Writes what was read to rows of the table that have just come to life. @param ordinals of the rows; negative for those that are left out */
  write(ordinals: Int32Array): void;
  /** What the group of this number says of a row, which is of the form, beside its cells. */
  fact(group: number, row: number): CellValue | undefined;
  /** Where the text of a name of the form, which may be empty, stands in the bytes; an end of 0 where the row has none. */
  nameStart(name: number, row: number): number;
  nameEnd(name: number, row: number): number;
}

/** A frame that has more places is of another form. */
const MOST_PLACES = 512;
const [QUOTE, BACKSLASH, LOWER_N] = [0x22, 0x5c, 0x6e];

export function createRowReader(form: RowForm, table: Table, wanted: (member: string) => boolean): RowReader {
  const texts = [...form.texts.values()];
  const plans = createFramePlans(form, table, wanted);
  const fillings = createFillings(MOST_PLACES);
  /** Of the row that is being read, by group. */
  const spans = form.groups.map(() => ({
    count: 0,
    members: new Uint8Array(MOST_PLACES),
    starts: new Uint32Array(MOST_PLACES),
    ends: new Uint32Array(MOST_PLACES),
  }));
  let lastFrame: Frame | undefined;
  let lastPlan: FramePlan | undefined;

  /** Of the rows that were read last. Columns of numbers lie one after the other, each as long as there is room for rows. */
  let source: FramedRows = { bytes: Buffer.alloc(0), frames: [], spans: new Uint32Array(0) };
  let from: Bytes = { bytes: source.bytes, view: new DataView(new ArrayBuffer(0)) };
  let count = 0;
  let capacity = 0;
  let isRead = new Uint8Array(0);
  let rowPlans: (FramePlan | undefined)[] = [];
  let [textStarts, textEnds] = [new Uint32Array(0), new Uint32Array(0)];
  let [nameStarts, nameEnds] = [new Uint32Array(0), new Uint32Array(0)];
  /** By group, what follows from the values of a row; undefined for one that has the frame's. */
  let derived: (Derived | undefined)[][] = [];
  /** Texts whose value cannot be told by their bytes. */
  let odd: { readonly row: number; readonly text: number; readonly raw: JsonValue }[] = [];

  const begin = (rows: FramedRows) => {
    source = rows;
    const { bytes } = rows;
    from = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
    count = rows.frames.length;
    if (count > capacity) {
      capacity = count;
      isRead = new Uint8Array(count);
      rowPlans = new Array<undefined>(count).fill(undefined);
      [textStarts, textEnds] = [new Uint32Array(count * texts.length), new Uint32Array(count * texts.length)];
      [nameStarts, nameEnds] = [new Uint32Array(count * form.names.length), new Uint32Array(count * form.names.length)];
      derived = form.groups.map(() => new Array<undefined>(count).fill(undefined));
    }
    isRead.fill(0);
    textEnds.fill(0);
    nameEnds.fill(0);
    odd = [];
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
  const readRow = (row: number, { uses, isConstant, combinations }: FramePlan, hasEscape: boolean): boolean => {
    const { bytes } = source;
    const { places, starts, ends } = fillings;
    for (let group = 0; group < spans.length; group += 1) spans[group]!.count = 0;
    for (let filling = 0; filling < fillings.count; filling += 1) {
      const use = uses[places[filling]!]!;
      if (use === 0) continue;
      const [start, end] = [starts[filling]!, ends[filling]!];
      const isText = bytes[start] === QUOTE && !hasEscape;
      const text = textOf(use);
      if (text >= 0) {
        if (isText && end - start > 2) {
          textStarts[text * capacity + row] = start + 1;
          textEnds[text * capacity + row] = end - 1;
        } else if (bytes[start] !== LOWER_N || isConstant[texts[text]!.column] === 1) odd.push({ row, text, raw: valueAt(start, end) });
      }
      const group = groupOf(use);
      if (group >= 0) {
        const values = spans[group]!;
        values.members[values.count] = memberOf(use);
        values.starts[values.count] = start;
        values.ends[values.count] = end;
        values.count += 1;
      }
      const name = nameOf(use);
      if (name >= 0 && bytes[start] !== LOWER_N) {
        if (!isText) return false;
        nameStarts[name * capacity + row] = start + 1;
        nameEnds[name * capacity + row] = end - 1;
      }
    }
    for (let group = 0; group < spans.length; group += 1)
      derived[group]![row] = spans[group]!.count === 0 ? undefined : combinations[group]!.of(from, spans[group]!);
    return true;
  };

  const writeTexts = (ordinals: Int32Array) => {
    const { bytes, view } = from;
    for (let text = 0; text < texts.length; text += 1) {
      // Spelt out: a spread would make an object of another shape each time.
      const cells = { bytes, view, ordinals, starts: textStarts, ends: textEnds, first: text * capacity, count };
      table.cellsOfBytes(texts[text]!.column, cells);
    }
    for (const { row, text, raw } of odd) {
      const { column, read } = texts[text]!;
      if (ordinals[row]! >= 0) table.cell(ordinals[row]!, column, raw === null ? null : read(raw));
    }
  };

  const writeGroup = (found: readonly (Derived | undefined)[], ordinals: Int32Array) => {
    for (let row = 0; row < count; row += 1) {
      const ordinal = ordinals[row]!;
      const cells = ordinal < 0 ? undefined : found[row]?.cells;
      if (cells === undefined) continue;
      for (let index = 0; index < cells.length; index += 1) table.share(ordinal, cells[index]!);
    }
  };

  return {
    read(rows) {
      begin(rows);
      const { bytes, frames, spans: rowSpans } = rows;
      let backslash = -1;
      for (let row = 0; row < count; row += 1) {
        const plan = planOf(frames[row]!);
        rowPlans[row] = plan;
        if (plan === undefined || !readFillings(rows, row, fillings)) continue;
        // Sought once for all the rows before it.
        const [start, end] = [rowSpans[4 * row + 2]!, rowSpans[4 * row + 3]!];
        if (backslash < start) {
          const found = bytes.indexOf(BACKSLASH, start);
          backslash = found < 0 ? bytes.length : found;
        }
        if (readRow(row, plan, backslash < end)) isRead[row] = 1;
      }
      return isRead;
    },
    write(ordinals) {
      for (let row = 0; row < count; row += 1) {
        const constants = ordinals[row]! < 0 ? undefined : rowPlans[row]?.constants;
        if (constants !== undefined)
          for (let index = 0; index < constants.length; index += 1) table.share(ordinals[row]!, constants[index]!);
      }
      writeTexts(ordinals);
      for (const found of derived) writeGroup(found, ordinals);
    },
    fact(group, row) {
      const found = derived[group]![row];
      return found === undefined ? rowPlans[row]?.facts[group] : found.fact;
    },
    nameStart: (name, row) => nameStarts[name * capacity + row]!,
    nameEnd: (name, row) => nameEnds[name * capacity + row]!,
  };
}
