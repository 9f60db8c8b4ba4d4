/** What can be told of rows by their frame alone. */
import type { Frame } from '../../kernel/framed-text.js';
import type { JsonObject } from '../../kernel/json.js';
import { frameMembers } from '../../kernel/json-members.js';
import type { CellValue, Table } from '../columns/table.js';
import { type Cell, noValues, type Values } from './derivations.js';
import type { RowForm } from './row-form.js';

export interface FramePlan {
  /** By place, what its value is for: a text of the form, a root and its group, a name; -1 for none. */
  readonly texts: Int16Array;
  readonly roots: Int16Array;
  readonly groups: Int16Array;
  readonly names: Int16Array;
  /** By place, 1 where its value is for none of them. */
  readonly isUnread: Uint8Array;
  /** Cells that the frame itself gives, nulls left out; and by column, 1 for those. */
  readonly constants: readonly Cell[];
  readonly isConstant: Uint8Array;
  /** By group, what the frame's own values say beside cells. */
  readonly facts: readonly (CellValue | undefined)[];
  readonly members: JsonObject;
  /** By group, the frame's own values. */
  readonly values: readonly Values[];
}

/** @param roots the members of all groups, one after the other */
export function createFramePlans(form: RowForm, roots: readonly string[], table: Table, wanted: (member: string) => boolean) {
  const plans = new Map<Frame, FramePlan | undefined>();
  const groupOfRoot = form.groups.flatMap(({ members }, group) => members.map(() => group));
  const textMembers = [...form.texts.keys()];

  const planFor = (frame: Frame): FramePlan | undefined => {
    const found = frameMembers(frame, wanted);
    if (found === undefined) return undefined;
    const { members, names } = found;
    if ([...names, ...Object.keys(members)].some((name) => name !== undefined && form.isForeign(name))) return undefined;
    // A name that the frame gives stands in no bytes.
    if (form.names.some((name) => (members[name] ?? null) !== null)) return undefined;
    const given: Cell[] = [...form.texts].map(([member, { column, read }]) => ({
      column,
      value: members[member] == null ? null : read(members[member]),
    }));
    const facts: (CellValue | undefined)[] = [];
    for (const { columns, derive } of form.groups) {
      const values = derive(members);
      for (const [index, column] of columns.entries()) given.push({ column, value: values[index] ?? null });
      facts.push(values[columns.length]);
    }
    const constants = given.filter(({ value }) => value !== null);
    const isConstant = new Uint8Array(table.columns.length);
    for (const { column } of constants) isConstant[column] = 1;
    const byPlace = (of: readonly string[]) => Int16Array.from(names, (name) => (name === undefined ? -1 : of.indexOf(name)));
    const [texts, rootsAt, namesAt] = [byPlace(textMembers), byPlace(roots), byPlace(form.names)];
    return {
      texts,
      roots: rootsAt,
      groups: rootsAt.map((root) => groupOfRoot[root] ?? -1),
      names: namesAt,
      isUnread: Uint8Array.from(names, (_, place) => (texts[place]! < 0 && rootsAt[place]! < 0 && namesAt[place]! < 0 ? 1 : 0)),
      constants,
      isConstant,
      facts,
      members,
      values: form.groups.map(noValues),
    };
  };

  return {
    /** Undefined for a frame whose rows are of another form. */
    of(frame: Frame): FramePlan | undefined {
      if (!plans.has(frame)) plans.set(frame, planFor(frame));
      return plans.get(frame);
    },
  };
}
