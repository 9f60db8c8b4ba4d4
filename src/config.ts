/** Flags, environment and file become one Config; every mistake becomes one line that says what to write instead. */
import { isIP, isIPv4 } from 'node:net';
import { type Option, options, type RawValue } from './config/options.js';
import { readSources, type SourceInput } from './config/sources.js';
import { ConfigError } from './config/words.js';
import type { CloudName } from './kernel/cloud.js';
import type { WireName } from './kernel/wire.js';

export { ConfigError } from './config/words.js';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** `service-no-retry-after`: the same limits, and 429 does not say when to come back. */
export type ThrottleChoice = 'off' | 'service' | 'service-no-retry-after';

export interface ListenAddress {
  readonly host: string;
  /** 0 asks for a free one. */
  readonly port: number;
}

/** A built-in tenant to start with. `id` binds it to a directory id of an external issuer. */
export interface TenantChoice {
  readonly name: string;
  readonly id: string | undefined;
}

export interface Config {
  /** Undefined: off. */
  readonly http: ListenAddress | undefined;
  readonly https: ListenAddress | undefined;
  /** Absolute path of the data directory. */
  readonly data: string;
  /** Keep the state in memory; only certificates, keys and the demo client's secret are in `data`. */
  readonly memory: boolean;
  readonly tenants: readonly TenantChoice[];
  /** `embedded`, or the URL of an OpenID issuer. */
  readonly issuer: string;
  /** Values of `aud` accepted besides those of Microsoft Graph. */
  readonly audience: readonly string[];
  /** Absolute paths of PEM files; undefined: the development CA. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly json: boolean;
  readonly log: LogLevel;
  /** Accept references to things that do not exist. */
  readonly loose: boolean;
  /** Whose limits on requests hold: nobody's, or those of the service. */
  readonly throttle: ThrottleChoice;
  /** Whose answers are given where documentation and service differ. */
  readonly wire: WireName;
  /** Origins of web pages whose requests a browser lets through; `*` is every one. */
  readonly cors: readonly string[] | '*';
  /** Whose audiences are accepted and whose names the embedded issuer uses. */
  readonly cloud: CloudName;
  /** Contexts, links and discovered endpoints name the hosts of the cloud in place of this server's. */
  readonly hostTrue: boolean;
  /** How long a shutdown waits for requests in flight. */
  readonly shutdownMillis: number;
}

export interface LoadedConfig {
  readonly config: Config;
  /** One line each: what was ignored and why. */
  readonly warnings: readonly string[];
}

/**
 * Precedence: flags, then environment (`MUSTER_HTTP`, …), then the file (`--config`, `MUSTER_CONFIG`, or `muster.json` / `muster.yaml` in
 * the working directory), then defaults.
 *
 * @throws ConfigError whose message names the flag, variable or key at fault and what it may be
 */
export async function loadConfig(input: SourceInput): Promise<LoadedConfig> {
  const { values, warnings } = await readSources(input);
  const read = async <T>(option: Option<T>): Promise<T> => {
    const given: RawValue | undefined = values.get(option.key);
    return given === undefined ? option.fallback(input.workingDirectory) : await option.parse(given);
  };
  const cert = await read(options.tlsCert);
  const key = await read(options.tlsKey);
  const config: Config = {
    http: await read(options.http),
    https: await read(options.https),
    data: await read(options.data),
    memory: await read(options.memory),
    tenants: await read(options.tenants),
    issuer: await read(options.issuer),
    audience: await read(options.audience),
    tls: cert === undefined || key === undefined ? undefined : { cert, key },
    json: await read(options.json),
    log: await read(options.log),
    loose: await read(options.loose),
    throttle: await read(options.throttle),
    wire: await read(options.wire),
    cors: await read(options.cors),
    cloud: await read(options.cloud),
    hostTrue: await read(options.hostTrue),
    shutdownMillis: await read(options.shutdown),
  };
  if ((cert === undefined) !== (key === undefined)) {
    throw new ConfigError(`--tls-cert and --tls-key belong together: give ${cert === undefined ? '--tls-cert' : '--tls-key'} too.`);
  }
  if (config.http === undefined && config.https === undefined) {
    throw new ConfigError('Both --http and --https are off: there is nothing to listen on. Leave one of them on.');
  }
  requireLoopback(config, 'http');
  requireLoopback(config, 'https');
  return { config, warnings };
}

/** The embedded issuer hands out tokens to whoever asks with the demo client's secret: it stays on this machine. */
function requireLoopback({ issuer, ...config }: Config, scheme: 'http' | 'https'): void {
  const address = config[scheme];
  if (issuer !== 'embedded' || address === undefined || isLoopback(address.host)) return;
  throw new ConfigError(
    `--${scheme} ${address.host}: the embedded issuer listens on loopback alone. To serve other machines, name the issuer whose tokens you trust: --issuer https://login.microsoftonline.com/TENANT/v2.0.`,
  );
}

export function isLoopback(host: string): boolean {
  if (isIP(host) === 0) return host === 'localhost';
  return isIPv4(host) ? host.startsWith('127.') : host === '::1';
}
