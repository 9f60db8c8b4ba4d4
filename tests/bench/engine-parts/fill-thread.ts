/** The second thread of a start from the store, as the program's own (`main.ts`) is. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { type FillWork, serveFill } from '../../../src/app/fill-thread.js';
import { openSqliteScanner } from '../../../src/storage/sqlite/sqlite-store.js';
import { DATABASE } from './store.js';

const { folder, work } = workerData as { readonly folder: string; readonly work: FillWork };
if (parentPort !== null) {
  const store = await openSqliteScanner(join(folder, DATABASE));
  await serveFill(parentPort, store, work);
  await store.close();
}
