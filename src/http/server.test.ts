import { connect, createServer as createNetServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { ephemeralFiles } from '../config/data-directory.js';
import { systemClock } from '../kernel/clock.js';
import { graphError } from '../kernel/errors.js';
import type { GraphRequest, GraphResponse } from '../kernel/message.js';
import { ensureDevelopmentCa, ensureServerIdentity } from './dev-ca.js';
import { createLog } from './log.js';
import { type Handler, type Limits, type RunningServer, startServer } from './server.js';

const log = createLog('silent');
const running: RunningServer[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(running.splice(0).map((server) => server.close(0)));
});

interface Start {
  readonly handlers?: readonly Handler[];
  readonly limits?: Partial<Limits>;
  readonly ready?: () => boolean;
}

async function start({
  handlers = [echo],
  limits = {},
  ready = () => true,
}: Start = {}): Promise<RunningServer & { readonly http: string }> {
  const listen = { http: { host: '127.0.0.1', port: 0 }, https: undefined };
  const server = await startServer({ handlers, listen, limits, log, ready });
  running.push(server);
  return server as RunningServer & { readonly http: string };
}

const json = (status: number, value: unknown): GraphResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

/** Answers with what arrived. */
const echo: Handler = async (request) =>
  json(200, {
    method: request.method,
    url: request.url,
    origin: request.origin,
    body: request.body === undefined ? null : Buffer.from(request.body).toString('utf8'),
    headers: request.headers,
  });

/** Sends raw bytes and resolves with all that comes back until the server ends the connection. */
function raw(origin: string, bytes: string): Promise<string> {
  return new Promise((done, fail) => {
    const { hostname, port } = new URL(origin);
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
    sockets.push(socket);
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => done(text));
    socket.on('error', fail);
  });
}

const statusOf = (answer: string) => Number(answer.slice(9, 12));
const bodyOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));

describe('what a handler sees', () => {
  it.each([
    ['/beta/deviceManagement/deviceConfigurations?$select=id,displayName&$top=5', 'a plain URL'],
    ["/beta/x('a%2Fb%27%27c')/y%zz//?$filter=a%20eq%20%27b%27&&%24top=1", 'escapes, broken ones too, undecoded'],
    ['//beta///groups/', 'doubled and trailing slashes'],
    ['/../../etc/passwd', 'dots as they are'],
  ])('%j: %s', async (url) => {
    const server = await start();
    const answer = bodyOf(await raw(server.http, `GET ${url} HTTP/1.1\r\nHost: graph.test\r\nConnection: close\r\n\r\n`));
    expect(answer).toMatchObject({ method: 'GET', url, origin: 'http://graph.test', body: null });
  });

  it('a URL of 16 KiB', async () => {
    const server = await start();
    const url = `/beta/groups?$filter=${'x'.repeat(16 * 1024 - 21)}`;
    expect(await (await fetch(server.http + url)).json()).toMatchObject({ url });
  });

  it.each([
    ['GET http://other.test:81/beta/me?x=1 HTTP/1.1\r\nHost: graph.test', '/beta/me?x=1', 'http://other.test:81'],
    ['GET http://other.test?x=1 HTTP/1.1\r\nHost: graph.test', '/?x=1', 'http://other.test'],
    ['GET /beta HTTP/1.1\r\nHost: [::1]:8080', '/beta', 'http://[::1]:8080'],
    ['OPTIONS * HTTP/1.1\r\nHost: graph.test', '/*', 'http://graph.test'],
  ])('the target and origin of %j', async (head, url, origin) => {
    const server = await start();
    const answer = bodyOf(await raw(server.http, `${head}\r\nConnection: close\r\n\r\n`));
    expect(answer).toMatchObject({ url, origin });
  });

  it.each(['Host: a"b', 'Host: a/b', 'Host: ', 'X-No-Host: 1'])('the origin of the listener for %j', async (header) => {
    const server = await start();
    const answer = bodyOf(await raw(server.http, `GET /beta HTTP/1.0\r\n${header}\r\nConnection: close\r\n\r\n`));
    expect(answer.origin).toBe(server.http);
  });

  it('repeated headers joined, names in lower case', async () => {
    const server = await start();
    const head = 'GET /beta HTTP/1.1\r\nHost: a\r\nPrefer: x\r\nPREFER: y\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nConnection: close\r\n\r\n';
    const { headers } = bodyOf(await raw(server.http, head));
    expect(headers).toMatchObject({ prefer: 'x, y', 'set-cookie': 'a, b' });
  });

  it.each(['POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'])('the body of %s, whatever its type', async (method) => {
    const server = await start();
    for (const type of ['application/json', 'text/plain', 'application/x-unheard-of', undefined]) {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      const response = await fetch(`${server.http}/beta/x`, { method, body: Buffer.from('{"a":1'), headers });
      expect(await response.json()).toMatchObject({ method, body: '{"a":1' });
    }
  });

  it('chunked bodies, after 100 Continue when asked', async () => {
    const server = await start();
    const answer = await raw(
      server.http,
      'POST /beta/x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200/);
    expect(answer).toContain('"body":"abcde"');
  });

  it('compressed bodies, decoded', async () => {
    const server = await start();
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    const response = await fetch(`${server.http}/beta/x`, { method: 'POST', body: gzipSync('{"a":1}'), headers });
    expect(await response.json()).toMatchObject({ body: '{"a":1}' });
  });

  it('one request after another on one connection', async () => {
    const server = await start();
    const answer = await raw(
      server.http,
      'GET /beta/1 HTTP/1.1\r\nHost: a\r\n\r\nGET /beta/2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(answer.match(/HTTP\/1.1 200/g)).toHaveLength(2);
  });

  it('methods the router does not know', async () => {
    const server = await start();
    expect(bodyOf(await raw(server.http, 'PROPFIND /beta/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'))).toMatchObject({
      method: 'PROPFIND',
      url: '/beta/x',
    });
  });
});

describe('handlers', () => {
  it('are asked in order, and the first answer wins', async () => {
    const first: Handler = async ({ url }) => (url.startsWith('/first') ? json(201, 'first') : undefined);
    const second: Handler = async () => json(202, 'second');
    const server = await start({ handlers: [first, second] });
    expect((await fetch(`${server.http}/first`)).status).toBe(201);
    expect((await fetch(`${server.http}/other`)).status).toBe(202);
  });

  it('see a HEAD as a GET; the answer has its length and no body', async () => {
    const server = await start();
    const answer = await raw(server.http, 'HEAD /beta/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(statusOf(answer)).toBe(200);
    expect(answer).toMatch(/content-length: [1-9]/i);
    expect(answer.endsWith('\r\n\r\n')).toBe(true);
  });

  it('may answer 204 without a body', async () => {
    const server = await start({ handlers: [async () => ({ status: 204, headers: { 'request-id': 'r' }, body: undefined })] });
    const response = await fetch(`${server.http}/beta/x`, { method: 'DELETE' });
    expect(response.status).toBe(204);
    expect(response.headers.get('request-id')).toBe('r');
    expect(await response.text()).toBe('');
  });
});

describe('errors leave in Graph form', () => {
  const expectGraphError = (body: { error: { code: string; message: string; innerError: object } }, code: string) => {
    expect(body.error.code).toBe(code);
    expect(body.error.message).not.toBe('');
    expect(body.error.innerError).toHaveProperty('request-id');
  };
  const long = 'x'.repeat(40_000);

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'BadRequest'],
    ['an unknown method', 'FETCH /beta HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'BadRequest'],
    ['a missing Host', 'GET /beta HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'BadRequest'],
    ['a broken header', 'GET /beta HTTP/1.1\r\nHost: a\r\nbro ken\r\n\r\n', 400, 'BadRequest'],
    [
      'two lengths',
      'POST /beta HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'BadRequest',
    ],
    ['a URL over the limit', `GET /beta?${'x'.repeat(17_000)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, 414, 'RequestUriTooLong'],
    ['a URL over every limit', `GET /beta?${long} HTTP/1.1\r\nHost: a\r\n\r\n`, 414, 'RequestUriTooLong'],
    ['headers over the limit', `GET /beta HTTP/1.1\r\nHost: a\r\nX-Long: ${long}\r\n\r\n`, 431, 'RequestHeaderFieldsTooLarge'],
    ['a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n\r\n', 405, 'MethodNotAllowed'],
    [
      'a malformed media type',
      'POST /beta HTTP/1.1\r\nHost: a\r\nContent-Type: ;;\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
      415,
      'UnsupportedMediaType',
    ],
    [
      'an unknown encoding',
      'POST /beta HTTP/1.1\r\nHost: a\r\nContent-Encoding: zip\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
      415,
      'UnsupportedMediaType',
    ],
    [
      'broken compression',
      'POST /beta HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
      400,
      'BadRequest',
    ],
  ])('%s', async (_what, bytes, status, code) => {
    const server = await start();
    const answer = await raw(server.http, bytes);
    expect(statusOf(answer)).toBe(status);
    expectGraphError(bodyOf(answer), code);
  });

  it('a coding of the body that is not known is named', async () => {
    const server = await start();
    const headers = { 'content-encoding': 'zip', 'content-type': 'application/json' };
    const answer = await fetch(`${server.http}/beta/x`, { method: 'POST', headers, body: '{}' });
    const { error } = (await answer.json()) as { error: { message: string } };
    expect(error.message).toBe("The media type 'Content-Encoding: zip' is not supported. Send gzip, deflate, br or no Content-Encoding.");
  });

  it.each([
    ['a body of 5 MiB', Buffer.alloc(5 * 1024 * 1024, 'x'), {}],
    ['a body of 5 MiB that says no length', undefined, {}],
    ['a small body that inflates to 5 MiB', gzipSync(Buffer.alloc(5 * 1024 * 1024)), { 'content-encoding': 'gzip' }],
  ])('%s: 413, and the connection lives on', async (_what, bytes, headers) => {
    const server = await start();
    const stream = async function* () {
      for (let sent = 0; sent < 80; sent++) yield Buffer.alloc(65_536, 'x');
    };
    const response = await fetch(`${server.http}/beta/x`, {
      method: 'POST',
      body: bytes ?? (stream() as never),
      headers,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expectGraphError((await response.json()) as never, 'RequestEntityTooLarge');
    expect((await fetch(`${server.http}/beta/x`)).status).toBe(200);
  });

  it('headers that do not arrive in time', async () => {
    const server = await start({ limits: { headersMillis: 100 } });
    const answer = await raw(server.http, 'GET /beta HTTP/1.1\r\nHost: a\r\n');
    expect(statusOf(answer)).toBe(408);
    expectGraphError(bodyOf(answer), 'RequestTimeout');
  });

  it('a handler that throws out of the catalogue', async () => {
    const throws: Handler = async () => {
      throw graphError('segmentUnknown', { segment: 'x' });
    };
    const response = await fetch(`${(await start({ handlers: [throws] })).http}/beta/x`);
    expect(response.status).toBe(400);
    expectGraphError((await response.json()) as never, 'BadRequest');
  });

  it('a handler that breaks: 500, without a word of the cause', async () => {
    const breaks: Handler = async () => {
      throw new TypeError('secret');
    };
    const response = await fetch(`${(await start({ handlers: [breaks] })).http}/beta/x`);
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toContain('secret');
    expectGraphError(JSON.parse(text), 'InternalServerError');
  });

  it('a path nobody answers', async () => {
    const response = await fetch(`${(await start({ handlers: [] })).http}/alpha/me?x=1`);
    expect(response.status).toBe(404);
    const body = (await response.json()) as { error: { code: string; message: string; innerError: object } };
    expectGraphError(body, 'ResourceNotFound');
    expect(body.error.message).toContain('alpha');
  });
});

describe('health', () => {
  it.each([
    ['/healthz', true, 200, 'ok'],
    ['/healthz', false, 200, 'ok'],
    ['/healthz?probe=1', true, 200, 'ok'],
    ['/readyz', true, 200, 'ok'],
    ['/readyz', false, 503, 'unavailable'],
  ])('%s when ready is %s: %i', async (path, ready, status, text) => {
    const server = await start({ ready: () => ready });
    const response = await fetch(server.http + path);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ status: text });
  });

  it('is read only', async () => {
    const server = await start();
    expect((await fetch(`${server.http}/healthz`, { method: 'POST' })).status).toBe(405);
  });
});

describe('shutdown', () => {
  it('finishes a request in flight, says Connection: close, and takes no new one', async () => {
    let release: (() => void) | undefined;
    const entered = new Promise<void>((enter) => {
      release = enter;
    });
    let finish: ((response: GraphResponse) => void) | undefined;
    const slow: Handler = () => {
      release?.();
      return new Promise((done) => {
        finish = done;
      });
    };
    const server = await start({ handlers: [slow] });
    const answer = raw(server.http, 'GET /beta/slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await entered;
    const closed = server.close(10_000);
    await expect
      .poll(() =>
        fetch(`${server.http}/healthz`).then(
          () => 'open',
          () => 'shut',
        ),
      )
      .toBe('shut');
    finish?.(json(200, 'late'));
    expect(await answer).toMatch(/^HTTP\/1.1 200(?=[\s\S]*connection: close)[\s\S]*"late"$/i);
    expect(await closed).toBe(0);
  });

  it('ends idle connections at once, used ones and silent ones', async () => {
    const server = await start();
    const { hostname, port } = new URL(server.http);
    const used = connect(Number(port), hostname);
    const silent = connect(Number(port), hostname);
    sockets.push(used, silent);
    used.write('GET /beta/x HTTP/1.1\r\nHost: a\r\n\r\n');
    await new Promise((done) => used.once('data', done));
    const ended = Promise.all([used, silent].map((socket) => new Promise((done) => socket.once('close', done).resume())));
    expect(await server.close(60_000)).toBe(0);
    await ended;
  });

  it('cuts what is not done by the deadline', async () => {
    let enter: (() => void) | undefined;
    const entered = new Promise<void>((done) => {
      enter = done;
    });
    const never: Handler = () => {
      enter?.();
      return new Promise(() => undefined);
    };
    const server = await start({ handlers: [never] });
    const answer = raw(server.http, 'GET /beta/x HTTP/1.1\r\nHost: a\r\n\r\n').catch(() => '');
    await entered;
    expect(await server.close(1)).toBe(1);
    expect(await answer).toBe('');
  });
});

describe('listening', () => {
  it('says which port is in use and what to do', async () => {
    const taken = createNetServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as { port: number };
    const listen = { http: { host: '127.0.0.1', port: 0 }, https: { host: '127.0.0.1', port } };
    await expect(startServer({ handlers: [], listen, log, ready: () => true })).rejects.toThrow(
      new RegExp(`^Port ${port} of 127.0.0.1 is in use.*--https 127.0.0.1:0`),
    );
    taken.close();
  });

  it('shows localhost as it was asked for', async () => {
    const server = await startServer({
      handlers: [echo],
      listen: { http: { host: 'localhost', port: 0 }, https: undefined },
      log,
      ready: () => true,
    });
    running.push(server);
    expect(server.http).toMatch(/^http:\/\/localhost:\d+$/);
    expect(server.https).toBeUndefined();
  });

  it('speaks https with the certificate it is given', async () => {
    const files = ephemeralFiles();
    const ca = await ensureDevelopmentCa(files, systemClock);
    const tls = await ensureServerIdentity(ca, files, [], systemClock);
    const seen: GraphRequest[] = [];
    const handler: Handler = async (request) => {
      seen.push(request);
      return json(200, 'secure');
    };
    const server = await startServer({
      handlers: [handler],
      listen: { http: undefined, https: { host: '127.0.0.1', port: 0 } },
      tls,
      log,
      ready: () => true,
    });
    running.push(server);
    const { port } = new URL(server.https ?? '');
    const socket = connectTls({ host: '127.0.0.1', port: Number(port), servername: 'localhost', ca: ca.certificate });
    sockets.push(socket);
    socket.write(`GET /beta/x HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`);
    const text = await new Promise<string>((done, fail) => {
      let all = '';
      socket.on('data', (chunk) => {
        all += chunk;
      });
      socket.on('end', () => done(all));
      socket.on('error', fail);
    });
    expect(text).toContain('"secure"');
    expect(seen[0]?.origin).toBe(`https://localhost:${port}`);
  });
});

describe('an answer in a coding', () => {
  const long = 'Grüße '.repeat(1000);
  const big: Handler = async () => json(200, long);
  const plain = Buffer.byteLength(JSON.stringify(long));
  /** Status line and headers as text, the body as bytes. */
  async function answerTo(accept: string | undefined, method = 'GET', handlers: readonly Handler[] = [big]) {
    const server = await start({ handlers });
    const encoding = accept === undefined ? '' : `Accept-Encoding: ${accept}\r\n`;
    const text = await raw(server.http, `${method} /beta/x HTTP/1.1\r\nHost: a\r\n${encoding}Connection: close\r\n\r\n`);
    const end = text.indexOf('\r\n\r\n');
    return { head: text.slice(0, end).toLowerCase(), body: Buffer.from(text.slice(end + 4), 'latin1') };
  }

  it.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ] as const)('%s says what was written', async (coding, decode) => {
    const { head, body } = await answerTo(coding);
    expect(head).toContain(`content-encoding: ${coding}`);
    expect(head).toContain('vary: accept-encoding');
    expect(head).toContain(`content-length: ${body.length}`);
    expect(body.length).toBeLessThan(plain / 10);
    expect(JSON.parse(decode(body).toString('utf8'))).toBe(long);
  });

  it('is refused where none is taken, before anything is done', async () => {
    const { head, body } = await answerTo('identity;q=0', 'GET', [
      async () => {
        throw new Error('asked');
      },
    ]);
    expect(head).toContain('http/1.1 406');
    expect(JSON.parse(body.toString()).error.message).toBe(
      "Nothing can be written as 'Accept-Encoding: identity;q=0'. Accept gzip, br or identity.",
    );
  });

  it.each([undefined, 'identity', 'zstd', 'gzip;q=0', ''])('is left out for %j', async (accept) => {
    const { head, body } = await answerTo(accept);
    expect(head).not.toContain('content-encoding');
    expect(body.length).toBe(plain);
  });

  it('is left out for a short one', async () => {
    expect((await answerTo('gzip', 'GET', [async () => json(200, 'x'.repeat(1000))])).head).not.toContain('content-encoding');
  });

  it('has the same headers after HEAD, and no body', async () => {
    const [get, head] = [await answerTo('gzip'), await answerTo('gzip', 'HEAD')];
    const lines = (text: string) => text.split('\r\n').filter((line) => !line.startsWith('date:'));
    expect(lines(head.head)).toEqual(lines(get.head));
    expect(head.body.length).toBe(0);
  });
});
