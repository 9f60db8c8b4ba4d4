/** Readers of single values. Each takes what a person wrote and gives a value, or says in a few words what was expected. */
import { isIP } from 'node:net';
import { isAbsolute, resolve } from 'node:path';
import { cloudNames } from '../kernel/cloud.js';
import { isGuid } from '../kernel/ids.js';
import { wireNames } from '../kernel/wire.js';
import { nearest } from './nearest.js';

/** A mistake of the person who configures; `message` is one line for them. The process exits with code 2. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

export const tenantNames = ['demo', 'docs', 'empty', 'unlicensed'] as const;
export const throttles = ['off', 'service', 'service-no-retry-after'] as const;
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;

/** What is wrong with a value, in words that follow it: `is not a text`. */
export class Refusal extends Error {}

/** @throws Refusal */
export type Reader<T> = (value: unknown) => T;

const text: Reader<string> = (value) => (typeof value === 'string' ? value : refuse('is not a text'));

/** `127.0.0.1:8080`, `localhost:0`, `[::1]:8443`, or `off`. */
export const listenAddress: Reader<{ host: string; port: number } | undefined> = (value) => {
  if (typeof value !== 'string' && typeof value !== 'number') return refuse('is not HOST:PORT or off');
  const written = String(value);
  if (written === 'off') return undefined;
  const match = /^(?:\[([^\]]*)\]|([^:[\]]+)):([0-9]{1,5})$/.exec(written.trim());
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || (match?.[1] !== undefined && isIP(host) !== 6)) {
    return refuse('is not HOST:PORT or off, for example 127.0.0.1:8080, localhost:0 or [::1]:0');
  }
  if (port > 65_535) return refuse('has a port over 65535');
  if (isIP(host) === 0 && !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(host)) return refuse('has a host that is no name or address');
  return { host: host.toLowerCase(), port };
};

/** `true` and `false`, and what environments write for them. */
export const flag: Reader<boolean> = (value) => {
  if (typeof value !== 'boolean' && typeof value !== 'string') return refuse('is not true or false');
  const written = String(value).trim().toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(written)) return true;
  if (['false', '0', 'no', 'off', ''].includes(written)) return false;
  return refuse('is not true or false');
};

/** Comma-separated, or a list in a file. */
export const textList: Reader<string[]> = (value) => {
  const items = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(items) || !items.every((item) => typeof item === 'string')) return refuse('is not a list of names');
  return items.map((item) => item.trim()).filter((item) => item !== '');
};

/** `demo,docs`, with `NAME=GUID` to bind a built-in tenant to a directory of an external issuer. */
export const tenants: Reader<{ name: string; id: string | undefined }[]> = (value) => {
  const chosen: { name: string; id: string | undefined }[] = [];
  for (const item of textList(value)) {
    const [name = '', id] = item.split(/=(.*)/s, 2);
    if (!tenantNames.some((known) => known === name)) {
      return refuse(`names the unknown tenant '${name}'${didYouMean(name, tenantNames)} Built in are ${tenantNames.join(', ')}`);
    }
    if (id !== undefined && !isGuid(id)) return refuse(`binds ${name} to '${id}', which is no GUID`);
    if (chosen.some((other) => other.name === name)) return refuse(`names ${name} twice`);
    if (id !== undefined && chosen.some((other) => other.id === id.toLowerCase())) return refuse(`binds two tenants to ${id}`);
    chosen.push({ name, id: id?.toLowerCase() });
  }
  return chosen.length === 0 ? refuse(`names no tenant. Built in are ${tenantNames.join(', ')}`) : chosen;
};

/** `embedded`, or the URL of an OpenID issuer. */
export const issuer: Reader<string> = (value) => {
  const written = text(value);
  if (written === 'embedded') return written;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '') {
    return refuse('is not embedded or the https URL of an OpenID issuer, for example https://login.microsoftonline.com/TENANT/v2.0');
  }
  return written;
};

function oneOf<T extends string>(known: readonly T[]): Reader<T> {
  return (value) => {
    const written = text(value);
    const chosen = known.find((name) => name === written.toLowerCase());
    return chosen ?? refuse(`is not one of ${known.join(', ')}${didYouMean(written, known, '.')}`);
  };
}

export const logLevel = oneOf(logLevels);
export const throttle = oneOf(throttles);
export const wire = oneOf(wireNames);
export const cloud = oneOf(cloudNames);

/** `*`, or origins of web pages: `https://portal.example,http://localhost:5173`. */
export const origins: Reader<string[] | '*'> = (value) => {
  const items = textList(value);
  if (items.length === 1 && items[0] === '*') return '*';
  return items.map((item) => {
    const url = URL.canParse(item) ? new URL(item) : undefined;
    if (url === undefined || !['https:', 'http:'].includes(url.protocol) || url.href !== `${url.origin}/`) {
      return refuse(
        `names '${item}', which is no origin such as https://portal.example or http://localhost:5173 (or * alone for every one)`,
      );
    }
    return url.origin;
  });
};

/** A path; a relative one counts from `from`: the working directory, or the directory of the file that says it. */
export const path =
  (from: string): Reader<string> =>
  (value) => {
    const written = text(value);
    if (written.trim() === '') return refuse('is empty; give a path');
    return isAbsolute(written) ? written : resolve(from, written);
  };

const UNIT_MILLIS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `30s`, `15m`, `1h`, `2d`, `-1h`, in milliseconds. @returns undefined when it is no duration */
export function parseDuration(text: string): number | undefined {
  const match = /^(-?[0-9]{1,9}(?:\.[0-9]{1,3})?)(ms|s|m|h|d)$/.exec(text.trim().toLowerCase());
  return match === null ? undefined : Math.round(Number(match[1]) * UNIT_MILLIS[match[2] as keyof typeof UNIT_MILLIS]);
}

export const duration: Reader<number> = (value) => {
  const millis = parseDuration(text(value));
  return millis === undefined || millis < 0 ? refuse('is not a duration such as 500ms, 10s or 1m') : millis;
};

/** ` Did you mean 'demo'?`, or nothing when no name is near; `before` ends the sentence in front of it. */
export function didYouMean(text: string, names: readonly string[], before = '.'): string {
  const near = nearest(text, names);
  return near === undefined ? before : `${before} Did you mean ${near}?`;
}

function refuse(what: string): never {
  throw new Refusal(what);
}
