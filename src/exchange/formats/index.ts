import type { FormatName } from '../record.js';
import { microsoft365DscReader } from './dsc/reader.js';
import { graphReader } from './graph.js';
import { intuneBackupReader } from './intune-backup.js';
import { intuneCdReader } from './intune-cd.js';
import { intuneManagementReader } from './intune-management.js';
import type { FormatReader } from './reader.js';

/** Every format that is read from folders and JSON; NDJSON is read line by line, by itself. */
export const readers: ReadonlyMap<FormatName, FormatReader> = new Map(
  [graphReader, intuneManagementReader, intuneCdReader, intuneBackupReader, microsoft365DscReader].map((reader) => [reader.format, reader]),
);
