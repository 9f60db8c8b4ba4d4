import type { MappingOptions } from '../../exchange/mapping/mapping.js';
import type { FormatName } from '../../exchange/record.js';
import { isGuid } from '../../kernel/ids.js';
import { CommandFailed } from '../command-failed.js';

const USAGE = 2;
const CHOICES = ['keep', 'create', 'drop'] as const;
export const formats: readonly FormatName[] = ['graph', 'intuneManagement', 'intuneCd', 'intuneBackup', 'microsoft365Dsc', 'ndjson'];

/** @throws CommandFailed for what is no mapping */
export function mappingOptions(maps: readonly string[], missing: string): MappingOptions {
  const chosen = CHOICES.find((choice) => choice === missing);
  if (chosen === undefined) throw new CommandFailed(`--missing-groups '${missing}' is not one of ${CHOICES.join(', ')}.`, USAGE);
  const map = new Map<string, string>();
  for (const text of maps) {
    // Names may hold the sign; ids do not.
    const at = text.lastIndexOf('=');
    const name = text.slice(0, Math.max(0, at)).trim();
    const id = text.slice(at + 1).trim();
    if (name === '' || !(isGuid(id) || /^\d+$/.test(id))) {
      throw new CommandFailed(`--map '${text}' is not NAME=ID, such as --map 'Sales=5f8d2c1e-9a4b-4c3d-8e7f-000000000003'.`, USAGE);
    }
    if (map.has(name.toLowerCase())) throw new CommandFailed(`--map says twice who '${name}' is.`, USAGE);
    map.set(name.toLowerCase(), id.toLowerCase());
  }
  return { map, missing: chosen };
}

/** @throws CommandFailed */
export function formatFlag(text: string | undefined): FormatName | undefined {
  if (text === undefined) return undefined;
  const found = formats.find((format) => format.toLowerCase() === text.toLowerCase());
  if (found === undefined) throw new CommandFailed(`--format '${text}' is not one of ${formats.join(', ')}.`, USAGE);
  return found;
}
