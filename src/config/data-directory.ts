import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Small private text files by name. On disk they are for the owner alone (0600) and always whole: written beside, then moved in place. */
export interface PrivateFiles {
  /** Absolute path of a file; undefined when nothing reaches the disk. */
  path(name: string): string | undefined;
  read(name: string): string | undefined;
  /** Write a file that is not there yet; @returns what stands in it then, which another process may have written first. */
  createOnce(name: string, text: string): string;
  replace(name: string, text: string): void;
  /** Nothing happens where there is none. */
  remove(name: string): void;
}

/**
 * The files of a data directory, which is made when absent (0700).
 * @throws the file system's error when the directory cannot be made or written
 */
export function diskFiles(directory: string): PrivateFiles {
  if (!existsSync(directory)) mkdirSync(directory, { recursive: true, mode: 0o700 });
  // Learn now, not at the first write, whether this directory can be written.
  rmSync(writeAside(directory, 'probe', ''));
  const path = (name: string) => join(directory, name);
  const read = (name: string) => (existsSync(path(name)) ? readFileSync(path(name), 'utf8') : undefined);
  const replace = (name: string, text: string) => renameSync(writeAside(directory, name, text), path(name));
  const createOnce = (name: string, text: string) => {
    const aside = writeAside(directory, name, text);
    try {
      linkSync(aside, path(name));
    } catch {
      // Somebody was first, or this file system knows no hard links.
      if (!existsSync(path(name))) renameSync(aside, path(name));
    }
    rmSync(aside, { force: true });
    return readFileSync(path(name), 'utf8');
  };
  return { path, read, createOnce, replace, remove: (name) => rmSync(path(name), { force: true }) };
}

/** Files that live as long as the process. */
export function ephemeralFiles(): PrivateFiles {
  const files = new Map<string, string>();
  return {
    path: () => undefined,
    read: (name) => files.get(name),
    createOnce: (name, text) => {
      if (!files.has(name)) files.set(name, text);
      return files.get(name) ?? text;
    },
    replace: (name, text) => void files.set(name, text),
    remove: (name) => void files.delete(name),
  };
}

function writeAside(directory: string, name: string, text: string): string {
  const aside = join(directory, `.${name}.${randomUUID()}`);
  writeFileSync(aside, text, { mode: 0o600, flag: 'wx' });
  return aside;
}
