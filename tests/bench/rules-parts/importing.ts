/** Import of 50,000 objects as NDJSON into a new SQLite store on disk: users, devices, managed devices and memberships, chunk after chunk. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { CHUNK_LINES, importChunk } from '../../../src/app/import.js';
import { createResolution } from '../../../src/app/resolution.js';
import { readBatches } from '../../../src/exchange/ndjson.js';
import { systemClock } from '../../../src/kernel/clock.js';
import { loadSchema } from '../../../src/model/load-schema.js';
import { parseSurface } from '../../../src/model/parse-surface.js';
import { openSqliteStore } from '../../../src/storage/sqlite/sqlite-store.js';

const TENANT = '77777777-7777-4777-8777-777777777777';
const USERS = 15_000;
const DEVICES = 10_000;
const MANAGED = 5_000;
const MEMBERSHIPS = 19_900;
const GROUPS = 100;
const PIECE = 64 * 1024;

const ROOT = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..', '..', '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** `kind` in the first field, `n` in the last. */
const guid = (kind: number, n: number) => `${String(kind).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

function* objects(): Generator<unknown, void, void> {
  for (let n = 0; n < USERS; n++) {
    yield {
      '@odata.type': '#microsoft.graph.user',
      id: guid(1, n),
      accountEnabled: true,
      displayName: `User ${n}`,
      mailNickname: `user${n}`,
      userPrincipalName: `user${n}@fleet.example`,
      mail: `user${n}@fleet.example`,
      department: `Department ${n % 50}`,
      jobTitle: n % 7 === 0 ? 'Engineer' : 'Clerk',
      country: 'Finland',
      officeLocation: `Floor ${n % 12}`,
    };
  }
  for (let n = 0; n < DEVICES; n++) {
    yield {
      '@odata.type': '#microsoft.graph.device',
      id: guid(2, n),
      accountEnabled: true,
      deviceId: guid(3, n),
      displayName: `PC-${n}`,
      operatingSystem: n % 3 === 0 ? 'iOS' : 'Windows',
      operatingSystemVersion: `10.0.22631.${n % 4000}`,
      manufacturer: 'Contoso',
      model: `Model ${n % 30}`,
    };
  }
  for (let n = 0; n < MANAGED; n++) {
    yield {
      '@odata.type': '#microsoft.graph.managedDevice',
      id: guid(4, n),
      azureADDeviceId: guid(3, n),
      userId: guid(1, n),
      deviceName: `PC-${n}`,
      operatingSystem: 'Windows',
      osVersion: `10.0.22631.${n % 4000}`,
      manufacturer: 'Contoso',
      model: `Model ${n % 30}`,
      serialNumber: `SN${n}`,
    };
  }
  for (let n = 0; n < GROUPS; n++) {
    yield {
      '@odata.type': '#microsoft.graph.group',
      id: guid(5, n),
      displayName: `Group ${n}`,
      mailNickname: `group${n}`,
      mailEnabled: false,
      securityEnabled: true,
    };
  }
  for (let n = 0; n < MEMBERSHIPS; n++) yield { group: guid(5, n % GROUPS), member: guid(1, n % USERS), memberType: 'user' };
}

/** The text as a file is read: pieces that end anywhere. */
async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

/** Objects and memberships that are read, checked, and durable on disk, a second. */
export async function importObjectsPerSecond(): Promise<number> {
  const schemas = {
    beta: loadSchema('beta', JSON.parse(read('api/model/beta/schema.json'))),
    'v1.0': loadSchema('v1.0', JSON.parse(read('api/model/v1.0/schema.json'))),
  };
  const surface = parseSurface(parse(read('api/surface.yaml')));
  const lines = Buffer.from([...objects()].map((object) => `${JSON.stringify(object)}\n`).join(''));
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  const directory = mkdtempSync(join(ROOT, 'build', 'import-'));
  try {
    const store = await openSqliteStore({ path: join(directory, 'muster.db'), types: { isA: () => false, now: () => systemClock.now() } });
    await store.createTenant({ id: TENANT, name: 'fleet', createdAt: '2026-01-01T00:00:00Z' });
    const caller = {
      tenantId: TENANT,
      kind: 'application',
      appId: guid(9, 1),
      permissions: new Set<string>(),
      userId: undefined,
      userPrincipalName: undefined,
      directoryRoles: [],
      expiresAt: Number.MAX_SAFE_INTEGER,
    } as const;
    const { resident } = createResolution(store, systemClock);
    let imported = 0;
    const start = performance.now();
    for await (const batch of readBatches(pieces(lines), { lines: CHUNK_LINES, bytes: 4 * 1024 * 1024 })) {
      const result = await importChunk(
        batch.lines,
        { caller, now: systemClock.now(), keepGoing: false },
        { schemas, surface, store, resident },
      );
      const [bad] = result.rejected;
      if (bad !== undefined) throw new Error(`line ${bad.line}: ${bad.message}`);
      for (const count of Object.values(result.imported)) imported += count;
    }
    const seconds = (performance.now() - start) / 1000;
    await store.close();
    return imported / seconds;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export async function measureImporting(): Promise<Readonly<Record<string, number>>> {
  return { importObjectsPerSecond: await importObjectsPerSecond() };
}
