/** Everything of a set or of a kind of links, in the order in which it lies on disk. */
import type { Frame } from '../../kernel/framed-text.js';
import type { FramedEntities, Link, ScannedEntity } from '../store.js';
import type { SqliteDatabase } from './connection.js';
import type { Frames } from './frames.js';
import type { Names } from './names.js';
import { TENANT } from './reading.js';
import { SET_ROWS } from './schema.js';

/** In steps of some rows, so that a scan need not hold up everything else; one at a time on a connection. */
export interface Scanning {
  entities(
    tenant: string,
    set: string,
    visit: (entity: ScannedEntity) => void,
    visitFramed: ((rows: FramedEntities) => void) | undefined,
  ): Generator<void, void, void>;
  links(tenant: string, kind: string, visit: (link: Link) => void): Generator<void, void, void>;
}

const ROWS_PER_STEP = 128;
const LINKS_PER_STEP = 256;

/** Many rows in one, for a row costs the driver more than SQLite; as bytes, for a string of them costs more still. */
interface EntityRows {
  readonly rows: number;
  /** Row number of the last one; null where there is none. */
  readonly last: number | null;
  /** `TYPE"ID""PARENT"TEXT` each, `SEPARATOR` between them; a parent that is empty is left out. */
  readonly texts: Uint8Array | null;
}

interface LinkRows {
  readonly froms: string;
  readonly tos: string;
  readonly sets: string;
}

/** No JSON has it, nor a framed text. */
const SEPARATOR = 1;
const ZERO = 0x30;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];

export function createScanning(database: SqliteDatabase, names: Names, frames: Frames): Scanning {
  // The rows of a set lie side by side under its own numbers (schema.ts): the index by key would lead all over the table.
  const selectEntities = database.prepare(`
    SELECT count(*) AS rows, max(key) AS last,
      CAST(group_concat(type || json_quote(id) || CASE parent WHEN '' THEN '' ELSE json_quote(parent) END || json, char(1)) AS BLOB) AS texts
    FROM (
      SELECT key, parent, id, type, json FROM entities NOT INDEXED
      WHERE key BETWEEN ?2 AND ?3 AND tenant = ${TENANT} ORDER BY key LIMIT ${ROWS_PER_STEP}
    )`);
  const selectLinks = database.prepare(`
    SELECT json_group_array(from_id) AS froms, json_group_array(to_id) AS tos, json_group_array(to_set) AS sets
    FROM (
      SELECT from_id, to_id, to_set FROM links
      WHERE tenant = ${TENANT} AND kind = ?2 AND (from_id, to_id) > (?3, ?4) ORDER BY from_id, to_id LIMIT ${LINKS_PER_STEP}
    )`);

  const visitRows = (
    set: string,
    found: Uint8Array,
    visit: (entity: ScannedEntity) => void,
    visitFramed: ((rows: FramedEntities) => void) | undefined,
  ) => {
    const bytes = Buffer.from(found.buffer, found.byteOffset, found.length);
    const spans = new Uint32Array(4 * ROWS_PER_STEP);
    const parents: string[] = [];
    const types: string[] = [];
    const framesOf: Frame[] = [];
    for (let start = 0; start < bytes.length; ) {
      const separator = bytes.indexOf(SEPARATOR, start);
      const end = separator < 0 ? bytes.length : separator;
      let [at, type] = [start, 0];
      for (; bytes[at] !== QUOTE; at += 1) type = type * 10 + bytes[at]! - ZERO;
      const idStart = at;
      at = endOfString(bytes, idStart);
      const parentStart = at;
      if (bytes[at] === QUOTE) at = endOfString(bytes, at);
      const parent = parentStart === at ? '' : stringAt(bytes, parentStart, at);
      const isPlain = isPlainString(bytes, idStart, parentStart);
      const framed = isPlain && visitFramed !== undefined ? frames.framedAt(bytes, at) : undefined;
      if (framed === undefined) {
        const [id, stored] = [stringAt(bytes, idStart, parentStart), bytes.toString('utf8', at, end)];
        visit({ set, parent, id, type: names.text(type), json: frames.whole(stored) });
      } else {
        const span = 4 * framesOf.length;
        spans[span] = idStart + 1;
        spans[span + 1] = parentStart - 1;
        spans[span + 2] = framed.start;
        spans[span + 3] = end;
        parents.push(parent);
        types.push(names.text(type));
        framesOf.push(framed.frame);
      }
      start = end + 1;
    }
    if (framesOf.length > 0) visitFramed?.({ set, parents, types, rows: { bytes, frames: framesOf, spans } });
  };

  return {
    *entities(tenant, set, visit, visitFramed) {
      const number = names.find(set);
      if (number === undefined) return;
      const end = (number + 1) * SET_ROWS - 1;
      for (let from = number * SET_ROWS; ; ) {
        const found = selectEntities.get(tenant, from, end) as EntityRows;
        if (found.last === null || found.texts === null) return;
        visitRows(set, found.texts, visit, visitFramed);
        if (found.rows < ROWS_PER_STEP) return;
        from = found.last + 1;
        yield;
      }
    },
    *links(tenant, kind, visit) {
      const number = names.find(kind);
      if (number === undefined) return;
      // No id is empty.
      for (let [from, to] = ['', '']; ; ) {
        const found = selectLinks.get(tenant, number, from, to) as LinkRows;
        const froms = JSON.parse(found.froms) as readonly string[];
        const tos = JSON.parse(found.tos) as readonly string[];
        const sets = JSON.parse(found.sets) as readonly number[];
        for (let row = 0; row < froms.length; row += 1) visit({ kind, from: froms[row]!, to: tos[row]!, toSet: names.text(sets[row]!) });
        if (froms.length < LINKS_PER_STEP) return;
        [from, to] = [froms.at(-1)!, tos.at(-1)!];
        yield;
      }
    },
  };
}

/** Just past the JSON string that begins at `start`. */
function endOfString(bytes: Buffer, start: number): number {
  for (let at = start + 1; ; at += 1) {
    if (bytes[at] === QUOTE) return at + 1;
    if (bytes[at] === BACKSLASH) at += 1;
  }
}

function isPlainString(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at] === BACKSLASH) return false;
  return true;
}

function stringAt(bytes: Buffer, start: number, end: number): string {
  return JSON.parse(bytes.toString('utf8', start, end)) as string;
}
