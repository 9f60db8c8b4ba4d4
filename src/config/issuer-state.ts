/** What the embedded issuer keeps between starts: its signing keys and the demo client's secret, in `issuer.json`. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject } from '../kernel/json.js';
import type { PrivateFiles } from './data-directory.js';
import { ConfigError } from './words.js';

const FILE = 'issuer.json';

export interface IssuerState {
  /** Signing keys as they were serialised. */
  readonly keys: JsonObject;
  readonly clientSecret: string;
  /** Signs the page tokens of lists, so that a next link outlives a restart. */
  readonly skipTokenKey: Uint8Array;
}

/**
 * Reads the state, or makes it on the first start; of two processes that start at once, both get what the first one made.
 *
 * @param createKeys makes signing keys as plain JSON
 * @throws ConfigError when the file is damaged
 */
export async function loadIssuerState(files: PrivateFiles, createKeys: () => Promise<object>): Promise<IssuerState> {
  const stored = files.read(FILE);
  if (stored !== undefined) return parse(stored, files);
  const made = {
    signing: await createKeys(),
    clientSecret: randomBytes(30).toString('base64url'),
    skipTokenKey: randomBytes(32).toString('base64url'),
  };
  return parse(files.createOnce(FILE, `${JSON.stringify(made, null, 2)}\n`), files);
}

/** The demo client's secret, where a server has made one. @throws ConfigError when the file is damaged */
export function readClientSecret(directory: string): string | undefined {
  const path = join(directory, FILE);
  if (!existsSync(path)) return undefined;
  return parse(readFileSync(path, 'utf8'), { path: () => path }).clientSecret;
}

function parse(text: string, files: Pick<PrivateFiles, 'path'>): IssuerState {
  const state = parsed(text);
  if (isObject(state)) {
    const { signing, clientSecret, skipTokenKey } = state;
    if (isObject(signing) && isText(clientSecret) && isText(skipTokenKey)) {
      return { keys: signing, clientSecret, skipTokenKey: Buffer.from(skipTokenKey, 'base64url') };
    }
  }
  throw new ConfigError(
    `${files.path(FILE) ?? FILE} is damaged. Delete it: new signing keys and a new client secret are made at the next start.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
