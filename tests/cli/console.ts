/** Command lines in this process, with a terminal that the test sees: the commands themselves, and a server as every stranger's. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Composition, Running, Terminal } from '../../src/cli/composition.js';
import { runCli } from '../../src/cli/main.js';
import { loadConfig } from '../../src/config.js';
import { composition } from '../../src/main.js';

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
  /** Questions that were asked. */
  readonly asked: readonly string[];
}

export interface Setting {
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Standard error is a terminal. */
  readonly interactive?: boolean;
  /** Standard output is a terminal of so many columns. */
  readonly columns?: number;
  /** What a person says to every question; undefined: nobody is there. Told before it is said. */
  readonly answer?: boolean | (() => Promise<boolean>);
  readonly input?: string;
  readonly composition?: Partial<Composition>;
  /** Takes the way to send a signal. */
  readonly onSignal?: (send: (signal: string) => void) => void;
}

/** A directory of its own for command lines, which goes with `dispose`. */
export interface Console {
  readonly directory: string;
  /** The data directory that commands take without being told another. */
  readonly data: string;
  run(line: string | readonly string[], setting?: Setting): Promise<Run>;
  /** A server on the data directory, its tenants in memory unless said otherwise. */
  serve(flags?: Readonly<Record<string, unknown>>): Promise<Running>;
  dispose(): Promise<void>;
}

export function openConsole(): Console {
  const directory = mkdtempSync(join(tmpdir(), 'muster-console-'));
  const data = join(directory, '.muster');
  const servers: Running[] = [];
  return {
    directory,
    data,
    run: (line, setting = {}) => run(typeof line === 'string' ? words(line) : line, { directory, ...setting }),
    async serve(flags = {}) {
      const wanted = { http: '127.0.0.1:0', https: 'off', data, memory: true, tenants: 'demo', log: 'error', ...flags };
      const { config } = await loadConfig({ flags: wanted, environment: {}, workingDirectory: directory });
      const running = await composition.serve(config);
      servers.push(running);
      return running;
    },
    async dispose() {
      for (const server of servers) await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function run(args: readonly string[], setting: Setting): Promise<Run> {
  const { directory = '', environment = {}, interactive = false, columns, answer, input = '', onSignal } = setting;
  const seen = { out: '', error: '', asked: [] as string[] };
  const started = performance.now();
  const terminal: Terminal = {
    environment,
    workingDirectory: directory,
    platform: 'linux',
    version: '1.2.3',
    out: (text) => {
      seen.out += text;
    },
    error: (text) => {
      seen.error += text;
    },
    send: async (text) => {
      seen.out += text;
    },
    interactive,
    outInteractive: columns !== undefined,
    columns,
    confirm: async (question) => {
      seen.asked.push(question);
      return typeof answer === 'function' ? await answer() : answer;
    },
    input: () => Readable.from([Buffer.from(input)]),
    now: () => performance.now() - started,
    onSignal: (listener) => onSignal?.(listener),
    exit: () => undefined,
  };
  const code = await runCli(args, { ...composition, ...setting.composition }, terminal);
  return { code, ...seen };
}

/** A command line as a shell cuts it, with single quotes alone. */
export function words(line: string): readonly string[] {
  return [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}

/** One request to a server, as the demo client of a tenant. */
export function caller(running: Running, tenant = 'demo') {
  const id = running.tenants.find(({ name }) => name === tenant)?.id ?? tenant;
  let token: Promise<string> | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  return async (method: string, path: string, body?: object): Promise<any> => {
    token ??= tokenOf(running, id);
    const response = await fetch(`${running.http}/beta${path}`, {
      method,
      headers: { authorization: `Bearer ${await token}`, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}

async function tokenOf({ http, client }: Running, tenant: string): Promise<string> {
  const form = {
    grant_type: 'client_credentials',
    client_id: client?.id ?? '',
    client_secret: client?.secret ?? '',
    scope: 'https://graph.microsoft.com/.default',
  };
  const answer = await fetch(`${http}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) });
  return ((await answer.json()) as { readonly access_token: string }).access_token;
}
