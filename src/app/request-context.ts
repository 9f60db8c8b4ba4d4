/** From a bound request to what a use case may know, the caller's permissions checked on the way. */
import type { ChangeLog, DomainContext } from '../domain/context.js';
import { requireLicence, subscriptionState } from '../domain/licence.js';
import { authorize, setOf } from '../domain/permissions.js';
import type { Resident } from '../domain/resident.js';
import { type IntuneRights, intuneRights, requireAction } from '../domain/roles/rights.js';
import type { Caller } from '../kernel/caller.js';
import { graphError } from '../kernel/errors.js';
import type { JsonValue } from '../kernel/json.js';
import type { GraphRequest } from '../kernel/message.js';
import { documentedWire, type WireProfile } from '../kernel/wire.js';
import { prefixed } from '../model/control-names.js';
import { parseJsonBody } from '../model/read-body.js';
import type { ApiVersion, Schema } from '../model/schema.js';
import type { Surface } from '../model/surface.js';
import { pageScope } from '../odata/page-scope.js';
import { decodeSkipToken } from '../odata/skiptoken.js';
import type { Plan } from '../query/plan.js';
import type { Reader, Store } from '../storage/store.js';

export interface ContextDependencies {
  readonly schemas: Readonly<Record<ApiVersion, Schema>>;
  readonly surface: Surface;
  readonly store: Store;
  /** Signs the tokens of next links. */
  readonly skipTokenKey: Uint8Array;
  readonly loose?: boolean;
  /** As documented where it is not given. */
  readonly wire?: WireProfile;
}

/** The data a request sees. */
export interface View {
  readonly reader: Reader;
  readonly resident: Resident;
  /** The Intune rights of the caller, asked where they bind him; those that reader and resident give where none is said. */
  readonly rights?: () => Promise<IntuneRights>;
}

/** @throws GraphError what `authorize` and the caller's Intune roles refuse; optionInvalid for a bad token of a next link */
export async function openContext(
  plan: Plan,
  caller: Caller,
  now: number,
  view: View,
  dependencies: ContextDependencies,
): Promise<DomainContext> {
  const { schemas, surface, store } = dependencies;
  const action = authorize(caller, plan, surface);
  const set = setOf(plan.path, surface);
  if (set?.layer === 'service') requireLicence(await subscriptionState(store, caller.tenantId), plan, set.name);
  const { reader, resident } = view;
  const tenant = caller.tenantId;
  const rights = view.rights ?? (() => intuneRights(caller, { reader, resident, tenant }));
  const context: DomainContext = {
    schema: schemas[plan.version],
    beta: schemas.beta,
    surface,
    reader,
    resident,
    changes: changeLog(store, tenant),
    tenant,
    caller,
    rights: action === undefined ? undefined : await rights(),
    now,
    loose: dependencies.loose ?? false,
    wire: dependencies.wire ?? documentedWire,
    skip: readSkip(plan, tenant, dependencies.skipTokenKey),
  };
  if (action !== undefined) requireAction(action, context);
  return context;
}

export function changeLog(store: Store, tenant: string): ChangeLog {
  return {
    latest: () => store.commit({ tenant, actor: {}, at: '', expect: [], operations: [] }),
    since: (sequence, limit) => store.changesSince(tenant, sequence, limit),
  };
}

/** Where the asked page begins. */
function readSkip(plan: Plan, tenant: string, key: Uint8Array): number {
  const { skip, skipToken } = plan.options;
  if (skipToken === undefined) return skip ?? 0;
  return Number(decodeSkipToken(skipToken, key, `${tenant} ${pageScope(plan)}`).skip);
}

const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);

/** @throws GraphError bodyMissing, mediaTypeUnsupported, and those of parseJsonBody */
export function readBody(request: GraphRequest, plan: Plan): JsonValue | undefined {
  if (BODILESS.has(request.method)) return undefined;
  if (request.body === undefined || request.body.byteLength === 0) {
    if (plan.operation === 'call') return undefined;
    throw graphError('bodyMissing');
  }
  requireJson(request.headers['content-type']);
  return inOneForm(parseJsonBody(request.body), request.headers);
}

/** A body of OData 4.01 may leave out the prefix of control information. */
function inOneForm(body: JsonValue, headers: GraphRequest['headers']): JsonValue {
  return headers['odata-version']?.trim().startsWith('4.01') === true ? prefixed(body) : body;
}

/** @throws GraphError mediaTypeUnsupported, also for JSON in another charset than UTF-8; a missing type is taken for JSON */
export function requireJson(type: string | undefined): void {
  if (type === undefined || type === 'application/json') return;
  const [media = '', ...parameters] = type.split(';').map((part) => part.trim().toLowerCase());
  if (media !== 'application/json' && media !== 'text/json') throw graphError('mediaTypeUnsupported', { type });
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  if (charset !== undefined && !UTF_8.has(charset)) throw graphError('mediaTypeUnsupported', { type, send: 'UTF-8' });
}

/** ASCII is a part of it. */
const UTF_8: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii']);

/** The body of a request inside another one, which has been parsed with it. */
export function givenBody(
  method: string,
  body: JsonValue | undefined,
  headers: GraphRequest['headers'],
  plan: Plan,
): JsonValue | undefined {
  if (BODILESS.has(method)) return undefined;
  if (body === undefined) {
    if (plan.operation === 'call') return undefined;
    throw graphError('bodyMissing');
  }
  requireJson(headers['content-type']);
  return inOneForm(body, headers);
}
