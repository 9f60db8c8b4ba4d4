/**
 * One writer per database. The claim is a lock that the operating system holds on a small file beside the database, by way of SQLite's own
 * locking (the same on every platform), so it ends with the process however that ends; no stale lock is ever left. A second file says
 * which process holds it, for the message alone.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StorageError } from '../storage-error.js';
import type { OpenDatabase, SqliteDatabase } from './connection.js';

export interface Claim {
  release(): void;
}

/** @throws StorageError inUse when another process, or another store of this one, holds the claim */
export function claim(path: string, open: OpenDatabase): Claim {
  const holder = `${path}.pid`;
  const lock = open(`${path}.lock`, { readOnly: false });
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    closeQuietly(lock);
    const pid = readHolder(holder);
    const who = pid === undefined ? 'another process' : `process ${pid}`;
    throw new StorageError(
      'inUse',
      `The data directory ${dirname(path)} is in use by ${who}. Stop it first, or choose another directory.`,
      {
        cause,
      },
    );
  }
  writeFileSync(holder, `${process.pid}\n`, { mode: 0o600 });
  return {
    release() {
      rmSync(holder, { force: true });
      closeQuietly(lock);
    },
  };
}

function readHolder(path: string): string | undefined {
  try {
    return /^\d+/.exec(readFileSync(path, 'utf8'))?.[0];
  } catch {
    return undefined;
  }
}

function closeQuietly(database: SqliteDatabase): void {
  try {
    database.close();
  } catch {
    // Nothing can be done about a handle that will not close.
  }
}
