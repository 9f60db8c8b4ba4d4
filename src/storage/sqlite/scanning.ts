/** Everything of a set or of a kind of links, in the order in which it lies on disk. */
import type { Link, ScannedEntity } from '../store.js';
import type { SqliteDatabase } from './connection.js';
import type { Frames } from './frames.js';
import type { Names } from './names.js';
import { TENANT } from './reading.js';
import { SET_ROWS } from './schema.js';

/** In steps of some rows, so that a scan need not hold up everything else; one at a time on a connection. */
export interface Scanning {
  entities(tenant: string, set: string, visit: (entity: ScannedEntity) => void): Generator<void, void, void>;
  links(tenant: string, kind: string, visit: (link: Link) => void): Generator<void, void, void>;
}

const ROWS_PER_STEP = 64;
const LINKS_PER_STEP = 256;

interface EntityRow {
  readonly parent: string;
  readonly id: string;
  readonly type: number;
  readonly json: string;
}

interface LinkRow {
  readonly from_id: string;
  readonly to_id: string;
  readonly to_set: number;
}

export function createScanning(database: SqliteDatabase, names: Names, frames: Frames): Scanning {
  // The rows of a set lie side by side under its own numbers (schema.ts): the index by key would lead all over the table.
  const selectEntities = database.prepare(`SELECT parent, id, type, json FROM entities WHERE key BETWEEN ?2 AND ?3 AND tenant = ${TENANT}`);
  const selectLinks = database.prepare(`SELECT from_id, to_id, to_set FROM links WHERE tenant = ${TENANT} AND kind = ?2`);

  return {
    *entities(tenant, set, visit) {
      const number = names.find(set);
      if (number === undefined) return;
      let rows = 0;
      for (const row of selectEntities.iterate(tenant, number * SET_ROWS, (number + 1) * SET_ROWS - 1) as Iterable<EntityRow>) {
        visit({ set, parent: row.parent, id: row.id, type: names.text(row.type), json: frames.whole(row.json) });
        rows += 1;
        if (rows % ROWS_PER_STEP === 0) yield;
      }
    },
    *links(tenant, kind, visit) {
      const number = names.find(kind);
      if (number === undefined) return;
      let rows = 0;
      for (const row of selectLinks.iterate(tenant, number) as Iterable<LinkRow>) {
        visit({ kind, from: row.from_id, to: row.to_id, toSet: names.text(row.to_set) });
        rows += 1;
        if (rows % LINKS_PER_STEP === 0) yield;
      }
    },
  };
}
