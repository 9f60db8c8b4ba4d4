import { graphError } from '../kernel/errors.js';
import type { GraphRequest, GraphResponse } from '../kernel/message.js';

const ok: GraphResponse = answer(200, 'ok');
const unready: GraphResponse = answer(503, 'unavailable');

/**
 * `/healthz` (the process lives) and `/readyz` (it takes requests), both without a token; undefined for every other path.
 * @throws GraphError methodNotAllowed
 */
export function answerHealth({ method, url }: GraphRequest, ready: boolean): GraphResponse | undefined {
  const path = url.split('?', 1)[0];
  if (path !== '/healthz' && path !== '/readyz') return undefined;
  if (method !== 'GET') throw graphError('methodNotAllowed', { method, allow: 'GET, HEAD' });
  return path === '/healthz' || ready ? ok : unready;
}

function answer(status: number, text: string): GraphResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify({ status: text }),
  };
}
