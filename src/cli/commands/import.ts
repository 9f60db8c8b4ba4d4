import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ByteSource, Composition, ImportTarget, Terminal } from '../composition.js';
import { addExamples } from './examples.js';
import { addSharedFlags, settings } from './settings.js';

interface ImportFlags {
  readonly tenant?: string;
  readonly url?: string;
  readonly token?: string;
  readonly keepGoing?: boolean;
  readonly lenient?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function importCommand(command: Command, composition: Composition, terminal: Terminal, settle: (code: number) => void): void {
  addExamples(command, [
    ['muster import fleet.ndjson --tenant empty', 'open the data directory; no server may run on it'],
    ['muster import fleet.ndjson --url http://127.0.0.1:8080 --token TOKEN', 'import through a running server'],
  ]);
  command
    .argument('<file>', 'the file; - reads standard input')
    .option('--tenant <name-or-id>', 'the tenant; with --url the tenant of the token')
    .option('--url <address>', 'import through this running server instead of opening the data directory')
    .option('--token <token>', 'access token for --url (default: the environment variable MUSTER_TOKEN)')
    .option('--keep-going', 'leave bad lines out and report them at the end')
    .option('--lenient', 'for exports of a living service: leave out what this Muster does not know, and say so')
    .option('--loose', 'accept members and categories that do not exist')
    .option('--json', 'print the summary as one line of JSON on standard output')
    .option('--quiet', 'no progress');
  addSharedFlags(command).action(async (file: string, flags: ImportFlags & Readonly<Record<string, unknown>>) => {
    const source = await openSource(file, terminal);
    try {
      const target = await openTarget(flags, composition, terminal);
      try {
        const { runImport } = await import('../import/run.js');
        const { keepGoing = false, lenient = false, json = false, quiet = false } = flags;
        settle(await runImport({ ...source, target, keepGoing, lenient, json, quiet }, terminal));
      } finally {
        await target.close();
      }
    } finally {
      source.bytes.destroy?.();
    }
  });
}

async function openSource(file: string, terminal: Terminal): Promise<{ readonly bytes: ByteSource; readonly size: number | undefined }> {
  if (file === '-') return { bytes: terminal.input(), size: undefined };
  const path = resolve(terminal.workingDirectory, file);
  const { ConfigError } = await import('../../config.js');
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new ConfigError(`${path} is a directory: name a file of NDJSON, or - for standard input.`);
    return { bytes: createReadStream(path, { highWaterMark: 256 * 1024 }), size: found.isFile() ? found.size : undefined };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`The file ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`);
  }
}

async function openTarget(
  flags: ImportFlags & Readonly<Record<string, unknown>>,
  composition: Composition,
  terminal: Terminal,
): Promise<ImportTarget> {
  const { ConfigError } = await import('../../config.js');
  const { tenant, url, token = terminal.environment.MUSTER_TOKEN, ...rest } = flags;
  if (url === undefined) {
    if (flags.token !== undefined) throw new ConfigError('--token goes with --url.');
    if (tenant === undefined) throw new ConfigError('--tenant is missing: say which tenant the objects are for.');
    const { data, config, loose } = rest;
    return await composition.openImport(await settings({ data, config, loose }, terminal), tenant);
  }
  if (rest.data !== undefined) throw new ConfigError('--data and --url exclude each other: the server has its own data directory.');
  if (token === undefined || token === '') throw new ConfigError('--url needs --token (muster token --tenant NAME prints one).');
  const { remoteTarget } = await import('../import/remote.js');
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol)) {
    throw new ConfigError(`--url '${url}' is not an address such as http://127.0.0.1:8080.`);
  }
  return remoteTarget(address, token);
}
