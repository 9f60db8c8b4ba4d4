/** Requests made at random, most of them nearly right: never a 5xx, never silence, never an answer that is not Graph's. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { docsTenantPaths } from '../../src/app/tenants/docs.js';
import { sendRequest } from './raw.js';
import { startMuster, type WireServer } from './server.js';

/** The same requests at every run; another seed or more runs by environment, to search on. */
const SEED = Number(process.env.FUZZ_SEED ?? 20260118);
const RUNS = Number(process.env.FUZZ_RUNS ?? 600);

let server: WireServer;
let authorization: string;
beforeAll(async () => {
  server = await startMuster('sqlite', 'docs');
  authorization = `Bearer ${await server.token()}`;
});
afterAll(() => server?.close());

const known = docsTenantPaths.flatMap(({ path }) => path.split('/').slice(1));
const words = [
  ...new Set(known),
  'assign',
  'groupAssignments',
  '$ref',
  '$count',
  '$value',
  'displayName',
  'omaSettings',
  "assignments('x')",
  "getOmaSettingPlainTextValue(secretReferenceValueId='x')",
  'users',
  'groups',
  'oauth2',
  'v2.0',
  'token',
  '',
];
const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 12 }).map((text) => text.replace(/[\s#\x7f]/g, '_'));
const anything = fc.string({ unit: 'grapheme', maxLength: 12 }).map(encodeURIComponentOf);
const segment = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...words) }, printable, anything);

function encodeURIComponentOf(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : '%ff';
}

/** A real path, one with a segment replaced or dropped, or one made of known words. */
const path = fc.oneof(
  fc.constantFrom(...docsTenantPaths.flatMap((one) => realPaths(one.path))),
  fc
    .tuple(fc.constantFrom(...docsTenantPaths.map((one) => one.path)), fc.nat(12), fc.option(segment, { nil: undefined }))
    .map(([real, at, other]) => {
      const parts = real.split('/');
      parts.splice(1 + (at % (parts.length - 1)), 1, ...(other === undefined ? [] : [other]));
      return parts.join('/');
    }),
  fc.array(segment, { maxLength: 9 }).map((segments) => `/beta/${segments.join('/')}`),
);

/** The path of an assignment, and what lies around it. */
function realPaths(assignment: string): string[] {
  const collection = assignment.slice(0, assignment.lastIndexOf('/'));
  const owner = collection.slice(0, collection.lastIndexOf('/'));
  return [
    assignment,
    collection,
    `${owner}/assign`,
    owner,
    `${collection}/$count`,
    `${owner}/groupAssignments`,
    '/beta/deviceManagement/deviceConfigurations',
  ];
}

const expression = fc.constantFrom(
  "displayName eq 'x'",
  'version gt 1 and not (version lt 3)',
  "startswith(displayName,'Path')",
  "isof('microsoft.graph.iosScepCertificateProfile')",
  "assignments/any(a:a/intent eq 'remove')",
  "id in ('a','b')",
  "displayName eq '",
  '((((',
  'version div 0 eq 1',
  'nope',
);
const option = fc.oneof(
  fc.tuple(fc.constantFrom('$filter', '$orderby', '%24filter'), expression).map(([name, value]) => `${name}=${encodeURIComponent(value)}`),
  fc.constantFrom(
    '$top=0',
    '$top=3',
    '$top=-1',
    '$skip=99',
    '$count=true',
    '$count=maybe',
    '$select=id,displayName',
    '$select=*',
    '$expand=assignments',
  ),
  fc.constantFrom('$expand=assignments($select=id;$top=1)', '$skiptoken=x', '$format=xml', '', '&', '$', '?', '$search="x"'),
  fc.tuple(printable, anything).map(([name, value]) => `${encodeURIComponent(name)}=${value}`),
);
const url = fc
  .tuple(path, fc.array(option, { maxLength: 3 }))
  .map(([at, options]) => (options.length > 0 ? `${at}?${options.join('&')}` : at));

const target = fc.record(
  {
    '@odata.type': fc.constantFrom(
      '#microsoft.graph.groupAssignmentTarget',
      'microsoft.graph.allDevicesAssignmentTarget',
      '#microsoft.graph.user',
      '',
    ),
    groupId: fc.oneof(fc.constant('d0c50001-0000-4000-8000-000000000001'), fc.string(), fc.integer(), fc.constant(null)),
    deviceAndAppManagementAssignmentFilterType: fc.oneof(fc.constantFrom('none', 'include'), fc.anything({ maxDepth: 1 })),
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  fc.constantFrom(
    '{"intent":"remove"}',
    '{"intent":"apply"}',
    '{"assignments":[]}',
    '{"target":{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget"}}',
    '{"@odata.type":"#microsoft.graph.androidCustomConfiguration","displayName":"x"}',
  ),
  fc
    .record({ intent: fc.constantFrom('apply', 'remove', 'maybe', 1, null), target, id: fc.string() }, { requiredKeys: [] })
    .map((value) => JSON.stringify(value)),
  fc.record({ assignments: fc.array(fc.record({ target }), { maxLength: 3 }) }).map((value) => JSON.stringify(value)),
  fc.json({ maxDepth: 4 }),
  fc.string({ maxLength: 40 }),
  fc.constant(''),
);
const strangeHeaders = fc.record(
  {
    'if-match': fc.constantFrom('*', 'W/"1"', '"', 'W/', 'x'),
    prefer: fc.constantFrom('return=minimal', 'return=representation', 'odata.maxpagesize=0', 'odata.maxpagesize=x', ',;='),
    accept: fc.constantFrom(
      'application/json',
      'application/json;odata.metadata=full',
      'application/json;odata.metadata=none',
      'text/html',
      '*/*',
      ';',
    ),
    'content-type': fc.constantFrom('application/json', 'application/json; charset=utf-16', 'text/plain', ';'),
    consistencylevel: fc.constantFrom('eventual', 'x'),
    'client-request-id': printable,
  },
  { requiredKeys: [] },
);

const headers = fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: strangeHeaders });
const method = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('GET', 'PATCH', 'POST') },
  { weight: 1, arbitrary: fc.constantFrom('PUT', 'DELETE', 'HEAD', 'OPTIONS') },
);

it('answers every request, in form', { timeout: 30_000 + RUNS * 20 }, async () => {
  const request = fc.record({ method, url, body, headers });
  await fc.assert(
    fc.asyncProperty(request, async ({ method: verb, url: at, body: content, headers: more }) => {
      const sent: Record<string, string> = { authorization, 'content-type': 'application/json' };
      for (const [name, value] of Object.entries(more)) if (value !== undefined) sent[name] = value;
      const answer = await sendRequest(server.http, verb, at, sent, ['GET', 'HEAD', 'DELETE'].includes(verb) ? '' : content);
      expect(answer.status).toBeGreaterThanOrEqual(200);
      expect(answer.status).toBeLessThan(500);
      if (answer.status >= 400 && verb !== 'HEAD' && at.startsWith('/beta')) {
        expect(JSON.parse(answer.text)).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } });
        expect(answer.headers.get('request-id')).toBe(JSON.parse(answer.text).error.innerError['request-id']);
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect((await server.call('GET', '/deviceManagement/deviceConfigurations?$top=1')).status).toBe(200);
});
