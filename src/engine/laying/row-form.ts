/** How objects of one kind become rows of a table, said so that rows can be laid out of bytes: which member gives which column. */
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import type { CellValue } from '../columns/table.js';

export interface RowForm {
  /** By member, the column of texts that holds its text as it stands. */
  readonly texts: ReadonlyMap<string, TextCell>;
  /** What else rows hold; no member is in two groups. */
  readonly groups: readonly CellGroup[];
  /** Members, GUIDs as a rule, of which the one who lays wants to know where they stand. */
  readonly names: readonly string[];
  /** Whether a row is of another form where the object has such a member. */
  isForeign(member: string): boolean;
}

export interface TextCell {
  /** Its place among the table's columns. */
  readonly column: number;
  /** The cell of a value that is no plain text. */
  read(raw: JsonValue): CellValue;
}

/** Cells that follow from some members together. */
export interface CellGroup {
  readonly members: readonly string[];
  readonly columns: readonly number[];
  /** @returns the cells of `columns`, and behind them what else is to be known of the row */
  derive(object: JsonObject): readonly (CellValue | undefined)[];
}
