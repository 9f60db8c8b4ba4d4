/** GET /beta/muster/kept: what was imported and is not served, as it came, in pages. Muster's own; the service has nothing like it. */
import { KEPT } from '../domain/import/kept.js';
import type { Caller } from '../kernel/caller.js';
import { graphError } from '../kernel/errors.js';
import { GLOBAL_ADMINISTRATOR, INTUNE_ADMINISTRATOR } from '../kernel/ids.js';
import type { GraphRequest, GraphResponse } from '../kernel/message.js';
import { decodeSkipToken, encodeSkipToken } from '../odata/skiptoken.js';
import type { Store, StoredEntity } from '../storage/store.js';

export interface KeptDependencies {
  readonly store: Store;
  readonly skipTokenKey: Uint8Array;
}

const PATH = /^\/+beta\/+muster\/+kept\/*(?:\?(.*))?$/i;
const READ = ['DeviceManagementConfiguration.Read.All', 'DeviceManagementConfiguration.ReadWrite.All'] as const;

/** Objects of a page, and the length of their texts together after which it ends: a single one may have a million characters. */
const PAGE = 100;
const PAGE_LENGTH = 4 * 1024 * 1024;
/** Objects that are read at once. */
const LOT = 20;

export function isKept(url: string): boolean {
  return PATH.test(url);
}

/**
 * @returns 200 `{value: [{id, type, name, path, format, content}], "@odata.nextLink"?}`
 * @throws GraphError permissionMissing (403), callerWithoutRole (401), methodNotAllowed, optionUnknown, optionInvalid
 */
export async function answerKept(request: GraphRequest, caller: Caller, { store, skipTokenKey }: KeptDependencies): Promise<GraphResponse> {
  if (request.method !== 'GET') throw graphError('methodNotAllowed', { method: request.method, allow: 'GET' });
  authorize(caller);
  const skip = readSkip(PATH.exec(request.url)?.[1] ?? '', skipTokenKey);
  const { objects, more } = await readPage(skip, caller.tenantId, store);
  const token = encodeURIComponent(encodeSkipToken({ kept: skip + objects.length }, skipTokenKey));
  const next = more ? `"@odata.nextLink":${JSON.stringify(`${request.origin}/beta/muster/kept?$skiptoken=${token}`)},` : '';
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
    body: `{${next}"value":[${objects.map(({ json }) => json).join(',')}]}`,
  };
}

/** Whose roles carry scope tags sees objects by theirs, and these are of no scope that is known. */
function authorize(caller: Caller): void {
  const delegated = caller.kind === 'delegated';
  if (!READ.some((permission) => caller.permissions.has(permission))) {
    throw graphError('permissionMissing', { subject: delegated ? 'User' : 'Application', permissions: READ });
  }
  const isAdministrator = caller.directoryRoles.some((role) => role === INTUNE_ADMINISTRATOR || role === GLOBAL_ADMINISTRATOR);
  if (delegated && !isAdministrator) throw graphError('callerWithoutRole', { user: caller.userPrincipalName ?? caller.userId ?? '' });
}

function readSkip(query: string, key: Uint8Array): number {
  let skip = 0;
  for (const [name, text] of new URLSearchParams(query)) {
    if (name.toLowerCase() !== '$skiptoken') throw graphError('optionUnknown', { option: name.slice(0, 100) });
    const { kept } = decodeSkipToken(text, key);
    if (typeof kept !== 'number')
      throw graphError('optionInvalid', { option: '$skiptoken', reason: 'it is the token of another list.' }, '$skiptoken');
    skip = kept;
  }
  return skip;
}

async function readPage(
  skip: number,
  tenant: string,
  store: Store,
): Promise<{ readonly objects: readonly StoredEntity[]; readonly more: boolean }> {
  const objects: StoredEntity[] = [];
  for (let length = 0; ; ) {
    const from = skip + objects.length;
    const query = { set: KEPT, parent: '', filter: undefined, orderBy: [], skip: from, limit: LOT, count: false };
    const { entities, more } = await store.list(tenant, query);
    for (const [at, entity] of entities.entries()) {
      length += entity.json.length;
      if (objects.length > 0 && length > PAGE_LENGTH) return { objects, more: more || at < entities.length };
      objects.push(entity);
    }
    if (!more || objects.length >= PAGE) return { objects, more };
  }
}
