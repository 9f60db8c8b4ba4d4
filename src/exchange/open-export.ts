/** What a person named on the command line: lines of an import, or an export of some tool. */
import { type Detected, detectFormat, type Sample } from './detect.js';
import { ExchangeError } from './exchange-error.js';
import { type FileContent, type FileKind, kindOfFile, readContent } from './files/content.js';
import type { Fault } from './files/fault.js';
import { type FoundFile, walk } from './files/walk.js';
import { readers } from './formats/index.js';
import { type FormatReader, partsOf } from './formats/reader.js';
import { MARKER, markOf } from './marker.js';
import type { FormatName } from './record.js';

export interface ExportedFile extends FoundFile {
  readonly kind: 'json' | 'yaml' | 'dsc';
  /** As messages name it. */
  readonly shown: string;
  readonly reader: FormatReader;
}

type UnreadFile = Omit<ExportedFile, 'reader'>;

export interface OpenedExport {
  readonly kind: 'export';
  /** As the person named it. */
  readonly shown: string;
  readonly reader: FormatReader;
  readonly because: string;
  readonly files: readonly ExportedFile[];
  /** What was not read, and why: one line each. */
  readonly passedOver: readonly string[];
}

export interface OpenedLines {
  readonly kind: 'lines';
  readonly files: readonly (FoundFile & { readonly shown: string })[];
}

/**
 * @param shown as the person named it
 * @param forced the format, where the person says it
 * @throws ExchangeError where it cannot be read, or is no export
 */
export async function openPath(path: string, shown: string, forced: FormatName | undefined): Promise<OpenedExport | OpenedLines> {
  const { files, passedOver, isFolder } = await walk(path);
  const all: (FoundFile & { readonly kind: FileKind; readonly shown: string })[] = [];
  for (const file of files) all.push({ ...file, kind: await kindOf(file, forced), shown: isFolder ? below(shown, file.path) : shown });
  const lines = all.filter(({ kind }) => kind === 'ndjson');
  const readable = all.filter((file): file is UnreadFile => file.kind === 'json' || file.kind === 'yaml' || file.kind === 'dsc');
  const rest = readable.filter(({ path: own }) => own !== MARKER);
  if (forced === 'ndjson' || (lines.length > 0 && rest.length === 0)) return { kind: 'lines', files: forced === 'ndjson' ? all : lines };
  if (lines.length > 0) {
    throw new ExchangeError(`${shown} holds lines of an import (${lines[0]?.shown}) beside an export. Import them one after the other.`);
  }
  if (rest.length === 0) {
    throw new ExchangeError(`${shown} holds nothing that can be imported: no JSON, YAML, NDJSON or configuration of Microsoft365DSC.`);
  }
  const detected = await formatOf(shown, readable, forced);
  const reader = readers.get(detected.format);
  if (reader === undefined)
    throw new ExchangeError(`--format '${detected.format}' is not one of ${[...readers.keys(), 'ndjson'].join(', ')}.`);
  const exported = rest.map((file) => ({ ...file, reader }));
  return { kind: 'export', shown, reader, because: detected.because, files: exported, passedOver: [...passedOver, ...endings(all)] };
}

const below = (folder: string, path: string) => (folder === '.' ? path : `${folder.replace(/[\\/]+$/, '')}/${path}`);

async function kindOf(file: FoundFile, forced: FormatName | undefined): Promise<FileKind> {
  try {
    const kind = await kindOfFile(file);
    // Somebody who says that it is no NDJSON may have one object on one line.
    return kind === 'ndjson' && forced !== undefined && forced !== 'ndjson' ? 'json' : kind;
  } catch (error) {
    throw new ExchangeError(`${file.absolute} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`);
  }
}

/** How many files of each ending were not read. */
function endings(all: readonly { readonly kind: FileKind; readonly path: string }[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { kind, path } of all) {
    if (kind !== 'other') continue;
    const ending = /\.[^./\\]{1,20}$/.exec(path)?.[0].toLowerCase() ?? 'without ending';
    counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  return [...counts].map(([ending, count]) => `${count} file${count === 1 ? '' : 's'} (${ending}): no data of an export`);
}

const MOST_SAMPLES = 60;
const OF_A_FOLDER = 3;

async function formatOf(shown: string, files: readonly UnreadFile[], forced: FormatName | undefined): Promise<Detected> {
  if (forced !== undefined) return { format: forced, because: '--format says so' };
  const mark = files.find(({ path }) => path === MARKER);
  const marked = mark === undefined ? undefined : await contentOf(mark);
  const own = marked?.kind === 'json' ? markOf(marked.value) : undefined;
  if (own !== undefined && readers.has(own.format)) return { format: own.format, because: 'muster export wrote it' };
  const samples: Sample[] = [];
  const taken = new Map<string, number>();
  for (const file of files) {
    const folder = partsOf(file.path).folders.join('/');
    const before = taken.get(folder) ?? 0;
    if (before === OF_A_FOLDER || samples.length === MOST_SAMPLES) continue;
    const content = await contentOf(file);
    if (content === undefined) continue;
    taken.set(folder, before + 1);
    samples.push({ path: file.path, content });
  }
  const detected = detectFormat(samples);
  if (detected !== undefined) return detected;
  // Nothing could be read of it: its faults are told where it is read.
  if (samples.length === 0) return { format: 'graph', because: 'nothing in it can be read' };
  throw new ExchangeError(`${shown} is no export that is known here. If it is one, say which: --format ${[...readers.keys()].join('|')}.`);
}

async function contentOf(file: UnreadFile): Promise<FileContent | undefined> {
  const content: FileContent | Fault = await readContent(file, file.kind, file.shown);
  return 'reason' in content ? undefined : content;
}
