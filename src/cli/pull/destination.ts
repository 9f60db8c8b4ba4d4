/** Where a pull goes: a tenant of the data directory, or of a running Muster. */
import { isBuiltIn } from '../../app/prepare-tenants.js';
import { CommandFailed } from '../command-failed.js';
import { settings } from '../commands/settings.js';
import type { Composition, ImportTarget, Terminal } from '../composition.js';
import { alive } from '../graph/alive.js';
import { addressOf } from '../graph/connect.js';

export interface DestinationFlags {
  readonly tenant?: string;
  readonly url?: string;
  readonly urlToken?: string;
  readonly data?: string;
  readonly config?: string;
}

export interface Destination {
  /** Whatever can be known beforehand is right; this makes the tenant where it does not exist, and opens it. */
  open(): Promise<ImportTarget>;
}

const USAGE = 2;

/** @throws CommandFailed, ConfigError for what would not do */
export async function destinationOf(flags: DestinationFlags, composition: Composition, terminal: Terminal): Promise<Destination> {
  const { tenant, url } = flags;
  const token = flags.urlToken ?? terminal.environment.MUSTER_URL_TOKEN;
  if (flags.urlToken !== undefined && url === undefined) throw new CommandFailed('--url-token goes with --url.', USAGE);
  if (tenant === undefined && (url === undefined || token === undefined)) {
    throw new CommandFailed('Say where it goes: --tenant NAME, --url ADDRESS with --url-token TOKEN, or --out FILE.', USAGE);
  }
  const config = await settings({ data: flags.data, config: flags.config }, terminal);
  const { remoteTarget } = await import('../import/remote.js');
  if (url !== undefined) {
    const address = addressOf(url, '--url');
    return { open: async () => remoteTarget(address, token ?? (await mint(tenant ?? ''))) };
  }
  const wanted = tenant ?? '';
  const server = await composition.runningServer(config);
  const running = server === undefined || !alive(server) ? undefined : (server.http ?? server.https);
  if (server !== undefined && running !== undefined) {
    const served = server.tenants.find(({ name, id }) => name === wanted || id === wanted.toLowerCase());
    if (served === undefined) {
      const names = server.tenants.map(({ name }) => name).join(', ');
      throw new CommandFailed(
        `The server that runs on ${config.data} has no tenant '${wanted}', only ${names}. Stop it, and the pull makes the tenant; or name another data directory with --data.`,
        USAGE,
      );
    }
    return {
      open: async () => ({ ...remoteTarget(new URL(running), await mint(served.id)), name: `tenant ${served.name} of ${running}` }),
    };
  }
  return { open: async () => await openInside() };

  async function mint(of: string): Promise<string> {
    const request = { tenant: of, roles: undefined, scopes: undefined, user: undefined, app: undefined, lifetimeMillis: 12 * 3_600_000 };
    return (await composition.mintToken(config, request)).token;
  }

  async function openInside(): Promise<ImportTarget> {
    const known = (await composition.listTenants(config)).some(({ name, id }) => name === wanted || id === wanted.toLowerCase());
    if (!known && !isBuiltIn(wanted)) {
      const tenants = await composition.openTenants(config);
      try {
        await tenants.create(wanted, {});
      } finally {
        await tenants.close();
      }
    }
    return await composition.openImport(config, wanted);
  }
}
