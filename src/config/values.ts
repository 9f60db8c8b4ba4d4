/** Readers of single values. Each takes what a person wrote and gives a value, or says in a few words what was expected. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { cloudNames } from '../kernel/cloud.js';
import { isGuid } from '../kernel/ids.js';
import { wireNames } from '../kernel/wire.js';
import { didYouMean, logLevels, parseDuration, tenantNames, throttles } from './words.js';

const text = z.string({ error: 'is not a text' });

/** `127.0.0.1:8080`, `localhost:0`, `[::1]:8443`, or `off`. */
export const listenAddress = z.union([z.string(), z.number()], { error: 'is not HOST:PORT or off' }).transform((value, context) => {
  const text = String(value);
  if (text === 'off') return undefined;
  const match = /^(?:\[([^\]]*)\]|([^:[\]]+)):([0-9]{1,5})$/.exec(text.trim());
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || (match?.[1] !== undefined && isIP(host) !== 6)) {
    return refuse(context, `is not HOST:PORT or off, for example 127.0.0.1:8080, localhost:0 or [::1]:0`);
  }
  if (port > 65_535) return refuse(context, 'has a port over 65535');
  if (isIP(host) === 0 && !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(host))
    return refuse(context, 'has a host that is no name or address');
  return { host: host.toLowerCase(), port };
});

/** `true` and `false`, and what environments write for them. */
export const flag = z.union([z.boolean(), z.string()], { error: 'is not true or false' }).transform((value, context) => {
  const text = String(value).trim().toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(text)) return true;
  if (['false', '0', 'no', 'off', ''].includes(text)) return false;
  return refuse(context, 'is not true or false');
});

const list = z
  .union([z.string(), z.array(z.string())], { error: 'is not a list of names' })
  .transform((value) => (typeof value === 'string' ? value.split(',') : value).map((item) => item.trim()).filter((item) => item !== ''));

/** Comma-separated, or a list in a file. */
export const textList = list.pipe(z.array(z.string()));

/** `demo,docs`, with `NAME=GUID` to bind a built-in tenant to a directory of an external issuer. */
export const tenants = list.transform((items, context) => {
  const chosen: { name: string; id: string | undefined }[] = [];
  for (const item of items) {
    const [name = '', id] = item.split(/=(.*)/s, 2);
    if (!tenantNames.some((known) => known === name)) {
      return refuse(context, `names the unknown tenant '${name}'${didYouMean(name, tenantNames)} Built in are ${tenantNames.join(', ')}`);
    }
    if (id !== undefined && !isGuid(id)) return refuse(context, `binds ${name} to '${id}', which is no GUID`);
    if (chosen.some((other) => other.name === name)) return refuse(context, `names ${name} twice`);
    if (id !== undefined && chosen.some((other) => other.id === id.toLowerCase())) return refuse(context, `binds two tenants to ${id}`);
    chosen.push({ name, id: id?.toLowerCase() });
  }
  return chosen.length === 0 ? refuse(context, `names no tenant. Built in are ${tenantNames.join(', ')}`) : chosen;
});

/** `embedded`, or the URL of an OpenID issuer. */
export const issuer = text.transform((written, context) => {
  if (written === 'embedded') return written;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '') {
    return refuse(
      context,
      'is not embedded or the https URL of an OpenID issuer, for example https://login.microsoftonline.com/TENANT/v2.0',
    );
  }
  return written;
});

export const logLevel = text.transform((written, context) => {
  const level = logLevels.find((known) => known === written.toLowerCase());
  return level ?? refuse(context, `is not one of ${logLevels.join(', ')}${didYouMean(written, logLevels, '.')}`);
});

export const throttle = text.transform((written, context) => {
  const chosen = throttles.find((known) => known === written.toLowerCase());
  return chosen ?? refuse(context, `is not one of ${throttles.join(', ')}${didYouMean(written, throttles, '.')}`);
});

export const wire = text.transform((written, context) => {
  const chosen = wireNames.find((known) => known === written.toLowerCase());
  return chosen ?? refuse(context, `is not one of ${wireNames.join(', ')}${didYouMean(written, wireNames, '.')}`);
});

export const cloud = text.transform((written, context) => {
  const chosen = cloudNames.find((known) => known === written.toLowerCase());
  return chosen ?? refuse(context, `is not one of ${cloudNames.join(', ')}${didYouMean(written, cloudNames, '.')}`);
});

/** `*`, or origins of web pages: `https://portal.example,http://localhost:5173`. */
export const origins = list.transform((items, context) => {
  if (items.length === 1 && items[0] === '*') return '*' as const;
  const chosen: string[] = [];
  for (const item of items) {
    const url = URL.canParse(item) ? new URL(item) : undefined;
    if (url === undefined || !['https:', 'http:'].includes(url.protocol) || url.href !== `${url.origin}/`) {
      return refuse(
        context,
        `names '${item}', which is no origin such as https://portal.example or http://localhost:5173 (or * alone for every one)`,
      );
    }
    chosen.push(url.origin);
  }
  return chosen;
});

export const duration = text.transform((written, context) => {
  const millis = parseDuration(written);
  return millis === undefined || millis < 0 ? refuse(context, 'is not a duration such as 500ms, 10s or 1m') : millis;
});

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
