/** Everything the table is made of, out of a checkout. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadSchema } from '../../src/model/load-schema.js';
import { parseSurface } from '../../src/model/parse-surface.js';
import type { ApiVersion } from '../../src/model/schema.js';
import { readDecisions, readDocumented, readQuirks } from './read.js';
import { servedPaths } from './served.js';
import type { TableInput } from './table.js';

/** @param root the folder of the repository */
export function tableInput(root: URL): TableInput {
  const api = new URL('api/', root);
  const text = (name: string) => readFileSync(new URL(name, api), 'utf8');
  const schema = (version: ApiVersion) => loadSchema(version, JSON.parse(text(`model/${version}/schema.json`)) as unknown);
  const schemas = { beta: schema('beta'), 'v1.0': schema('v1.0') };
  return {
    documented: readDocumented(api),
    quirks: readQuirks(api),
    decisions: readDecisions(api),
    served: servedPaths(schemas, parseSurface(parse(text('surface.yaml')))),
  };
}
