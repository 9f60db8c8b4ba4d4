/** Lines written as the files of a tool, and read again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { checkObject } from '../check-object.js';
import { emitLines } from '../emit.js';
import { type Fault, faultText } from '../files/fault.js';
import type { Mapping, MappingOptions } from '../mapping/mapping.js';
import { resolveExport } from '../mapping/resolve.js';
import { nobody, type TenantNames } from '../mapping/tenant-names.js';
import { loadExchangeModel } from '../model.js';
import { openPath } from '../open-export.js';
import { type Scan, scanExports } from '../scan.js';
import { openExportFolder } from '../writers/export-folder.js';
import { nameBook } from '../writers/file-names.js';
import { createWriter, type WrittenFormat } from '../writers/index.js';

export interface ReadBack {
  readonly lines: readonly JsonObject[];
  readonly scan: Scan;
  readonly mapping: Mapping;
  readonly faults: readonly string[];
}

/** @param tenant who is known there; given the scan, since what is to be asked for hangs on it */
export async function readFolder(
  path: string,
  tenant: TenantNames | ((scan: Scan) => Promise<TenantNames>) = nobody,
  options: Partial<MappingOptions> = {},
): Promise<ReadBack> {
  const model = await loadExchangeModel();
  const opened = await openPath(path, path, undefined);
  if (opened.kind !== 'export') throw new Error(`${path} holds lines`);
  const scan = await scanExports([opened], model, { check: (record) => checkObject(record, model) });
  const names = typeof tenant === 'function' ? await tenant(scan) : tenant;
  const mapping = resolveExport(scan, names, { map: new Map(), missing: 'keep', ...options });
  const lines: JsonObject[] = [];
  const passedOver: Fault[] = [];
  for await (const { line } of emitLines(scan, mapping, model, (place, reason) => passedOver.push({ ...place, reason }))) lines.push(line);
  return { lines, scan, mapping, faults: [...scan.faults, ...mapping.faults, ...passedOver].map(faultText) };
}

/** @returns the path of a folder that lasts while `work` does */
export async function withWritten<T>(
  lines: Iterable<JsonObject>,
  format: WrittenFormat,
  { yaml = false }: { readonly yaml?: boolean },
  work: (path: string, notes: ReadonlyMap<string, number>) => Promise<T>,
): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'muster-round-'));
  try {
    const path = join(root, 'export');
    const folder = await openExportFolder(path, false);
    const organization = { id: 'aaaaaaaa-0000-4000-8000-000000000001', displayName: 'Contoso' };
    const writer = createWriter(format, { folder, names: nameBook(), model: await loadExchangeModel(), organization, yaml });
    for (const line of lines) await writer.line(line);
    await writer.finish();
    await folder.commit(format, {});
    return await work(path, writer.notes);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Lines as texts, in an order of their own: two lines that say the same are the same text. */
export function sorted(lines: readonly JsonObject[]): readonly string[] {
  return lines.map((line) => JSON.stringify(ordered(line))).sort();
}

/** Members in the order of their names. */
export function ordered(value: JsonValue | undefined): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(ordered);
  if (!isObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, ordered(value[name])]),
  );
}
