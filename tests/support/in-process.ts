/** The whole pipeline without sockets or tokens: schemas and surface as shipped, a memory store, callers made of their permissions. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { createHandler } from '../../src/app/handle.js';
import { createResolution } from '../../src/app/resolution.js';
import type { Throttle } from '../../src/app/throttle.js';
import { claimOperations } from '../../src/domain/directory/claims.js';
import type { Resident } from '../../src/domain/resident.js';
import type { Caller } from '../../src/kernel/caller.js';
import { type Clock, fixedClock } from '../../src/kernel/clock.js';
import { graphError } from '../../src/kernel/errors.js';
import { INTUNE_ADMINISTRATOR } from '../../src/kernel/ids.js';
import type { JsonObject } from '../../src/kernel/json.js';
import { textOf } from '../../src/kernel/utf8.js';
import { documentedWire, type WireProfile } from '../../src/kernel/wire.js';
import { completeEntity } from '../../src/model/defaults.js';
import { loadSchema } from '../../src/model/load-schema.js';
import { parseSurface } from '../../src/model/parse-surface.js';
import type { Schema } from '../../src/model/schema.js';
import { createMemoryStore } from '../../src/storage/memory/memory-store.js';
import type { Link, Store } from '../../src/storage/store.js';

const root = new URL('../../', import.meta.url);
const csdl = (version: string) => JSON.parse(readFileSync(new URL(`api/model/${version}/schema.json`, root), 'utf8')) as unknown;

export const schemas: Readonly<Record<'beta' | 'v1.0', Schema>> = {
  beta: loadSchema('beta', csdl('beta')),
  'v1.0': loadSchema('v1.0', csdl('v1.0')),
};
export const surface = parseSurface(parse(readFileSync(new URL('api/surface.yaml', root), 'utf8')));

export const TENANT = '11111111-1111-4111-8111-111111111111';
const WRITE = 'DeviceManagementConfiguration.ReadWrite.All';
export const EVERYTHING = [
  WRITE,
  'Directory.Read.All',
  'Directory.ReadWrite.All',
  'DeviceManagementManagedDevices.ReadWrite.All',
  'DeviceManagementRBAC.ReadWrite.All',
];

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

export interface Lab {
  readonly store: Store;
  /** `call('PATCH', '/deviceManagement/…', {…})`; a path without version is beta's. */
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Put an entity straight into the store, completed from its type. */
  put(set: string, type: string, id: string, given?: JsonObject, parent?: string): Promise<void>;
  link(link: Link): Promise<void>;
  /** Everything the tenant holds, for "nothing changed" checks. */
  sequence(): Promise<number>;
}

/** `Bearer app PERMISSION …`, `Bearer user PERMISSION …` (an Intune administrator), `Bearer guest PERMISSION …` (no role), `… @TENANT`. */
async function verify(authorization: string | undefined): Promise<Caller> {
  if (authorization === undefined) throw graphError('tokenMissing');
  const words = authorization.split(' ').slice(1);
  const tenant = words.find((word) => word.startsWith('@'))?.slice(1) ?? TENANT;
  const [kind, ...permissions] = words.filter((word) => !word.startsWith('@'));
  const delegated = kind !== 'app';
  return {
    tenantId: tenant,
    kind: delegated ? 'delegated' : 'application',
    appId: 'a0000000-0000-4000-8000-000000000001',
    permissions: new Set(permissions),
    userId: delegated ? 'b0000000-0000-4000-8000-000000000001' : undefined,
    userPrincipalName: delegated ? 'someone@example.com' : undefined,
    directoryRoles: kind === 'user' ? [INTUNE_ADMINISTRATOR] : [],
    expiresAt: Number.MAX_SAFE_INTEGER,
  };
}

/** @param options `resident` stands between the server and what it would ask */
export async function openLab(
  options: {
    store?: Store;
    clock?: Clock;
    loose?: boolean;
    throttle?: Throttle;
    wire?: WireProfile;
    resident?: (real: Resident) => Resident;
    keptBytes?: number;
  } = {},
): Promise<Lab> {
  const clock = options.clock ?? fixedClock('2026-03-01T08:00:00Z');
  const store = options.store ?? createMemoryStore({ types: { isA: subtype, now: () => clock.now() } });
  const at = '2026-01-01T00:00:00Z';
  await store.createTenant({ id: TENANT, name: 'lab', createdAt: at });
  const resolution = createResolution(store, clock);
  const handle = createHandler({
    schemas,
    surface,
    store,
    verify,
    clock,
    resident: (tenant) => (options.resident ?? ((real) => real))(resolution.resident(tenant)),
    skipTokenKey: new Uint8Array(32).fill(7),
    loose: options.loose ?? false,
    throttle: options.throttle,
    wire: options.wire ?? documentedWire,
    ...(options.keptBytes !== undefined && { keptBytes: options.keptBytes }),
  });
  const base = { tenant: TENANT, actor: {}, at, expect: [] };
  return {
    store,
    async call(method, path, body, headers = {}) {
      const url = /^\/+(beta|v1\.0)(\/|$)/i.test(path) || path.startsWith('!') ? path.replace(/^!/, '') : `/beta${path}`;
      const bytes =
        body === undefined
          ? undefined
          : body instanceof Uint8Array
            ? body
            : new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
      const response = await handle({
        method,
        url,
        origin: 'https://graph.example',
        headers: {
          authorization: `Bearer app ${EVERYTHING.join(' ')}`,
          ...(bytes === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: bytes,
      });
      const text = response.body === undefined ? undefined : textOf(response.body);
      const json = response.headers['content-type']?.startsWith('application/json') === true && text !== undefined;
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: json ? JSON.parse(text) : text,
      };
    },
    async put(set, type, id, given = {}, parent = '') {
      const described = schemas.beta.types.get(type);
      if (described === undefined) throw new Error(`no type ${type}`);
      const entity = completeEntity(described, { ...given, id });
      const put = { kind: 'put', key: { set, parent, id }, type, json: JSON.stringify(entity) } as const;
      await store.commit({ ...base, operations: [put, ...claimOperations(set, id, entity)] });
    },
    async link(link) {
      await store.commit({ ...base, operations: [{ kind: 'link', link }] });
    },
    async sequence() {
      return await store.commit({ ...base, operations: [] });
    },
  };
}

function subtype(typeName: string, ancestor: { readonly name: string }): boolean {
  for (let at = schemas.beta.types.get(typeName); at !== undefined; at = at.base) if (at.name === ancestor.name) return true;
  return false;
}
