/** `muster doctor`: each thing that Muster needs, whether it is right, and how to mend it. Changes nothing but to make a data directory. */
import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Config, ListenAddress } from '../../config.js';
import type { GraphFlags } from '../commands/graph-flags.js';
import { settings } from '../commands/settings.js';
import type { Composition, ServerRecord, Terminal } from '../composition.js';
import { coloursFor } from '../render/colours.js';
import { jsonText, printable } from '../render/table.js';

export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly found: string;
  /** What to do about it. */
  readonly mend?: string;
}

const LEAST_NODE = [20, 19] as const;
/** Tokens of the service live an hour; a clock that is further off than this makes trouble, milliseconds. */
const CLOCK_LIMIT = 300_000;
const FAILED = 1;

/** @returns the exit code: 1 when something failed */
export async function doctor(
  flags: GraphFlags & { readonly json?: boolean },
  composition: Composition,
  terminal: Terminal,
): Promise<number> {
  const config = await settings({ data: flags.data, config: flags.config }, terminal);
  const checks: Check[] = [checkNode(process.versions.node), await checkDirectory(config.data)];
  const record = await composition.runningServer(config);
  const live = record !== undefined && (await answers(record));
  if (flags.url === undefined && flags.graph === undefined) {
    checks.push(...(await checkPorts(config, live ? record : undefined)), await checkAuthority(config), checkServer(config, record, live));
  }
  checks.push(...(await checkGraph(flags, config, live, composition, terminal)));
  if (flags.json === true) terminal.out(jsonText({ ok: checks.every(({ state }) => state !== 'failed'), checks }));
  else terminal.out(await text(checks, terminal));
  return checks.some(({ state }) => state === 'failed') ? FAILED : 0;
}

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const right = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  if (right) return { name: 'Node', state: 'ok', found: version };
  return { name: 'Node', state: 'failed', found: version, mend: `Install Node ${LEAST_NODE.join('.')} or newer: https://nodejs.org.` };
}

async function checkDirectory(directory: string): Promise<Check> {
  const name = 'Data directory';
  const mend = 'Choose another with --data, or make this one writable for the user who runs Muster.';
  const found = await stat(directory).catch(() => undefined);
  if (found === undefined) {
    const parent = await nearestParent(directory);
    const possible = await access(parent, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (possible) return { name, state: 'ok', found: `${directory} (made at the first start)` };
    return { name, state: 'failed', found: `${directory} does not exist, and ${parent} cannot be written`, mend };
  }
  if (!found.isDirectory()) return { name, state: 'failed', found: `${directory} is no directory`, mend };
  const writable = await access(directory, constants.W_OK | constants.R_OK).then(
    () => true,
    () => false,
  );
  if (!writable) return { name, state: 'failed', found: `${directory} cannot be written`, mend };
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    return {
      name,
      state: 'warning',
      found: `${directory} is open to other users; it holds signing keys`,
      mend: `chmod 700 '${directory}'`,
    };
  }
  return { name, state: 'ok', found: directory };
}

async function nearestParent(directory: string): Promise<string> {
  for (let at = dirname(directory); ; at = dirname(at)) {
    if (at === dirname(at) || (await stat(at).catch(() => undefined)) !== undefined) return at;
  }
}

async function checkPorts(config: Config, running: ServerRecord | undefined): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const scheme of ['http', 'https'] as const) {
    const address = config[scheme];
    const name = `Port for ${scheme}`;
    if (address === undefined) continue;
    const at = `${address.host}:${address.port}`;
    const own = running?.[scheme];
    if (own !== undefined && (address.port === 0 || new URL(own).port === String(address.port))) {
      checks.push({ name, state: 'ok', found: `${own} is this Muster's` });
    } else if (running !== undefined) {
    } else {
      const fault = await listens(address);
      const mend = `Stop what uses it, or start with another: muster serve --${scheme} ${address.host}:0.`;
      checks.push(
        fault === undefined ? { name, state: 'ok', found: `${at} is free` } : { name, state: 'failed', found: `${at}: ${fault}`, mend },
      );
    }
  }
  return checks;
}

/** @returns why it cannot be listened on */
function listens({ host, port }: ListenAddress): Promise<string | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      done(error.code === 'EADDRINUSE' ? 'another program uses it' : (error.code ?? error.message)),
    );
    server.listen({ host, port }, () => server.close(() => done(undefined)));
  });
}

async function checkAuthority(config: Config): Promise<Check> {
  const name = 'CA certificate';
  if (config.tls !== undefined) return { name, state: 'ok', found: `not used: ${config.tls.cert}` };
  const path = join(config.data, 'ca.pem');
  const pem = await readFile(path).catch(() => undefined);
  if (pem === undefined) return { name, state: 'ok', found: 'none yet: muster ca makes it' };
  const mend = `Delete ${path} and the files beside it that begin with ca, then muster ca, and let clients trust the new one.`;
  const { X509Certificate } = await import('node:crypto');
  try {
    const { validFrom, validTo } = new X509Certificate(pem);
    if (Date.parse(validTo) < Date.now()) return { name, state: 'failed', found: `${path} ended on ${validTo}`, mend };
    if (Date.parse(validFrom) > Date.now()) {
      return { name, state: 'failed', found: `${path} begins on ${validFrom}`, mend: 'Set the clock of this machine.' };
    }
    return { name, state: 'ok', found: `${path}, until ${validTo}` };
  } catch {
    return { name, state: 'failed', found: `${path} is damaged`, mend };
  }
}

function checkServer(config: Config, record: ServerRecord | undefined, live: boolean): Check {
  const name = 'Server';
  const at = record?.http ?? record?.https;
  if (live) return { name, state: 'ok', found: `${at} (process ${record?.pid}${record?.memory === true ? ', in memory' : ''})` };
  const mend = 'muster serve';
  if (record === undefined) return { name, state: 'warning', found: `none runs on ${config.data}`, mend };
  return { name, state: 'warning', found: `${at} ran on ${config.data} and does not answer any more`, mend };
}

/** Whether the server of a record still lives. */
async function answers({ http, https, ca }: ServerRecord): Promise<boolean> {
  const { health } = await import('./health.js');
  const address = http ?? https;
  if (address === undefined) return false;
  const authority = http === undefined && ca !== undefined ? await readFile(ca, 'utf8').catch(() => undefined) : undefined;
  return (await health(new URL('/healthz', address), authority))?.status === 200;
}

async function checkGraph(
  flags: GraphFlags,
  config: Config,
  live: boolean,
  composition: Composition,
  terminal: Terminal,
): Promise<readonly Check[]> {
  const named = flags.url ?? flags.graph;
  if (named === undefined && !live)
    return [await checkToken(config, composition), { name: 'Clock', state: 'ok', found: new Date().toISOString() }];
  const [{ connect }, { health }] = await Promise.all([import('../graph/connect.js'), import('./health.js')]);
  const checks: Check[] = [];
  const record = named === undefined ? await composition.runningServer(config) : undefined;
  // Any tenant will do to see whether tokens are believed.
  const tenant = flags.tenant ?? (flags.token === undefined && named === undefined ? record?.tenants[0]?.name : undefined);
  try {
    const connection = await connect({ ...flags, quiet: true, ...(tenant === undefined ? {} : { tenant }) }, composition, terminal);
    try {
      const { client } = connection;
      for (const [what, path] of [
        ['configurations', '/deviceManagement/deviceConfigurations?$top=1&$select=id'],
        ['devices', '/deviceManagement/managedDevices?$top=1&$select=id'],
        ['groups', '/groups?$top=1&$select=id'],
      ] as const) {
        const refusal = await client.get(path).then(
          () => undefined,
          (error: Error) => error.message,
        );
        const name = `Reading ${what}`;
        checks.push(
          refusal === undefined
            ? { name, state: 'ok', found: connection.name }
            : { name, state: 'failed', found: refusal, mend: 'Give a token that may read it.' },
        );
      }
      const answer = await health(new URL(client.origin), undefined);
      checks.push(checkClock(answer?.date, Date.now()));
    } finally {
      await connection.close();
    }
  } catch (error) {
    checks.push({
      name: 'Connection',
      state: 'failed',
      found: (error as Error).message,
      mend: 'See the address, the token and the tenant.',
    });
  }
  return checks;
}

async function checkToken(config: Config, composition: Composition): Promise<Check> {
  const name = 'Token';
  if (config.issuer !== 'embedded') return { name, state: 'ok', found: `comes from ${config.issuer}` };
  const tenant = config.tenants[0]?.name ?? 'demo';
  const wanted = { tenant, roles: undefined, scopes: undefined, user: undefined, app: undefined, lifetimeMillis: 60_000 };
  try {
    await composition.mintToken(config, wanted);
    return { name, state: 'ok', found: `muster token --tenant ${tenant} makes one` };
  } catch (error) {
    return { name, state: 'failed', found: (error as Error).message, mend: `Delete issuer.json in ${config.data}: new keys are made.` };
  }
}

/** @param date of an answer of the other side */
export function checkClock(date: string | undefined, now: number): Check {
  const name = 'Clock';
  const theirs = date === undefined ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirs)) return { name, state: 'ok', found: new Date(now).toISOString() };
  const off = now - theirs;
  if (Math.abs(off) <= CLOCK_LIMIT) return { name, state: 'ok', found: `${new Date(now).toISOString()}, as the server has it` };
  const seconds = Math.round(Math.abs(off) / 1000);
  return {
    name,
    state: 'failed',
    found: `${seconds} s ${off > 0 ? 'ahead of' : 'behind'} the server: tokens will be refused`,
    mend: 'Set the clock of this machine, or let it be set (NTP).',
  };
}

async function text(checks: readonly Check[], terminal: Terminal): Promise<string> {
  const { green, yellow, red, dim } = await coloursFor(terminal);
  const paint = { ok: green, warning: yellow, failed: red };
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.map(({ name, state, found, mend }) => {
    const line = `${paint[state](state.padEnd(7))}  ${name.padEnd(width)}  ${printable(found)}`;
    return mend === undefined ? line : `${line}\n${' '.repeat(width + 11)}${dim(`mend: ${mend}`)}`;
  });
  return `${lines.join('\n')}\n`;
}
