/** The folder of an export: everything is written beside it, and put in its place when all of it is there. */
import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { JsonValue } from '../../kernel/json.js';
import { ExchangeError } from '../exchange-error.js';
import { type ExportMark, MARKER, markOf, markText } from '../marker.js';
import type { FormatName } from '../record.js';
import type { AppendingFolder } from './ndjson.js';
import type { Folder } from './writer.js';

export interface ExportFolder extends Folder, AppendingFolder {
  /** Files so far. */
  readonly files: number;
  /** Put it in its place. @throws ExchangeError; what was there before is there then */
  commit(format: FormatName, more: Readonly<Record<string, JsonValue>>): Promise<void>;
  /** Leave nothing behind. */
  abandon(): Promise<void>;
}

/** @throws ExchangeError where something is in the way */
export async function openExportFolder(directory: string, replace: boolean): Promise<ExportFolder> {
  const before = await earlier(directory, replace);
  await mkdir(dirname(directory), { recursive: true }).catch((error: unknown) => unwritable(dirname(directory), error));
  const place = await realpath(directory).catch(() => directory);
  const temporary = await mkdtemp(join(dirname(place), `.${basename(place)}.muster-`)).catch((error: unknown) =>
    unwritable(dirname(place), error),
  );
  const made = new Set<string>();
  let files = 0;

  async function pathOf(path: string): Promise<string> {
    const parts = path.split('/');
    if (parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\\'))) {
      throw new ExchangeError(`'${path.slice(0, 200)}' is no path below an export.`);
    }
    const absolute = join(temporary, ...parts);
    const folder = dirname(absolute);
    if (!made.has(folder)) {
      await mkdir(folder, { recursive: true });
      made.add(folder);
    }
    return absolute;
  }

  const guarded = async (path: string, work: (absolute: string) => Promise<void>) => {
    try {
      await work(await pathOf(path));
    } catch (error) {
      if (error instanceof ExchangeError) throw error;
      unwritable(path, error);
    }
  };

  return {
    get files() {
      return files;
    },
    async write(path, text) {
      files += 1;
      await guarded(path, (absolute) => writeFile(absolute, text, { flag: 'wx' }));
    },
    async append(path, text) {
      files = Math.max(files, 1);
      await guarded(path, (absolute) => appendFile(absolute, text));
    },
    async commit(format, more) {
      const entries = await readdir(temporary);
      await writeFile(join(temporary, MARKER), markText({ format, entries: entries.sort() }, more));
      try {
        if (before === undefined) {
          // An empty folder may be there; rename takes the place of none on some systems.
          await rmdir(place).catch(() => undefined);
          await rename(temporary, place);
        } else await swap(temporary, place, before);
      } catch (error) {
        unwritable(place, error);
      }
    },
    abandon: () => rm(temporary, { recursive: true, force: true }),
  };
}

function unwritable(path: string, error: unknown): never {
  throw new ExchangeError(`${path} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)}).`);
}

/** What an earlier export has left there; undefined: nothing is in the way. */
async function earlier(directory: string, replace: boolean): Promise<ExportMark | undefined> {
  const found = await stat(directory).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isDirectory()) throw new ExchangeError(`${directory} is a file: an export is a folder.`);
  const entries = await readdir(directory);
  if (entries.length === 0) return undefined;
  const mark = await readFile(join(directory, MARKER), 'utf8')
    .then((text) => markOf(JSON.parse(text) as JsonValue))
    .catch(() => undefined);
  if (mark === undefined) throw new ExchangeError(`${directory} is not empty, and holds no earlier export of muster. Name another folder.`);
  if (!replace) throw new ExchangeError(`${directory} holds an earlier export: --replace puts the new one in its place.`);
  const foreign = entries.filter((entry) => entry !== MARKER && !entry.startsWith('.') && !mark.entries.includes(entry));
  if (foreign.length === 0) return mark;
  throw new ExchangeError(
    `${directory} holds ${foreign.slice(0, 5).join(', ')}, which the earlier export has not written. Move it away, or name another folder.`,
  );
}

/** What the earlier export wrote goes, entry by entry; hidden entries, such as a repository, are not touched. */
async function swap(temporary: string, place: string, { entries }: ExportMark): Promise<void> {
  const old = join(dirname(temporary), `${basename(temporary)}-${randomBytes(4).toString('hex')}`);
  await mkdir(old);
  const moved: (readonly [from: string, to: string])[] = [];
  const move = async (from: string, to: string) => {
    await rename(from, to);
    moved.push([from, to]);
  };
  try {
    const there = new Set(await readdir(place));
    for (const entry of [...entries, MARKER]) if (there.has(entry)) await move(join(place, entry), join(old, entry));
    for (const entry of await readdir(temporary)) await move(join(temporary, entry), join(place, entry));
  } catch (error) {
    for (const [from, to] of moved.reverse()) await rename(to, from);
    await rmdir(old).catch(() => undefined);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
  await rm(temporary, { recursive: true, force: true });
}
