/** HTTP written by hand, for what a client library would mend or refuse before it is sent. */
import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

/**
 * Send bytes as they are, and read until the server ends the connection.
 * @throws when the connection breaks off without an answer
 */
export function sendBytes(origin: string, bytes: string | Uint8Array): Promise<RawAnswer> {
  return new Promise((done, fail) => {
    const { hostname, port } = new URL(origin);
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    // A server that refuses a long request early may reset what is still on the way; what it answered counts.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const answer = parseAnswer(Buffer.concat(chunks));
      if (answer === undefined) fail(new Error(`no answer to ${String(bytes).slice(0, 200)}`));
      else done(answer);
    });
  });
}

/** A well-formed request around whatever target, headers and body are given. */
export function sendRequest(
  origin: string,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Uint8Array = '',
): Promise<RawAnswer> {
  const content = Buffer.from(body as string);
  const all: Record<string, string> = { host: new URL(origin).host, connection: 'close', ...headers };
  if (content.length > 0 || !['GET', 'DELETE'].includes(method)) all['content-length'] ??= String(content.length);
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return sendBytes(origin, Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'), content]));
}

function parseAnswer(bytes: Buffer): RawAnswer | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  const body = bytes.subarray(end + 4);
  const text = headers.get('transfer-encoding') === 'chunked' ? unchunk(body) : body;
  return { status: Number(first.slice(9, 12)), headers, text: text.toString('utf8') };
}

function unchunk(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, end).toString('latin1'), 16);
    if (end < 0 || !(size > 0)) return Buffer.concat(chunks);
    chunks.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
