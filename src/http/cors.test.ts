import { describe, expect, it } from 'vitest';
import { createCors } from './cors.js';
import { createLog } from './log.js';
import { startServer } from './server.js';

const PORTAL = 'https://portal.example';
const FIELDS = 'authorization, content-type, consistencylevel';
const preflight = (origin: string, more: Record<string, string> = {}) => ({
  method: 'OPTIONS',
  headers: { origin, 'access-control-request-method': 'PATCH', 'access-control-request-headers': FIELDS, ...more },
});

describe('a preflight', () => {
  it.each<[string, readonly string[] | '*', string, string | undefined]>([
    ['of a named origin', [PORTAL], PORTAL, PORTAL],
    ['of the second named origin', ['http://localhost:5173', PORTAL], PORTAL, PORTAL],
    ['where every origin is let in', '*', 'https://anyone.example', '*'],
    ['of no origin, as sandboxed pages send', '*', 'null', '*'],
    ['of an origin that was not named', [PORTAL], 'https://evil.example', undefined],
    ['of a longer name', [PORTAL], `${PORTAL}.evil.example`, undefined],
    ['of another scheme', [PORTAL], 'http://portal.example', undefined],
    ['of another port', [PORTAL], `${PORTAL}:8443`, undefined],
    ['of no origin', [PORTAL], 'null', undefined],
    ['while nobody is let in', [], PORTAL, undefined],
  ])('%s', (_what, allowed, origin, admitted) => {
    const answer = createCors(allowed).preflight(preflight(origin));
    expect(answer?.headers['access-control-allow-origin']).toBe(admitted);
    expect(answer?.status).toBe(admitted === undefined ? undefined : 204);
    expect(Object.keys(answer?.headers ?? {})).not.toContain('access-control-allow-credentials');
  });

  it('says what may be sent', () => {
    expect(createCors([PORTAL]).preflight(preflight(PORTAL))?.headers).toEqual({
      'access-control-allow-origin': PORTAL,
      'access-control-allow-methods': 'GET, HEAD, POST, PATCH, PUT, DELETE',
      'access-control-allow-headers': FIELDS,
      'access-control-max-age': '600',
      vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    });
  });

  it.each(['a b', 'x\r\ny', 'x'.repeat(70), '', 'a,,b', '"quoted"'])('gives back no header names that are none: %j', (asked) => {
    const answer = createCors('*').preflight(preflight(PORTAL, { 'access-control-request-headers': asked }));
    expect(answer?.headers['access-control-allow-headers']).toBeUndefined();
  });

  it('lets pages of other networks in when they ask', () => {
    const asked = { 'access-control-request-private-network': 'true' };
    expect(createCors([PORTAL]).preflight(preflight(PORTAL, asked))?.headers['access-control-allow-private-network']).toBe('true');
  });

  it.each([
    [{ method: 'GET', headers: { origin: PORTAL, 'access-control-request-method': 'GET' } }],
    [{ method: 'OPTIONS', headers: { origin: PORTAL } }],
    [{ method: 'OPTIONS', headers: { 'access-control-request-method': 'GET' } }],
  ])('is none: %j', (request) => {
    expect(createCors('*').preflight(request)).toBeUndefined();
  });
});

describe('an answer', () => {
  it.each<[string, readonly string[] | '*', string | undefined, string | undefined, string | undefined]>([
    ['while nobody is let in', [], PORTAL, undefined, undefined],
    ['to a named origin', [PORTAL], PORTAL, PORTAL, 'Accept-Encoding, Origin'],
    ['to another origin', [PORTAL], 'https://evil.example', undefined, 'Accept-Encoding, Origin'],
    ['to a program', [PORTAL], undefined, undefined, 'Accept-Encoding, Origin'],
    ['where every origin is let in', '*', 'https://anyone.example', '*', undefined],
  ])('%s', (_what, allowed, origin, admitted, vary) => {
    const headers = createCors(allowed).headers(origin, { vary: 'Accept-Encoding' });
    expect(headers['access-control-allow-origin']).toBe(admitted);
    expect(headers.vary).toBe(vary);
    expect(headers['access-control-expose-headers']?.includes('request-id')).toBe(admitted === undefined ? undefined : true);
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });
});

it('answers preflights itself, and marks every other answer, refusals too', async () => {
  const seen: string[] = [];
  const server = await startServer({
    handlers: [
      async ({ method, url }) => {
        seen.push(method);
        return url === '/none' ? undefined : { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: '{}' };
      },
    ],
    listen: { http: { host: '127.0.0.1', port: 0 }, https: undefined },
    log: createLog('silent'),
    ready: () => true,
    cors: [PORTAL],
  });
  try {
    const asked = await fetch(`${server.http}/beta/groups`, { method: 'OPTIONS', headers: preflight(PORTAL).headers });
    expect([asked.status, asked.headers.get('access-control-allow-origin'), seen]).toEqual([204, PORTAL, []]);
    for (const path of ['/beta/groups', '/none', '/healthz']) {
      const { headers } = await fetch(server.http + path, { headers: { origin: PORTAL } });
      expect([path, headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([path, PORTAL, 'Origin']);
    }
  } finally {
    await server.close(0);
  }
});
