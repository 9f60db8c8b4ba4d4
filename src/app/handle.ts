/**
 * The pipeline: one Graph request in, one response out. Each line hands a value to the next; everything below throws GraphError, caught
 * once here.
 */

import type { ChangeLog, DomainContext } from '../domain/context.js';
import { perform, readsOnly } from '../domain/perform.js';
import { authorize } from '../domain/permissions.js';
import type { Resident } from '../domain/resident.js';
import { intuneRights, requireAction } from '../domain/roles/rights.js';
import { storeResident } from '../domain/store-resident.js';
import type { Caller } from '../kernel/caller.js';
import type { Clock } from '../kernel/clock.js';
import { GraphError, graphError } from '../kernel/errors.js';
import { newGuid } from '../kernel/ids.js';
import type { JsonValue } from '../kernel/json.js';
import type { GraphRequest, GraphResponse } from '../kernel/message.js';
import { parseJsonBody } from '../model/read-body.js';
import type { ApiVersion, Schema } from '../model/schema.js';
import type { Surface } from '../model/surface.js';
import { bind } from '../odata/bind.js';
import { versionOf } from '../odata/path.js';
import { serialize } from '../odata/serialize.js';
import { decodeSkipToken, encodeSkipToken } from '../odata/skiptoken.js';
import type { Outcome } from '../query/outcome.js';
import type { Plan } from '../query/plan.js';
import { VersionConflict } from '../storage/change-set.js';
import type { Reader, Store } from '../storage/store.js';
import { answerImport, isImport } from './import.js';
import { clientRequestId, renderErrorIn } from './render-error.js';

export interface HandleDependencies {
  readonly schemas: Readonly<Record<ApiVersion, Schema>>;
  readonly surface: Surface;
  readonly store: Store;
  /** @throws GraphError 401 or 403 */
  readonly verify: (authorization: string | undefined) => Promise<Caller>;
  readonly clock: Clock;
  /** Signs the tokens of next links. */
  readonly skipTokenKey: Uint8Array;
  /** Memberships and rules of a tenant as one request sees them; computed from the store where no engine is given. */
  readonly resident?: (tenant: string, reader: Reader, now: number) => Resident;
  readonly loose?: boolean;
  /** Told of every failure that is not the client's. Never given tokens or bodies. */
  readonly log?: (event: { readonly requestId: string; readonly method: string; readonly path: string; readonly error: unknown }) => void;
}

export type Handle = (request: GraphRequest) => Promise<GraphResponse>;

/** How often a write whose basis changed under it is decided again before the client hears of it. */
const ATTEMPTS = 32;

/** @returns the whole server as one function; it never throws */
export function createHandler(dependencies: HandleDependencies): Handle {
  return async (request) => {
    const requestId = newGuid();
    const now = dependencies.clock.now();
    const echoed = clientRequestId(request.headers) ?? requestId;
    let response: GraphResponse;
    try {
      response = await answer(request, now, dependencies);
    } catch (error) {
      const path = request.url.split('?', 1)[0] ?? '';
      if (!(error instanceof GraphError) || error.kind === 'internal') {
        dependencies.log?.({ requestId, method: request.method, path, error });
      }
      response = renderErrorIn(error, { requestId, clientRequestId: echoed, now, path });
    }
    const headers = {
      ...response.headers,
      'request-id': requestId,
      'client-request-id': echoed,
      vary: 'Accept-Encoding',
      'x-ms-ags-diagnostic': DIAGNOSTIC,
    };
    return { status: response.status, headers, body: response.body };
  };
}

const DIAGNOSTIC = '{"ServerInfo":{"DataCenter":"Muster","Slice":"E","Ring":"1","ScaleUnit":"001","RoleInstance":"MUSTER0001"}}';

async function answer(request: GraphRequest, now: number, dependencies: HandleDependencies): Promise<GraphResponse> {
  const caller = await dependencies.verify(request.headers.authorization);
  if (isImport(request.url)) return await answerImport(request, caller, now, dependencies);
  const schema = dependencies.schemas[versionOf(request.url)];
  const plan = bind(request, schema);
  const action = authorize(caller, plan, dependencies.surface);
  const { store, skipTokenKey } = dependencies;
  const reader = readsOnly(plan) ? store : store.pending;
  const tenant = caller.tenantId;
  const resident = (dependencies.resident ?? residentOf)(tenant, reader, now);
  const context: DomainContext = {
    schema,
    beta: dependencies.schemas.beta,
    surface: dependencies.surface,
    reader,
    resident,
    changes: changeLog(store, tenant),
    tenant,
    caller,
    rights: action === undefined ? undefined : await intuneRights(caller, { reader, resident, tenant }),
    now,
    loose: dependencies.loose ?? false,
    skip: readSkip(plan, skipTokenKey),
  };
  if (action !== undefined) requireAction(action, context);
  const body = readBody(request, plan);
  const outcome = await decideAndCommit(plan, body, context, store);
  return serialize(plan, outcome, { origin: request.origin, skipToken: (skip) => encodeSkipToken({ skip }, skipTokenKey) });
}

const residentOf: NonNullable<HandleDependencies['resident']> = (tenant, reader, now) => storeResident(reader, tenant, now);

function changeLog(store: Store, tenant: string): ChangeLog {
  return {
    latest: () => store.commit({ tenant, actor: {}, at: '', expect: [], operations: [] }),
    since: (sequence, limit) => store.changesSince(tenant, sequence, limit),
  };
}

/** Where the asked page begins. */
function readSkip(plan: Plan, key: Uint8Array): number {
  const { skip, skipToken } = plan.options;
  if (skipToken === undefined) return skip ?? 0;
  return Number(decodeSkipToken(skipToken, key).skip);
}

/** Optimistic: decide on what was read, commit if it still stands, decide again if not. */
async function decideAndCommit(plan: Plan, body: JsonValue | undefined, context: DomainContext, store: Store): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    const { outcome, changes } = await perform(plan, body, context);
    if (changes === undefined) return outcome;
    try {
      await store.commit(changes);
      return outcome;
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      if (attempt === ATTEMPTS) throw graphError('conflict', { reason: 'The resource is being changed by others. Repeat the request.' });
    }
  }
}

const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);

function readBody(request: GraphRequest, plan: Plan): JsonValue | undefined {
  if (BODILESS.has(request.method)) return undefined;
  if (request.body === undefined || request.body.byteLength === 0) {
    if (plan.operation === 'call') return undefined;
    throw graphError('bodyMissing');
  }
  const type = request.headers['content-type'];
  const media = type?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== undefined && media !== 'application/json' && media !== 'text/json') throw graphError('mediaTypeUnsupported', { type });
  return parseJsonBody(request.body);
}
