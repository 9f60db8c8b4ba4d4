/**
 * What an apply has done so far, one JSON object a line beside its undo file, until it is through. A second run of the same plan on the same
 * tenant finds it, and goes on with the same undo file; what is left to do it reads from the tenant itself.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isObject } from '../../kernel/json.js';
import type { WrittenPolicy } from './read.js';

const SUFFIX = '.journal';

export interface Unfinished {
  readonly journal: string;
  readonly undo: string;
  readonly begun: string;
  /** Writes that were answered. */
  readonly done: number;
  /** Writes of which it is not known whether they were carried out. */
  readonly unknown: number;
}

export interface Journal {
  sent(policy: string, change: string, target: string): Promise<void>;
  done(): Promise<void>;
  close(): Promise<void>;
  /** It is through: the journal goes. */
  finish(): Promise<void>;
}

export const journalOf = (undo: string) => `${undo}${SUFFIX}`;

/** Two runs are of one plan when it says the same of the same tenant. */
export function fingerprint(written: readonly WrittenPolicy[], identity: string): string {
  const said = written.map(({ policy, assignments }) => ({ policy, assignments }));
  return createHash('sha256')
    .update(JSON.stringify([identity, said]))
    .digest('hex');
}

/** The apply of this plan that was begun in a directory and not ended. */
export async function findUnfinished(directory: string, plan: string): Promise<Unfinished | undefined> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith(SUFFIX));
  for (const name of names.sort().reverse()) {
    const found = await readJournal(join(directory, name), plan);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @returns undefined for the journal of another plan, and for what is none */
export async function readJournal(path: string, plan: string): Promise<Unfinished | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.split('\n').flatMap((line) => parsed(line));
  const [head] = lines;
  if (head === undefined || head.muster !== 'apply' || head.plan !== plan || typeof head.undo !== 'string') return undefined;
  const of = (state: string) => lines.filter((line) => line.state === state).length;
  const undo = join(dirname(path), basename(head.undo));
  return { journal: path, undo, begun: String(head.begun), done: of('done'), unknown: of('sent') - of('done') };
}

function parsed(line: string) {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? [value] : [];
  } catch {
    // The last line of a process that was killed.
    return [];
  }
}

/** @param existing whether an earlier run has begun it */
export async function openJournal(undo: string, plan: string, begun: string, existing: boolean): Promise<Journal> {
  const path = journalOf(undo);
  const file: FileHandle = await open(path, existing ? 'a' : 'wx', 0o600);
  const write = (line: object) => file.write(`${JSON.stringify(line)}\n`);
  if (existing) await file.write('\n');
  else await write({ muster: 'apply', plan, undo: basename(undo), begun });
  await file.sync();
  const close = () => file.close();
  return {
    sent: async (policy, change, target) => void (await write({ state: 'sent', policy, change, target })),
    done: async () => void (await write({ state: 'done' })),
    close,
    async finish() {
      await close();
      await rm(path, { force: true });
    },
  };
}
