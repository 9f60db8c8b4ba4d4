/**
 * A program that writes numbered change sets, several in flight, and prints each number when its commit is acknowledged, until it is
 * killed. Arguments: database path, first number.
 */
import { writeSync } from 'node:fs';
import { openSqliteStore } from '../sqlite/sqlite-store.js';
import { changeSet, key, link, membership, put, TENANT, tenantRecord } from './samples.js';
import { testTypes } from './types.js';

const IN_FLIGHT = 16;

const [path = '', first = '1'] = process.argv.slice(2);
const store = await openSqliteStore({ path, types: testTypes });
await store.createTenant(tenantRecord(TENANT));

let next = Number(first);

async function writeForever(): Promise<never> {
  for (;;) {
    const number = next++;
    const id = String(number);
    const filler = 'x'.repeat((number * 37) % 3000);
    await store.commit(
      changeSet([
        put(key(id, '', 'left'), { number, filler }),
        put(key(`slot${number % 7}`), { number }),
        link(membership(id, id)),
        put(key(id, '', 'right'), { number }),
      ]),
    );
    writeSync(1, `${id}\n`);
  }
}

await Promise.all(Array.from({ length: IN_FLIGHT }, writeForever));
