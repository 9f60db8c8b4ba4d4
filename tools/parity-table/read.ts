/** `api/documented.yaml`, `api/quirks.yaml` and `api/decisions.yaml`, read and checked for their form. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { ApiVersion } from '../../src/model/schema.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One method on one documented path. */
export interface DocumentedRow {
  /** `GET /deviceManagement/…/{deviceConfigurationId}`; behind a prefix, with the first of them. */
  readonly key: string;
  readonly section: string;
  readonly method: Method;
  /** As the table shows it: a path, or what follows a prefix. */
  readonly path: string;
  /** The whole path, or one for each prefix. */
  readonly paths: readonly string[];
  readonly versions: readonly ApiVersion[];
  readonly permissions: string;
  readonly source: string;
  readonly absent: string | undefined;
  readonly notes: string | undefined;
}

export interface Family {
  readonly what: string;
  /** The documented path whose tests speak for it; null for what is documented nowhere. */
  readonly like: string | null;
  readonly pattern: RegExp;
}

export interface Documented {
  readonly permissions: Readonly<Record<string, readonly string[]>>;
  readonly sections: readonly { readonly title: string; readonly prefixes: readonly string[] }[];
  readonly rows: readonly DocumentedRow[];
  readonly families: readonly Family[];
}

export interface Quirk {
  readonly id: string;
  readonly about: string;
  readonly documented: string;
  readonly observed: string;
  readonly switched: boolean;
  readonly known: string;
  readonly evidence: string;
  readonly muster: string;
  readonly rows: readonly string[];
}

export interface MusterDecision {
  readonly id: string;
  readonly about: string;
  readonly decision: string;
  readonly why: string;
  readonly where: readonly string[];
}

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const WHOLE = 'all; ';

interface RawPath {
  readonly path: string;
  readonly versions: readonly ApiVersion[];
  readonly methods: Readonly<Record<string, string>>;
  readonly source?: string;
  readonly absent?: string | Readonly<Record<string, string>>;
  readonly notes?: Readonly<Record<string, string>>;
}

interface RawSection {
  readonly title: string;
  readonly source: string;
  readonly prefixes?: readonly string[];
  readonly paths: readonly RawPath[];
}

/**
 * @param api the folder `api`
 * @throws TypeError where a row names a method or a list of permissions that does not exist, or stands twice
 */
export function readDocumented(api: URL): Documented {
  const raw = readYaml(api, 'documented.yaml') as {
    readonly permissions: Documented['permissions'];
    readonly sections: readonly RawSection[];
    readonly families: readonly { readonly what: string; readonly like: string | null; readonly pattern: string }[];
  };
  const rows = raw.sections.flatMap((section) => section.paths.flatMap((path) => rowsOf(section, path)));
  const seen = new Set<string>();
  for (const { key, permissions } of rows) {
    if (seen.has(key)) throw new TypeError(`documented.yaml has ${key} twice`);
    if (raw.permissions[permissions] === undefined)
      throw new TypeError(`documented.yaml: ${key} names no list of permissions: ${permissions}`);
    seen.add(key);
  }
  return {
    permissions: raw.permissions,
    sections: raw.sections.map(({ title, prefixes = [] }) => ({ title, prefixes })),
    rows,
    families: raw.families.map(({ what, like, pattern }) => ({ what, like, pattern: new RegExp(pattern) })),
  };
}

function rowsOf(section: RawSection, raw: RawPath): readonly DocumentedRow[] {
  const paths = section.prefixes === undefined ? [raw.path] : section.prefixes.map((prefix) => `${prefix}${raw.path}`);
  for (const named of [raw.absent, raw.notes]) {
    for (const method of typeof named === 'object' ? Object.keys(named) : []) {
      if (raw.methods[method] === undefined)
        throw new TypeError(`documented.yaml: ${raw.path} speaks of ${method}, which it does not list`);
    }
  }
  return Object.entries(raw.methods).map(([method, permissions]) => {
    if (!METHODS.includes(method)) throw new TypeError(`documented.yaml: ${raw.path} lists ${method}`);
    return {
      key: `${method} ${paths[0]}`,
      section: section.title,
      method: method as Method,
      path: raw.path,
      paths,
      versions: raw.versions,
      permissions,
      source: raw.source ?? section.source,
      absent: typeof raw.absent === 'string' ? raw.absent.replace(WHOLE, '') : raw.absent?.[method],
      notes: raw.notes?.[method],
    };
  });
}

export function readQuirks(api: URL): readonly Quirk[] {
  const raw = readYaml(api, 'quirks.yaml') as Readonly<Record<string, Omit<Quirk, 'id' | 'rows'> & { readonly rows?: readonly string[] }>>;
  return Object.entries(raw).map(([id, quirk]) => ({ id, ...quirk, documented: String(quirk.documented), rows: quirk.rows ?? [] }));
}

export function readDecisions(api: URL): readonly MusterDecision[] {
  const raw = readYaml(api, 'decisions.yaml') as Readonly<Record<string, Omit<MusterDecision, 'id'>>>;
  return Object.entries(raw).map(([id, decision]) => ({ id, ...decision }));
}

function readYaml(api: URL, name: string): unknown {
  return parse(readFileSync(new URL(name, api), 'utf8'));
}
