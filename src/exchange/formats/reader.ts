import type { JsonValue } from '../../kernel/json.js';
import { isObject } from '../../kernel/json.js';
import type { FileContent } from '../files/content.js';
import type { Place } from '../files/fault.js';
import type { ExchangeModel } from '../model.js';
import type { ExportRecord, FormatName } from '../record.js';
import { parseContext } from './context.js';
import { type GraphHints, graphObject, graphRecords } from './graph-objects.js';

/** A file of an export. */
export interface ExportFile {
  /** Below the export's own folder, with `/`. */
  readonly path: string;
  /** As messages name it. */
  readonly shown: string;
}

export interface FormatReader {
  readonly format: FormatName;
  /** As messages name it. */
  readonly title: string;
  records(file: ExportFile, content: FileContent, model: ExchangeModel): Iterable<ExportRecord>;
}

/** The name of a file without its ending, and of the folders that it lies in, the nearest first. */
export function partsOf(path: string): { readonly stem: string; readonly folders: readonly string[] } {
  const folders = path.split('/').reverse();
  const name = folders.shift() ?? '';
  return { stem: name.replace(/\.[A-Za-z0-9]+$/, ''), folders };
}

/** The tools write one object a file; a file that is none is kept whole. */
export function* objectFile(
  value: JsonValue,
  place: Place,
  stem: string,
  hints: GraphHints,
  model: ExchangeModel,
): Generator<ExportRecord, void, void> {
  const isPage = isObject(value) && Array.isArray(value.value) && value.id === undefined;
  if (isPage && parseContext(value['@odata.context']) !== undefined) yield* graphRecords(value, place, hints, model);
  else if (isObject(value) && !isPage) yield* graphObject(value, place, hints, model);
  else yield { kind: 'kept', type: hints.folder, name: stem, content: value, place };
}
