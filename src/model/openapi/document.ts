/** An OpenAPI 3.1 description of what is served, written from the model and the surface. */
import type { Served } from '../served.js';
import { ownPaths } from './own-paths.js';
import { ERROR, PARAMETERS, SECURITY_SCHEME } from './parts.js';
import { pathsOf } from './paths.js';
import { type OpenApiObject, schemaPool } from './schemas.js';

const DESCRIPTION =
  'A server that speaks the device configuration part of Microsoft Graph. Paths without keys are sets; `{…-id}` is the key of one entity. ' +
  'The security requirements of an operation name the permissions of which one suffices, least privileged first.';

/**
 * @param versions in the order in which their paths are listed
 * @returns the document; its server is the host it was read from
 */
export function openApiDocument(versions: readonly Served[]): OpenApiObject {
  const paths: Record<string, OpenApiObject> = {};
  const schemas: Record<string, OpenApiObject> = { error: ERROR };
  for (const served of versions) {
    const pool = schemaPool(served);
    Object.assign(paths, pathsOf(served, pool));
    Object.assign(schemas, Object.fromEntries(pool.all()));
  }
  Object.assign(paths, ownPaths(versions.map(({ version }) => version)));
  return {
    openapi: '3.1.1',
    info: { title: 'Muster', description: DESCRIPTION, version: '1', license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas,
      parameters: PARAMETERS,
      responses: {
        error: {
          description: 'What was refused, and why.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/error' } } },
        },
      },
      securitySchemes: { [SECURITY_SCHEME]: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}
