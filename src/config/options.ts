/** Every setting: how it is called in each source, how it is read, what it is when nobody says. */
import { resolve } from 'node:path';
import type { z } from 'zod';
import type { ListenAddress, LogLevel, TenantChoice, ThrottleChoice } from '../config.js';
import type { CloudName } from '../kernel/cloud.js';
import type { WireName } from '../kernel/wire.js';
import * as values from './values.js';

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
  readonly parse: (raw: RawValue) => T;
  readonly fallback: (workingDirectory: string) => T;
}

function option<T>(
  key: string,
  schema: z.ZodType<T> | ((from: string) => z.ZodType<T>),
  fallback: (workingDirectory: string) => T,
): Option<T> {
  return {
    key,
    fallback,
    parse({ value, origin, from }) {
      const result = (typeof schema === 'function' ? schema(from) : schema).safeParse(value);
      if (result.success) return result.data;
      throw new values.ConfigError(sentence(`${origin} ${complaint(result.error, value)}`));
    },
  };
}

export const options = {
  http: option<ListenAddress | undefined>('http', values.listenAddress, () => ({ host: '127.0.0.1', port: 8080 })),
  https: option<ListenAddress | undefined>('https', values.listenAddress, () => ({ host: '127.0.0.1', port: 8443 })),
  data: option<string>('data', values.path, (directory) => resolve(directory, '.muster')),
  memory: option<boolean>('memory', values.flag, () => false),
  tenants: option<readonly TenantChoice[]>('tenants', values.tenants, () => [
    { name: 'demo', id: undefined },
    { name: 'docs', id: undefined },
  ]),
  issuer: option<string>('issuer', values.issuer, () => 'embedded'),
  audience: option<readonly string[]>('audience', values.textList, () => []),
  tlsCert: option<string | undefined>('tlsCert', values.path, () => undefined),
  tlsKey: option<string | undefined>('tlsKey', values.path, () => undefined),
  json: option<boolean>('json', values.flag, () => false),
  log: option<LogLevel>('log', values.logLevel, () => 'warn'),
  loose: option<boolean>('loose', values.flag, () => false),
  throttle: option<ThrottleChoice>('throttle', values.throttle, () => 'off'),
  wire: option<WireName>('wire', values.wire, () => 'documented'),
  cors: option<readonly string[] | '*'>('cors', values.origins, () => []),
  cloud: option<CloudName>('cloud', values.cloud, () => 'global'),
  hostTrue: option<boolean>('hostTrue', values.flag, () => false),
  shutdown: option<number>('shutdown', values.duration, () => 10_000),
} as const;

export const optionKeys: readonly string[] = Object.keys(options);

export const flagOf = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
export const variableOf = (key: string): string => `MUSTER_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

function complaint(error: z.ZodError, value: unknown): string {
  const shown = shorten(typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)));
  return `'${shown}' ${error.issues[0]?.message ?? 'cannot be read'}`;
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function sentence(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}
