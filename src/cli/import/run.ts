/** The import of one source: batch after batch, with progress, until it ends, a line is bad, or somebody asks to stop. */
import { CHUNK_LINES, type ImportResult } from '../../app/import.js';
import { type LineBatch, readBatches } from '../../exchange/ndjson.js';
import { describeError, GraphError } from '../../kernel/errors.js';
import type { ByteSource, ImportTarget, Terminal } from '../composition.js';
import { count, createProgress, duration } from '../render/progress.js';
import { leftOutTexts } from './left-out.js';
import { REQUEST_BYTES } from './remote.js';
import { ImportStopped } from './stopped.js';

export interface ImportRun {
  readonly bytes: ByteSource;
  /** Of the source in bytes, where it is known. */
  readonly size: number | undefined;
  /** Which of several it is, for the report. */
  readonly source?: string | undefined;
  /** Objects of the source, where that is known and its size is not. */
  readonly expected?: number;
  readonly target: ImportTarget;
  readonly keepGoing: boolean;
  /** Leave out what Muster does not know of a living service's objects. */
  readonly lenient?: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

interface Tally {
  types: Record<string, number>;
  imported: number;
  readonly rejected: ImportResult['rejected'][number][];
  /** What was left out of lines that were taken: how often, by `type.property`. */
  readonly leftOut: Record<string, number>;
  /** How many lines were rejected, those included that are not shown. */
  rejectedCount: number;
  /** The last line that was decided on. */
  line: number;
  /** As it was when everything sent was known to be durable. */
  settled: { readonly imported: number; readonly types: Readonly<Record<string, number>>; readonly line: number };
  /** Batches sent since then. */
  unsettled: number;
}

/** Batches that share one transaction, where the target has them share one. */
const SETTLE_EVERY = 100;

const DONE = 0;
const FAILED = 1;

/** Bad lines that are kept for the report; a file of the wrong kind has millions. */
const MOST_SHOWN = 100;

/** @returns the exit code */
export async function runImport(run: ImportRun, terminal: Terminal): Promise<number> {
  const start = terminal.now();
  const progress = createProgress(terminal, run.quiet);
  const tally: Tally = {
    types: {},
    imported: 0,
    rejected: [],
    leftOut: {},
    rejectedCount: 0,
    line: 0,
    settled: { imported: 0, types: {}, line: 0 },
    unsettled: 0,
  };
  const reason = await send(run, tally, signalled(terminal), (bytesRead) => {
    progress.update(tally.imported, shareOf(run, tally, bytesRead));
  });
  const why = (await settle(run, tally)) ?? reason;
  progress.clear();
  report(run, tally, why, (terminal.now() - start) / 1000, terminal);
  return why === undefined && tally.rejectedCount === 0 ? DONE : FAILED;
}

function shareOf({ size, expected }: ImportRun, { imported }: Tally, bytesRead: number): number | undefined {
  if (size !== undefined && size > 0) return bytesRead / size;
  return expected === undefined || expected === 0 ? undefined : imported / expected;
}

/** @returns why the import ended before the source did; undefined: it did not */
async function send(
  run: ImportRun,
  tally: Tally,
  stop: Promise<typeof STOP>,
  sent: (bytesRead: number) => void,
): Promise<string | undefined> {
  const batches = readBatches(run.bytes, { lines: CHUNK_LINES, bytes: REQUEST_BYTES });
  let asked = false;
  // A promise that waits for long keeps everything that ever raced it: only the wait of the moment is woken.
  let wake: (stop: typeof STOP) => void = () => undefined;
  void stop.then(() => {
    asked = true;
    wake(STOP);
  });
  // The next batch is read while this one is imported.
  let ahead = batches.next();
  for (;;) {
    const step = await new Promise<IteratorResult<LineBatch, void> | typeof STOP>((done, fail) => {
      wake = done;
      ahead.then(done, fail);
    });
    if (step === STOP || asked) return 'Stopped by a signal.';
    if (step.done) return undefined;
    ahead = batches.next();
    // Whoever waits for it is told; where nobody does any more, it makes no difference.
    ahead.catch(() => undefined);
    const why = await sendBatch(step.value, run, tally);
    if (why !== undefined) return why;
    sent(step.value.bytesRead);
  }
}

async function sendBatch({ lines, fault }: LineBatch, run: ImportRun, tally: Tally): Promise<string | undefined> {
  if (lines.length > 0) {
    let result: ImportResult;
    try {
      result = await run.target.send(lines, run.keepGoing, run.lenient);
    } catch (error) {
      return reasonOf(error);
    }
    add(result, tally);
    if (result.rejected.length > 0 && !run.keepGoing) {
      return lines.length === 1
        ? 'A line is bad.'
        : `A line is bad: nothing of its chunk, lines ${lines[0]?.line} to ${lines.at(-1)?.line}, has been imported.`;
    }
    tally.line = lines.at(-1)?.line ?? tally.line;
    tally.unsettled += 1;
    if (tally.unsettled >= SETTLE_EVERY) {
      const why = await settle(run, tally);
      if (why !== undefined) return why;
    }
  }
  return fault === undefined ? undefined : reasonOf(fault);
}

/** @returns why what was sent since the last time is gone; undefined: it is not */
async function settle({ target }: ImportRun, tally: Tally): Promise<string | undefined> {
  try {
    await target.settle?.();
  } catch (error) {
    Object.assign(tally, { ...tally.settled, types: { ...tally.settled.types }, unsettled: 0 });
    return reasonOf(error);
  }
  tally.settled = { imported: tally.imported, types: { ...tally.types }, line: tally.line };
  tally.unsettled = 0;
  return undefined;
}

function reasonOf(error: unknown): string {
  if (error instanceof ImportStopped) return error.message;
  if (error instanceof GraphError) return describeError(error).message;
  if (error instanceof Error && 'syscall' in error) return `The source cannot be read: ${error.message}.`;
  throw error;
}

function add({ imported, rejected, leftOut = {} }: ImportResult, tally: Tally): void {
  for (const [name, number] of Object.entries(leftOut)) tally.leftOut[name] = (tally.leftOut[name] ?? 0) + number;
  for (const [name, number] of Object.entries(imported)) {
    tally.types[name] = (tally.types[name] ?? 0) + number;
    tally.imported += number;
  }
  tally.rejectedCount += rejected.length;
  tally.rejected.push(...rejected.slice(0, Math.max(0, MOST_SHOWN - tally.rejected.length)));
}

function report(
  { target, json, keepGoing, source }: ImportRun,
  tally: Tally,
  why: string | undefined,
  seconds: number,
  terminal: Terminal,
): void {
  const { imported, types, rejected, rejectedCount, leftOut, line } = tally;
  const of = source === undefined ? '' : `${source}: `;
  for (const bad of rejected) terminal.error(`muster: ${of}line ${bad.line}: ${bad.message}\n`);
  for (const text of leftOutTexts(leftOut)) terminal.error(`muster: ${of}${text}\n`);
  if (rejectedCount > rejected.length) terminal.error(`muster: ${of}and ${count(rejectedCount - rejected.length)} lines more\n`);
  if (why !== undefined) {
    const far =
      line === 0
        ? 'Nothing has been imported.'
        : `Imported is everything up to line ${line}${keepGoing && rejectedCount > 0 ? ', but for the bad lines' : ''}.`;
    terminal.error(
      `muster: ${of}${why} ${far} Import the whole again when it is mended: objects that are there already stay as they are.\n`,
    );
  }
  if (json) {
    const file = source === undefined ? {} : { file: source };
    terminal.out(
      `${JSON.stringify({ ...file, imported, types, rejected, rejectedCount, leftOut, line, complete: why === undefined, seconds: Math.round(seconds * 1000) / 1000 })}\n`,
    );
    return;
  }
  const kinds = Object.entries(types).map(([name, number]) => `${name} ${count(number)}`);
  const rate = seconds > 0 ? `, ${count(Math.round(imported / seconds))} a second` : '';
  terminal.out(
    `Imported ${count(imported)} objects${source === undefined ? '' : ` of ${source}`} into ${target.name} in ${duration(seconds)}${rate}.${kinds.length > 0 ? ` ${kinds.join(', ')}.` : ''}\n`,
  );
}

const STOP = Symbol('stop');

/** Resolves at the first signal: what is being imported is finished first. A second one ends the process at once. */
function signalled(terminal: Terminal): Promise<typeof STOP> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    terminal.onSignal(() => {
      if (firstAt === undefined) {
        firstAt = terminal.now();
        resolve(STOP);
      } else if (terminal.now() - firstAt > ECHO_MILLIS) terminal.exit(FAILED);
    });
  });
}

/** Ctrl-C under npm arrives twice: what follows within this time is no second wish. */
const ECHO_MILLIS = 250;
