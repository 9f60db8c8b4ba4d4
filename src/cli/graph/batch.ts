/** Reads in `$batch`es. A gateway throttles the requests inside one by one and leaves asking again to the client (graph-api spec 4.6, 7). */
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import type { GraphAnswer, TokenSource } from './client.js';
import { notGraph } from './refused.js';
import { backOff, retryAfter } from './retry.js';

/** Most requests of one batch. */
export const BATCH = 20;

export interface BatchSender {
  readonly origin: string;
  /** The body of the answer to one batch. */
  send(requests: readonly JsonObject[]): Promise<JsonValue | undefined>;
  readonly source: TokenSource;
  pause(millis: number, why: string): Promise<void>;
  /** How often a request that is throttled is asked again, without one of its neighbours getting through. */
  readonly attempts: number;
}

/** @returns one answer a path, in order */
export async function readBatch(paths: readonly string[], sender: BatchSender): Promise<readonly GraphAnswer[]> {
  const answers: GraphAnswer[] = [];
  for (let at = 0; at < paths.length; at += BATCH) answers.push(...(await oneBatch(paths.slice(at, at + BATCH), sender)));
  return answers;
}

async function oneBatch(paths: readonly string[], sender: BatchSender): Promise<readonly GraphAnswer[]> {
  const answers = new Map<number, GraphAnswer>();
  let open = paths.map((_, at) => at);
  let mayRenew = true;
  for (let attempt = 1; open.length > 0; ) {
    const bearer = await sender.source.current();
    await ask(paths, open, answers, sender);
    const statusOf = (at: number) => answers.get(at)?.status ?? 0;
    let again = open.filter((at) => isBusy(statusOf(at)));
    const refused = mayRenew ? open.filter((at) => statusOf(at) === 401) : [];
    if (refused.length > 0) {
      mayRenew = false;
      if ((await sender.source.renewed(bearer)) !== undefined) again = [...again, ...refused].sort((a, b) => a - b);
    }
    attempt = again.length < open.length ? 1 : attempt + 1;
    open = again;
    const busy = again.filter((at) => isBusy(statusOf(at)));
    if (busy.length === 0) continue;
    if (attempt > sender.attempts) break;
    const asked = busy.map((at) => retryAfter(answers.get(at)?.headers['retry-after'] as string | undefined) ?? backOff(attempt));
    await sender.pause(Math.max(...asked), `${sender.origin} asks for a pause (${statusOf(busy[0] ?? 0)})`);
  }
  return paths.map((_, at) => answers.get(at) as GraphAnswer);
}

async function ask(
  paths: readonly string[],
  open: readonly number[],
  answers: Map<number, GraphAnswer>,
  { send, origin }: BatchSender,
): Promise<void> {
  const body = await send(open.map((at) => ({ id: String(at), method: 'GET', url: paths[at] ?? '' })));
  const responses = isObject(body) && Array.isArray(body.responses) ? body.responses.filter(isObject) : [];
  for (const { id, status, headers, body: inner } of responses) {
    answers.set(Number(id), { status: Number(status), headers: lowerNames(isObject(headers) ? headers : {}), body: inner });
  }
  if (open.some((at) => !answers.has(at))) throw notGraph(origin);
}

const isBusy = (status: number) => status === 429 || (status >= 502 && status <= 504);

function lowerNames(headers: JsonObject): GraphAnswer['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
