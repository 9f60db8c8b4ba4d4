/** The new rows of one large commit: held back while they are alike, then written together. */
import { type ChangeOperation, VersionConflict } from '../change-set.js';
import type { Link } from '../store.js';
import type { Row } from './commit-rows.js';
import type { Frames } from './frames.js';
import type { Names } from './names.js';
import { type EntityRun, isDuplicate, type LinkRun, type RunPlace, type RunWriter } from './runs.js';
import { FIRST_TEXT, UNRECORDED } from './schema.js';

export interface Bulk {
  /** An entity that did not exist before the commit and does not now. */
  put(row: Row, operation: ChangeOperation & { readonly kind: 'put' }): void;
  link(link: Link): void;
  /** Write what is held back. @throws VersionConflict where an entity exists that was expected not to */
  flush(): void;
}

export interface BulkCommit {
  /** Where the next record stands. */
  place(): RunPlace;
  /** So many records were written there. */
  written(records: number): void;
  /** One more than the largest row number of a set. */
  nextKey(set: number): number;
  /** Whether there is an entity of this key besides the one that the commit has made. */
  existed(row: Row): boolean;
}

export function createBulk(writer: RunWriter, names: Names, frames: Frames, commit: BulkCommit): Bulk {
  let entities: (EntityRun & { readonly typeName: string; readonly setName: string; readonly rows: Row[] }) | undefined;
  let links: (LinkRun & { readonly kindName: string; readonly toSetName: string }) | undefined;

  function beginEntities(row: Row, { key, type, recorded = true }: ChangeOperation & { readonly kind: 'put' }) {
    flush();
    const set = names.intern(key.set);
    const run = { set, parent: key.parent, type: names.intern(type), recorded, key: commit.nextKey(set), ids: [], texts: [] };
    entities = { ...run, typeName: type, setName: row.entity.set, rows: [] };
    return entities;
  }

  function beginLinks({ kind, toSet }: Link) {
    flush();
    links = { kind: names.intern(kind), toSet: names.intern(toSet), from: [], to: [], kindName: kind, toSetName: toSet };
    return links;
  }

  function flush(): void {
    if (entities !== undefined) flushEntities(entities);
    if (links !== undefined) commit.written(writer.putLinks(commit.place(), links));
    entities = undefined;
    links = undefined;
  }

  function flushEntities(run: EntityRun & { readonly rows: readonly Row[] }): void {
    try {
      writer.putEntities(commit.place(), run);
    } catch (error) {
      if (isDuplicate(error)) for (const row of run.rows) if (row.unproven && commit.existed(row)) throw new VersionConflict(row.unproven);
      throw error;
    }
    commit.written(run.ids.length);
  }

  return {
    put(row, operation) {
      const { key, type, framed, recorded = true } = operation;
      let run = entities;
      if (run?.setName !== key.set || run.parent !== key.parent || run.typeName !== type || run.recorded !== recorded)
        run = beginEntities(row, operation);
      row.key = run.key + run.ids.length;
      row.type = run.type;
      row.recorded = recorded ? FIRST_TEXT : UNRECORDED;
      run.ids.push(key.id);
      run.texts.push(framed === undefined ? operation.json : frames.pack(framed));
      run.rows.push(row);
    },
    link(link) {
      let run = links;
      if (run?.kindName !== link.kind || run.toSetName !== link.toSet) run = beginLinks(link);
      run.from.push(link.from);
      run.to.push(link.to);
    },
    flush,
  };
}
