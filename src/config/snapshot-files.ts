/** Snapshots as files of a directory: private, written beside and moved in place when they are on disk. */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

const SUFFIX = '.snapshot';
const ASIDE = '.snapshot-';

/**
 * For `SnapshotFiles` of `app/engine-snapshot`. What an ended process left half written is removed.
 * @param directory which exists
 */
export function diskSnapshots(directory: string) {
  for (const left of readdirSync(directory)) if (left.startsWith(ASIDE)) rmSync(join(directory, left), { force: true });
  const path = (name: string) => join(directory, `${name}${SUFFIX}`);
  return {
    async open(name: string) {
      if (!existsSync(path(name))) return undefined;
      const handle = await open(path(name), 'r');
      const { size } = await handle.stat();
      return {
        size,
        read: (into: Uint8Array, at: number) => readFully(handle, into, at),
        close: () => handle.close(),
      };
    },
    async write(name: string, pieces: Iterable<Uint8Array>) {
      const aside = join(directory, `${ASIDE}${randomUUID()}`);
      const handle = await open(aside, 'wx', 0o600);
      try {
        for (const piece of pieces) {
          if (piece.length > 0) await handle.writeFile(piece);
          await setImmediate();
        }
        await handle.sync();
        await handle.close();
        await rename(aside, path(name));
      } catch (error) {
        await handle.close().catch(() => undefined);
        await rm(aside, { force: true });
        throw error;
      }
      await syncDirectory(directory);
    },
    async remove(name: string) {
      await rm(path(name), { force: true });
    },
  };
}

async function readFully(handle: FileHandle, into: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await handle.read(into, done, into.length - done, at + done);
    if (bytesRead === 0) throw new RangeError('The file ends before it should.');
    done += bytesRead;
  }
}

/** So that the new name survives a power cut; where directories cannot be opened (Windows) the file system sees to it. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
