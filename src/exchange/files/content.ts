/** One file of an export: what it is, told by how it begins, and what is in it. */
import { isUtf8 } from 'node:buffer';
import { open, readFile } from 'node:fs/promises';
import type { JsonValue } from '../../kernel/json.js';
import type { Fault } from './fault.js';
import { readJson } from './read-json.js';
import { readYaml } from './read-yaml.js';
import { decodeText, isUtf16 } from './text.js';
import type { FoundFile } from './walk.js';

export type FileKind = 'json' | 'yaml' | 'dsc' | 'ndjson' | 'other';

export type FileContent = { readonly kind: 'json' | 'yaml'; readonly value: JsonValue } | { readonly kind: 'dsc'; readonly text: string };

/** Of one file; what is larger is NDJSON, which is read line by line. */
export const MOST_BYTES = 128 * 1024 * 1024;

const BEGINNING = 256 * 1024;

/** @throws the system's error where it cannot be read */
export async function kindOfFile({ absolute, path, size }: FoundFile): Promise<FileKind> {
  if (size === 0) return /\.json$/i.test(path) ? 'json' : 'other';
  const handle = await open(absolute);
  try {
    const buffer = Buffer.alloc(Math.min(BEGINNING, size));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return kindOfBeginning(buffer.subarray(0, bytesRead), bytesRead === size, path);
  } finally {
    await handle.close();
  }
}

/** @param whole whether the beginning is all there is */
export function kindOfBeginning(beginning: Buffer, whole: boolean, path: string): FileKind {
  const text = decodeText(whole ? beginning : beginning.subarray(0, lastBreak(beginning)));
  // YAML is whatever it is called: nearly every text is some YAML.
  if (text === undefined) return namedKind(path);
  if (/^\s*[{[]/.test(text)) return isLines(text, whole, path) ? 'ndjson' : 'json';
  if (looksLikeDsc(text)) return 'dsc';
  return namedKind(path);
}

/** What a text is whose beginning is of no kind: its fault is then said by the reader of that kind. */
function namedKind(path: string): FileKind {
  if (/\.json$/i.test(path)) return 'json';
  if (/\.(?:ndjson|jsonl)$/i.test(path)) return 'ndjson';
  return /\.ya?ml$/i.test(path) ? 'yaml' : 'other';
}

/** A character may be cut in two at the end of what was read. */
function lastBreak(bytes: Buffer): number {
  const at = bytes.lastIndexOf(0x0a);
  return at > 0 ? at : bytes.length;
}

/** Whether each line is an object of its own: the first is whole, and begins what a line of an import begins with or is followed by another. */
function isLines(text: string, whole: boolean, path: string): boolean {
  const [first = '', ...rest] = text.split('\n').filter((line) => line.trim() !== '');
  const value = objectOf(first);
  // A bad first line is the line's fault where the next one stands by itself.
  if (value === undefined) return /\.(?:ndjson|jsonl)$/i.test(path) && objectOf(rest[0] ?? '') !== undefined;
  if (rest.length === 0 && !whole) return /\.(?:ndjson|jsonl)$/i.test(path);
  if (rest.length > 0) return /^\s*\{/.test(rest[0] ?? '');
  return ['group', 'user', '@muster.kept'].some((member) => member in value) || /\.(?:ndjson|jsonl)$/i.test(path);
}

function objectOf(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** PowerShell that declares resources of Microsoft365DSC: a configuration, or a block of one resource. */
function looksLikeDsc(text: string): boolean {
  return /\bImport-DscResource\b/i.test(text) || /^\s*(?:Intune|AAD)\w+\s+(?:'[^'\n]*'|"[^"\n]*"|\w+)\s*\{?\s*$/im.test(text);
}

/** @param shown the file as faults name it */
export async function readContent(file: FoundFile, kind: 'json' | 'yaml' | 'dsc', shown: string): Promise<FileContent | Fault> {
  if (file.size > MOST_BYTES) {
    return {
      file: shown,
      reason: `It is larger than ${MOST_BYTES / 1024 / 1024} MiB. Write it as several files, or as NDJSON, an object a line.`,
    };
  }
  let bytes: Buffer;
  try {
    bytes = await readFile(file.absolute);
  } catch (error) {
    return { file: shown, reason: `It cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).` };
  }
  if (!isUtf16(bytes) && !isUtf8(bytes)) return { file: shown, reason: 'Its text is neither UTF-8 nor UTF-16.' };
  const text = () => decodeText(bytes) ?? '';
  if (kind === 'dsc') return { kind, text: text() };
  const read = kind === 'yaml' ? readYaml(text()) : readJson(isUtf16(bytes) ? Buffer.from(text()) : bytes);
  return 'value' in read ? { kind, value: read.value } : { file: shown, ...read };
}
