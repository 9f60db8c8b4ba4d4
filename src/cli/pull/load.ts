/** The second half of a pull: the lines of the journal, imported. */
import { createReadStream } from 'node:fs';
import { CHUNK_LINES, type ImportLine, type ImportResult } from '../../app/import.js';
import { readBatches } from '../../exchange/ndjson.js';
import { describeError, GraphError } from '../../kernel/errors.js';
import { CommandFailed } from '../command-failed.js';
import type { ImportTarget, Terminal } from '../composition.js';
import { REQUEST_BYTES } from '../import/remote.js';
import { ImportStopped } from '../import/stopped.js';
import { createProgress } from '../render/progress.js';
import type { Journal } from './journal.js';

export interface Load {
  readonly journal: Journal;
  readonly target: ImportTarget;
  readonly keepGoing: boolean;
  /** Refuse what Muster does not know instead of leaving it out. */
  readonly strict: boolean;
  readonly quiet: boolean;
  readonly terminal: Terminal;
  stopped(): boolean;
}

export interface Loaded {
  readonly types: Readonly<Record<string, number>>;
  readonly leftOut: Readonly<Record<string, number>>;
  readonly rejected: readonly ImportResult['rejected'][number][];
  readonly rejectedCount: number;
  readonly complete: boolean;
}

/** Batches that share one transaction, where the target has them share one. */
const SETTLE_EVERY = 100;

/** Bad lines that are kept for the report. */
const MOST_SHOWN = 100;

/** @throws CommandFailed when a line is bad, or the target fails; what was imported before stays, and the next run goes on after it */
export async function load(run: Load): Promise<Loaded> {
  const { journal, target, terminal, quiet } = run;
  const types: Record<string, number> = {};
  const leftOut: Record<string, number> = {};
  const rejected: ImportResult['rejected'][number][] = [];
  let rejectedCount = 0;
  const done = journal.state.imported?.into === target.name ? journal.state.imported : { bytes: 0, lines: 0 };
  let { lines } = done;
  let place = done.bytes;
  let unsettled = 0;
  const mark = async () => {
    await settled(target);
    await journal.save({ imported: { into: target.name, bytes: place, lines } });
    unsettled = 0;
  };
  const progress = createProgress(terminal, quiet, 'lines imported');
  const bytes = createReadStream(journal.lines, { start: done.bytes, highWaterMark: 256 * 1024 });
  try {
    for await (const batch of readBatches(bytes, { lines: CHUNK_LINES, bytes: REQUEST_BYTES })) {
      if (batch.fault !== undefined) throw batch.fault;
      if (run.stopped()) {
        await mark();
        return { types, leftOut, rejected, rejectedCount, complete: false };
      }
      const result = await send(
        batch.lines.map(({ line, bytes }) => ({ line: done.lines + line, bytes })),
        run,
      );
      add(types, result.imported);
      add(leftOut, result.leftOut ?? {});
      rejectedCount += result.rejected.length;
      rejected.push(...result.rejected.slice(0, Math.max(0, MOST_SHOWN - rejected.length)));
      lines += batch.lines.length;
      place = done.bytes + batch.bytesRead;
      unsettled += 1;
      if (target.settle === undefined || unsettled >= SETTLE_EVERY || place >= journal.state.bytes) await mark();
      progress.update(lines - done.lines, place / journal.state.bytes);
    }
  } finally {
    progress.clear();
    bytes.destroy();
  }
  return { types, leftOut, rejected, rejectedCount, complete: true };
}

async function settled(target: ImportTarget): Promise<void> {
  try {
    await target.settle?.();
  } catch (error) {
    throw explained(error);
  }
}

async function send(lines: readonly ImportLine[], { target, keepGoing, strict }: Load): Promise<ImportResult> {
  let result: ImportResult;
  try {
    result = await target.send(lines, keepGoing, !strict);
  } catch (error) {
    throw explained(error);
  }
  const [bad] = result.rejected;
  if (bad === undefined || keepGoing) return result;
  throw new CommandFailed(`Line ${bad.line} of the pull cannot be imported: ${bad.message} Leave such lines out with --keep-going.`);
}

function explained(error: unknown): unknown {
  if (error instanceof ImportStopped) return new CommandFailed(error.message);
  return error instanceof GraphError ? new CommandFailed(describeError(error).message) : error;
}

function add(sum: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
}
