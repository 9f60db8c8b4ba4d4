/** The import of exports: everything is read and checked, everybody who is meant is looked up, and only then anything is written. */
import { checkObject } from '../../exchange/check-object.js';
import { emitLines } from '../../exchange/emit.js';
import { type Fault, faultText, placeText } from '../../exchange/files/fault.js';
import type { Mapping, MappingOptions } from '../../exchange/mapping/mapping.js';
import { resolveExport } from '../../exchange/mapping/resolve.js';
import { wantedNames } from '../../exchange/mapping/tenant-names.js';
import { loadExchangeModel } from '../../exchange/model.js';
import type { OpenedExport } from '../../exchange/open-export.js';
import { type Scan, scanExports } from '../../exchange/scan.js';
import type { GraphFlags } from '../commands/graph-flags.js';
import { settings } from '../commands/settings.js';
import type { Composition, Terminal } from '../composition.js';
import { alive } from '../graph/alive.js';
import { type Connection, connect, requireMuster } from '../graph/connect.js';
import { count, createProgress, duration } from '../render/progress.js';
import { stopSignal } from '../stop-signal.js';
import { printReport, reportJson } from './export-report.js';
import { remoteTarget } from './remote.js';
import { type Sent, sendLines } from './send-lines.js';
import { readTenantNames } from './tenant-names.js';

export interface ExportImport {
  readonly exports: readonly OpenedExport[];
  readonly mapping: MappingOptions;
  readonly dryRun: boolean;
  readonly keepGoing: boolean;
  readonly json: boolean;
  readonly flags: GraphFlags;
}

const DONE = 0;
const FAILED = 1;
const MOST_SHOWN = 20;
const MEND = 'Nothing has been imported. Mend it, or import the rest with --keep-going.';

/** @returns the exit code */
export async function importExports(run: ExportImport, composition: Composition, terminal: Terminal): Promise<number> {
  const stop = stopSignal(terminal);
  try {
    return await whole(run, composition, terminal, stop.asked);
  } finally {
    stop.release();
  }
}

async function whole(run: ExportImport, composition: Composition, terminal: Terminal, stopped: () => boolean): Promise<number> {
  const start = terminal.now();
  const quiet = run.flags.quiet === true;
  const model = await loadExchangeModel();
  const total = run.exports.reduce((sum, { files }) => sum + files.length, 0);
  const reading = createProgress(terminal, quiet, 'files');
  const scan = await scanExports(run.exports, model, {
    check: (record) => checkObject(record, model),
    seen: (files) => reading.update(files, files / total),
    stopped,
  });
  reading.clear();
  if (stopped()) return nothing(run, scan, undefined, 'Stopped by a signal. Nothing has been imported.', terminal);
  tell(scan.faults, terminal);
  if (scan.faults.length > 0 && !run.keepGoing && !run.dryRun) {
    return nothing(run, scan, undefined, `${faultCount(scan.faults)} in the export. ${MEND}`, terminal);
  }
  const connection = await connectTo(run.flags, composition, terminal);
  try {
    requireMuster(connection, 'The import of an export');
    const looking = createProgress(terminal, quiet, 'names');
    const tenant = await readTenantNames(connection.client, wantedNames(scan), (rows) => looking.update(rows, undefined));
    looking.clear();
    const mapping = resolveExport(scan, tenant, run.mapping);
    if (!run.json) await printReport(scan, mapping, run.dryRun || run.flags.verbose === true, terminal);
    tell(mapping.faults, terminal);
    const faults = [...scan.faults, ...mapping.faults];
    if (run.dryRun) {
      if (run.json) terminal.out(`${JSON.stringify({ ...reportJson(scan, mapping), faults: faults.map(faultText), dryRun: true })}\n`);
      return faults.length === 0 ? DONE : FAILED;
    }
    if (mapping.faults.length > 0 && !run.keepGoing) {
      const unknown =
        mapping.faults.length === 1
          ? 'One of those who are meant is not known.'
          : `${count(mapping.faults.length)} of those who are meant are not known.`;
      return nothing(run, scan, mapping, `${unknown} ${MEND}`, terminal);
    }
    const left: string[] = [];
    const progress = createProgress(terminal, quiet, 'objects');
    const lines = emitLines(scan, mapping, model, (place, reason) => left.push(`${placeText(place)}: ${reason}`));
    const target = { ...remoteTarget(connection.base, connection.token), name: connection.name };
    const sent = await sendLines(lines, target, run.keepGoing, stopped, (done) => progress.update(done, done / Math.max(1, scan.lines)));
    progress.clear();
    return report(run, scan, mapping, sent, left, connection.name, (terminal.now() - start) / 1000, terminal);
  } finally {
    await connection.close();
  }
}

/** A built-in tenant that the data directory does not hold yet is made, as for lines. */
async function connectTo(flags: GraphFlags, composition: Composition, terminal: Terminal): Promise<Connection> {
  const { url, tenant } = flags;
  if (url === undefined && tenant !== undefined) {
    const config = await settings({ data: flags.data, config: flags.config }, terminal);
    const server = await composition.runningServer(config);
    if (server === undefined || !alive(server)) {
      const known = await composition.listTenants(config);
      const here = known.some(({ name, id }) => name.toLowerCase() === tenant.toLowerCase() || id.toLowerCase() === tenant.toLowerCase());
      if (!here) await (await composition.openImport(config, tenant)).close();
    }
  }
  return await connect(flags, composition, terminal);
}

function tell(faults: readonly Fault[], terminal: Terminal): void {
  for (const fault of faults.slice(0, MOST_SHOWN)) terminal.error(`muster: ${faultText(fault)}\n`);
  if (faults.length > MOST_SHOWN) terminal.error(`muster: and ${count(faults.length - MOST_SHOWN)} more\n`);
}

const faultCount = (faults: readonly Fault[]) => (faults.length === 1 ? 'One fault' : `${count(faults.length)} faults`);

function nothing(run: ExportImport, scan: Scan, mapping: Mapping | undefined, why: string, terminal: Terminal): number {
  terminal.error(`muster: ${why}\n`);
  if (run.json) {
    const faults = [...scan.faults, ...(mapping?.faults ?? [])].map(faultText);
    terminal.out(
      `${JSON.stringify({ imported: 0, types: {}, rejected: faults, rejectedCount: faults.length, complete: false, ...reportJson(scan, mapping) })}\n`,
    );
  }
  return FAILED;
}

function report(
  run: ExportImport,
  scan: Scan,
  mapping: Mapping,
  { types, imported, rejected, why }: Sent,
  left: readonly string[],
  name: string,
  seconds: number,
  terminal: Terminal,
): number {
  const bad = [...rejected, ...left];
  for (const text of bad.slice(0, MOST_SHOWN)) terminal.error(`muster: ${text}\n`);
  if (bad.length > MOST_SHOWN) terminal.error(`muster: and ${count(bad.length - MOST_SHOWN)} more\n`);
  if (why !== undefined) {
    terminal.error(
      `muster: ${why} ${count(imported)} objects have been imported. Import the whole again when it is mended: what is there already stays as it is.\n`,
    );
  }
  const faults = [...scan.faults, ...mapping.faults].map(faultText);
  const rejectedCount = bad.length + faults.length;
  if (run.json) {
    const summary = {
      imported,
      types,
      rejected: [...faults, ...bad],
      rejectedCount,
      complete: why === undefined,
      seconds: Math.round(seconds * 1000) / 1000,
    };
    terminal.out(`${JSON.stringify({ ...summary, ...reportJson(scan, mapping) })}\n`);
  } else {
    const kinds = Object.entries(types).map(([kind, number]) => `${kind} ${count(number)}`);
    const without = rejectedCount === 0 ? '' : `, without ${count(rejectedCount)} that are wrong`;
    terminal.out(
      `Imported ${count(imported)} objects into ${name} in ${duration(seconds)}${without}.${kinds.length > 0 ? ` ${kinds.join(', ')}.` : ''}\n`,
    );
  }
  return why === undefined && rejectedCount === 0 ? DONE : FAILED;
}
