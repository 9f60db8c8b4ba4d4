/**
 * The HTTP shell. It knows sockets, limits and life-cycle, and nothing of Graph: each request becomes a GraphRequest, the first handler
 * that answers wins, and whatever goes wrong on the way leaves in Graph's error shape.
 *
 *   socket -> rewriteUrl (the router never sees the path) -> body as bytes -> health | handlers in order -> socket
 *   error exits: clientError (not HTTP), frameworkErrors and setErrorHandler (body, media type), renderError in all of them
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { renderError } from '../app/render-error.js';
import type { Clock } from '../kernel/clock.js';
import { systemClock } from '../kernel/clock.js';
import { graphError } from '../kernel/errors.js';
import type { GraphRequest, GraphResponse } from '../kernel/message.js';
import { answerConnect, clientErrorAnswer } from './client-error.js';
import { type EncodedBody, encodedBody, takesNothing } from './compress.js';
import { type Cors, type CorsChoice, createCors } from './cors.js';
import { answerHealth } from './health.js';
import { type ListenAddress, listenFailure, originOf } from './listen.js';
import type { Log } from './log.js';
import { decodedBody, frameworkError, sentBody } from './request-body.js';
import { toGraphRequest } from './to-graph-request.js';

/** Answers a request, or leaves it to the next handler with undefined. */
export type Handler = (request: GraphRequest) => Promise<GraphResponse | undefined>;

export interface Limits {
  /** Bytes of a request body, also after decompression. */
  readonly bodyBytes: number;
  /** Bytes of a request target. */
  readonly urlBytes: number;
  /** Bytes of request line and headers together. */
  readonly headerBytes: number;
  /** Milliseconds in which the headers of a request must have arrived. */
  readonly headersMillis: number;
  /** Milliseconds in which a whole request must have arrived. */
  readonly requestMillis: number;
  /** Milliseconds an idle connection is kept. */
  readonly keepAliveMillis: number;
  /** Open connections per listener. */
  readonly connections: number;
}

export const defaultLimits: Limits = {
  bodyBytes: 4 * 1024 * 1024,
  urlBytes: 16 * 1024,
  headerBytes: 32 * 1024,
  headersMillis: 30_000,
  requestMillis: 120_000,
  keepAliveMillis: 75_000,
  connections: 10_000,
};

export interface ServerOptions {
  readonly handlers: readonly Handler[];
  /** Where to listen; undefined: not at all. Port 0 asks for a free one. */
  readonly listen: { readonly http: ListenAddress | undefined; readonly https: ListenAddress | undefined };
  /** PEM texts; needed with `listen.https`. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly limits?: Partial<Limits>;
  readonly log: Log;
  /** What `/readyz` says as long as the server is not closing. */
  readonly ready: () => boolean;
  readonly clock?: Clock;
  /** Origins of web pages that may call; none where it is not given. */
  readonly cors?: CorsChoice;
}

export interface RunningServer {
  /** `http://127.0.0.1:PORT`, or undefined when off. */
  readonly http: string | undefined;
  readonly https: string | undefined;
  /**
   * Stop accepting, let what is in flight finish, then cut what is left after `deadlineMillis`. Calling it again returns the same promise.
   * @returns how many connections had to be cut
   */
  close(deadlineMillis: number): Promise<number>;
}

type Shell = FastifyInstance<Server>;

/**
 * Open the listeners.
 * @throws ListenError when an address cannot be bound; nothing stays open then
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const state = { closing: false };
  const listeners: { shell: Shell; origin: string; scheme: 'http' | 'https' }[] = [];
  try {
    for (const scheme of ['http', 'https'] as const) {
      const address = options.listen[scheme];
      if (address === undefined) continue;
      listeners.push(await listen(scheme, address, options, limits, state));
    }
  } catch (error) {
    await Promise.all(listeners.map(({ shell }) => shell.close()));
    throw error;
  }

  options.log.info({ listeners: listeners.map(({ origin }) => origin) }, 'listening');
  let closed: Promise<number> | undefined;
  const close = async (deadlineMillis: number): Promise<number> => {
    state.closing = true;
    options.log.info({ deadlineMillis }, 'closing');
    let cut = 0;
    await Promise.all(
      listeners.map(async ({ shell }) => {
        const deadline = setTimeout(() => {
          shell.server.getConnections((_error, count) => {
            cut += count ?? 0;
            shell.server.closeAllConnections();
          });
        }, deadlineMillis);
        await shell.close();
        clearTimeout(deadline);
      }),
    );
    return cut;
  };
  return {
    http: listeners.find(({ scheme }) => scheme === 'http')?.origin,
    https: listeners.find(({ scheme }) => scheme === 'https')?.origin,
    close: (deadlineMillis) => {
      closed ??= close(deadlineMillis);
      return closed;
    },
  };
}

async function listen(
  scheme: 'http' | 'https',
  address: ListenAddress,
  options: ServerOptions,
  limits: Limits,
  state: { readonly closing: boolean },
): Promise<{ shell: Shell; origin: string; scheme: 'http' | 'https' }> {
  const shell = makeShell(scheme, options, limits, state);
  // `localhost` means both loopbacks to some systems; one socket is enough, and a free port is then one port.
  const host = address.host === 'localhost' ? '127.0.0.1' : address.host;
  try {
    await shell.listen({ host, port: address.port });
  } catch (error) {
    await shell.close();
    throw listenFailure(error, scheme, address);
  }
  const bound = shell.server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : address.port;
  return { shell, scheme, origin: originOf(scheme, address.host, port) };
}

function makeShell(scheme: 'http' | 'https', options: ServerOptions, limits: Limits, state: { readonly closing: boolean }): Shell {
  const clock = options.clock ?? systemClock;
  const { log } = options;
  const cors: Cors = createCors(options.cors ?? []);
  const sockets = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMillis,
    connectionsCheckingInterval: Math.min(5_000, limits.headersMillis / 2),
    // Node would refuse a request without Host with an empty answer; `serve` does it in Graph's form.
    requireHostHeader: false,
  };
  const shell = fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMillis,
    keepAliveTimeout: limits.keepAliveMillis,
    // A request that comes over an open connection while closing is still served; its answer says `Connection: close`.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // One route serves everything. The router must not judge paths: it decodes %2F and refuses escapes that Graph reads.
    rewriteUrl: () => '/',
    frameworkErrors: (error, request, reply) => fail(error, request, reply),
    clientErrorHandler: (error, socket) => clientErrorAnswer(error, socket, limits, clock),
    ...(scheme === 'https' ? { https: { ...sockets, ...options.tls, minVersion: 'TLSv1.2' as const } } : { http: sockets }),
  }) as unknown as Shell;

  const fallback = () => {
    const bound = shell.server.address();
    return bound !== null && typeof bound === 'object' ? originOf(scheme, bound.address, bound.port) : `${scheme}://localhost`;
  };
  const read = (request: FastifyRequest, body: Uint8Array | undefined) =>
    toGraphRequest(scheme, request.method, request.originalUrl, request.headers, body, fallback);

  const write = (reply: FastifyReply, request: FastifyRequest, response: GraphResponse, encoded?: EncodedBody): void => {
    // Straight to Node: the answer is finished, and what a framework does on top costs as much again as the rest of the way out.
    reply.hijack();
    const body = encoded?.bytes ?? response.body;
    const headers: Record<string, string | number> = { ...response.headers };
    if (encoded !== undefined) {
      headers['content-encoding'] = encoded.coding;
      headers.vary ??= 'Accept-Encoding';
    }
    Object.assign(headers, cors.headers(request.headers.origin, headers as Record<string, string>));
    if (body !== undefined) headers['content-length'] = Buffer.byteLength(body);
    if (state.closing) headers.connection = 'close';
    reply.raw.writeHead(response.status, headers).end(request.method === 'HEAD' ? undefined : body);
    log.debug({ method: request.method, url: request.originalUrl, status: response.status }, 'request');
  };

  const fail = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const known = frameworkError(error, request.headers, limits);
    if (known === undefined) log.error({ err: error, method: request.method, url: request.originalUrl }, 'request failed');
    const graph = read(request, undefined);
    write(reply, request, renderError(known ?? graphError('internal'), graph, clock.now()));
  };

  shell.removeAllContentTypeParsers();
  // Every type is read alike. JSON has a name of its own because the framework looks a named parser up, and parses the header for others.
  shell.addContentTypeParser(['application/json', '*'], { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  shell.setErrorHandler(fail);

  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const body = request.headers['content-encoding'] === undefined ? sentBody(request.body) : await decodedBody(request, limits);
    const graph = read(request, body);
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') {
      throw graphError('urlInvalid', { reason: 'The request has no Host header.' });
    }
    if (graph.url.length > limits.urlBytes) throw graphError('urlTooLong', { limit: limits.urlBytes });
    const coding = request.headers['accept-encoding'];
    // Before anything is done: a write that was carried out must not look refused.
    if (takesNothing(coding)) throw graphError('notAcceptable', { accept: `Accept-Encoding: ${coding}`, offer: 'gzip, br or identity' });
    const health = answerHealth(graph, options.ready() && !state.closing);
    const settled = health ?? cors.preflight(graph);
    if (settled !== undefined) {
      write(reply, request, settled);
      return reply;
    }
    for (const handler of options.handlers) {
      const response = await handler(graph);
      if (response === undefined) continue;
      write(reply, request, response, await encodedBody(response.body, coding));
      return reply;
    }
    throw graphError('versionInvalid', { version: graph.url.split(/[/?]/, 2)[1] ?? '' });
  };
  shell.route({ method: [...shell.supportedMethods], url: '/', exposeHeadRoute: false, handler: serve });
  // Methods that the router does not know (PROPFIND, MERGE, …): the handlers refuse them in Graph's words.
  shell.setNotFoundHandler(serve);

  const server = shell.server;
  closeSilentConnections(shell, scheme);
  server.maxConnections = limits.connections;
  server.on('connect', (request, socket) => answerConnect(request, socket, clock));
  if (scheme === 'https') server.on('tlsClientError', (error: Error) => log.debug({ err: error }, 'TLS handshake failed'));
  return shell;
}

/** While closing, also ends connections that never sent a request: Node counts them as active. */
function closeSilentConnections(shell: Shell, scheme: 'http' | 'https'): void {
  const silent = new Set<Socket>();
  shell.server.on(scheme === 'http' ? 'connection' : 'secureConnection', (socket: Socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  shell.server.on('request', (request: IncomingMessage) => silent.delete(request.socket));
  shell.addHook('preClose', async () => {
    for (const socket of silent) socket.destroy();
  });
}
