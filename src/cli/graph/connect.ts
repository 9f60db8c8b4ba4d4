/** Which Graph a command asks, and with which token. */
import { tenantNames } from '../../config/words.js';
import type { Config } from '../../config.js';
import { CommandFailed } from '../command-failed.js';
import type { GraphFlags } from '../commands/graph-flags.js';
import { settings } from '../commands/settings.js';
import type { Composition, RunningTenant, ServerRecord, Terminal } from '../composition.js';
import { alive } from './alive.js';
import { askToken } from './ask-token.js';
import { type ClientOptions, createClient, type GraphClient } from './client.js';

export interface Connection {
  readonly client: GraphClient;
  readonly base: URL;
  readonly token: string;
  /** `demo at http://127.0.0.1:8080`. */
  readonly name: string;
  /** Whether the muster functions and the preview are there. */
  readonly muster: boolean;
  /** Which tenant of which service: a second run on the same one is told by it. */
  readonly identity: string;
  close(): Promise<void>;
}

const USAGE = 2;

/** The hosts of the service itself, of all its clouds: asking them what they are would be a waste. */
export const SERVICE = /(?:^|\.)(?:graph\.microsoft\.(?:com|us|de)|dod-graph\.microsoft\.us|microsoftgraph\.chinacloudapi\.cn)$/;

/**
 * A server that is named, or the one that runs on the data directory, or, where none runs, one inside this process.
 * @throws CommandFailed, ConfigError
 */
export async function connect(flags: GraphFlags, composition: Composition, terminal: Terminal): Promise<Connection> {
  const { url, graph, tenant } = flags;
  if (url !== undefined && graph !== undefined) throw new CommandFailed('--url and --graph exclude each other: name one Graph.', USAGE);
  const config = await settings({ data: flags.data, config: flags.config }, terminal);
  const note = flags.quiet === true ? () => undefined : (message: string) => terminal.error(`muster: ${message}\n`);
  const given = flags.token ?? (tenant === undefined ? terminal.environment.MUSTER_TOKEN : undefined);
  const own = given === '' ? undefined : given;
  const named = url ?? graph;
  if (named !== undefined) return await connectTo(addressOf(named, url === undefined ? '--graph' : '--url'), own, tenant);

  const server = await composition.runningServer(config);
  const address = server?.http ?? server?.https;
  if (server !== undefined && address !== undefined && alive(server)) {
    const ca = server.http === undefined ? await authority(server.ca) : undefined;
    const chosen = own === undefined ? choose(tenant, server.tenants) : undefined;
    const base = new URL(address);
    const token = own ?? (await tokenFor(base, chosen?.id ?? '', ca));
    const client = createClient({ base, token, ca, note });
    return { ...connection(client, base, token, chosen?.name, true), close: async () => client.close() };
  }
  return await connectInside(config, tenant, server);

  async function tokenFor(base: URL, tenantId: string, ca: string | undefined): Promise<string> {
    const known = await composition.demoClient(config);
    const asked = known === undefined ? undefined : await askToken(base, tenantId, known, ca);
    return asked ?? (await mint(config, tenantId, composition, note));
  }

  async function connectTo(base: URL, token: string | undefined, wanted: string | undefined): Promise<Connection> {
    const record = await composition.runningServer(config);
    const mine =
      record !== undefined && [record.http, record.https].some((known) => known !== undefined && new URL(known).origin === base.origin);
    if (token === undefined && !isLoopbackAddress(base)) {
      throw new CommandFailed(`${base.origin} needs a token: --token TOKEN, or the environment variable MUSTER_TOKEN.`, USAGE);
    }
    const tenants = mine ? record.tenants : (await composition.listTenants(config)).map(({ name, id }) => ({ name, id }));
    const chosen = token === undefined ? choose(wanted, tenants) : undefined;
    const ca = mine && base.protocol === 'https:' ? await authority(record.ca) : undefined;
    const bearer = token ?? (await tokenFor(base, chosen?.id ?? '', ca));
    const client = createClient({ base, token: bearer, ca, note });
    const muster = !SERVICE.test(base.hostname) && (await isMuster(base, bearer, ca));
    return { ...connection(client, base, bearer, chosen?.name, muster), close: async () => client.close() };
  }

  async function connectInside(settled: Config, wanted: string | undefined, left: ServerRecord | undefined): Promise<Connection> {
    const tenants = await composition.listTenants(settled);
    if (tenants.length === 0) {
      throw new CommandFailed(
        left?.memory === true
          ? `The server of ${settled.data} has ended, and its tenants, which were in memory, with it. Start it: muster serve.`
          : `No server runs on ${settled.data}, and it holds no tenant. Start one (muster serve), name one (--url), or see muster doctor.`,
      );
    }
    const chosen = choose(wanted, tenants);
    note(`No server runs on ${settled.data}: its database is opened for this command.`);
    const running = await serveHere(composition, {
      ...settled,
      http: { host: '127.0.0.1', port: 0 },
      https: undefined,
      memory: false,
      // Those that people have made are served anyway.
      tenants: tenantNames.some((name) => name === chosen.name) ? [{ name: chosen.name, id: chosen.id }] : [],
      issuer: 'embedded',
      log: 'error',
      throttle: 'off',
    });
    try {
      const base = new URL(running.http ?? '');
      const token = own ?? (await tokenFor(base, chosen.id, undefined));
      const client = createClient({ base, token, note });
      return {
        ...connection(client, base, token, chosen.name, true),
        name: `${chosen.name} in ${settled.data}`,
        close: async () => {
          client.close();
          await running.close();
        },
      };
    } catch (error) {
      await running.close();
      throw error;
    }
  }
}

async function serveHere(composition: Composition, config: Config): Promise<Awaited<ReturnType<Composition['serve']>>> {
  try {
    return await composition.serve(config);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'StorageError' && 'fault' in error && error.fault === 'inUse')) throw error;
    throw new CommandFailed(
      `${config.data} is in use: a server is just starting there, or another command has it open. Try again in a moment.`,
    );
  }
}

/** @param tenant by its name, where that is known */
function connection(client: GraphClient, base: URL, token: string, tenant: string | undefined, muster: boolean): Omit<Connection, 'close'> {
  const { origin } = client;
  const id = tenant ?? tenantOf(token);
  return {
    client,
    base,
    token,
    name: id === undefined ? origin : `${id} at ${origin}`,
    muster,
    identity: `${tenantOf(token) ?? id ?? ''}@${muster ? 'muster' : origin}`,
  };
}

/** The tenant that a token says it is for; read to name it, never believed. */
export function tenantOf(token: string): string | undefined {
  try {
    const { tid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { readonly tid?: unknown };
    return typeof tid === 'string' ? tid : undefined;
  } catch {
    return undefined;
  }
}

async function mint(config: Config, tenant: string, composition: Composition, note: (message: string) => void): Promise<string> {
  const wanted = { tenant, roles: undefined, scopes: undefined, user: undefined, app: undefined, lifetimeMillis: 3_600_000 };
  const { token, notes } = await composition.mintToken(config, wanted);
  notes.forEach(note);
  return token;
}

/** The tenant that is meant; never a guess. */
function choose(wanted: string | undefined, tenants: readonly RunningTenant[]): RunningTenant {
  const names = tenants.map(({ name }) => name).join(', ');
  const [only] = tenants;
  if (wanted === undefined) {
    if (only === undefined) throw new CommandFailed('Say which tenant: --tenant NAME, or give its token with --token.', USAGE);
    if (tenants.length > 1) throw new CommandFailed(`Say which tenant with --tenant: there are ${names}.`, USAGE);
    return only;
  }
  const text = wanted.toLowerCase();
  const found = tenants.find(({ name }) => name.toLowerCase() === text) ?? tenants.find(({ id }) => id.toLowerCase() === text);
  // A server elsewhere may have tenants that are not known here.
  if (found === undefined && tenants.length === 0) return { name: wanted, id: wanted };
  if (found === undefined) throw new CommandFailed(`There is no tenant '${wanted}'. There are ${names}.`, USAGE);
  return found;
}

export function addressOf(text: string, flag: string): URL {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol)) {
    throw new CommandFailed(`${flag} '${text}' is not an address such as https://graph.microsoft.com or http://127.0.0.1:8080.`, USAGE);
  }
  address.pathname = address.pathname.replace(/\/(?:beta|v1\.0)\/?$/, '/');
  return address;
}

function isLoopbackAddress({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}

export async function authority(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const { readFile } = await import('node:fs/promises');
  return await readFile(path, 'utf8').catch(() => undefined);
}

/** A Muster refuses a preview of nothing in its own words; every other Graph has no such thing. */
export async function isMuster(base: URL, token: ClientOptions['token'], ca: string | undefined): Promise<boolean> {
  const client = createClient({ base, token, ca });
  try {
    await client.call('POST', '/muster/preview', { requests: [] });
    return true;
  } catch (error) {
    const { GraphRefused } = await import('./refused.js');
    if (!(error instanceof GraphRefused)) throw error;
    // Whom the token does not open the door learns it from the question itself.
    return error.status === 401 || error.status === 403 || /Invalid preview/.test(error.message);
  } finally {
    client.close();
  }
}

/** @throws CommandFailed where the service itself is asked for what Muster alone can say */
export function requireMuster({ muster, client }: Connection, what: string): void {
  if (muster) return;
  throw new CommandFailed(
    `${what} is worked out by Muster, and ${client.origin} is none. Bring the tenant here first (muster help import), then ask the same of it.`,
  );
}
