/**
 * New rows of a large commit, many with one statement. Operations of one kind on one set follow each other in such commits: a run of them
 * shares everything but ids and texts.
 */
import type { SqliteDatabase, SqliteStatement, SqliteValue } from './connection.js';
import { CHANGE_KINDS, FIRST_ELSEWHERE, FIRST_TEXT, UNRECORDED } from './schema.js';

/** Where in the log a run begins. */
export interface RunPlace {
  readonly tenant: number;
  readonly sequence: number;
  readonly ordinal: number;
  /** Of the whole commit, where the run is its beginning. */
  readonly at: string | null;
  readonly actor: string | null;
}

export interface EntityRun {
  readonly set: number;
  readonly parent: string;
  readonly type: number;
  readonly recorded: boolean;
  /** Of the first row; the others follow. */
  readonly key: number;
  readonly ids: string[];
  readonly texts: string[];
}

export interface LinkRun {
  readonly kind: number;
  readonly toSet: number;
  readonly from: string[];
  readonly to: string[];
}

export interface RunWriter {
  /** @throws the driver's error where one of them exists; some may have been written then */
  putEntities(place: RunPlace, run: EntityRun): void;
  /** @returns how many did not exist */
  putLinks(place: RunPlace, run: LinkRun): number;
}

/** Rows of one statement: the largest that fits what is left. */
const SIZES = [100, 10, 1] as const;

const PUT = CHANGE_KINDS.indexOf('put');
const LINK = CHANGE_KINDS.indexOf('link');

/** Whether a row was refused because it exists; in the words of SQLite, which every driver hands on. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && error.message.includes('UNIQUE constraint failed');
}

type Sized = (rows: number) => SqliteStatement;

/**
 * `row` writes the values of row number n, whose own parameters begin at ?n. What is to be done on a conflict is said: left to itself SQLite
 * would be ready to undo each statement, and keep a copy of every page that it touches, though a change set is undone as a whole.
 */
function sized(
  database: SqliteDatabase,
  onConflict: 'FAIL' | 'IGNORE',
  into: string,
  shared: number,
  own: number,
  row: (n: number, first: number) => string,
  rest = '',
): Sized {
  const statements = new Map<number, SqliteStatement>();
  return (rows) => {
    let statement = statements.get(rows);
    if (statement === undefined) {
      const values = Array.from({ length: rows }, (_, n) => `(${row(n, shared + 1 + n * own)})`);
      statement = database.prepare(`INSERT OR ${onConflict} INTO ${into} VALUES ${values.join(', ')} ${rest}`);
      statements.set(rows, statement);
    }
    return statement;
  };
}

const linkName = (from: string, to: string) => `${from}\0${to}`;

export function createRunWriter(database: SqliteDatabase): RunWriter {
  const entities = sized(
    database,
    'FAIL',
    'entities (key, tenant, entity_set, parent, id, type, version, recorded, json)',
    6,
    2,
    (n, first) => `?6 + ${n}, ?1, ?2, ?3, ?${first}, ?4, 1, ?5, ?${first + 1}`,
  );
  const head = (n: number) => `?1, ?2, ?3 + ${n}, ${n === 0 ? '?4, ?5' : 'NULL, NULL'}`;
  const entityChanges = sized(
    database,
    'FAIL',
    'changes (tenant, sequence, ordinal, at, actor, kind, entity_set, parent, type, first_text, id)',
    9,
    1,
    (n, first) => `${head(n)}, ${PUT}, ?6, ?7, ?8, ?9, ?${first}`,
  );
  const links = sized(
    database,
    'IGNORE',
    'links (tenant, kind, to_set, from_id, to_id)',
    3,
    2,
    (_, first) => `?1, ?2, ?3, ?${first}, ?${first + 1}`,
    'RETURNING from_id, to_id',
  );
  const freshLinks = sized(
    database,
    'FAIL',
    'links (tenant, kind, to_set, from_id, to_id)',
    3,
    2,
    (_, first) => `?1, ?2, ?3, ?${first}, ?${first + 1}`,
  );
  // Of the statement before, one that failed half-way included.
  const selectChanges = database.prepare('SELECT changes() AS changes');
  const linkChanges = sized(
    database,
    'FAIL',
    'changes (tenant, sequence, ordinal, at, actor, kind, link_kind, to_set, from_id, to_id)',
    7,
    2,
    (n, first) => `${head(n)}, ${LINK}, ?6, ?7, ?${first}, ?${first + 1}`,
  );

  /**
   * As a rule none of them exists, and then nothing has to be handed back of them.
   * @returns how many were put before the first that exists
   */
  function putFresh(tenant: number, kind: number, toSet: number, from: readonly string[], to: readonly string[]): number {
    let put = 0;
    try {
      stretches(from.length, (start, rows) => {
        const values: SqliteValue[] = [tenant, kind, toSet];
        for (let n = start; n < start + rows; n += 1) values.push(from[n]!, to[n]!);
        freshLinks(rows).run(...values);
        put += rows;
      });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      put += (selectChanges.get() as { readonly changes: number }).changes;
    }
    return put;
  }

  /** In stretches of the sizes that statements have. */
  function stretches(count: number, write: (start: number, rows: number) => void): void {
    let start = 0;
    for (const rows of SIZES) for (; count - start >= rows; start += rows) write(start, rows);
  }

  return {
    putEntities({ tenant, sequence, ordinal, at, actor }, { set, parent, type, recorded, key, ids, texts }) {
      stretches(ids.length, (start, rows) => {
        const values: SqliteValue[] = [tenant, set, parent, type, recorded ? FIRST_TEXT : UNRECORDED, key + start];
        for (let n = start; n < start + rows; n += 1) values.push(ids[n]!, texts[n]!);
        entities(rows).run(...values);
      });
      stretches(ids.length, (start, rows) => {
        const values: SqliteValue[] = [tenant, sequence, ordinal + start, start === 0 ? at : null, start === 0 ? actor : null];
        values.push(set, parent, type, recorded ? FIRST_ELSEWHERE : null);
        for (let n = start; n < start + rows; n += 1) values.push(ids[n]!);
        entityChanges(rows).run(...values);
      });
    },
    putLinks({ tenant, sequence, ordinal, at, actor }, { kind, toSet, from, to }) {
      const added: { readonly from: string[]; readonly to: string[] } = { from: [], to: [] };
      const fresh = putFresh(tenant, kind, toSet, from, to);
      for (let n = 0; n < fresh; n += 1) {
        added.from.push(from[n]!);
        added.to.push(to[n]!);
      }
      stretches(from.length - fresh, (after, rows) => {
        const start = fresh + after;
        const values: SqliteValue[] = [tenant, kind, toSet];
        for (let n = start; n < start + rows; n += 1) values.push(from[n]!, to[n]!);
        const returned = links(rows).all(...values) as { readonly from_id: string; readonly to_id: string }[];
        // What is returned has no order; the records have that of the run.
        const inserted = returned.length === rows ? undefined : new Set(returned.map((row) => linkName(row.from_id, row.to_id)));
        for (let n = start; n < start + rows; n += 1) {
          if (inserted !== undefined && !inserted.delete(linkName(from[n]!, to[n]!))) continue;
          added.from.push(from[n]!);
          added.to.push(to[n]!);
        }
      });
      stretches(added.from.length, (start, rows) => {
        const values: SqliteValue[] = [tenant, sequence, ordinal + start, start === 0 ? at : null, start === 0 ? actor : null, kind, toSet];
        for (let n = start; n < start + rows; n += 1) values.push(added.from[n]!, added.to[n]!);
        linkChanges(rows).run(...values);
      });
      return added.from.length;
    },
  };
}
