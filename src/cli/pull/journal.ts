/**
 * What a pull has read so far: lines in one file, and beside it a state that says how many bytes of them count and where reading goes on. Lines
 * are on disk before the state that counts them, so that whatever cuts a pull off, the next one goes on without loss and without repetition.
 */
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject, type JsonObject } from '../../kernel/json.js';
import { CommandFailed } from '../command-failed.js';
import { alive } from '../graph/alive.js';
import type { Part } from '../graph/read-tenant.js';

/** Where a stage stands in the file. */
interface Mark {
  readonly bytes: number;
  readonly lines: number;
  readonly counts: Readonly<Record<string, number>>;
}

export interface PullState extends Mark {
  readonly muster: 'pull';
  readonly version: 1;
  /** The Graph, its tenant, and what was asked for. */
  readonly graph: string;
  readonly directory: string;
  readonly parts: readonly Part[];
  readonly begun: string;
  /** Stages that are read. */
  readonly done: readonly string[];
  readonly current: { readonly stage: string; readonly start: Mark; readonly next: JsonObject | undefined } | undefined;
  readonly notes: readonly string[];
  /** Everything is read. */
  readonly complete: boolean;
  /** How far the lines have been imported, and where to. */
  readonly imported: { readonly into: string; readonly bytes: number; readonly lines: number } | undefined;
}

export interface Journal {
  readonly directory: string;
  /** Path of the lines. */
  readonly lines: string;
  readonly state: PullState;
  /** Whether an earlier run has begun it. */
  readonly resumed: boolean;
  /** Adds lines, and what the state says from then on. */
  append(lines: readonly JsonObject[], part: Part, change: Partial<PullState>): Promise<void>;
  save(change: Partial<PullState>): Promise<void>;
  /** Takes back what was added since a stage began. */
  restart(): Promise<void>;
  close(): Promise<void>;
  /** It is of no use any more. */
  remove(): Promise<void>;
}

export type PullIdentity = Pick<PullState, 'graph' | 'directory' | 'parts'>;

const LINES = 'lines.ndjson';
const STATE = 'state.json';
const LOCK = 'lock';
const OURS_ALONE = 0o600;

/** @throws CommandFailed for the journal of another pull, and while another process is at it */
export async function openJournal(directory: string, identity: PullIdentity, now: string, fresh: boolean): Promise<Journal> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const unlock = await lock(directory);
  let file: FileHandle | undefined;
  try {
    const earlier = fresh ? undefined : await readState(directory, identity);
    const lines = join(directory, LINES);
    file = await open(lines, earlier === undefined ? 'w' : 'r+', OURS_ALONE);
    let state: PullState = earlier ?? {
      muster: 'pull',
      version: 1,
      ...identity,
      begun: now,
      bytes: 0,
      lines: 0,
      counts: {},
      done: [],
      current: undefined,
      notes: [],
      complete: false,
      imported: undefined,
    };
    // Lines that no state counts: the process ended between the two.
    await file.truncate(state.bytes);
    const opened = file;
    const save = async (change: Partial<PullState>) => {
      state = { ...state, ...change };
      await writeState(directory, state);
    };
    await save({});
    const close = async () => {
      await opened.close();
      await unlock();
    };
    return {
      directory,
      lines,
      resumed: earlier !== undefined,
      get state() {
        return state;
      },
      save,
      async append(added, part, change) {
        const text = Buffer.from(added.map((line) => `${JSON.stringify(line)}\n`).join(''));
        if (text.byteLength > 0) {
          await opened.write(text, 0, text.byteLength, state.bytes);
          await opened.datasync();
        }
        const counts = { ...state.counts, [part]: (state.counts[part] ?? 0) + added.length };
        await save({ ...change, bytes: state.bytes + text.byteLength, lines: state.lines + added.length, counts });
      },
      async restart() {
        const { current } = state;
        if (current === undefined) return;
        await save({ ...current.start, current: { ...current, next: undefined } });
        await opened.truncate(current.start.bytes);
      },
      close,
      async remove() {
        await opened.close();
        await rm(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await file?.close();
    await unlock();
    throw error;
  }
}

/** The tenant of a pull that has read everything and is yet to be imported; undefined for every other. */
export async function readThrough(directory: string, { graph, parts }: Omit<PullIdentity, 'directory'>): Promise<string | undefined> {
  const state = parsed(await readFile(join(directory, STATE), 'utf8').catch(() => ''));
  return state?.complete === true && state.graph === graph && state.parts.join() === parts.join() ? state.directory : undefined;
}

async function readState(directory: string, wanted: PullIdentity): Promise<PullState | undefined> {
  const text = await readFile(join(directory, STATE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const state = parsed(text);
  if (state === undefined) throw new CommandFailed(`${directory} holds something else than a pull: name another directory with --work.`);
  const same = state.graph === wanted.graph && state.directory === wanted.directory && state.parts.join() === wanted.parts.join();
  if (same) return state;
  const what = `${state.parts.join(', ')} of ${state.directory} at ${state.graph}`;
  throw new CommandFailed(`${directory} holds a pull of ${what}: name another directory with --work, or begin anew with --fresh.`);
}

function parsed(text: string): PullState | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && value.muster === 'pull' && value.version === 1 ? (value as unknown as PullState) : undefined;
  } catch {
    return undefined;
  }
}

/** In one step, and on disk when it resolves. */
async function writeState(directory: string, state: PullState): Promise<void> {
  const path = join(directory, STATE);
  const file = await open(`${path}.new`, 'w', OURS_ALONE);
  try {
    await file.writeFile(JSON.stringify(state));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncDirectory(directory);
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows opens no directories, and keeps renames in order by itself.
  const opened = await open(directory, 'r').catch(() => undefined);
  await opened?.sync().catch(() => undefined);
  await opened?.close();
}

async function lock(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, LOCK);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const file = await open(path, 'wx', OURS_ALONE);
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === 2) throw error;
      const pid = Number(await readFile(path, 'utf8').catch(() => ''));
      if (pid > 0 && pid !== process.pid && alive({ pid })) {
        throw new CommandFailed(`Another pull, process ${pid}, is at work in ${directory}.`);
      }
      await rm(path, { force: true });
    }
  }
}
