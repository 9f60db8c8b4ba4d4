/**
 * The baseline of durable writes: what Fastify and SQLite, by the same driver, cost by themselves. One PATCH reads a JSON row, merges the
 * body, updates the row under a version check and appends an audit row. Requests that arrive in the same turn of the event loop share one
 * transaction and are answered after its fsync (WAL, synchronous=FULL).
 *
 *   node bare-handler.js DATABASE ROWS
 */
import { fastify } from 'fastify';
import { loadSqlite } from '../../../src/storage/sqlite/connection.js';

interface Row {
  readonly version: number;
  readonly json: string;
}

interface Write {
  readonly id: string;
  readonly patch: object;
  readonly done: (json: string | undefined) => void;
}

const [path = ':memory:', rows = '200'] = process.argv.slice(2);
const open = await loadSqlite();
const database = open(path, { readOnly: false });
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE row (id TEXT PRIMARY KEY, version INTEGER NOT NULL, json TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE audit (sequence INTEGER PRIMARY KEY, at TEXT NOT NULL, id TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL);
`);
const begin = database.prepare('BEGIN IMMEDIATE');
const commit = database.prepare('COMMIT');
const insert = database.prepare('INSERT INTO row VALUES (?, 1, ?)');
const select = database.prepare('SELECT version, json FROM row WHERE id = ?');
const update = database.prepare('UPDATE row SET version = version + 1, json = ? WHERE id = ? AND version = ?');
const audit = database.prepare('INSERT INTO audit (at, id, before, after) VALUES (?, ?, ?, ?)');

begin.run();
for (let row = 0; row < Number(rows); row += 1) {
  const target = {
    '@odata.type': '#microsoft.graph.groupAssignmentTarget',
    groupId: `00000000-0000-0000-0000-${String(row).padStart(12, '0')}`,
  };
  insert.run(String(row), JSON.stringify({ id: String(row), source: 'direct', sourceId: '', intent: 'apply', target }));
}
commit.run();

let waiting: Write[] = [];

function apply({ id, patch }: Write): string | undefined {
  const row = select.get(id) as Row | undefined;
  if (row === undefined) return undefined;
  const json = JSON.stringify({ ...JSON.parse(row.json), ...patch });
  update.run(json, id, row.version);
  audit.run(new Date().toISOString(), id, row.json, json);
  return json;
}

function flush(): void {
  const batch = waiting;
  waiting = [];
  begin.run();
  const results = batch.map(apply);
  commit.run();
  for (const [index, write] of batch.entries()) write.done(results[index]);
}

const server = fastify();
server.patch<{ Params: { id: string }; Body: object }>('/rows/:id', (request, reply) => {
  if (waiting.length === 0) setImmediate(flush);
  waiting.push({
    id: request.params.id,
    patch: request.body as object,
    done: (json) =>
      void reply
        .code(json === undefined ? 404 : 200)
        .type('application/json')
        .send(json),
  });
  return reply;
});
process.once('SIGTERM', () => {
  void server.close().then(() => {
    database.close();
    process.exit(0);
  });
});
console.log(JSON.stringify({ ready: true, http: await server.listen({ host: '127.0.0.1', port: 0 }) }));
