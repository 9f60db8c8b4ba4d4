/** The names by which managed devices point at users and directory devices: values that the devices carry. */
import type { JsonObject } from '../../kernel/json.js';
import { grown, roomier } from '../columns/hash-index.js';
import { guidWords, readGuid } from '../guid-words.js';
import type { SnapshotReader, SnapshotWriter } from '../snapshot/sections.js';
import type { ReachKind } from './policy.js';

/** The name of a directory device. */
export function nameOfDevice(device: JsonObject): string {
  return text(device.deviceId).toLowerCase();
}

/** What a managed device names; '' for nobody. */
export function namesIn(managedDevice: JsonObject): Readonly<Record<ReachKind, string>> {
  return {
    user: text(managedDevice.userId),
    device: text(managedDevice.azureADDeviceId ?? managedDevice.azureActiveDirectoryDeviceId).toLowerCase(),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Names of rows, for whoever looks for their objects later, or is to find the rows by them. A row gets its name once. */
export interface TieNames {
  /** @param name '' for nobody */
  put(row: number, name: string): void;
  /** @param name the words of a GUID; zeros for nobody */
  putWords(row: number, name: Uint32Array): void;
  /** Visits the rows with a name. @param visitRead for one whose name is a GUID, which is the one that was read last then */
  forEach(visitRead: (row: number) => void, visit: (row: number, name: string) => void): void;
  save(out: SnapshotWriter): void;
  load(from: SnapshotReader): void;
}

export function createTieNames(): TieNames {
  /** Four a row; zeros for a name that is no GUID, or none. */
  let words = new Uint32Array(64);
  const others = new Map<number, string>();

  const putWords = (row: number, name: Uint32Array) => {
    if (4 * row + 4 > words.length) words = grown(words, Math.max(4 * (row + 1), roomier(words.length)));
    for (let word = 0; word < 4; word += 1) words[4 * row + word] = name[word]!;
  };

  return {
    put(row, name) {
      if (readGuid(name)) putWords(row, guidWords);
      else if (name !== '') others.set(row, name);
    },
    putWords,
    forEach(visitRead, visit) {
      for (let at = 0; at + 4 <= words.length; at += 4) {
        if ((words[at]! | words[at + 1]! | words[at + 2]! | words[at + 3]!) === 0) continue;
        for (let word = 0; word < 4; word += 1) guidWords[word] = words[at + word]!;
        visitRead(at / 4);
      }
      for (const [row, name] of others) visit(row, name);
    },
    save(out) {
      out.uint32('words', words);
      out.json('others', [...others]);
    },
    load(from) {
      words = from.uint32('words');
      for (const [row, name] of from.json('others') as readonly (readonly [number, string])[]) others.set(row, name);
    },
  };
}
