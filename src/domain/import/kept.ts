/** What Muster does not serve is kept as it came, so that an export can give it back: one object of somebody's export a line. */
import { createHash } from 'node:crypto';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import type { EntityKey } from '../../storage/store.js';
import type { Chunk } from './chunk.js';
import { type KeptRecord, refusal } from './record.js';

export const KEPT = 'muster/kept';
/** The one member of such a line. */
export const KEPT_MEMBER = '@muster.kept';
const TYPE = 'musterKept';

const MEMBERS = ['type', 'name', 'path', 'format', 'content'] as const;
const FORM = `{"${KEPT_MEMBER}": {"type": TEXT, "name": TEXT or null, "path": "relative/path.json", "format": "graph", "content": …}}`;

/** @throws GraphError requestInvalid */
export function readKept(line: JsonObject): KeptRecord {
  const value = line[KEPT_MEMBER];
  const foreign = Object.keys(line).find((name) => name !== KEPT_MEMBER);
  if (foreign !== undefined || !isObject(value)) throw refusal(`A line of something kept is ${FORM}.`, foreign?.slice(0, 100));
  const unknown = Object.keys(value).find((name) => !MEMBERS.some((member) => member === name));
  if (unknown !== undefined) throw refusal(`'${unknown.slice(0, 100)}' means nothing here: ${FORM}.`, unknown.slice(0, 100));
  const { type, name = null, path, format, content } = value;
  if (typeof type !== 'string' || type === '' || type.length > 200) throw invalid('type', 'the type or the folder of the object');
  if (name !== null && (typeof name !== 'string' || name.length > 1024)) throw invalid('name', 'a name, or null');
  if (typeof path !== 'string' || !isRelativePath(path)) throw invalid('path', 'a path below the export, such as folder/file.json');
  if (typeof format !== 'string' || !/^[A-Za-z][A-Za-z0-9.-]{0,39}$/.test(format)) throw invalid('format', 'the name of a format');
  if (content === undefined) throw invalid('content', 'the object itself');
  return keptRecord({ type, name, path, format, content });
}

interface KeptObject {
  readonly type: string;
  readonly name: string | null;
  readonly path: string;
  readonly format: string;
  readonly content: JsonValue;
}

/** The same format and path name the same object. */
export function keptRecord({ type, name, path, format, content }: KeptObject): KeptRecord {
  const id = createHash('sha256').update(`${format}\0${path}`).digest('hex').slice(0, 32);
  const key: EntityKey = { set: KEPT, parent: '', id };
  return { kind: 'kept', name: 'kept', key, text: JSON.stringify({ id, type, name, path, format, content }) };
}

function invalid(member: string, wanted: string): Error {
  return refusal(`'${member}' of something kept is ${wanted}.`, member);
}

/** An export writes it below a folder of somebody's choice, and nowhere else. */
function isRelativePath(path: string): boolean {
  if (path === '' || path.length > 1024 || /[\\\p{Cc}]|^[A-Za-z]:/u.test(path)) return false;
  return path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

export function writeKept({ key, text }: KeptRecord, chunk: Chunk): void {
  chunk.put(key, TYPE, text);
}
