/** `server.json` of a data directory: where the server that uses it listens, for commands that ask it. Gone when the server has ended well. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../kernel/json.js';
import type { PrivateFiles } from './data-directory.js';

const FILE = 'server.json';

interface Written {
  readonly pid: number;
  readonly http: string | undefined;
  readonly https: string | undefined;
  readonly memory: boolean;
  readonly tenants: readonly { readonly name: string; readonly id: string }[];
  readonly ca: string | undefined;
}

/** @returns takes the record away again, unless another server has written its own since */
export function writeServerRecord(files: PrivateFiles, record: Written): () => void {
  const text = `${JSON.stringify(record, null, 2)}\n`;
  files.replace(FILE, text);
  return () => {
    if (files.read(FILE) === text) files.remove(FILE);
  };
}

/** @returns undefined when there is none, or it is damaged; a server that was killed leaves one behind */
export function readServerRecord(directory: string): Written | undefined {
  const path = join(directory, FILE);
  if (!existsSync(path)) return undefined;
  let record: unknown;
  try {
    record = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
  if (!isObject(record) || typeof record.pid !== 'number' || !Array.isArray(record.tenants)) return undefined;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const tenants = record.tenants.filter(isObject).map(({ name, id }) => ({ name: String(name), id: String(id) }));
  return {
    pid: record.pid,
    http: text(record.http),
    https: text(record.https),
    memory: record.memory === true,
    tenants,
    ca: text(record.ca),
  };
}
