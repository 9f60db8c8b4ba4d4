/**
 * `json-server` over a file, as its command line sets it up (lowdb's asynchronous file), without its logging: what most people write a quick
 * fake API with. It writes the whole file at each change and syncs nothing.
 *
 *   node json-server.js FILE ROWS
 */
import { writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

interface Application {
  use(handler: unknown): void;
  listen(port: number, host: string, done: () => void): Server;
}

interface JsonServer {
  create(): Application;
  defaults(options: { readonly logger: boolean }): unknown;
  router(database: unknown): unknown;
}

const require = createRequire(import.meta.url);
const jsonServer = require('json-server') as JsonServer;
// The very copies that json-server itself depends on.
const ofJsonServer = createRequire(require.resolve('json-server'));
const lowdb = ofJsonServer('lowdb') as (adapter: object) => Promise<unknown>;
const FileAsync = ofJsonServer('lowdb/adapters/FileAsync') as new (file: string) => object;

const [file = 'rows.json', count = '1000'] = process.argv.slice(2);
const rows = Array.from({ length: Number(count) }, (_, index) => ({
  id: String(index),
  source: 'direct',
  sourceId: '',
  intent: 'apply',
  target: {
    '@odata.type': '#microsoft.graph.groupAssignmentTarget',
    groupId: `00000000-0000-0000-0000-${String(index).padStart(12, '0')}`,
  },
}));
writeFileSync(file, JSON.stringify({ rows }));

const application = jsonServer.create();
application.use(jsonServer.defaults({ logger: false }));
application.use(jsonServer.router(await lowdb(new FileAsync(file))));
const server = application.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ ready: true, http: `http://127.0.0.1:${port}` }));
});
