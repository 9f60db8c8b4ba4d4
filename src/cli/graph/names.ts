/** Names and ids of things of a tenant, each way. A name that several things have is never guessed. */
import { nearest } from '../../config/nearest.js';
import { isGuid } from '../../kernel/ids.js';
import type { JsonObject } from '../../kernel/json.js';
import { CommandFailed } from '../command-failed.js';
import { printable } from '../render/table.js';
import type { GraphClient } from './client.js';
import { GraphRefused } from './refused.js';

/** What kind of thing, where it is listed, and which of its properties people call its name. */
export interface Kind {
  readonly word: string;
  readonly path: string;
  readonly names: readonly string[];
  readonly select: string;
  /** What tells two things of one name apart. */
  readonly distinguish: readonly string[];
}

export const kinds = {
  device: {
    word: 'device',
    path: '/deviceManagement/managedDevices',
    names: ['deviceName'],
    select: 'id,deviceName,userPrincipalName,operatingSystem,serialNumber',
    distinguish: ['userPrincipalName', 'operatingSystem', 'serialNumber'],
  },
  policy: {
    word: 'configuration',
    path: '/deviceManagement/deviceConfigurations',
    names: ['displayName'],
    select: 'id,displayName',
    distinguish: ['@odata.type'],
  },
  group: {
    word: 'group',
    path: '/groups',
    names: ['displayName'],
    select: 'id,displayName',
    distinguish: [],
  },
  user: {
    word: 'user',
    path: '/users',
    names: ['userPrincipalName', 'displayName'],
    select: 'id,displayName,userPrincipalName',
    distinguish: ['userPrincipalName'],
  },
} as const satisfies Record<string, Kind>;

export interface Named {
  readonly id: string;
  readonly name: string;
  readonly row: JsonObject;
}

const USAGE = 2;
const MOST_LISTED = 20;
const MOST_PREFIX = 64;

export const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
export const filterOption = (expression: string) => `$filter=${encodeURIComponent(expression)}`;

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Everything of a kind that has this name or id. */
export async function findAll(client: GraphClient, kind: Kind, wanted: string): Promise<readonly Named[]> {
  if (isGuid(wanted)) {
    const found = await byId(client, kind, wanted);
    if (found !== undefined) return [found];
  }
  const condition = kind.names.map((name) => `${name} eq ${quoted(wanted)}`).join(' or ');
  const rows = await client.rows(`${kind.path}?${filterOption(condition)}&$select=${kind.select}`);
  return rows.map((row) => asNamed(kind, row));
}

/** The one thing that is meant. @throws CommandFailed (exit code 2) that lists those of one name, or names the nearest where there is none */
export async function findOne(client: GraphClient, kind: Kind, wanted: string): Promise<Named> {
  return theOne(client, [kind], wanted, await findAll(client, kind, wanted));
}

/** @param found by whatever way, of any of the kinds */
export async function theOne<T extends Named>(
  client: GraphClient,
  asked: readonly Kind[],
  wanted: string,
  found: readonly T[],
): Promise<T> {
  const [only] = found;
  const word = asked.map((kind) => kind.word).join(' or ');
  if (only === undefined) {
    const near = await nearestName(client, asked, wanted);
    const hint = near === undefined ? ' Give its id, or its name as it is written.' : ` Did you mean '${near}'?`;
    throw new CommandFailed(printable(`There is no ${word} '${wanted}'.${hint}`), USAGE);
  }
  if (found.length === 1) return only;
  const lines = found.slice(0, MOST_LISTED).map(({ id, name, row }) => printable(`  ${id}  ${name}${told(asked, row)}`));
  if (found.length > MOST_LISTED) lines.push(`  and ${found.length - MOST_LISTED} more`);
  throw new CommandFailed(
    `'${printable(wanted)}' names ${found.length} things: give the id of the one you mean.\n${lines.join('\n')}`,
    USAGE,
  );
}

function told(asked: readonly Kind[], row: JsonObject): string {
  const properties = [...new Set(asked.flatMap(({ distinguish }) => distinguish))];
  const values = properties.map((property) => textOf(row[property]).replace('#microsoft.graph.', '')).filter((value) => value !== '');
  return values.length === 0 ? '' : `  (${values.join(', ')})`;
}

async function byId(client: GraphClient, kind: Kind, id: string): Promise<Named | undefined> {
  try {
    return asNamed(kind, await client.get(`${kind.path}/${id}?$select=${kind.select}`));
  } catch (error) {
    if (error instanceof GraphRefused && error.status === 404) return undefined;
    throw error;
  }
}

export function asNamed(kind: Kind, row: JsonObject): Named {
  return { id: textOf(row.id), name: textOf(row[kind.names.at(-1) ?? '']) || textOf(row[kind.names[0] ?? '']), row };
}

/** Of the things that begin as it does, the longer the better: of a million names a page is all that is read. */
export async function nearestName(client: GraphClient, asked: readonly Kind[], wanted: string): Promise<string | undefined> {
  const text = wanted.trim().slice(0, MOST_PREFIX);
  const lengths = new Set([text.length, text.length - 1, text.length - 2, Math.ceil(text.length / 2), 3, 1].filter((length) => length > 0));
  for (const length of [...lengths].sort((a, b) => b - a)) {
    const near = nearest(wanted, await namesFrom(client, asked, text.slice(0, length)));
    if (near !== undefined) return near;
  }
  return undefined;
}

async function namesFrom(client: GraphClient, asked: readonly Kind[], beginning: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (const kind of asked) {
    for (const name of kind.names) {
      const path = `${kind.path}?${filterOption(`startswith(${name},${quoted(beginning)})`)}&$select=${name}&$top=200`;
      try {
        const { value } = await client.get(path);
        if (Array.isArray(value)) for (const row of value as readonly JsonObject[]) names.push(textOf(row[name]));
      } catch (error) {
        // A hint is not worth an error of its own.
        if (!(error instanceof GraphRefused)) throw error;
      }
    }
  }
  return names;
}
