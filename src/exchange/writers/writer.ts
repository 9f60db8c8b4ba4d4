import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { bareTypeName } from '../../model/schema.js';
import { KEPT } from '../formats/kept.js';
import type { ExchangeModel } from '../model.js';
import type { FormatName, Home } from '../record.js';
import type { NameBook } from './file-names.js';

/** Where a writer puts its files. */
export interface Folder {
  /** @param path below the folder, with `/` */
  write(path: string, text: string): Promise<void>;
}

export interface WriterOptions {
  readonly folder: Folder;
  readonly names: NameBook;
  readonly model: ExchangeModel;
  /** The tenant that is written down, as far as it is known. */
  readonly organization: { readonly id: string; readonly displayName: string };
  /** YAML instead of JSON, where the format has both. */
  readonly yaml: boolean;
}

/** Takes the lines of a tenant in the order in which an import can take them. */
export interface FormatWriter {
  readonly format: FormatName;
  line(line: JsonObject): Promise<void>;
  finish(): Promise<void>;
  /** What the format does not carry, or cannot say clearly: how often. */
  readonly notes: ReadonlyMap<string, number>;
}

export type Line =
  | { readonly kind: 'object'; readonly home: Home; readonly type: string; readonly object: JsonObject }
  | { readonly kind: 'member' | 'owner' | 'manager'; readonly of: string; readonly to: string; readonly type: string | undefined }
  | { readonly kind: 'kept'; readonly kept: KeptLine };

export interface KeptLine {
  readonly type: string;
  readonly name: string | null;
  readonly path: string;
  readonly format: string;
  readonly content: JsonValue;
}

export function readLine(line: JsonObject, model: ExchangeModel): Line | undefined {
  const kept = line[KEPT];
  if (isObject(kept)) return { kind: 'kept', kept: kept as unknown as KeptLine };
  if (typeof line['@odata.type'] === 'string') {
    const type = bareTypeName(line['@odata.type']);
    const found = model.typeOf(type);
    const home = found === undefined ? undefined : model.homeOf(found);
    return home === undefined ? undefined : { kind: 'object', home, type, object: line };
  }
  const { group, member, memberType, owner, user, manager } = line;
  if (typeof group === 'string' && typeof member === 'string')
    return { kind: 'member', of: group, to: member, type: typeof memberType === 'string' ? memberType : undefined };
  if (typeof group === 'string' && typeof owner === 'string') return { kind: 'owner', of: group, to: owner, type: 'user' };
  if (typeof user === 'string' && typeof manager === 'string') return { kind: 'manager', of: user, to: manager, type: 'user' };
  return undefined;
}

/** Text of a member; empty where it is none. */
export const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

export function counting(): { readonly notes: Map<string, number>; note(what: string): void } {
  const notes = new Map<string, number>();
  return { notes, note: (what) => void notes.set(what, (notes.get(what) ?? 0) + 1) };
}

export const json = (value: JsonValue, indent = 2): string => `${JSON.stringify(value, null, indent)}\n`;

/**
 * What Muster does not serve goes back to its place where the format is the one that it came from; otherwise it lies below `Kept`, as the
 * line that it is kept by.
 * @param text of the content in its own place
 */
export async function writeKept(
  kept: KeptLine,
  { folder, names }: WriterOptions,
  own: FormatName,
  text: (path: string) => [path: string, text: string],
): Promise<void> {
  if (kept.format === own) {
    const [path, content] = text(kept.path);
    const claimed = names.claim(path);
    // Somebody else lies there: its own place is told by the line.
    if (claimed === path) return await folder.write(path, content);
    return await folder.write(names.claim(`Kept/${kept.path}`), json({ [KEPT]: kept as unknown as JsonObject }));
  }
  const path = `Kept/${kept.format}/${kept.path}`;
  await folder.write(names.claim(/\.json$/i.test(path) ? path : `${path}.json`), json({ [KEPT]: kept as unknown as JsonObject }));
}
