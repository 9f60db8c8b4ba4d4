/** What settings are called, and how mistakes in them are told: what every command needs, also those that read no setting. */
import { isAbsolute, resolve } from 'node:path';
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

/**
 * A path; a relative one counts from `from`: the working directory, or the directory of the file that says it. Read here and not with the others:
 * a data directory is all that most commands are told, and the library that reads the others takes as long to load as their whole question.
 * @returns the path, or what is wrong with it
 */
export function readPath(written: unknown, from: string): { readonly path: string } | { readonly fault: string } {
  if (typeof written !== 'string') return { fault: 'is not a text' };
  if (written.trim() === '') return { fault: 'is empty; give a path' };
  return { path: isAbsolute(written) ? written : resolve(from, written) };
}

const UNIT_MILLIS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `30s`, `15m`, `1h`, `2d`, `-1h`, in milliseconds. @returns undefined when it is no duration */
export function parseDuration(text: string): number | undefined {
  const match = /^(-?[0-9]{1,9}(?:\.[0-9]{1,3})?)(ms|s|m|h|d)$/.exec(text.trim().toLowerCase());
  return match === null ? undefined : Math.round(Number(match[1]) * UNIT_MILLIS[match[2] as keyof typeof UNIT_MILLIS]);
}

/** ` Did you mean 'demo'?`, or nothing when no name is near; `before` ends the sentence in front of it. */
export function didYouMean(text: string, names: readonly string[], before = '.'): string {
  const near = nearest(text, names);
  return near === undefined ? before : `${before} Did you mean ${near}?`;
}
