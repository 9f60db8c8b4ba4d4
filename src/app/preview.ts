/**
 * POST /beta/muster/preview: what writes would do to who gets what, before any of them is made. Muster's own; the service has nothing like it.
 */

import { assignmentChanges } from '../domain/impact/assignment-changes.js';
import { type ImpactPage, impactJson, type MeasuredImpact, mentionedIn } from '../domain/impact/impact-json.js';
import { readNames } from '../domain/targeting/names.js';
import type { Rehearsal } from '../engine/targeting/index.js';
import type { Caller } from '../kernel/caller.js';
import { GraphError } from '../kernel/errors.js';
import type { JsonObject, JsonValue } from '../kernel/json.js';
import type { GraphRequest, GraphResponse } from '../kernel/message.js';
import { textOf } from '../kernel/utf8.js';
import { type EnvelopedRequest, readEnvelopeBody } from './envelope.js';
import { type PreviewDetail, readPreviewed } from './preview/envelope.js';
import { answerImpactPage, FIRST_PAGE, isImpactPage, pageOf, TOTAL } from './preview/impact-pages.js';
import type { KeptPreviews } from './preview/kept-previews.js';
import { type Previewed, type RunDependencies, runPreview } from './preview/run.js';
import { renderError } from './render-error.js';

export interface PreviewDependencies extends RunDependencies {
  readonly previews: KeptPreviews;
  /** Told of every failure that is not the client's. */
  readonly report: (request: { readonly method: string; readonly path: string }, error: unknown) => void;
}

const PATH = /^\/+beta\/+muster\/+preview\/*(?:\?|$)/i;

/** Rows of lists in the impacts of all requests together; each has at least one, and at most a page. */
const ROWS = 5000;

export function isPreview(url: string): boolean {
  return PATH.test(url) || isImpactPage(url);
}

/**
 * Answer a preview, or a page of one.
 * @returns 200 `{responses: [{id, status, impact, error}], total}`; impacts as `impactJson` says, null for what only reads and for what fails
 * @throws GraphError previewInvalid, jsonInvalid, bodyMissing, mediaTypeUnsupported, methodNotAllowed, conflict, and those of a page
 */
export async function answerPreview(
  request: GraphRequest,
  caller: Caller,
  now: number,
  dependencies: PreviewDependencies,
): Promise<GraphResponse> {
  const { origin } = request;
  const { skipTokenKey, previews, store } = dependencies;
  const links = { origin, caller, skipTokenKey };
  if (isImpactPage(request.url)) return answerImpactPage(request, previews, now, links);
  const preview = readPreviewed(readEnvelopeBody(request));
  const { requests, detail } = preview;
  const { results, rehearsal, after } = await runPreview(preview, caller, origin, now, dependencies);

  const parts = partsOf(results, rehearsal, detail);
  const size = Math.min(FIRST_PAGE, Math.max(1, Math.floor(ROWS / requests.length)));
  const sizeOf = (part: string) => (part === TOTAL ? FIRST_PAGE : size);
  const rowsOf = (part: string) => (detail === 'total' ? Number.POSITIVE_INFINITY : sizeOf(part));
  const mentioned = [...parts].flatMap(([part, impact]) => mentionedIn(impact, rowsOf(part)));
  const names = await readNames(caller.tenantId, mentioned, after, store);
  const kept = previews.keep({ parts, valid: rehearsal.valid }, caller, size, now);
  const json = (part: string): JsonObject | null => {
    const impact = parts.get(part);
    const page: ImpactPage = { ...pageOf(kept, part, sizeOf(part), links), rows: rowsOf(part) };
    return impact === undefined ? null : impactJson(impact, names, page);
  };
  const responses = requests.map((one, index) => responseTo(one, results[index], json(String(index)), now, dependencies));
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
    body: JSON.stringify({ responses, total: json(TOTAL) }),
  };
}

/** The impact of each request that writes, by its index, after that of all. */
function partsOf(results: readonly Previewed[], rehearsal: Rehearsal, detail: PreviewDetail): ReadonlyMap<string, MeasuredImpact> {
  const records = results.map((result) => (result.kind === 'done' ? result.records : undefined));
  const all = assignmentChanges(records.flatMap((ones) => ones ?? []));
  const parts = new Map<string, MeasuredImpact>([[TOTAL, { ...rehearsal.total, assignments: all }]]);
  if (detail === 'total') return parts;
  let step = 0;
  for (const [index, ones] of records.entries()) {
    const impact = ones === undefined ? undefined : rehearsal.steps[step++];
    if (ones !== undefined && impact !== undefined) parts.set(String(index), { ...impact, assignments: assignmentChanges(ones) });
  }
  return parts;
}

function responseTo(
  { id, method, url, headers }: EnvelopedRequest,
  result: Previewed | undefined,
  impact: JsonObject | null,
  now: number,
  { report }: PreviewDependencies,
): JsonObject {
  if (result === undefined || result.kind === 'failed') {
    const error = result?.error;
    if (!(error instanceof GraphError) || error.kind === 'internal') report({ method, path: url.split('?', 1)[0] ?? '' }, error);
    const { status, body } = renderError(error, { url, headers }, now);
    return { id, status, impact: null, error: (JSON.parse(textOf(body ?? '{}')) as { readonly error: JsonValue }).error };
  }
  return { id, status: result.status, impact, error: null };
}
