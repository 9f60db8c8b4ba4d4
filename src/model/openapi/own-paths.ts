/** Paths that no set of the model has: documents, health, and what Muster adds to Graph. */
import type { ApiVersion } from '../schema.js';
import { ANY_TOKEN, json, parameters, responses, security } from './parts.js';
import type { OpenApiObject } from './schemas.js';

const ANYTHING = { type: 'object' };

function document(operationId: string, summary: string, types: readonly string[]): OpenApiObject {
  const content = Object.fromEntries(types.map((type) => [type, { schema: type === 'application/json' ? ANYTHING : { type: 'string' } }]));
  const answers = { ...responses('200', 'The document.', content), '304': { description: 'Unchanged.' } };
  return { get: { operationId, summary, tags: ['documents'], security: [], parameters: parameters('if-none-match'), responses: answers } };
}

export function ownPaths(versions: readonly ApiVersion[]): Readonly<Record<string, OpenApiObject>> {
  const paths: Record<string, OpenApiObject> = {};
  for (const version of versions) {
    paths[`/${version}`] = document(`${version}.serviceDocument`, 'What there is at the root.', ['application/json']);
    paths[`/${version}/$metadata`] = document(`${version}.metadata`, 'The model, as CSDL.', ['application/xml', 'application/json']);
    paths[`/${version}/$batch`] = {
      post: {
        operationId: `${version}.batch`,
        summary: 'Up to 20 requests at once. Each asks for the permissions that it would need alone.',
        tags: ['batch'],
        security: ANY_TOKEN,
        requestBody: { required: true, content: json(BATCH) },
        responses: responses('200', 'An answer to each.', json(ANYTHING)),
      },
    };
  }
  paths['/muster/openapi.json'] = document('muster.openapi', 'This description.', ['application/json']);
  for (const [path, summary] of [
    ['healthz', 'Whether the process lives.'],
    ['readyz', 'Whether it takes requests.'],
  ] as const) {
    const answers = responses('200', 'Yes.', json(ANYTHING));
    paths[`/${path}`] = { get: { operationId: `muster.${path}`, summary, tags: ['health'], security: [], responses: answers } };
  }
  if (versions.includes('beta')) {
    paths['/beta/muster/import'] = {
      post: {
        operationId: 'beta.muster.import',
        summary: 'Objects of a tenant, from scope tags to configurations with their assignments, one JSON object a line.',
        tags: ['muster'],
        security: security(['Directory.ReadWrite.All'], ['DeviceManagementManagedDevices.ReadWrite.All']),
        parameters: [
          { name: 'keepGoing', in: 'query', description: 'Leave bad lines out.', schema: { type: 'boolean' } },
          { name: 'lenient', in: 'query', description: 'Leave out what Muster does not know, and say so.', schema: { type: 'boolean' } },
        ],
        requestBody: { required: true, content: { 'application/x-ndjson': { schema: { type: 'string' } } } },
        responses: responses('200', 'What has been imported.', json(ANYTHING)),
      },
    };
    paths['/beta/muster/kept'] = {
      get: {
        operationId: 'beta.muster.kept',
        summary: 'What was imported and is not served, as it came, in pages.',
        tags: ['muster'],
        security: security(['DeviceManagementConfiguration.Read.All', 'DeviceManagementConfiguration.ReadWrite.All'], undefined),
        parameters: [{ name: '$skiptoken', in: 'query', description: 'Of a next link.', schema: { type: 'string' } }],
        responses: responses('200', 'A page.', json(ANYTHING)),
      },
    };
    paths['/beta/muster/preview'] = {
      post: {
        operationId: 'beta.muster.preview',
        summary: 'What writes would do to who gets what, before any of them is made. Each asks for the permissions that it would need.',
        tags: ['muster'],
        security: ANY_TOKEN,
        requestBody: { required: true, content: json(BATCH) },
        responses: responses('200', 'The impact of each, and of all together.', json(ANYTHING)),
      },
    };
  }
  return paths;
}

/** Of batches and previews alike. */
const BATCH = {
  type: 'object',
  required: ['requests'],
  properties: {
    requests: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'method', 'url'],
        properties: {
          id: { type: 'string' },
          method: { type: 'string' },
          url: { type: 'string' },
          headers: ANYTHING,
          body: ANYTHING,
          dependsOn: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  },
};
