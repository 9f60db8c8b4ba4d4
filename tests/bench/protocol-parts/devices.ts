/** A filter with a count over a large fleet, from the request to the last byte of its first page. */
import { join } from 'node:path';
import { systemClock } from '../../../src/kernel/clock.js';
import { entityText } from '../../../src/model/defaults.js';
import { type ChangeOperation, FramedPut } from '../../../src/storage/change-set.js';
import { openSqliteStore } from '../../../src/storage/sqlite/sqlite-store.js';
import { deviceFacts, NOBODY, userPrincipalName } from '../engine-parts/fleet.js';
import { managedDeviceObject } from '../engine-parts/objects.js';
import { toldAsync } from '../engine-parts/progress.js';
import { ACCEPTED, type MusterClient } from '../harness/muster-client.js';
import { median } from '../harness/report.js';
import { schemas } from './pipeline.js';

const OPERATIONS = 20_000;
const SET = 'deviceManagement/managedDevices';
const FILTER = "operatingSystem eq 'Windows' and startswith(deviceName,'A')";
const QUESTIONS = 31;

/** Writes the devices as an import does. @param folder a data directory that no server uses now */
export async function layDevices(folder: string, tenant: string, devices: number): Promise<void> {
  const type = schemas.beta.types.get('managedDevice');
  if (type === undefined) throw new Error('the model has no managedDevice');
  const store = await openSqliteStore({ path: join(folder, 'muster.db'), types: { isA: () => false, now: () => systemClock.now() } });
  await toldAsync(`store: ${devices} devices`, async () => {
    for (let from = 0; from < devices; from += OPERATIONS) {
      const operations: ChangeOperation[] = [];
      for (let index = from; index < Math.min(devices, from + OPERATIONS); index += 1) {
        const facts = deviceFacts(index, Math.ceil(devices / 2));
        const object = managedDeviceObject(facts, facts.user === NOBODY ? '' : userPrincipalName(facts.user));
        const key = { set: SET, parent: '', id: object.id };
        const text = entityText(type, [object]);
        operations.push(typeof text === 'string' ? { kind: 'put', key, type: type.name, json: text } : new FramedPut(key, type.name, text));
      }
      await store.commit({ tenant, actor: {}, at: '2026-01-01T00:00:00Z', expect: [], operations });
    }
  });
  await store.close();
}

/** @param client of the tenant with the devices */
export async function measureFilter(client: MusterClient): Promise<Readonly<Record<string, number>>> {
  const path = `/beta/${SET}?$filter=${encodeURIComponent(FILTER)}&$count=true`;
  const ask = () => client.call<{ '@odata.count': number; value: unknown[] }>('GET', path);
  const first = await toldAsync('the first question, which fills the engine', ask);
  if (first.value.length === 0) throw new Error('no device passes the filter');
  console.error(`  ${first['@odata.count']} devices pass, ${first.value.length} on the first page`);
  const millis: number[] = [];
  for (let question = -5; question < QUESTIONS; question += 1) {
    const from = performance.now();
    await client.text('GET', path, undefined, ACCEPTED);
    if (question >= 0) millis.push(performance.now() - from);
  }
  return { filterDevices1MMillis: median(millis) };
}
