import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readXml } from '../../src/model/csdl/testing/read-xml.js';
import { startMuster, type WireServer } from './server.js';

let server: WireServer;
beforeAll(async () => {
  server = await startMuster('memory', 'docs');
});
afterAll(() => server?.close());

const paths = ['/beta', '/beta/', '/v1.0', '/beta/$metadata', '/v1.0/$metadata', '/muster/openapi.json'];

describe.each(paths)('%s, without a token', (path) => {
  it('is there', async () => {
    const answer = await fetch(server.http + path);
    expect(answer.status).toBe(200);
    const text = await answer.text();
    if (path.endsWith('$metadata')) expect(readXml(text).name).toBe('edmx:Edmx');
    else expect(JSON.parse(text)).toEqual(expect.any(Object));
  });

  it('answers HEAD with the headers of GET', async () => {
    const [get, head] = [await fetch(server.http + path), await fetch(server.http + path, { method: 'HEAD' })];
    const stable = ({ headers }: Response) =>
      [...headers].filter(([name]) => !['date', 'request-id', 'client-request-id', 'connection', 'keep-alive'].includes(name));
    expect(stable(head)).toEqual(stable(get));
    expect(await head.text()).toBe('');
    expect((await get.text()).length).toBeGreaterThan(0);
  });

  it('is not sent again to who has it', async () => {
    const etag = (await fetch(server.http + path)).headers.get('etag') ?? '';
    const again = await fetch(server.http + path, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    expect(again.headers.get('etag')).toBe(etag);
    expect(await again.text()).toBe('');
  });
});

it.each(['gzip', 'br'])('$metadata travels as %s', async (coding) => {
  const answer = await fetch(`${server.http}/beta/$metadata`, { headers: { 'accept-encoding': coding } });
  expect(answer.headers.get('content-encoding')).toBe(coding);
  expect(Number(answer.headers.get('content-length'))).toBeLessThan(100_000);
  expect(await answer.text()).toContain('<EntityContainer Name="GraphService">');
});

it('everything else asks for a token', async () => {
  for (const path of ['/beta/deviceManagement', '/beta/me', '/beta/$metadata/x', '/beta/$batch']) {
    expect((await fetch(server.http + path)).status, path).toBe(401);
  }
});

it('the sets of the service document are there', async () => {
  const { value } = (await (await fetch(`${server.http}/beta`)).json()) as { value: readonly { url: string; kind: string }[] };
  for (const { url } of value) {
    if (url === 'me' || url === 'deviceAppManagement' || url === 'directoryObjects') continue;
    expect((await server.call('GET', `/${url}`)).status, url).toBe(200);
  }
});
