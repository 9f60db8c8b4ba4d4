/** What one commit knows of the entities that it names. */
import type { Expectation } from '../change-set.js';
import type { EntityKey } from '../store.js';

export interface Row {
  readonly entity: EntityKey;
  /** In the cache; '' until somebody asked there. */
  name: string;
  /** Row number in `entities`; undefined where the entity does not exist (any more). */
  key: number | undefined;
  type: number;
  /** See UNRECORDED. */
  recorded: number;
  /** Before this commit, 0 for a new entity: however often a commit puts an entity, it counts up once. */
  versionBefore: number;
  /** The expectation that it does not exist, which its insertion will prove; undefined where it was looked for. */
  unproven: Expectation | undefined;
  readonly sameId: Row | undefined;
}

/** Rows by id first: making one name of set, parent and id would cost more than all the rest. */
export interface CommitRows {
  readonly byId: Map<string, Row>;
  /** Asked for last: as a rule an expectation is followed by the operation on the same entity. */
  last: Row | undefined;
}

export function createCommitRows(): CommitRows {
  return { byId: new Map(), last: undefined };
}

export function findRow(rows: CommitRows, key: EntityKey): Row | undefined {
  const { last } = rows;
  if (last !== undefined && isOf(last, key)) return last;
  let row = rows.byId.get(key.id);
  while (row !== undefined && !isOf(row, key)) row = row.sameId;
  rows.last = row;
  return row;
}

/** A row for a key that has none; as one of an entity that does not exist. */
export function addRow(rows: CommitRows, key: EntityKey): Row {
  const sameId = rows.byId.get(key.id);
  const row: Row = { entity: key, name: '', key: undefined, type: 0, recorded: 0, versionBefore: 0, unproven: undefined, sameId };
  rows.byId.set(key.id, row);
  rows.last = row;
  return row;
}

function isOf({ entity }: Row, key: EntityKey): boolean {
  return entity.id === key.id && entity.parent === key.parent && entity.set === key.set;
}
