/** Everything of a set or of a kind of links, in the order in which it lies on disk. */
import { type FramedText, wholeText } from '../../kernel/framed-text.js';
import type { FramedEntity, Link, ScannedEntity } from '../store.js';
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
    visitFramed: ((entity: FramedEntity, text: FramedText) => void) | undefined,
  ): Generator<void, void, void>;
  links(tenant: string, kind: string, visit: (link: Link) => void): Generator<void, void, void>;
}

const ROWS_PER_STEP = 64;
const LINKS_PER_STEP = 256;

/** Many rows in one, for a row costs the driver more than SQLite: ids as JSON, for they may be any texts; JSON texts between `SEPARATOR`s. */
interface EntityRows {
  readonly rows: number;
  /** Row number of the last one; null where there is none. */
  readonly last: number | null;
  readonly parents: string;
  readonly ids: string;
  readonly types: string;
  readonly texts: string | null;
}

interface LinkRows {
  readonly froms: string;
  readonly tos: string;
  readonly sets: string;
}

/** No JSON has it, nor a framed text. */
const SEPARATOR = '\x01';

export function createScanning(database: SqliteDatabase, names: Names, frames: Frames): Scanning {
  // The rows of a set lie side by side under its own numbers (schema.ts): the index by key would lead all over the table.
  const selectEntities = database.prepare(`
    SELECT count(*) AS rows, max(key) AS last, json_group_array(parent) AS parents, json_group_array(id) AS ids,
      json_group_array(type) AS types, group_concat(json, char(1)) AS texts
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

  return {
    *entities(tenant, set, visit, visitFramed) {
      const number = names.find(set);
      if (number === undefined) return;
      const end = (number + 1) * SET_ROWS - 1;
      for (let from = number * SET_ROWS; ; ) {
        const found = selectEntities.get(tenant, from, end) as EntityRows;
        if (found.last === null || found.texts === null) return;
        const parents = JSON.parse(found.parents) as readonly string[];
        const ids = JSON.parse(found.ids) as readonly string[];
        const types = JSON.parse(found.types) as readonly number[];
        const texts = found.texts.split(SEPARATOR);
        for (let row = 0; row < found.rows; row += 1) {
          const [parent, id, type, text] = [parents[row]!, ids[row]!, names.text(types[row]!), texts[row]!];
          const framed = frames.framed(text);
          if (framed === undefined) visit({ set, parent, id, type, json: text });
          else if (visitFramed === undefined) visit({ set, parent, id, type, json: wholeText(framed) });
          else visitFramed({ set, parent, id, type }, framed);
        }
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
