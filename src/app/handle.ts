/**
 * The pipeline: one Graph request in, one response out. Each line hands a value to the next; everything below throws GraphError, caught
 * once here.
 */

import { readsOnly } from '../domain/perform.js';
import type { Resident } from '../domain/resident.js';
import type { Caller } from '../kernel/caller.js';
import type { Clock } from '../kernel/clock.js';
import type { Cloud } from '../kernel/cloud.js';
import { GraphError, graphError } from '../kernel/errors.js';
import { newGuid } from '../kernel/ids.js';
import type { GraphRequest, GraphResponse } from '../kernel/message.js';
import type { WireProfile } from '../kernel/wire.js';
import type { ApiVersion, Schema } from '../model/schema.js';
import { type Served, servedBy } from '../model/served.js';
import type { Surface } from '../model/surface.js';
import { bind } from '../odata/bind.js';
import { createKeptAnswers, type KeptAnswers } from '../odata/kept-answers.js';
import { versionOf } from '../odata/path.js';
import { serialize } from '../odata/serialize.js';
import { encodeSkipToken } from '../odata/skiptoken.js';
import type { Plan } from '../query/plan.js';
import type { Store } from '../storage/store.js';
import { allowedMethods } from './allowed-methods.js';
import { answerBatch, type BatchPipeline, isBatch } from './batch.js';
import { decideAndCommit } from './decide.js';
import { type AnswerDocument, createDocuments } from './documents.js';
import { answerImport, isImport } from './import.js';
import { answerKept, isKept } from './kept.js';
import { annotated, GUARD, impactWish, writeMeasured } from './preview/guarded-write.js';
import { createKeptPreviews, type KeptPreviews } from './preview/kept-previews.js';
import { answerPreview, isPreview } from './preview.js';
import { clientRequestId, renderErrorIn } from './render-error.js';
import { openContext, readBody } from './request-context.js';
import { requireOpenSession } from './sessions.js';
import type { Throttle } from './throttle.js';

export interface HandleDependencies {
  readonly schemas: Readonly<Record<ApiVersion, Schema>>;
  readonly surface: Surface;
  readonly store: Store;
  /** @throws GraphError 401 or 403 */
  readonly verify: (authorization: string | undefined) => Promise<Caller>;
  readonly clock: Clock;
  /** Signs the tokens of next links. */
  readonly skipTokenKey: Uint8Array;
  /** Memberships, rules and who gets what of a tenant. */
  readonly resident: (tenant: string) => Resident;
  readonly loose?: boolean;
  /** What is answered where documentation and service differ; as documented where it is not given. */
  readonly wire?: WireProfile;
  /** Whose authority a refusal names; the global cloud's where it is not given. */
  readonly cloud?: Cloud;
  /** No limits where it is not given. */
  readonly throttle?: Throttle | undefined;
  /** Bytes of pages that are kept at most, to be sent again where nothing in them has changed; none with 0, 64 MiB where it is not given. */
  readonly keptBytes?: number;
  /** Told of every failure that is not the client's. Never given tokens or bodies. */
  readonly log?: (event: { readonly requestId: string; readonly method: string; readonly path: string; readonly error: unknown }) => void;
}

interface Dependencies extends HandleDependencies {
  readonly previews: KeptPreviews;
  readonly documents: AnswerDocument;
  readonly answers: KeptAnswers | undefined;
}

export type Handle = (request: GraphRequest) => Promise<GraphResponse>;

/** @returns the whole server as one function; it never throws */
export function createHandler(given: HandleDependencies): Handle {
  const dependencies = {
    ...given,
    previews: createKeptPreviews(),
    documents: createDocuments(given),
    answers: given.keptBytes === 0 ? undefined : createKeptAnswers(given.keptBytes),
  };
  const settle = async (request: GraphRequest, work: (now: number, requestId: string) => Promise<GraphResponse>) => {
    const requestId = newGuid();
    const now = dependencies.clock.now();
    const echoed = clientRequestId(request.headers) ?? requestId;
    let response: GraphResponse;
    try {
      response = await work(now, requestId);
    } catch (error) {
      const path = request.url.split('?', 1)[0] ?? '';
      if (!(error instanceof GraphError) || error.kind === 'internal') {
        dependencies.log?.({ requestId, method: request.method, path, error });
      }
      response = renderErrorIn(error, { requestId, clientRequestId: echoed, now, path, cloud: dependencies.cloud });
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
  const pipeline: BatchPipeline = {
    send: (request) => settle(request, (now, requestId) => answer(request, now, requestId, dependencies)),
    refuse: (request, error) => settle(request, () => Promise.reject(error)),
  };
  return (request) => {
    if (!isBatch(request.url)) return pipeline.send(request);
    return settle(request, async () => {
      await dependencies.verify(request.headers.authorization);
      return await answerBatch(request, pipeline);
    });
  };
}

const DIAGNOSTIC = '{"ServerInfo":{"DataCenter":"Muster","Slice":"E","Ring":"1","ScaleUnit":"001","RoleInstance":"MUSTER0001"}}';

async function answer(request: GraphRequest, now: number, requestId: string, dependencies: Dependencies): Promise<GraphResponse> {
  const document = dependencies.documents(request);
  if (document !== undefined) return document;
  const caller = await dependencies.verify(request.headers.authorization);
  if (caller.answersChallenges === true) await requireOpenSession(caller, dependencies.store, now);
  if (isBatch(request.url)) throw graphError('urlInvalid', { reason: 'A batch holds no batch. Give its requests to the outer one.' });
  if (isImport(request.url)) {
    // Silence would pass for protection.
    if (request.headers[GUARD] !== undefined) throw graphError('headerInvalid', { header: GUARD, reason: 'an import does not take it.' });
    return await answerImport(request, caller, now, dependencies);
  }
  if (isKept(request.url)) return await answerKept(request, caller, dependencies);
  if (isPreview(request.url)) {
    const report = (failed: { readonly method: string; readonly path: string }, error: unknown) =>
      dependencies.log?.({ requestId, ...failed, error });
    return await answerPreview(request, caller, now, { ...dependencies, report });
  }
  if (request.method === 'OPTIONS') return allowedMethods(request.url, dependencies.schemas[versionOf(request.url)], dependencies.surface);
  const schema = dependencies.schemas[versionOf(request.url)];
  const served = () => servedBy(schema, dependencies.surface);
  const plan = bind(request, schema, served);
  const counted = dependencies.throttle?.(caller, plan, now);
  const response = await carryOut({ request, plan, caller, now, served }, dependencies);
  return counted === undefined ? response : { ...response, headers: { ...response.headers, ...counted } };
}

interface Bound {
  readonly request: GraphRequest;
  readonly plan: Plan;
  readonly caller: Caller;
  readonly now: number;
  readonly served: () => Served;
}

async function carryOut({ request, plan, caller, now, served }: Bound, dependencies: Dependencies): Promise<GraphResponse> {
  const { store, skipTokenKey } = dependencies;
  const { origin } = request;
  const reads = readsOnly(plan);
  const wish = reads ? undefined : impactWish(plan, request.headers);
  // What a write does is measured by the engine, which knows what is durable: so must the decision.
  const reader = reads || wish !== undefined ? store : store.pending;
  const view = { reader, resident: dependencies.resident(caller.tenantId) };
  const context = await openContext(plan, caller, now, view, dependencies);
  const body = readBody(request, plan);
  const options = {
    origin,
    wire: context.wire,
    skipToken: (skip: number, scope: string) => encodeSkipToken({ skip }, skipTokenKey, `${caller.tenantId} ${scope}`),
    served,
    answers: dependencies.answers,
  };
  if (wish === undefined) return serialize(plan, await decideAndCommit(plan, body, context, store), options);
  const { outcome, impact } = await writeMeasured(plan, body, context, wish, origin, dependencies);
  const response = serialize(plan, outcome, options);
  return impact === undefined ? response : annotated(response, impact);
}
