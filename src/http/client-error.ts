/** Answers to bytes that never become a request: what the HTTP parser refuses. They leave in Graph's form too. */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { renderError } from '../app/render-error.js';
import type { Clock } from '../kernel/clock.js';
import { type GraphError, graphError } from '../kernel/errors.js';
import type { GraphResponse } from '../kernel/message.js';
import type { Limits } from './server.js';

interface ParserError {
  readonly message: string;
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
  /** A Buffer, whatever the type definitions of the library say. */
  readonly rawPacket?: unknown;
}

export function clientErrorAnswer(
  error: ParserError,
  socket: Duplex,
  limits: Pick<Limits, 'urlBytes' | 'headerBytes'>,
  clock: Clock,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  end(socket, renderError(parserError(error, limits), { url: '/', headers: {} }, clock.now()));
}

/** Muster is no proxy: tunnels are refused. */
export function answerConnect(request: IncomingMessage, socket: Duplex, clock: Clock): void {
  socket.on('error', () => socket.destroy());
  const error = graphError('methodNotAllowed', { method: 'CONNECT', allow: 'GET, POST, PATCH, PUT, DELETE' });
  end(socket, renderError(error, { url: request.url ?? '/', headers: {} }, clock.now()));
}

function parserError(error: ParserError, limits: Pick<Limits, 'urlBytes' | 'headerBytes'>): GraphError {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return hasLongRequestLine(error.rawPacket, limits.urlBytes)
        ? graphError('urlTooLong', { limit: limits.urlBytes })
        : graphError('headersTooLarge', { limit: limits.headerBytes });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return graphError('requestTimeout');
    case 'HPE_INVALID_METHOD':
      return graphError('urlInvalid', { reason: 'The request line is not HTTP: its method is unknown.' });
    default:
      return graphError('urlInvalid', { reason: `The request is not valid HTTP/1.1: ${error.reason ?? error.message}.` });
  }
}

/** The parser does not say what overflowed; the packet it choked on mostly begins with the request line. */
function hasLongRequestLine(packet: unknown, limit: number): boolean {
  return (/^[A-Z]+ [^\r\n]*/.exec(packet instanceof Buffer ? packet.toString('latin1') : '')?.[0].length ?? 0) > limit;
}

function end(socket: Duplex, { status, headers, body = '' }: GraphResponse): void {
  const lines = Object.entries({ ...headers, connection: 'close', 'content-length': String(Buffer.byteLength(body)) });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  );
}
