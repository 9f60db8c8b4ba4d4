/** The files of a folder, in order of their names, and of the folders below it. Nothing outside the folder is ever read. */
import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { ExchangeError } from '../exchange-error.js';

export interface FoundFile {
  /** Below the folder, with `/`; of a file that was named itself, its name. */
  readonly path: string;
  readonly absolute: string;
  /** Bytes. */
  readonly size: number;
}

export interface Walk {
  /** Whether a folder was named, and no file. */
  readonly isFolder: boolean;
  readonly files: readonly FoundFile[];
  /** What was passed over, and why: one line each. */
  readonly passedOver: readonly string[];
}

const MOST_FOLDERS_DEEP = 24;
const MOST_FILES = 500_000;

/**
 * Hidden files and folders are left alone. A link is followed where it leads to something inside the folder that is not above itself.
 * @param root absolute path of a file or folder
 * @throws ExchangeError where it cannot be read, or is more than any export
 */
export async function walk(root: string): Promise<Walk> {
  const files: FoundFile[] = [];
  const passedOver: string[] = [];
  const real = await realpath(root).catch((error: unknown) => unreadable(root, error));
  const top = await stat(real).catch((error: unknown) => unreadable(root, error));
  if (!top.isDirectory()) return { isFolder: false, files: [{ path: basename(root), absolute: real, size: top.size }], passedOver };

  async function enter(folder: string, path: string, above: readonly string[]): Promise<void> {
    if (above.length > MOST_FOLDERS_DEEP) throw new ExchangeError(`${folder} lies more than ${MOST_FOLDERS_DEEP} folders deep.`);
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => unreadable(folder, error));
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) continue;
      await take(entry, join(folder, entry.name), path === '' ? entry.name : `${path}/${entry.name}`, above);
    }
  }

  async function take(entry: Dirent, absolute: string, path: string, above: readonly string[]): Promise<void> {
    if (entry.isSymbolicLink()) return await follow(absolute, path, above);
    if (entry.isDirectory()) return await enter(absolute, path, [...above, absolute]);
    if (entry.isFile()) await add(absolute, path);
    else passedOver.push(`${path}: is no file`);
  }

  async function follow(absolute: string, path: string, above: readonly string[]): Promise<void> {
    const target = await realpath(absolute).catch(() => undefined);
    if (target === undefined) passedOver.push(`${path}: a link to nothing`);
    else if (target !== real && !target.startsWith(real + sep)) passedOver.push(`${path}: a link that leaves the folder`);
    else {
      const found = await stat(target);
      if (found.isFile()) return await add(target, path);
      if (above.includes(target) || target === real) passedOver.push(`${path}: a link to a folder that it lies in`);
      else if (found.isDirectory()) return await enter(target, path, [...above, target]);
    }
  }

  async function add(absolute: string, path: string): Promise<void> {
    const { size } = await stat(absolute).catch((error: unknown) => unreadable(absolute, error));
    files.push({ path, absolute, size });
    if (files.length > MOST_FILES) throw new ExchangeError(`${root} holds more than ${MOST_FILES} files.`);
  }

  await enter(real, '', [real]);
  return { isFolder: true, files, passedOver };
}

function unreadable(path: string, error: unknown): never {
  throw new ExchangeError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`);
}
