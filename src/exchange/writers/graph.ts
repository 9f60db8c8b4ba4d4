/** Pages as Graph answers with them: `users/00001.json` and so on, memberships as pages below their group. Carries everything. */
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { typeOfSet } from '../formats/context.js';
import type { Home } from '../record.js';
import { counting, type FormatWriter, json, readLine, type WriterOptions, writeKept } from './writer.js';

const METADATA = 'https://graph.microsoft.com/beta/$metadata#';
const ROWS_OF_A_PAGE = 1000;
const BYTES_OF_A_PAGE = 16 * 1024 * 1024;

const sets = new Map([...typeOfSet].map(([set, type]) => [type as Home, set]));

/** Rows that wait for their page to be full. */
interface Page {
  readonly rows: JsonValue[];
  bytes: number;
  number: number;
}

export function graphWriter(options: WriterOptions): FormatWriter {
  const { folder, names, model } = options;
  const { notes, note } = counting();
  const pages = new Map<string, Page>();
  /** Pages of single groups and users, a list of them a file. */
  const below = new Map<string, Map<string, JsonObject[]>>();
  const waiting = new Map<string, number>();

  async function flush(path: string, value: (rows: readonly JsonValue[]) => JsonValue): Promise<void> {
    const page = pages.get(path);
    if (page === undefined || page.rows.length === 0) return;
    page.number += 1;
    await folder.write(names.claim(`${path}/${String(page.number).padStart(5, '0')}.json`), json(value(page.rows)));
    page.rows.length = 0;
    page.bytes = 0;
  }

  async function add(path: string, row: JsonValue, value: (rows: readonly JsonValue[]) => JsonValue): Promise<void> {
    let page = pages.get(path);
    if (page === undefined) {
      page = { rows: [], bytes: 0, number: 0 };
      pages.set(path, page);
    }
    page.rows.push(row);
    page.bytes += JSON.stringify(row).length;
    if (page.rows.length >= ROWS_OF_A_PAGE || page.bytes >= BYTES_OF_A_PAGE) await flush(path, value);
  }

  const pageOf = (set: string) => (rows: readonly JsonValue[]) => ({ '@odata.context': `${METADATA}${set}`, value: [...rows] });

  async function addBelow(property: 'members' | 'owners', group: string, row: JsonObject): Promise<void> {
    const path = `groups/${property}`;
    const groups = below.get(path) ?? new Map<string, JsonObject[]>();
    below.set(path, groups);
    const rows = groups.get(group);
    if (rows === undefined) groups.set(group, [row]);
    else rows.push(row);
    const number = (waiting.get(path) ?? 0) + 1;
    waiting.set(path, number);
    if (number >= ROWS_OF_A_PAGE) await flushBelow(path, property);
  }

  async function flushBelow(path: string, property: string): Promise<void> {
    const list = [...(below.get(path) ?? [])].map(([group, rows]) => pageOf(`groups('${group}')/${property}`)(rows));
    below.delete(path);
    waiting.delete(path);
    if (list.length === 0) return;
    pages.set(path, { rows: list, bytes: 0, number: pages.get(path)?.number ?? 0 });
    await flush(path, (rows) => [...rows]);
  }

  return {
    format: 'graph',
    notes,
    async line(line) {
      const read = readLine(line, model);
      if (read === undefined) return note('lines of no kind that is known');
      if (read.kind === 'kept') return await writeKept(read.kept, options, 'graph', (path) => [path, json(read.kept.content)]);
      if (read.kind === 'object') {
        const set = sets.get(read.home) ?? read.home;
        return await add(set, read.object, pageOf(set));
      }
      const row = { ...(read.type === undefined ? {} : { '@odata.type': `#microsoft.graph.${read.type}` }), id: read.to };
      if (read.kind !== 'manager') return await addBelow(read.kind === 'member' ? 'members' : 'owners', read.of, row);
      const context = `${METADATA}users('${read.of}')/manager/$entity`;
      await add('users/manager', { '@odata.context': context, ...row }, (rows) => [...rows]);
    },
    async finish() {
      for (const property of ['members', 'owners']) await flushBelow(`groups/${property}`, property);
      for (const path of pages.keys()) await flush(path, typeOfSet.has(path) ? pageOf(path) : (rows) => [...rows]);
    },
  };
}
