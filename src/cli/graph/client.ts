/** Requests to a Graph: a Muster, or the service itself. Throttling is waited for, what a cut leaves unknown is never repeated blindly. */
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { CommandFailed } from '../command-failed.js';
import { readBatch } from './batch.js';
import { GraphRefused, notGraph, refusalOf } from './refused.js';
import { backOff, retryAfter } from './retry.js';

export interface GraphAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Undefined where there is none. */
  readonly body: JsonValue | undefined;
}

export interface GraphClient {
  /** As messages name it. */
  readonly origin: string;
  /** @param path below the version, such as `/groups`, or a whole address of a next link. @throws GraphRefused, CommandFailed */
  call(method: string, path: string, body?: JsonValue, headers?: Readonly<Record<string, string>>): Promise<GraphAnswer>;
  get(path: string): Promise<JsonObject>;
  /** One page of a list, and the link of the next. */
  page(path: string): Promise<{ readonly rows: readonly JsonObject[]; readonly next: string | undefined }>;
  /** Every row of a list, page after page. */
  rows(path: string, seen?: (rows: number) => void): Promise<JsonObject[]>;
  /** The rows page by page, each read when it is asked for. */
  pages(path: string): AsyncGenerator<readonly JsonObject[], void, void>;
  /**
   * Many reads in few round trips. What is throttled of them is asked for again; whatever else goes wrong is an answer.
   * @param paths below the version
   * @returns one answer a path, in order
   */
  batch(paths: readonly string[]): Promise<readonly GraphAnswer[]>;
  close(): void;
}

/** Tokens that expire while they are needed. */
export interface TokenSource {
  current(): Promise<string>;
  /** Another token in place of one that was refused; undefined where there is none. */
  renewed(refused: string): Promise<string | undefined>;
}

export interface ClientOptions {
  /** Of the service, without a version: `http://127.0.0.1:8080`. */
  readonly base: URL;
  readonly token: string | TokenSource;
  /** PEM text of a certificate authority to trust besides the usual ones. */
  readonly ca?: string | undefined;
  /** Told of each wait in one line. */
  readonly note?: (message: string) => void;
  /** Milliseconds to wait; for tests. */
  readonly wait?: (millis: number) => Promise<unknown>;
}

const MOST_ATTEMPTS = 8;
/** A server that is silent for so long is gone, milliseconds. The impact of a very large change takes a while. */
const SILENCE = 300_000;
const MOST_ANSWER_BYTES = 512 * 1024 * 1024;

/** Codes of connections that were cut, or never made. */
const CUT = /^(?:ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH)$/;

export function createClient({ base, token, ca, note = () => undefined, wait = sleep }: ClientOptions): GraphClient {
  const secure = base.protocol === 'https:';
  const agent = secure ? new HttpsAgent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) }) : new HttpAgent({ keepAlive: true });
  const root = `${base.href.replace(/\/+$/, '')}/beta`;

  function addressOf(path: string): URL {
    if (!/^https?:/.test(path)) return new URL(root + path);
    const address = new URL(path);
    // A token goes nowhere but where it was meant for.
    if (address.origin !== base.origin)
      throw new CommandFailed(`${base.origin} answers with a link to ${address.origin}, which is not followed.`);
    return address;
  }

  const source: TokenSource = typeof token === 'string' ? { current: async () => token, renewed: async () => undefined } : token;

  function call(method: string, path: string, body?: JsonValue, headers: Readonly<Record<string, string>> = {}): Promise<GraphAnswer> {
    const address = addressOf(path);
    return persist(method, address, body, headers, method === 'GET' || /\/muster\/preview$/.test(address.pathname));
  }

  /** @param repeatable whether it does no harm to ask twice */
  async function persist(
    method: string,
    address: URL,
    body: JsonValue | undefined,
    headers: Readonly<Record<string, string>>,
    repeatable: boolean,
  ): Promise<GraphAnswer> {
    let bearer = await source.current();
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await exchange(method, address, body, headers, bearer).catch((error: NodeJS.ErrnoException) => error);
      if (outcome instanceof Error) {
        const known = CUT.test((outcome as NodeJS.ErrnoException).code ?? '');
        // Nothing listens: the write was never sent. Anywhere later it may have been carried out.
        const unsent = (outcome as NodeJS.ErrnoException).code === 'ECONNREFUSED';
        if (known && (repeatable || unsent) && attempt < (unsent ? 3 : MOST_ATTEMPTS)) {
          await pause(backOff(attempt), `${base.origin} cannot be reached (${outcome.message || (outcome as NodeJS.ErrnoException).code})`);
          continue;
        }
        throw unreachable(outcome, base.origin, repeatable || unsent);
      }
      if (outcome.status < 400) return outcome;
      if (outcome.status === 401 && !renewed) {
        const another = await source.renewed(bearer);
        if (another !== undefined) {
          bearer = another;
          renewed = true;
          continue;
        }
      }
      const throttled =
        outcome.status === 429 || outcome.status === 503 || ((outcome.status === 502 || outcome.status === 504) && repeatable);
      if (!throttled || attempt === MOST_ATTEMPTS) throw refusalOf(outcome.status, outcome.body, method, address.pathname);
      const asked = retryAfter(outcome.headers['retry-after']);
      await pause(asked ?? backOff(attempt), `${base.origin} asks for a pause (${outcome.status})`);
    }
  }

  async function pause(millis: number, why: string): Promise<void> {
    note(`${why}: waiting ${(millis / 1000).toFixed(1)} s`);
    await wait(millis);
  }

  function exchange(
    method: string,
    address: URL,
    body: JsonValue | undefined,
    headers: Readonly<Record<string, string>>,
    bearer: string,
  ): Promise<GraphAnswer> {
    return new Promise((done, fail) => {
      const text = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const send = secure ? httpsRequest : httpRequest;
      const asked = send(address, {
        method,
        agent,
        timeout: SILENCE,
        headers: {
          authorization: `Bearer ${bearer}`,
          accept: 'application/json',
          ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(text.byteLength) }),
          ...headers,
        },
      });
      asked.on('error', fail);
      asked.on('timeout', () => asked.destroy(Object.assign(new CommandFailed(`${base.origin} is silent.`), { code: 'ETIMEDOUT' })));
      asked.on('response', (answer) => {
        const pieces: Buffer[] = [];
        let size = 0;
        answer.on('error', fail);
        answer.on('data', (piece: Buffer) => {
          size += piece.byteLength;
          if (size > MOST_ANSWER_BYTES) asked.destroy(new CommandFailed(`${base.origin} answers with more than can be taken.`));
          else pieces.push(piece);
        });
        answer.on('end', () => {
          const status = answer.statusCode ?? 0;
          try {
            done({ status, headers: answer.headers, body: size === 0 ? undefined : parsed(Buffer.concat(pieces), status, base.origin) });
          } catch (error) {
            fail(error as Error);
          }
        });
      });
      asked.end(text);
    });
  }

  async function get(path: string): Promise<JsonObject> {
    const { body } = await call('GET', path);
    if (isObject(body)) return body;
    throw notGraph(base.origin);
  }

  async function page(path: string): ReturnType<GraphClient['page']> {
    const { value, '@odata.nextLink': next } = await get(path);
    if (!Array.isArray(value)) throw notGraph(base.origin);
    return { rows: value.filter(isObject), next: typeof next === 'string' ? next : undefined };
  }

  async function* pages(path: string): AsyncGenerator<readonly JsonObject[], void, void> {
    for (let next: string | undefined = path; next !== undefined; ) {
      const read: Awaited<ReturnType<GraphClient['page']>> = await page(next);
      yield read.rows;
      next = read.next;
    }
  }

  const sendBatch = async (requests: readonly JsonObject[]) => (await persist('POST', addressOf('/$batch'), { requests }, {}, true)).body;

  return {
    origin: base.origin,
    call,
    get,
    page,
    pages,
    batch: (paths) => readBatch(paths, { origin: base.origin, send: sendBatch, source, pause, attempts: MOST_ATTEMPTS }),
    async rows(path, seen) {
      const all: JsonObject[] = [];
      for await (const page of pages(path)) {
        for (const row of page) all.push(row);
        seen?.(all.length);
      }
      return all;
    },
    close: () => agent.destroy(),
  };
}

function parsed(bytes: Buffer, status: number, origin: string): JsonValue | undefined {
  try {
    // Counts come with a byte order mark.
    return JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, '')) as JsonValue;
  } catch {
    // What a proxy says of an overload is no JSON, and still a reason to wait.
    if (status === 429 || status >= 500) return undefined;
    throw notGraph(origin);
  }
}

function unreachable(error: NodeJS.ErrnoException, origin: string, nothingDone: boolean): Error {
  if (error instanceof CommandFailed && error.message.includes('answer')) return error;
  const reason = error.message || (error.code ?? 'unknown reason');
  if (/certificate|self[- ]signed/i.test(reason)) {
    return new CommandFailed(`${origin} cannot be trusted: ${reason}. For a Muster of this machine: NODE_EXTRA_CA_CERTS=$(muster ca).`);
  }
  if (error.code === 'ENOTFOUND') return new CommandFailed(`There is no host ${new URL(origin).hostname}: see the address.`);
  const doubt = nothingDone ? '' : ' Whether the last write was carried out is not known.';
  return new CommandFailed(`${origin} cannot be reached: ${reason}.${doubt}`);
}

export { GraphRefused };
