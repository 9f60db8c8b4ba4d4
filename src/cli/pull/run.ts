/** `muster pull`: a tenant is read into a journal, and what was read is imported. Each half goes on where an earlier run ended. */
import { constants, copyFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../command-failed.js';
import type { PullFlags } from '../commands/pull.js';
import { settings } from '../commands/settings.js';
import type { Composition, Terminal } from '../composition.js';
import { alive } from '../graph/alive.js';
import { createClient } from '../graph/client.js';
import { addressOf, authority, isMuster, SERVICE, tenantOf } from '../graph/connect.js';
import { type Part, parts } from '../graph/read-tenant.js';
import { signIn } from '../sign-in/choose.js';
import { stopSignal } from '../stop-signal.js';
import { type Destination, destinationOf } from './destination.js';
import { download } from './download.js';
import { type Journal, openJournal, readThrough } from './journal.js';
import { type Loaded, load } from './load.js';
import { report } from './report.js';

const USAGE = 2;
const SERVICE_ITSELF = 'https://graph.microsoft.com';

/** Somebody asked to stop while something was waited for. */
class Stopped extends CommandFailed {}

/** @returns 0: everything is where it was to go; 1: not yet, and the same command goes on */
export async function pull(flags: PullFlags, composition: Composition, terminal: Terminal): Promise<number> {
  const wanted = partsOf(flags.only);
  if (flags.out !== undefined && (flags.tenant !== undefined || flags.url !== undefined))
    throw new CommandFailed('--out ends after the download: it excludes --tenant and --url.', USAGE);
  const destination = flags.out === undefined ? await destinationOf(flags, composition, terminal) : undefined;
  const base = addressOf(flags.graph ?? SERVICE_ITSELF, '--graph');
  const quiet = flags.quiet === true;
  const note = quiet ? () => undefined : (message: string) => terminal.error(`muster: ${message}\n`);
  const stop = stopSignal(terminal);
  const wait = interruptible(() => stop.asked());
  const started = terminal.now();
  const stopped = () => stop.asked();
  const doing = { flags, destination, started, quiet, terminal, stopped };
  const open = async (work: string, directory: string) => {
    const identity = { graph: base.origin, directory, parts: wanted };
    const journal = await openJournal(work, identity, new Date().toISOString(), flags.fresh === true);
    if (journal.resumed) note(resuming(journal));
    return journal;
  };
  const workOf = (directory: string) =>
    resolve(terminal.workingDirectory, flags.work ?? `.muster-pull-${base.hostname}-${directory}`.replace(/[^\w.-]+/g, '_'));
  try {
    // Who has read everything need not sign in again to have it imported.
    const named = flags.work !== undefined || flags.directory !== undefined ? workOf(flags.directory ?? '') : undefined;
    const whose = named === undefined || flags.fresh === true ? undefined : await readThrough(named, { graph: base.origin, parts: wanted });
    if (named !== undefined && whose !== undefined) return await carryOut(await open(named, whose), doing, async () => true);

    const ca = await caOf(base, flags, composition, terminal);
    // What a person has to do is said even to those who want no notes.
    const told = (message: string) => void terminal.error(`muster: ${message}\n`);
    const { environment, workingDirectory } = terminal;
    const tokens = await signIn(flags, { base, ca, environment, workingDirectory, note: told, wait });
    const client = createClient({ base, token: tokens, ca, note, wait });
    try {
      const muster = !SERVICE.test(base.hostname) && (await isMuster(base, tokens, ca));
      const tenant = tenantOf(await tokens.current());
      const journal = await open(workOf(flags.directory ?? tenant ?? 'unknown'), tenant ?? flags.directory ?? 'unknown');
      return await carryOut(journal, doing, () => download({ client, muster, quiet, journal, terminal, stopped }));
    } finally {
      client.close();
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    terminal.error('muster: Stopped by a signal.\n');
    return 1;
  } finally {
    stop.release();
  }
}

interface Doing {
  readonly flags: PullFlags;
  readonly destination: Destination | undefined;
  readonly started: number;
  readonly quiet: boolean;
  readonly terminal: Terminal;
  stopped(): boolean;
}

async function carryOut(journal: Journal, doing: Doing, read: () => Promise<boolean>): Promise<number> {
  const { flags, terminal, started } = doing;
  let loaded: Loaded | undefined;
  let why: string | undefined;
  try {
    if (!(await read())) why = 'Stopped by a signal.';
    else if (doing.destination === undefined) await writeOut(journal, flags.out ?? '', terminal);
    else {
      loaded = await into(doing.destination, journal, doing);
      if (!loaded.complete) why = 'Stopped by a signal.';
    }
  } catch (error) {
    if (!(error instanceof CommandFailed) && !isOwnFault(error)) {
      await journal.close();
      throw error;
    }
    why = error instanceof Stopped ? 'Stopped by a signal.' : (error as Error).message;
  }
  const complete = why === undefined;
  if (complete && flags.keep !== true) await journal.remove();
  else await journal.close();
  const seconds = (terminal.now() - started) / 1000;
  return report(
    { journal, loaded, why, seconds, kept: !complete || flags.keep === true, json: flags.json === true, out: flags.out },
    terminal,
  );
}

/** The disk is full, the database is in use: for the person at the terminal. */
function isOwnFault(error: unknown): error is Error {
  return error instanceof Error && (['ConfigError', 'StorageError'].includes(error.name) || 'syscall' in error);
}

async function into(destination: Destination, journal: Journal, { flags, quiet, terminal, stopped }: Doing): Promise<Loaded> {
  const target = await destination.open();
  try {
    const keepGoing = flags.keepGoing === true;
    return await load({ journal, target, keepGoing, strict: flags.strict === true, quiet, terminal, stopped });
  } finally {
    await target.close();
  }
}

async function writeOut(journal: Journal, out: string, terminal: Terminal): Promise<void> {
  const path = resolve(terminal.workingDirectory, out);
  try {
    await copyFile(journal.lines, path, constants.COPYFILE_FICLONE);
  } catch (error) {
    throw new CommandFailed(`${path} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)}).`);
  }
}

function partsOf(only: string | undefined): readonly Part[] {
  if (only === undefined) return parts;
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !parts.some((part) => part === name));
  if (unknown !== undefined) throw new CommandFailed(`--only '${unknown}' is none of ${parts.join(', ')}.`, USAGE);
  return parts.filter((part) => names.includes(part));
}

function resuming({ directory, state }: Journal): string {
  const lines = state.lines.toLocaleString('en-US');
  const imported = state.imported === undefined ? '' : `, of which ${state.imported.lines.toLocaleString('en-US')} are imported`;
  return `A pull was begun at ${state.begun}: ${lines} lines are in ${directory}${imported}. This one goes on with it; --fresh begins anew.`;
}

/** A certificate authority of Muster's own, where the Graph is the server of the data directory. */
async function caOf(base: URL, { data, config }: PullFlags, composition: Composition, terminal: Terminal): Promise<string | undefined> {
  if (base.protocol !== 'https:' || SERVICE.test(base.hostname)) return undefined;
  const record = await composition.runningServer(await settings({ data, config }, terminal));
  const mine = record !== undefined && alive(record) && record.https !== undefined && new URL(record.https).port === base.port;
  return mine ? await authority(record.ca) : undefined;
}

const LOOK = 200;

/** Waits that end when somebody asks to stop. */
function interruptible(asked: () => boolean): (millis: number) => Promise<void> {
  return async (millis) => {
    for (let left = millis; left > 0; left -= LOOK) {
      if (asked()) throw new Stopped('Stopped by a signal.');
      await sleep(Math.min(left, LOOK));
    }
  };
}
