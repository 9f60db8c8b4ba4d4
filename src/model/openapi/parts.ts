/** The parts that operations of an OpenAPI description share. */
import type { OpenApiObject } from './schemas.js';

export const SECURITY_SCHEME = 'bearer';

const TEXT = { type: 'string' };

/** The error of Graph: `error.message` of a failure inside Intune is itself JSON text (docs/reference/errors.md). */
export const ERROR: OpenApiObject = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: TEXT,
        message: TEXT,
        target: TEXT,
        innerError: {
          type: 'object',
          properties: {
            message: TEXT,
            '@muster.detail': TEXT,
            date: TEXT,
            'request-id': { type: 'string', format: 'uuid' },
            'client-request-id': TEXT,
          },
        },
      },
    },
  },
};

const query = (name: string, description: string, schema: OpenApiObject): OpenApiObject => ({ name, in: 'query', description, schema });
const header = (name: string, description: string, schema: OpenApiObject = TEXT): OpenApiObject => ({
  name,
  in: 'header',
  description,
  schema,
});
const whole = { type: 'integer', minimum: 0 };

export const PARAMETERS = {
  select: query('$select', 'Properties to return, separated by commas.', TEXT),
  expand: query('$expand', 'Related entities to return inline, e.g. `assignments($select=id)`.', TEXT),
  filter: query('$filter', "A condition, e.g. `startswith(displayName,'Win')`.", TEXT),
  orderby: query('$orderby', 'Properties to sort by, each with `asc` or `desc`.', TEXT),
  search: query('$search', 'Words in double quotes to look for.', TEXT),
  top: query('$top', 'How many at most.', whole),
  skip: query('$skip', 'How many to leave out at the beginning.', whole),
  count: query('$count', 'Whether to count what there is on all pages together.', { type: 'boolean' }),
  prefer: header('Prefer', 'E.g. `return=minimal`, `odata.maxpagesize=50`, `include-unknown-enum-members`.'),
  'if-match': header('If-Match', 'Refuse with 412 unless the entity still has this ETag.'),
  'if-none-match': header('If-None-Match', 'Answer 304 when the entity still has this ETag.'),
  'max-affected': header('Muster-Max-Affected', 'Refuse with 412 a change of what more devices than this get.', whole),
} as const satisfies OpenApiObject;

export type ParameterName = keyof typeof PARAMETERS;

export function parameters(...names: readonly ParameterName[]): readonly OpenApiObject[] {
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

/** Alternatives, each a permission; with `also`, each pair of one and one. */
export function security(permissions: readonly string[], also: readonly string[] | undefined): readonly OpenApiObject[] {
  return permissions
    .flatMap((one) => (also === undefined ? [[one]] : also.map((other) => [one, other])))
    .map((all) => ({ [SECURITY_SCHEME]: all }));
}

/** A token, whatever it permits. */
export const ANY_TOKEN: readonly OpenApiObject[] = [{ [SECURITY_SCHEME]: [] }];

export function json(schema: OpenApiObject): OpenApiObject {
  return { 'application/json': { schema } };
}

/** With the answer to whatever goes wrong. */
export function responses(status: string, description: string, content?: OpenApiObject): OpenApiObject {
  const error = { $ref: '#/components/responses/error' };
  return { [status]: { description, ...(content === undefined ? {} : { content }) }, '4XX': error, '5XX': error };
}
