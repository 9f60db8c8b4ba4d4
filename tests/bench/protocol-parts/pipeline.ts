/** The server's pipeline in this process: the models and the surface as shipped, a memory store, a caller who may do everything. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { createHandler, type Handle } from '../../../src/app/handle.js';
import { createResolution } from '../../../src/app/resolution.js';
import type { Caller } from '../../../src/kernel/caller.js';
import { systemClock } from '../../../src/kernel/clock.js';
import type { GraphRequest } from '../../../src/kernel/message.js';
import { textOf } from '../../../src/kernel/utf8.js';
import { loadSchema } from '../../../src/model/load-schema.js';
import { parseSurface } from '../../../src/model/parse-surface.js';
import { type ApiVersion, isA } from '../../../src/model/schema.js';
import { createMemoryStore } from '../../../src/storage/memory/memory-store.js';

export const ROOT = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..', '..', '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const schemaOf = (version: ApiVersion) => loadSchema(version, JSON.parse(read(`api/model/${version}/schema.json`)));

export const schemas = { beta: schemaOf('beta'), 'v1.0': schemaOf('v1.0') };

const TENANT = '77777777-7777-4777-8777-777777777777';
const caller: Caller = {
  tenantId: TENANT,
  kind: 'application',
  appId: 'a0000000-0000-4000-8000-000000000001',
  permissions: new Set([
    'DeviceManagementConfiguration.ReadWrite.All',
    'DeviceManagementManagedDevices.ReadWrite.All',
    'Directory.ReadWrite.All',
  ]),
  userId: undefined,
  userPrincipalName: undefined,
  directoryRoles: [],
  expiresAt: Number.MAX_SAFE_INTEGER,
};

export function requestOf(method: string, url: string, body?: object): GraphRequest {
  const bytes = body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body));
  const headers = { authorization: 'Bearer benchmark', accept: 'application/json', ...(bytes && { 'content-type': 'application/json' }) };
  return { method, url, origin: 'https://localhost', headers, body: bytes };
}

/** @returns the pipeline over so many configurations with two assignments each, and the ids of the configurations */
export async function openPipeline(configurations: number): Promise<{ readonly handle: Handle; readonly ids: readonly string[] }> {
  const isSubtype = (name: string, ancestor: Parameters<typeof isA>[1]) => {
    const type = schemas.beta.types.get(name);
    return type !== undefined && isA(type, ancestor);
  };
  const store = createMemoryStore({ types: { isA: isSubtype, now: () => systemClock.now() } });
  await store.createTenant({ id: TENANT, name: 'bench', createdAt: '2026-01-01T00:00:00Z' });
  const resolution = createResolution(store, systemClock);
  const handle = createHandler({
    schemas,
    surface: parseSurface(parse(read('api/surface.yaml'))),
    store,
    verify: async () => caller,
    clock: systemClock,
    resident: resolution.resident,
    skipTokenKey: new Uint8Array(32).fill(7),
  });
  const ids: string[] = [];
  for (let index = 0; index < configurations; index += 1) {
    const body = { '@odata.type': '#microsoft.graph.windows10GeneralConfiguration', displayName: `Configuration ${index}` };
    const made = await handle(requestOf('POST', '/beta/deviceManagement/deviceConfigurations', body));
    const { id } = JSON.parse(textOf(made.body ?? '')) as { id: string };
    for (const target of ['allDevicesAssignmentTarget', 'allLicensedUsersAssignmentTarget']) {
      const assignment = { target: { '@odata.type': `#microsoft.graph.${target}` } };
      await handle(requestOf('POST', `/beta/deviceManagement/deviceConfigurations/${id}/assignments`, assignment));
    }
    ids.push(id);
  }
  return { handle, ids };
}
