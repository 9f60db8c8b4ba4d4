/** `muster export`: a tenant into a folder, in the layout of a tool. */
import { resolve } from 'node:path';
import { loadExchangeModel } from '../../exchange/model.js';
import { type ExportFolder, openExportFolder } from '../../exchange/writers/export-folder.js';
import { nameBook } from '../../exchange/writers/file-names.js';
import { createWriter, type WrittenFormat, writtenFormats } from '../../exchange/writers/index.js';
import type { FormatWriter } from '../../exchange/writers/writer.js';
import { CommandFailed } from '../command-failed.js';
import type { ExportFlags } from '../commands/export.js';
import type { Composition, Terminal } from '../composition.js';
import type { GraphClient } from '../graph/client.js';
import { type Connection, connect } from '../graph/connect.js';
import { textOf } from '../graph/names.js';
import { readTenant } from '../graph/read-tenant.js';
import { GraphRefused } from '../graph/refused.js';
import { count, createProgress, duration } from '../render/progress.js';
import { stopSignal } from '../stop-signal.js';

const DONE = 0;
const FAILED = 1;
const USAGE = 2;

/** @returns the exit code */
export async function exportTenant(directory: string, flags: ExportFlags, composition: Composition, terminal: Terminal): Promise<number> {
  const format = writtenFormats.find((known) => known.toLowerCase() === flags.format.toLowerCase());
  if (format === undefined) throw new CommandFailed(`--format '${flags.format}' is not one of ${writtenFormats.join(', ')}.`, USAGE);
  if (flags.yaml === true && format !== 'intuneCd') throw new CommandFailed('--yaml goes with --format intuneCd.', USAGE);
  const stop = stopSignal(terminal);
  try {
    const folder = await openExportFolder(resolve(terminal.workingDirectory, directory), flags.replace === true);
    let done = false;
    try {
      const connection = await connect(flags, composition, terminal);
      try {
        done = await intoFolder({ directory, format, folder, flags }, connection, stop.asked, terminal);
      } finally {
        await connection.close();
      }
    } finally {
      if (!done) await folder.abandon();
    }
    return done ? DONE : FAILED;
  } finally {
    stop.release();
  }
}

interface Run {
  readonly directory: string;
  readonly format: WrittenFormat;
  readonly folder: ExportFolder;
  readonly flags: ExportFlags;
}

/** @returns whether the folder is in its place */
async function intoFolder(run: Run, connection: Connection, stopped: () => boolean, terminal: Terminal): Promise<boolean> {
  const { format, folder, flags } = run;
  const { client, muster, name } = connection;
  const start = terminal.now();
  const quiet = flags.quiet === true;
  const organization = await organizationOf(client);
  const writer = createWriter(format, {
    folder,
    names: nameBook(),
    model: await loadExchangeModel(),
    organization,
    yaml: flags.yaml === true,
  });
  const progress = createProgress(terminal, quiet, 'objects');
  let objects = 0;
  const lines = readTenant(client, {
    muster,
    note: (message) => {
      progress.clear();
      if (!quiet) terminal.error(`muster: ${message}\n`);
    },
    progress: () => progress.update(objects, undefined),
  });
  for await (const line of lines) {
    if (stopped()) break;
    objects += 1;
    await writer.line(line);
  }
  progress.clear();
  if (stopped()) {
    terminal.error('muster: Stopped by a signal: nothing was kept.\n');
    return false;
  }
  await writer.finish();
  await folder.commit(format, { tenant: organization.id, of: name });
  report(run, writer, objects, name, (terminal.now() - start) / 1000, terminal);
  return true;
}

/** As the migration table of a tool names it. */
async function organizationOf(client: GraphClient): Promise<{ readonly id: string; readonly displayName: string }> {
  try {
    const [first = {}] = await client.rows('/organization?$select=id,displayName');
    return { id: textOf(first.id), displayName: textOf(first.displayName) };
  } catch (error) {
    // Not every token may read it, and nothing hangs on it.
    if (error instanceof GraphRefused) return { id: '', displayName: '' };
    throw error;
  }
}

function report(
  { directory, format, folder, flags }: Run,
  { notes }: FormatWriter,
  objects: number,
  name: string,
  seconds: number,
  terminal: Terminal,
): void {
  if (flags.json === true) {
    const summary = {
      directory,
      format,
      objects,
      files: folder.files,
      notCarried: Object.fromEntries(notes),
      seconds: Math.round(seconds * 1000) / 1000,
    };
    terminal.out(`${JSON.stringify(summary)}\n`);
    return;
  }
  terminal.out(
    `Exported ${count(objects)} objects of ${name} into ${directory} in ${duration(seconds)}: ${count(folder.files)} files, ${format}.\n`,
  );
  for (const [what, number] of notes) terminal.out(`  left out or unclear: ${count(number)} ${what}\n`);
}
