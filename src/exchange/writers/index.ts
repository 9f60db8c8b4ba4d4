import type { FormatName } from '../record.js';
import { graphWriter } from './graph.js';
import { intuneCdWriter } from './intune-cd.js';
import { intuneManagementWriter } from './intune-management.js';
import { type AppendingFolder, ndjsonWriter } from './ndjson.js';
import type { Folder, FormatWriter, WriterOptions } from './writer.js';

export const writtenFormats = ['graph', 'intuneManagement', 'intuneCd', 'ndjson'] as const satisfies readonly FormatName[];
export type WrittenFormat = (typeof writtenFormats)[number];

export function createWriter(format: WrittenFormat, options: WriterOptions & { readonly folder: Folder & AppendingFolder }): FormatWriter {
  switch (format) {
    case 'graph':
      return graphWriter(options);
    case 'intuneManagement':
      return intuneManagementWriter(options);
    case 'intuneCd':
      return intuneCdWriter(options);
    case 'ndjson':
      return ndjsonWriter(options, options.folder);
  }
}
