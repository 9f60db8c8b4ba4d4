/** Every setting: how it is called in each source, how it is read, what it is when nobody says. */
import { resolve } from 'node:path';
import type { z } from 'zod';
import type { ListenAddress, LogLevel, TenantChoice, ThrottleChoice } from '../config.js';
import type { CloudName } from '../kernel/cloud.js';
import type { WireName } from '../kernel/wire.js';
import { ConfigError, readPath } from './words.js';

/** Loaded where a setting is given that they read: most commands are given none, and loading them takes long. */
type Values = typeof import('./values.js');

/** A value as a source gives it, with the name under which a person wrote it there. */
export interface RawValue {
  readonly value: unknown;
  /** `--http`, `MUSTER_HTTP`, `muster.yaml: http`. */
  readonly origin: string;
  /** Directory that relative paths count from. */
  readonly from: string;
}

export interface Option<T> {
  /** Name in files and of the parsed flag; the flag itself is its kebab-case, the variable its `MUSTER_` upper snake case. */
  readonly key: string;
  readonly parse: (raw: RawValue) => Promise<T>;
  readonly fallback: (workingDirectory: string) => T;
}

function option<T>(key: string, schema: (values: Values) => z.ZodType<T>, fallback: (workingDirectory: string) => T): Option<T> {
  return {
    key,
    fallback,
    async parse({ value, origin }) {
      const result = schema(await import('./values.js')).safeParse(value);
      if (result.success) return result.data;
      throw new ConfigError(complaint(origin, value, result.error.issues[0]?.message));
    },
  };
}

function pathOption<T extends string | undefined>(key: string, fallback: (workingDirectory: string) => T): Option<T | string> {
  return {
    key,
    fallback,
    async parse({ value, origin, from }) {
      const read = readPath(value, from);
      if ('path' in read) return read.path;
      throw new ConfigError(complaint(origin, value, read.fault));
    },
  };
}

export const options = {
  http: option<ListenAddress | undefined>(
    'http',
    (values) => values.listenAddress,
    () => ({ host: '127.0.0.1', port: 8080 }),
  ),
  https: option<ListenAddress | undefined>(
    'https',
    (values) => values.listenAddress,
    () => ({ host: '127.0.0.1', port: 8443 }),
  ),
  data: pathOption('data', (directory) => resolve(directory, '.muster')),
  memory: option<boolean>(
    'memory',
    (values) => values.flag,
    () => false,
  ),
  tenants: option<readonly TenantChoice[]>(
    'tenants',
    (values) => values.tenants,
    () => [
      { name: 'demo', id: undefined },
      { name: 'docs', id: undefined },
    ],
  ),
  issuer: option<string>(
    'issuer',
    (values) => values.issuer,
    () => 'embedded',
  ),
  audience: option<readonly string[]>(
    'audience',
    (values) => values.textList,
    () => [],
  ),
  tlsCert: pathOption('tlsCert', () => undefined),
  tlsKey: pathOption('tlsKey', () => undefined),
  json: option<boolean>(
    'json',
    (values) => values.flag,
    () => false,
  ),
  log: option<LogLevel>(
    'log',
    (values) => values.logLevel,
    () => 'warn',
  ),
  loose: option<boolean>(
    'loose',
    (values) => values.flag,
    () => false,
  ),
  throttle: option<ThrottleChoice>(
    'throttle',
    (values) => values.throttle,
    () => 'off',
  ),
  wire: option<WireName>(
    'wire',
    (values) => values.wire,
    () => 'documented',
  ),
  cors: option<readonly string[] | '*'>(
    'cors',
    (values) => values.origins,
    () => [],
  ),
  cloud: option<CloudName>(
    'cloud',
    (values) => values.cloud,
    () => 'global',
  ),
  hostTrue: option<boolean>(
    'hostTrue',
    (values) => values.flag,
    () => false,
  ),
  shutdown: option<number>(
    'shutdown',
    (values) => values.duration,
    () => 10_000,
  ),
} as const;

export const optionKeys: readonly string[] = Object.keys(options);

export const flagOf = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
export const variableOf = (key: string): string => `MUSTER_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

function complaint(origin: string, value: unknown, fault = 'cannot be read'): string {
  const shown = shorten(typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)));
  return sentence(`${origin} '${shown}' ${fault}`);
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function sentence(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}
