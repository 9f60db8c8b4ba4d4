/** The first half of a pull: everything that is asked for, read through Graph into the journal. */
import { MAX_LINE_BYTES } from '../../exchange/ndjson.js';
import type { JsonObject } from '../../kernel/json.js';
import type { Terminal } from '../composition.js';
import type { GraphClient } from '../graph/client.js';
import { countOf, type Stage, tenantStages } from '../graph/read-tenant.js';
import { GraphRefused } from '../graph/refused.js';
import { createProgress, type Progress } from '../render/progress.js';
import type { Journal } from './journal.js';

export interface Download {
  readonly client: GraphClient;
  readonly muster: boolean;
  readonly quiet: boolean;
  readonly journal: Journal;
  readonly terminal: Terminal;
  /** Whether somebody has asked to stop. */
  stopped(): boolean;
}

/** @returns whether everything is read; false: somebody asked to stop */
export async function download(pull: Download): Promise<boolean> {
  const { journal, muster } = pull;
  if (journal.state.complete) return true;
  const { parts } = journal.state;
  for (const stage of tenantStages({ muster, only: new Set(parts) })) {
    if (journal.state.done.includes(stage.name)) continue;
    if (!(await readStage(stage, pull))) return false;
  }
  await journal.save({ complete: true, current: undefined });
  return true;
}

async function readStage(stage: Stage, pull: Download): Promise<boolean> {
  const { journal, client, quiet, terminal } = pull;
  const { bytes, lines, counts, current } = journal.state;
  if (current?.stage !== stage.name) {
    await journal.save({ current: { stage: stage.name, start: { bytes, lines, counts }, next: undefined } });
  }
  if (pull.stopped()) return false;
  const total = await countOf(stage, client);
  const progress = createProgress(terminal, quiet, wordsOf(stage));
  try {
    const from = journal.state.current?.next;
    try {
      return await readSlices(stage, from, total, progress, pull);
    } catch (error) {
      // The link to go on by is good for a while alone; the stage is read anew then.
      if (from === undefined || journal.state.current?.next !== from || !isStale(error)) throw error;
      await journal.restart();
      return await readSlices(stage, undefined, total, progress, pull);
    }
  } finally {
    progress.clear();
  }
}

function isStale(error: unknown): boolean {
  return error instanceof GraphRefused && (error.status === 400 || error.status === 404 || error.status === 410);
}

async function readSlices(
  stage: Stage,
  from: JsonObject | undefined,
  total: number | undefined,
  progress: Progress,
  { journal, client, muster, stopped }: Download,
): Promise<boolean> {
  const notes = new Set(journal.state.notes);
  const reading = { client, muster, note: (message: string) => void notes.add(message) };
  const start = journal.state.current?.start.lines ?? 0;
  for await (const { lines, next } of stage.read(reading, from)) {
    const fitting = lines.filter((line) => fits(line, reading.note));
    const { current, done } = journal.state;
    const change =
      next === undefined || current === undefined ? { done: [...done, stage.name], current: undefined } : { current: { ...current, next } };
    await journal.append(fitting, stage.part, { ...change, notes: [...notes] });
    const read = journal.state.lines - start;
    progress.update(read, total === undefined || total === 0 ? undefined : read / total);
    if (stopped()) return false;
  }
  // Nothing came at all: it is not served, or says so in a note.
  if (!journal.state.done.includes(stage.name) || notes.size > journal.state.notes.length) {
    await journal.save({ done: [...new Set([...journal.state.done, stage.name])], current: undefined, notes: [...notes] });
  }
  return true;
}

/** What does not fit into a line of an import is named, and left out. */
function fits(line: JsonObject, note: (message: string) => void): boolean {
  const length = Buffer.byteLength(JSON.stringify(line));
  if (length <= MAX_LINE_BYTES) return true;
  const kept = line['@muster.kept'] as JsonObject | undefined;
  const name = kept === undefined ? `${String(line['@odata.type'])} ${String(line.id)}` : String(kept.path);
  note(
    `${name} is left out: it has ${length.toLocaleString('en-US')} bytes, and a line of an import has ${MAX_LINE_BYTES.toLocaleString('en-US')} at most.`,
  );
  return false;
}

function wordsOf({ name }: Stage): string {
  return name.includes('/') ? name : name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
