import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { OpenedExport } from '../../exchange/open-export.js';
import type { FormatName } from '../../exchange/record.js';
import { CommandFailed } from '../command-failed.js';
import type { ByteSource, Composition, ImportTarget, Terminal } from '../composition.js';
import { addExamples } from './examples.js';
import { addSharedFlags, settings } from './settings.js';

interface ImportFlags {
  readonly tenant?: string;
  readonly url?: string;
  readonly token?: string;
  readonly format?: string;
  readonly map: readonly string[];
  readonly missingGroups: string;
  readonly dryRun?: boolean;
  readonly keepGoing?: boolean;
  readonly lenient?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly data?: string;
  readonly config?: string;
}

type Flags = ImportFlags & Readonly<Record<string, unknown>>;

/** NDJSON of one file, or standard input. */
interface LineSource {
  readonly name: string;
  open(): ByteSource;
  /** Bytes, where that is known. */
  readonly size: number | undefined;
}

const USAGE = 2;

export function importCommand(command: Command, composition: Composition, terminal: Terminal, settle: (code: number) => void): void {
  addExamples(command, [
    ['muster import backup/ --tenant acme --dry-run', 'an export of a tool: what it holds, and who is meant in it'],
    ['muster import backup/ --tenant acme --missing-groups create', 'import it, and make the groups that it names and nobody has'],
    ['muster import fleet.ndjson --tenant empty', 'lines of objects; no server may run on the data directory'],
    ['muster import fleet.ndjson --url http://127.0.0.1:8080 --token TOKEN', 'lines, through a running server'],
  ]);
  command
    .argument('<file...>', 'NDJSON (- reads standard input), or files and folders of an export')
    .option('--tenant <name-or-id>', 'the tenant; with --url the tenant of the token')
    .option('--url <address>', 'import through this running server instead of opening the data directory')
    .option('--token <token>', 'access token for --url (default: the environment variable MUSTER_TOKEN)')
    .option(
      '--format <name>',
      'graph, intuneManagement, intuneCd, intuneBackup, microsoft365Dsc or ndjson (default: what lies in the files)',
    )
    .option('--map <name=id>', 'who a group, filter or scope tag of an export is; may be given again', collect, [])
    .option('--missing-groups <choice>', 'keep, create or drop those that nobody has', 'keep')
    .option('--dry-run', 'say what an export holds and who is meant in it, and import nothing')
    .option('--keep-going', 'leave what is bad out and report it')
    .option('--lenient', 'for NDJSON of a living service: leave out what this Muster does not know, and say so')
    .option('--loose', 'accept members and categories that do not exist')
    .option('--json', 'print the summary as one line of JSON on standard output')
    .option('--quiet', 'no progress')
    .option('--verbose', 'the whole report of who is meant');
  addSharedFlags(command).action(async (files: readonly string[], flags: Flags) => {
    const { lines, exports } = await openAll(files, flags, terminal);
    if (lines.length > 0 && exports.length > 0) {
      throw new CommandFailed(
        'NDJSON and exports of tools go in one after the other: the NDJSON first, since an export may mean its groups.',
        USAGE,
      );
    }
    if (exports.length > 0) {
      const [{ importExports }, { mappingOptions }] = await Promise.all([
        import('../import/exports.js'),
        import('../import/mapping-flags.js'),
      ]);
      const { dryRun = false, keepGoing = false, json = false, map, missingGroups } = flags;
      const mapping = mappingOptions(map, missingGroups);
      settle(await importExports({ exports, mapping, dryRun, keepGoing, json, flags }, composition, terminal));
    } else settle(await importLines(lines, flags, composition, terminal));
  });
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

async function openAll(
  files: readonly string[],
  flags: ImportFlags,
  terminal: Terminal,
): Promise<{ readonly lines: readonly LineSource[]; readonly exports: readonly OpenedExport[] }> {
  const { formatFlag } = await import('../import/mapping-flags.js');
  const format = formatFlag(flags.format);
  const lines: LineSource[] = [];
  const exports: OpenedExport[] = [];
  for (const file of files) {
    const opened = file === '-' ? undefined : await openOne(file, format, terminal);
    if (opened === undefined) lines.push({ name: 'standard input', size: undefined, open: () => terminal.input() });
    else if (opened.kind === 'export') exports.push(opened);
    else {
      for (const { shown, absolute, size } of opened.files) {
        lines.push({ name: shown, size, open: () => createReadStream(absolute, { highWaterMark: 256 * 1024 }) });
      }
    }
  }
  return { lines, exports };
}

async function openOne(file: string, format: FormatName | undefined, terminal: Terminal) {
  const [{ openPath }, { ExchangeError }] = await Promise.all([
    import('../../exchange/open-export.js'),
    import('../../exchange/exchange-error.js'),
  ]);
  try {
    return await openPath(resolve(terminal.workingDirectory, file), file, format);
  } catch (error) {
    if (error instanceof ExchangeError) throw new CommandFailed(error.message, USAGE);
    throw error;
  }
}

/** @returns the exit code; the files after one that fails are left alone, unless the import is to keep going */
async function importLines(lines: readonly LineSource[], flags: Flags, composition: Composition, terminal: Terminal): Promise<number> {
  if (flags.dryRun === true)
    throw new CommandFailed('--dry-run is for exports of tools: NDJSON says ids, and there is nobody to find.', USAGE);
  const { keepGoing = false, lenient = false, json = false, quiet = false } = flags;
  const target = await openTarget(flags, composition, terminal);
  try {
    const { runImport } = await import('../import/run.js');
    let worst = 0;
    for (const { name, size, open } of lines) {
      const bytes = open();
      try {
        const source = lines.length === 1 ? undefined : name;
        const code = await runImport({ bytes, size, source, target, keepGoing, lenient, json, quiet }, terminal);
        worst = Math.max(worst, code);
        if (code !== 0 && !keepGoing) break;
      } finally {
        bytes.destroy?.();
      }
    }
    return worst;
  } finally {
    await target.close();
  }
}

async function openTarget(flags: Flags, composition: Composition, terminal: Terminal): Promise<ImportTarget> {
  const { ConfigError } = await import('../../config.js');
  const { tenant, url, token = terminal.environment.MUSTER_TOKEN, data, config, loose } = flags;
  if (url === undefined) {
    if (flags.token !== undefined) throw new ConfigError('--token goes with --url.');
    if (tenant === undefined) throw new ConfigError('--tenant is missing: say which tenant the objects are for.');
    return await composition.openImport(await settings({ data, config, loose }, terminal), tenant);
  }
  if (data !== undefined) throw new ConfigError('--data and --url exclude each other: the server has its own data directory.');
  if (token === undefined || token === '') throw new ConfigError('--url needs --token (muster token --tenant NAME prints one).');
  const { remoteTarget } = await import('../import/remote.js');
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol)) {
    throw new ConfigError(`--url '${url}' is not an address such as http://127.0.0.1:8080.`);
  }
  return remoteTarget(address, token);
}
