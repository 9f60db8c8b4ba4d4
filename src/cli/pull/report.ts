/** What a pull tells at its end. */
import type { Terminal } from '../composition.js';
import { leftOutTexts } from '../import/left-out.js';
import { count, duration } from '../render/progress.js';
import type { Journal } from './journal.js';
import type { Loaded } from './load.js';

export interface PullReport {
  readonly journal: Journal;
  readonly loaded: Loaded | undefined;
  /** Why it ended before its end; undefined: it did not. */
  readonly why: string | undefined;
  readonly seconds: number;
  /** Whether the journal stays. */
  readonly kept: boolean;
  readonly json: boolean;
  readonly out: string | undefined;
}

/** @returns the exit code */
export function report({ journal, loaded, why, seconds, kept, json, out }: PullReport, terminal: Terminal): number {
  const { state, directory } = journal;
  for (const note of state.notes) terminal.error(`muster: ${note}\n`);
  for (const text of leftOutTexts(loaded?.leftOut ?? {})) terminal.error(`muster: ${text}\n`);
  for (const bad of loaded?.rejected ?? []) terminal.error(`muster: line ${bad.line}: ${bad.message}\n`);
  const more = (loaded?.rejectedCount ?? 0) - (loaded?.rejected.length ?? 0);
  if (more > 0) terminal.error(`muster: and ${count(more)} lines more\n`);
  if (why !== undefined) {
    const imported = state.imported === undefined ? '' : `, ${count(state.imported.lines)} of them imported`;
    terminal.error(
      `muster: ${why} ${count(state.lines)} lines are in ${directory}${imported}. Run the same command again: it goes on from there.\n`,
    );
  }
  const complete = why === undefined;
  if (json) {
    const summary = {
      complete,
      lines: state.lines,
      read: state.counts,
      ...(loaded === undefined
        ? {}
        : { imported: loaded.types, leftOut: loaded.leftOut, rejected: loaded.rejected, rejectedCount: loaded.rejectedCount }),
      notes: state.notes,
      work: kept ? directory : null,
      seconds: Math.round(seconds * 1000) / 1000,
    };
    terminal.out(`${JSON.stringify(summary)}\n`);
  } else if (complete) {
    const read = Object.entries(state.counts).filter(([, number]) => number > 0);
    const kinds = read.map(([part, number]) => `${part} ${count(number)}`).join(', ');
    const where = loaded === undefined ? `into ${out}` : `into ${state.imported?.into ?? 'nothing'}`;
    terminal.out(
      `Pulled ${count(state.lines)} lines from ${state.graph} ${where} in ${duration(seconds)}.${kinds === '' ? '' : ` ${kinds}.`}\n`,
    );
  }
  return complete && (loaded?.rejectedCount ?? 0) === 0 ? 0 : 1;
}
