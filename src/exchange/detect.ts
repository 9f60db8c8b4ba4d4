/** Which tool wrote an export: told by what lies in its files, never by what somebody called it. */
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.js';
import type { FileContent } from './files/content.js';
import { resourcesOf } from './formats/dsc/reader.js';
import { ASSIGNMENTS, restoreFolders } from './formats/intune-backup.js';
import { backupFolders } from './formats/intune-cd.js';
import { isMigrationTable, managementFolders } from './formats/intune-management.js';
import { partsOf } from './formats/reader.js';
import type { FormatName } from './record.js';

export interface Sample {
  /** Below the export's folder. */
  readonly path: string;
  readonly content: FileContent;
}

export interface Detected {
  readonly format: FormatName;
  /** What it was told by, for a person. */
  readonly because: string;
}

/** Where the same folders are known to two tools, what lies in them decides. */
export function detectFormat(samples: readonly Sample[]): Detected | undefined {
  const found = samples.map(seen);
  const some = (test: (one: Seen) => boolean) => found.some(test);
  const share = (test: (one: Seen) => boolean) => found.filter(test).length / Math.max(1, found.length);
  if (share(({ resources }) => resources) > 0.5) return { format: 'microsoft365Dsc', because: 'its files declare resources' };
  if (some(({ migrationTable }) => migrationTable)) return { format: 'intuneManagement', because: 'it has a migration table' };
  if (some(({ apartAssignments }) => apartAssignments))
    return { format: 'intuneBackup', because: `its assignments lie in ${ASSIGNMENTS} folders` };
  if (some(({ groupsByName }) => groupsByName)) return { format: 'intuneCd', because: 'its assignments name their groups' };
  const objects = found.filter(({ typed }) => typed);
  const folders = (known: ReadonlyMap<string, string>) => objects.some(({ folder }) => known.has(folder));
  if (objects.length > 0 && objects.every(({ hasId }) => !hasId))
    return { format: 'intuneCd', because: 'its objects have types and no ids' };
  if (folders(managementFolders)) return { format: 'intuneManagement', because: 'its folders are those of the types of IntuneManagement' };
  if (folders(restoreFolders) && !folders(onlyBackup))
    return { format: 'intuneBackup', because: 'its folders are those of IntuneBackupAndRestore' };
  if (folders(backupFolders)) return { format: 'intuneCd', because: 'its folders are those of IntuneCD' };
  if (some(({ graph, typed }) => graph || typed)) return { format: 'graph', because: 'its files hold answers of Graph' };
  return undefined;
}

/** Folders of IntuneCD that IntuneBackupAndRestore calls otherwise. */
const onlyBackup = new Map([...backupFolders].filter(([folder]) => !restoreFolders.has(folder)));

interface Seen {
  readonly folder: string;
  readonly resources: boolean;
  readonly migrationTable: boolean;
  readonly apartAssignments: boolean;
  readonly groupsByName: boolean;
  /** One object with its type, in a folder. */
  readonly typed: boolean;
  readonly hasId: boolean;
  /** A page, or something with annotations of Graph. */
  readonly graph: boolean;
}

function seen({ path, content }: Sample): Seen {
  const [folder = ''] = partsOf(path).folders;
  const nothing = { migrationTable: false, apartAssignments: false, groupsByName: false, typed: false, hasId: false, graph: false };
  if (content.kind === 'dsc') return { folder, ...nothing, resources: true };
  const { value } = content;
  const single = isObject(value) ? value : undefined;
  const isPage = single !== undefined && (Array.isArray(single.value) || Array.isArray(single.responses)) && single.id === undefined;
  return {
    folder,
    resources: resourcesOf(content) !== undefined,
    migrationTable: isMigrationTable(value),
    apartAssignments: folder === ASSIGNMENTS && objectsOf(value).length > 0 && objectsOf(value).every(({ target }) => isObject(target)),
    groupsByName: !isPage && single !== undefined && namesGroups(single.assignments),
    typed: !isPage && single !== undefined && (typeof single['@odata.type'] === 'string' || folderTypes.has(folder)),
    hasId: typeof single?.id === 'string' || typeof single?.['@odata.context'] === 'string',
    graph: isPage || objectsOf(value).some((object) => Object.keys(object).some((name) => name.startsWith('@odata.'))),
  };
}

const folderTypes = new Set([...managementFolders.keys(), ...backupFolders.keys(), ...restoreFolders.keys()]);

function objectsOf(value: JsonValue): readonly JsonObject[] {
  return (Array.isArray(value) ? (value as readonly JsonValue[]) : [value]).filter(isObject);
}

function namesGroups(assignments: JsonValue | undefined): boolean {
  if (!Array.isArray(assignments)) return false;
  return (assignments as readonly JsonValue[]).some((item) => isObject(item) && isObject(item.target) && 'groupName' in item.target);
}
