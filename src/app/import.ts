/**
 * POST /beta/muster/import: users, devices, groups, managed devices, categories and memberships as NDJSON, many at once. Muster's own; the
 * service has nothing like it.
 */
import type { DomainContext } from '../domain/context.js';
import { CHUNK_LINES, type ImportCounts, type ImportDecision, importObjects, type RejectedLine } from '../domain/import/import-objects.js';
import { configures, readLine } from '../domain/import/line.js';
import { reasonOf } from '../domain/import/reason.js';
import type { ImportLine } from '../domain/import/record.js';
import type { Resident } from '../domain/resident.js';
import type { Caller } from '../kernel/caller.js';
import { GraphError, graphError } from '../kernel/errors.js';
import { GLOBAL_ADMINISTRATOR, INTUNE_ADMINISTRATOR } from '../kernel/ids.js';
import type { GraphRequest, GraphResponse } from '../kernel/message.js';
import { documentedWire } from '../kernel/wire.js';
import type { ApiVersion, Schema } from '../model/schema.js';
import type { Surface } from '../model/surface.js';
import { type ChangeSet, VersionConflict } from '../storage/change-set.js';
import type { Store, VersionReader } from '../storage/store.js';

export type { ImportCounts, RejectedLine } from '../domain/import/import-objects.js';
export { CHUNK_LINES } from '../domain/import/import-objects.js';
export type { ImportLine } from '../domain/import/record.js';

export interface ImportDependencies {
  readonly schemas: Readonly<Record<ApiVersion, Schema>>;
  readonly surface: Surface;
  readonly store: Store;
  readonly resident: (tenant: string) => Resident;
  readonly loose?: boolean;
  /**
   * Takes a change set in place of `store.commit`, where whoever imports is alone with the store: it is carried out while the next chunk is decided
   * on, and durable when the store has settled.
   */
  readonly hand?: (changes: ChangeSet) => Promise<void>;
}

export interface ImportOptions {
  readonly caller: Caller;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Leave bad lines out instead of stopping at the first. */
  readonly keepGoing: boolean;
  /**
   * For what comes from a living service, which is newer than Muster: properties that the model does not know are left out, objects of unknown
   * types are kept as they are, and what the service holds and nobody could make through Graph is taken.
   */
  readonly lenient?: boolean;
}

export interface ImportResult {
  readonly imported: ImportCounts;
  readonly rejected: readonly RejectedLine[];
  /** What was left out of lines that were taken (lenient): how often, by `type.property`. */
  readonly leftOut?: ImportCounts;
}

/** What a line by itself has wrong, in the words of the import; undefined: nothing. Whether what it names is there is not asked. */
export function lineFault(bytes: Uint8Array, beta: Schema): string | undefined {
  try {
    readLine(bytes, { beta, lenient: false });
    return undefined;
  } catch (error) {
    if (error instanceof GraphError) return reasonOf(error);
    throw error;
  }
}

const PATH = /^\/+beta\/muster\/import\/?(?:\?|$)/i;
/** For lines of what devices are configured by, and of what is kept, this one too. */
const CONFIGURING = 'DeviceManagementConfiguration.ReadWrite.All';
const PERMISSIONS = ['Directory.ReadWrite.All', 'DeviceManagementManagedDevices.ReadWrite.All'] as const;
const MEDIA: ReadonlySet<string> = new Set(['application/x-ndjson', 'application/ndjson', 'application/jsonl']);

/** How often a chunk whose basis changed under it is decided again. */
const ATTEMPTS = 32;

/**
 * Decide on one chunk and write it, all of it or nothing; with `keepGoing`, all but its bad lines.
 * @param lines at most CHUNK_LINES
 * @returns what is in the store when it resolves, or has been handed over to it
 * @throws GraphError conflict, unavailable
 */
export async function importChunk(
  lines: readonly ImportLine[],
  options: ImportOptions,
  dependencies: ImportDependencies,
): Promise<ImportResult> {
  const context = contextOf(options, dependencies);
  const mode = { keepGoing: options.keepGoing, lenient: options.lenient ?? false };
  for (let attempt = 1; ; attempt++) {
    const { changes, ...result }: ImportDecision = await importObjects(lines, context, mode);
    if (changes === undefined) return result;
    try {
      await (dependencies.hand ?? dependencies.store.commit)(changes);
      return result;
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      if (attempt === ATTEMPTS) throw graphError('conflict', { reason: 'The objects are being changed by others. Repeat the import.' });
    }
  }
}

function contextOf(
  { caller, now }: ImportOptions,
  { schemas, surface, store, resident, loose }: ImportDependencies,
): DomainContext & { readonly reader: VersionReader } {
  const tenant = caller.tenantId;
  const reader = store.pending;
  return {
    schema: schemas.beta,
    beta: schemas.beta,
    surface,
    reader,
    resident: resident(tenant),
    changes: {
      latest: () => store.commit({ tenant, actor: {}, at: '', expect: [], operations: [] }),
      since: (sequence, limit) => store.changesSince(tenant, sequence, limit),
    },
    tenant,
    caller,
    rights: undefined,
    now,
    loose: loose ?? false,
    wire: documentedWire,
    skip: 0,
  };
}

export function isImport(url: string): boolean {
  return PATH.test(url);
}

/**
 * Answer an import request. Each chunk of its lines is written before the next is decided on.
 * @returns 200 `{imported, types, rejected: [{line, message}], leftOut?}`
 * @throws GraphError importLineInvalid (400) for the first bad line, unless `?keepGoing=true`; methodNotAllowed, mediaTypeUnsupported,
 *   bodyMissing, optionUnknown, optionInvalid, permissionMissing, callerWithoutRole
 */
export async function answerImport(
  request: GraphRequest,
  caller: Caller,
  now: number,
  dependencies: ImportDependencies,
): Promise<GraphResponse> {
  authorizeImport(caller);
  if (request.method !== 'POST') throw graphError('methodNotAllowed', { method: request.method, allow: 'POST' });
  const { keepGoing, lenient } = readOptions(request.url);
  const lines = linesOf(readBody(request));
  authorizeLines(lines, caller, lenient, dependencies);
  const types: Record<string, number> = {};
  const leftOut: Record<string, number> = {};
  const rejected: RejectedLine[] = [];
  let imported = 0;
  for (let at = 0; at < lines.length; at += CHUNK_LINES) {
    const result = await importChunk(lines.slice(at, at + CHUNK_LINES), { caller, now, keepGoing, lenient }, dependencies);
    const [first] = result.rejected;
    if (first !== undefined && !keepGoing) throw graphError('importLineInvalid', { line: first.line, reason: first.message, imported });
    rejected.push(...result.rejected);
    for (const [name, count] of Object.entries(result.imported)) {
      types[name] = (types[name] ?? 0) + count;
      imported += count;
    }
    for (const [name, count] of Object.entries(result.leftOut ?? {})) leftOut[name] = (leftOut[name] ?? 0) + count;
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
    body: JSON.stringify({ imported, types, rejected, ...(lenient ? { leftOut } : {}) }),
  };
}

/** @throws GraphError permissionMissing (403) unless the token carries both permissions; callerWithoutRole (401) */
function authorizeImport(caller: Caller): void {
  const missing = PERMISSIONS.filter((permission) => !caller.permissions.has(permission));
  if (missing.length > 0) {
    throw graphError('permissionMissing', { subject: caller.kind === 'application' ? 'Application' : 'User', permissions: missing });
  }
  // A role's scope tags and actions are made for single objects; the import is the administrator's.
  const isAdministrator = caller.directoryRoles.some((role) => role === INTUNE_ADMINISTRATOR || role === GLOBAL_ADMINISTRATOR);
  if (caller.kind === 'delegated' && !isAdministrator) {
    throw graphError('callerWithoutRole', { user: caller.userPrincipalName ?? caller.userId ?? '' });
  }
}

/**
 * A request is refused for want of a permission before any of it is written.
 * @throws GraphError permissionMissing (403)
 */
function authorizeLines(lines: readonly ImportLine[], caller: Caller, lenient: boolean, { schemas }: ImportDependencies): void {
  if (caller.permissions.has(CONFIGURING)) return;
  for (const { bytes } of lines) {
    if (mayWrite(bytes, { beta: schemas.beta, lenient })) continue;
    throw graphError('permissionMissing', { subject: caller.kind === 'application' ? 'Application' : 'User', permissions: [CONFIGURING] });
  }
}

function mayWrite(bytes: Uint8Array, context: Parameters<typeof readLine>[1]): boolean {
  try {
    return !configures(readLine(bytes, context));
  } catch (error) {
    // A line that cannot be read writes nothing.
    if (error instanceof GraphError) return true;
    throw error;
  }
}

function readOptions(url: string): { readonly keepGoing: boolean; readonly lenient: boolean } {
  const options = { keepGoing: false, lenient: false };
  for (const [name, value] of new URLSearchParams(url.split('?', 2)[1] ?? '')) {
    if (name !== 'keepGoing' && name !== 'lenient') throw graphError('optionUnknown', { option: name.slice(0, 100) });
    if (value !== 'true' && value !== 'false') throw graphError('optionInvalid', { option: name, reason: 'It is true or false.' });
    options[name] = value === 'true';
  }
  return options;
}

function readBody({ headers, body }: GraphRequest): Uint8Array {
  const type = headers['content-type'] ?? '';
  if (!MEDIA.has(type.split(';', 1)[0]?.trim().toLowerCase() ?? ''))
    throw graphError('mediaTypeUnsupported', { type, send: 'application/x-ndjson' });
  if (body === undefined || body.byteLength === 0) throw graphError('bodyMissing');
  return body;
}

const NEWLINE = 0x0a;
const SPACE = 0x20;

/** The lines of a body with their numbers, blank ones left out. */
function linesOf(body: Uint8Array): readonly ImportLine[] {
  const lines: ImportLine[] = [];
  for (let start = 0, line = 1; start < body.length; line++) {
    const found = body.indexOf(NEWLINE, start);
    const end = found < 0 ? body.length : found;
    const bytes = body.subarray(start, end);
    if (bytes.some((byte) => byte > SPACE)) lines.push({ line, bytes });
    start = end + 1;
  }
  return lines;
}
