/** The model and the surface as they are shipped. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadSchema } from '../load-schema.js';
import { parseSurface } from '../parse-surface.js';
import type { ApiVersion, Schema } from '../schema.js';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const schema = (version: ApiVersion) => loadSchema(version, JSON.parse(read(`api/model/${version}/schema.json`)));

export const shippedSurface = parseSurface(parse(read('api/surface.yaml')));
export const shippedSchemas: Readonly<Record<ApiVersion, Schema>> = { beta: schema('beta'), 'v1.0': schema('v1.0') };
