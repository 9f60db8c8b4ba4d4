/**
 * Muster as a client meets it: the composition root, real sockets on free loopback ports, its own tenants and its own tokens. Everything
 * lives in a directory of its own, which goes when the server does.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importSigningKeys, type SigningKeys } from '../../src/auth/keys.js';
import { loadConfig } from '../../src/config.js';
import { mintToken, start } from '../../src/main.js';

export type StoreKind = 'memory' | 'sqlite';
export const storeKinds: readonly StoreKind[] = ['memory', 'sqlite'];

export interface TokenWanted {
  /** Name or id; `docs` when absent. */
  readonly tenant?: string;
  /** Application permissions; every one of the area when neither these nor `scopes` are given. */
  readonly roles?: readonly string[];
  /** Delegated permissions, of `user` or of the tenant's administrator. */
  readonly scopes?: readonly string[];
  readonly user?: string;
  readonly lifetimeMillis?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

export interface WireServer {
  /** `http://127.0.0.1:PORT` */
  readonly http: string;
  /** `https://127.0.0.1:PORT` */
  readonly https: string;
  /** `https://localhost:PORT`: the name that the Azure clients are given. */
  readonly localhost: string;
  /** Path of the development CA's certificate. */
  readonly ca: string;
  readonly client: { readonly id: string; readonly secret: string };
  /** The id of a tenant. */
  tenant(name: string): string;
  token(wanted?: TokenWanted): Promise<string>;
  /** The issuer's signing keys, for tokens that it would not make. */
  keys(): Promise<SigningKeys>;
  /** One request over http; a path without version is beta's. Without `authorization` among the headers it carries `token`, else one of `docs`. */
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>, token?: string): Promise<Answer>;
  close(): Promise<void>;
}

/** Memory, or SQLite in a temporary directory. `more` are further flags of the command line. */
export async function startMuster(
  kind: StoreKind,
  tenants = 'demo,docs,empty',
  more: Readonly<Record<string, unknown>> = {},
): Promise<WireServer> {
  const data = mkdtempSync(join(tmpdir(), 'muster-wire-'));
  const { config } = await loadConfig({
    flags: { http: '127.0.0.1:0', https: '127.0.0.1:0', data, memory: kind === 'memory', tenants, log: 'error', ...more },
    environment: {},
    workingDirectory: data,
  });
  const running = await start(config);
  const { http, https, client, caCertificate } = running;
  if (http === undefined || https === undefined || client === undefined || caCertificate === undefined) {
    throw new Error('the server says less than it should');
  }
  const tokens = new Map<string, Promise<string>>();
  const token = ({ tenant = 'docs', roles, scopes, user, lifetimeMillis = 3_600_000 }: TokenWanted = {}) => {
    const wanted = { tenant, roles, scopes, user, app: undefined, lifetimeMillis };
    const key = JSON.stringify(wanted);
    const made = tokens.get(key) ?? mintToken(config, wanted).then((result) => result.token);
    tokens.set(key, made);
    return made;
  };
  return {
    http,
    https,
    localhost: `https://localhost:${new URL(https).port}`,
    ca: caCertificate,
    client,
    tenant: (name) => running.tenants.find((tenant) => tenant.name === name)?.id ?? name,
    token,
    async keys() {
      const state = JSON.parse(readFileSync(join(data, 'issuer.json'), 'utf8')) as { signing: unknown };
      return importSigningKeys(state.signing);
    },
    call: async (method, path, body, headers = {}, bearer) =>
      call(http, method, path, body, { authorization: `Bearer ${bearer ?? (await token())}`, ...headers }),
    async close() {
      await running.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function call(
  origin: string,
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const url = /^\/+(?:beta|v1\.0)(?:[/?]|$)/i.test(path) || path.startsWith('!') ? path.replace(/^!/, '') : `/beta${path}`;
  const response = await fetch(origin + url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? null : typeof body === 'string' || body instanceof Uint8Array ? (body as never) : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text === '' ? undefined : JSON.parse(text) };
}
