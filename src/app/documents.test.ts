import { describe, expect, it } from 'vitest';
import type { GraphRequest } from '../kernel/message.js';
import { textOf } from '../kernel/utf8.js';
import { shippedSchemas, shippedSurface } from '../model/testing/shipped-model.js';
import { thrown } from '../model/testing/thrown.js';
import { createDocuments } from './documents.js';

const answer = createDocuments({ schemas: shippedSchemas, surface: shippedSurface });
const request = (url: string, headers: GraphRequest['headers'] = {}, method = 'GET'): GraphRequest => ({
  method,
  url,
  origin: 'https://graph.example',
  headers,
  body: undefined,
});
const get = (url: string, headers: GraphRequest['headers'] = {}) => {
  const response = answer(request(url, headers));
  if (response === undefined) throw new Error(`${url} is no document`);
  return response;
};

describe('which requests', () => {
  it.each([
    '/beta',
    '/v1.0',
    '/beta/',
    '/BETA',
    '//beta//',
    '/beta?$format=json',
    '/beta/$metadata',
    '/v1.0/%24metadata',
    '/beta//$METADATA/',
    '/muster/openapi.json',
  ])('%s is a document', (url) => expect(get(url).status).toBe(200));

  it.each([
    '/',
    '/v2.0',
    '/betamax',
    '/beta$metadata',
    '/beta/groups',
    '/beta/$metadata/x',
    '/beta/$batch',
    '/muster',
    '/muster/openapi.yaml',
    '/x/beta',
  ])('%s is not', (url) => expect(answer(request(url))).toBeUndefined());

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is refused with what is allowed', (method) => {
    expect(thrown(() => answer(request('/beta/$metadata', {}, method)))).toMatchObject({
      kind: 'methodNotAllowed',
      params: { allow: 'GET, HEAD' },
    });
  });
});

describe('the service document', () => {
  it('lists what is served', () => {
    const { headers, body } = get('/v1.0');
    expect(headers['content-type']).toBe(
      'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
    );
    expect(headers['odata-version']).toBe('4.0');
    expect(JSON.parse(textOf(body ?? ''))).toEqual({
      '@odata.context': 'https://graph.example/v1.0/$metadata',
      value: [
        { name: 'deviceManagement', kind: 'Singleton', url: 'deviceManagement' },
        { name: 'me', kind: 'Singleton', url: 'me' },
        { name: 'groups', kind: 'EntitySet', url: 'groups' },
        { name: 'users', kind: 'EntitySet', url: 'users' },
        { name: 'devices', kind: 'EntitySet', url: 'devices' },
        { name: 'directoryObjects', kind: 'EntitySet', url: 'directoryObjects' },
        { name: 'organization', kind: 'EntitySet', url: 'organization' },
        { name: 'subscribedSkus', kind: 'EntitySet', url: 'subscribedSkus' },
      ],
    });
  });

  it('leaves the context out when no metadata is asked for', () => {
    expect(Object.keys(JSON.parse(textOf(get('/beta', { accept: 'application/json;odata.metadata=none' }).body ?? '')))).toEqual(['value']);
  });

  it.each([
    ['/beta', { accept: 'application/xml' }, 'notAcceptable'],
    ['/beta?$format=atom', {}, 'notAcceptable'],
    ['/beta?$top=1', {}, 'optionInvalid'],
    ['/beta?$nonsense=1', {}, 'optionUnknown'],
    ['/beta', { 'odata-maxversion': '3.0' }, 'headerInvalid'],
  ])('%s %j is refused: %s', (url, headers, kind) => expect(thrown(() => get(url, headers))?.kind).toBe(kind));
});

describe('$metadata', () => {
  const XML = 'application/xml';
  const JSON_TYPE = 'application/json;charset=utf-8';
  it.each([
    [undefined, '', XML],
    ['*/*', '', XML],
    ['application/xml', '', XML],
    ['text/xml', '', XML],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', '', XML],
    ['application/json', '', JSON_TYPE],
    ['application/json, */*', '', JSON_TYPE],
    ['application/json;q=0.5, application/xml', '', XML],
    ['application/xml;q=0.5, application/json', '', JSON_TYPE],
    ['*/*;q=0.1, application/json;q=0.5', '', JSON_TYPE],
    ['application/xml;q=0, */*', '', JSON_TYPE],
    ['application/xml', '?$format=json', JSON_TYPE],
    ['application/json', '?$format=xml', XML],
    [undefined, '?format=application/json', JSON_TYPE],
  ])('accept %s, query %s -> %s', (accept, query, type) => {
    const { headers, body } = get(`/beta/$metadata${query}`, { accept });
    expect(headers['content-type']).toBe(type);
    expect(body?.[0]).toBe(type === XML ? '<' : '{');
  });

  it.each([
    ['text/plain', '', {}],
    ['application/json;q=0, application/xml;q=0', '', {}],
    ['*/*', '?$format=yaml', {}],
    // CSDL JSON came with OData 4.01.
    ['application/json', '', { 'odata-maxversion': '4.0' }],
  ])('accept %s, query %s, %j is not acceptable', (accept, query, headers) => {
    expect(thrown(() => get(`/beta/$metadata${query}`, { accept, ...headers }))?.kind).toBe('notAcceptable');
  });

  it.each([
    [undefined, '4.01'],
    ['4.01', '4.01'],
    ['4.0', '4.0'],
    ['4.0;Client', '4.0'],
    ['5.0', '4.01'],
  ])('for a client that reads %s it is of version %s', (most, version) => {
    const { headers, body } = get('/v1.0/$metadata', { 'odata-maxversion': most });
    expect(headers['odata-version']).toBe(version);
    expect(body).toContain(`<edmx:Edmx Version="${version}"`);
  });

  it('differs between the versions', () => {
    expect(get('/beta/$metadata').headers.etag).not.toBe(get('/v1.0/$metadata').headers.etag);
    expect(get('/beta/$metadata').body).toContain('<EntityType Name="deviceAndAppManagementAssignmentFilter"');
    expect(get('/v1.0/$metadata').body).not.toContain('deviceAndAppManagementAssignmentFilter"');
  });
});

describe.each(['/beta', '/v1.0/$metadata', '/beta/$metadata?$format=json', '/muster/openapi.json'])('the ETag of %s', (url) => {
  const { etag = '' } = get(url).headers;

  it('stays as long as the text does', () => {
    expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
    expect(get(url).headers.etag).toBe(etag);
  });

  it.each([
    ['the tag', etag],
    ['the tag without W/', etag.slice(2)],
    ['a list with it', `"other", ${etag}`],
    ['any', '*'],
  ])('answers 304 to If-None-Match with %s', (_what, tags) => {
    expect(get(url, { 'if-none-match': tags })).toEqual({ status: 304, headers: { etag, 'cache-control': 'no-cache' }, body: undefined });
  });

  it('answers 200 to another tag', () => expect(get(url, { 'if-none-match': '"other"' }).status).toBe(200));
});
