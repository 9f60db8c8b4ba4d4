/** What the model and the surface make Muster serve, in the form in which documented paths are written. */
import { requiredPermissions, setOf } from '../../src/domain/permissions.js';
import { pathsOf } from '../../src/model/openapi/paths.js';
import { schemaPool } from '../../src/model/openapi/schemas.js';
import type { ApiVersion, Schema } from '../../src/model/schema.js';
import { servedBy } from '../../src/model/served.js';
import type { SetMethod, Surface } from '../../src/model/surface.js';
import { bind } from '../../src/odata/bind.js';
import type { Plan, PlanOperation } from '../../src/query/plan.js';
import type { DocumentedRow } from './read.js';

export type Schemas = Readonly<Record<ApiVersion, Schema>>;

export interface ServedPaths {
  /** `METHOD path` with keys as `{}`, without the version. */
  readonly described: Readonly<Record<ApiVersion, ReadonlySet<string>>>;
  /** Whether each path of a row answers in a version. */
  serves(row: DocumentedRow, version: ApiVersion): boolean;
  /** What the surface asks of a row's caller. */
  permissionsOf(row: DocumentedRow): readonly string[];
}

const METHOD_OF: Readonly<Partial<Record<PlanOperation, SetMethod>>> = {
  list: 'list',
  get: 'get',
  count: 'list',
  create: 'create',
  update: 'update',
  delete: 'delete',
};

export function servedPaths(schemas: Schemas, surface: Surface): ServedPaths {
  const describe = (version: ApiVersion): ReadonlySet<string> => {
    const served = servedBy(schemas[version], surface);
    const paths = Object.entries(pathsOf(served, schemaPool(served)));
    return new Set(
      paths.flatMap(([path, item]) =>
        Object.keys(item)
          .filter((name) => name !== 'parameters')
          .map((method) => keyless(`${method.toUpperCase()} ${path.replace(`/${version}`, '')}`)),
      ),
    );
  };
  const described = { beta: describe('beta'), 'v1.0': describe('v1.0') };
  const plan = (method: string, path: string, version: ApiVersion) => planOf(method, path, schemas[version]);
  /** The description goes through no references: what lies behind one is what its own set allows. */
  const behindReference = (method: string, path: string, version: ApiVersion) => {
    const bound = plan(method, path, version);
    const set = setOf(bound.path, surface);
    const wanted = METHOD_OF[bound.operation];
    return set !== undefined && wanted !== undefined && set.versions.includes(version) && set.methods.includes(wanted);
  };
  return {
    described,
    serves: ({ method, paths }, version) =>
      paths.every((path) =>
        paths.length === 1 ? described[version].has(keyless(`${method} ${path}`)) : behindReference(method, path, version),
      ),
    permissionsOf({ method, paths: [path = ''], versions: [version = 'beta'] }) {
      const rule = requiredPermissions(plan(method, path, version), surface);
      return rule?.permissions ?? [];
    },
  };
}

/** `/groups/{groupId}/members` -> `/groups/{}/members` */
export function keyless(text: string): string {
  return text.replaceAll(/\{[^}]*\}/g, '{}');
}

/** A documented path with something in the place of its parameters, bound. */
export function planOf(method: string, path: string, schema: Schema): Plan {
  const url = path.replace('{platform}', 'iOS').replaceAll(/\{([^}]*)\}/g, '$1');
  const query = path.includes('@ids') ? '?@ids=["0"]' : '';
  return bind({ method, url: `/${schema.version}${url}${query}`, origin: '', headers: {}, body: undefined }, schema);
}
