/** The requests of a preview, one after the other, on an overlay: each goes the way of a real one, and nothing is committed. */
import { setImmediate } from 'node:timers/promises';
import { createOverlay, type Overlay } from '../../domain/impact/overlay.js';
import { overlayResident } from '../../domain/impact/overlay-resident.js';
import { perform, readsOnly } from '../../domain/perform.js';
import type { Resident } from '../../domain/resident.js';
import { type IntuneRights, intuneRights } from '../../domain/roles/rights.js';
import type { Rehearsal } from '../../engine/targeting/index.js';
import type { Caller } from '../../kernel/caller.js';
import { GraphError, graphError } from '../../kernel/errors.js';
import { servedBy } from '../../model/served.js';
import { bind } from '../../odata/bind.js';
import { versionOf } from '../../odata/path.js';
import { serialize } from '../../odata/serialize.js';
import { encodeSkipToken } from '../../odata/skiptoken.js';
import { VersionConflict } from '../../storage/change-set.js';
import type { Change } from '../../storage/store.js';
import { typesOf, wasOvertaken } from '../decide.js';
import type { EnvelopedRequest } from '../envelope.js';
import { type ContextDependencies, changeLog, givenBody, openContext, type View } from '../request-context.js';
import { type PreviewBody, targetOf } from './envelope.js';

export interface RunDependencies extends ContextDependencies {
  readonly resident: (tenant: string) => Resident;
}

/** What became of one request. */
export type Previewed =
  /** It would be answered so. `records` are undefined for a request that only reads. */
  | { readonly kind: 'done'; readonly status: number; readonly records: readonly Change[] | undefined }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface PreviewRun {
  readonly results: readonly Previewed[];
  /** One step for each request that writes, in order; of a preview in total one for all. */
  readonly rehearsal: Rehearsal;
  /** What the requests leave behind. */
  readonly after: Overlay;
}

/** Requests are worked through this long, in milliseconds, before other work gets its turn. */
const SLICE_MILLIS = 8;

/** @throws GraphError conflict (409) where others change the same things without end */
export async function runPreview(
  { requests, detail }: PreviewBody,
  caller: Caller,
  origin: string,
  now: number,
  dependencies: RunDependencies,
): Promise<PreviewRun> {
  const { store } = dependencies;
  const tenant = caller.tenantId;
  const resident = dependencies.resident(tenant);
  for (let attempt = 1; ; attempt++) {
    const sequence = await changeLog(store, tenant).latest();
    const after = createOverlay(store, tenant, typesOf(dependencies.schemas.beta, now));
    let rights: Promise<IntuneRights> | undefined;
    const view: View = {
      reader: after,
      resident: overlayResident(resident, after, tenant, now),
      // The caller's own rights as they stand: a preview gives him none.
      rights: () => {
        rights ??= intuneRights(caller, { reader: store, resident, tenant });
        return rights;
      },
    };
    try {
      const results = await previewAll(requests, (request) => previewOne(request, caller, origin, now, view, after, dependencies));
      const steps = results.flatMap((result) => (result.kind === 'done' && result.records !== undefined ? [result.records] : []));
      const rehearsal = await resident.rehearse(detail === 'each' ? steps : [steps.flat()], { sequence, restsOn: after.restsOn });
      return { results, rehearsal, after };
    } catch (error) {
      if (!wasOvertaken(error, attempt)) throw error;
    }
  }
}

async function previewAll(
  requests: readonly EnvelopedRequest[],
  preview: (request: EnvelopedRequest) => Promise<Previewed>,
): Promise<readonly Previewed[]> {
  const results: Previewed[] = [];
  const failed = new Set<string>();
  let sliceEnd = performance.now() + SLICE_MILLIS;
  for (const request of requests) {
    const missing = request.dependsOn.find((id) => failed.has(id));
    const result: Previewed =
      missing === undefined ? await preview(request) : { kind: 'failed', error: graphError('previewDependency', { id: missing }) };
    if (result.kind === 'failed') failed.add(request.id);
    results.push(result);
    if (performance.now() < sliceEnd) continue;
    await setImmediate();
    sliceEnd = performance.now() + SLICE_MILLIS;
  }
  return results;
}

async function previewOne(
  { method, url, headers, body }: EnvelopedRequest,
  caller: Caller,
  origin: string,
  now: number,
  view: View,
  overlay: Overlay,
  dependencies: RunDependencies,
): Promise<Previewed> {
  try {
    const target = targetOf(url);
    const plan = bind({ method, url: target, origin, headers, body: undefined }, dependencies.schemas[versionOf(target)]);
    const context = await openContext(plan, caller, now, view, dependencies);
    const { outcome, changes } = await perform(plan, givenBody(method, body, headers, plan), context);
    // What cannot be written as an answer is an error of the request, too.
    const skipToken = (skip: number) => encodeSkipToken({ skip }, dependencies.skipTokenKey);
    const served = () => servedBy(context.schema, context.surface);
    const { status } = serialize(plan, outcome, { origin, wire: context.wire, skipToken, served });
    if (readsOnly(plan)) return { kind: 'done', status, records: undefined };
    return { kind: 'done', status, records: changes === undefined ? [] : await overlay.apply(changes) };
  } catch (error) {
    // What was read below the overlay has changed on the way: everything is done again.
    if (error instanceof VersionConflict) throw error;
    if (error instanceof GraphError && error.kind === 'unavailable') throw error;
    return { kind: 'failed', error };
  }
}
