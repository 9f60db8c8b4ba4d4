/** What the model says of the types in an export. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadSchema } from '../model/load-schema.js';
import { bareTypeName, type Schema, type StructuredType } from '../model/schema.js';
import type { Home } from './record.js';

export interface ExchangeModel {
  readonly schema: Schema;
  /** Of a name with or without `#microsoft.graph.`; undefined where the model has no such type. */
  typeOf(name: string): StructuredType | undefined;
  /** Whose objects an import makes; undefined for every other type. */
  homeOf(type: StructuredType): Home | undefined;
}

const HOMES: ReadonlySet<string> = new Set<Home>([
  'user',
  'device',
  'group',
  'managedDevice',
  'deviceCategory',
  'deviceConfiguration',
  'deviceAndAppManagementAssignmentFilter',
  'roleScopeTag',
  'policySet',
]);

export function exchangeModel(schema: Schema): ExchangeModel {
  return {
    schema,
    typeOf: (name) => schema.types.get(bareTypeName(name)),
    homeOf(type) {
      for (let at: StructuredType | undefined = type; at !== undefined; at = at.base) if (HOMES.has(at.name)) return at.name as Home;
      return undefined;
    },
  };
}

let loaded: Promise<ExchangeModel> | undefined;

/** The model of this installation, read once. */
export function loadExchangeModel(): Promise<ExchangeModel> {
  loaded ??= (async () => {
    const file = 'model/beta/schema.json';
    // `api/` beside `dist/` and `src/`, and two above `build/src/`.
    const path = ['../../api/', '../../../api/'].map((api) => fileURLToPath(new URL(api + file, import.meta.url))).find(existsSync);
    return exchangeModel(loadSchema('beta', JSON.parse(await readFile(path ?? file, 'utf8'))));
  })();
  return loaded;
}
