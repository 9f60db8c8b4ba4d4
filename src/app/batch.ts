/** POST /beta/$batch and /v1.0/$batch: up to 20 requests in one (graph-api spec 4.6). */
import { setImmediate } from 'node:timers/promises';
import { type GraphError, graphError } from '../kernel/errors.js';
import type { GraphRequest, GraphResponse } from '../kernel/message.js';
import { utf8Of } from '../kernel/utf8.js';
import { acceptedRepresentation } from '../odata/headers.js';
import { parseQuery } from '../odata/query-string.js';
import { readInnerRequests } from './batch/inner-request.js';
import { writeInnerResponse } from './batch/inner-response.js';
import { readEnvelopeBody } from './envelope.js';
import { GUARD } from './preview/guarded-write.js';

export interface BatchPipeline {
  /** Answer a request that came in a batch. Never throws. */
  readonly send: (request: GraphRequest) => Promise<GraphResponse>;
  /** The answer to a request that is not carried out. */
  readonly refuse: (request: GraphRequest, error: GraphError) => Promise<GraphResponse>;
}

const PATH = /^\/+(?:beta|v1\.0)\/+(?:\$|%24)batch\/*(?:\?|$)/i;

/** Requests are worked through this long, in milliseconds, before other work gets its turn. */
const SLICE_MILLIS = 8;

export function isBatch(url: string): boolean {
  return PATH.test(url);
}

/**
 * Carry the requests out one after the other, in the order given, each on what the earlier ones left behind.
 * @param request of a caller who has been verified
 * @returns 200 `{responses: [{id, status, headers, body}]}` in the order of the requests; what went wrong with one is its own answer
 * @throws GraphError for an envelope that cannot be read, before anything is carried out: batchInvalid, batchWriteIncomplete, optionInvalid,
 *   methodNotAllowed, notAcceptable, bodyMissing, mediaTypeUnsupported, headerInvalid, and those of parseJsonBody
 */
export async function answerBatch(request: GraphRequest, pipeline: BatchPipeline): Promise<GraphResponse> {
  // Silence would pass for protection.
  if (request.headers[GUARD] !== undefined) {
    throw graphError('headerInvalid', { header: GUARD, reason: 'a batch does not take it. Give it to the requests in the batch.' });
  }
  const question = request.url.indexOf('?');
  const [option] = parseQuery(question < 0 ? '' : request.url.slice(question + 1)).options.keys();
  if (option !== undefined)
    throw graphError('optionInvalid', { option: `$${option}`, reason: 'it does not apply to a batch.' }, `$${option}`);
  acceptedRepresentation(request.headers.accept, false);
  const requests = readInnerRequests(readEnvelopeBody(request), request);
  const parts: (string | Uint8Array)[] = ['{"responses":['];
  const failed = new Set<string>();
  let sliceEnd = performance.now() + SLICE_MILLIS;
  for (const { id, dependsOn, request: inner } of requests) {
    const missing = dependsOn.find((one) => failed.has(one));
    const response =
      missing === undefined ? await pipeline.send(inner) : await pipeline.refuse(inner, graphError('batchDependency', { id: missing }));
    if (response.status >= 400) failed.add(id);
    if (parts.length > 1) parts.push(',');
    parts.push(...writeInnerResponse(id, response));
    if (performance.now() < sliceEnd) continue;
    await setImmediate();
    sliceEnd = performance.now() + SLICE_MILLIS;
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
    body: utf8Of([...parts, ']}']),
  };
}
