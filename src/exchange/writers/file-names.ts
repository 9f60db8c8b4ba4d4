/** Names of files that every system takes, and that are never the same twice. */

const MOST_BYTES = 180;
/** Names that Windows keeps for devices. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** A name as a part of a path, as the tools make it of the name of an object. */
export function safeName(name: string): string {
  let text = name
    .replace(/[\p{Cc}"<>|:*?\\/]/gu, '_')
    .replace(/[. ]+$/, '')
    .replace(/^\.+/, '_')
    .trimStart();
  while (Buffer.byteLength(text) > MOST_BYTES) text = text.slice(0, -1);
  // A character may have been cut in two.
  text = text.replace(/[\ud800-\udbff]$/, '');
  if (text === '') return '_';
  return RESERVED.test(text) ? `_${text}` : text;
}

export interface NameBook {
  /** A path that no other has, upper and lower case alike: the first that is free of those wanted, else the last with a number. */
  claim(...wanted: readonly [string, ...string[]]): string;
}

export function nameBook(): NameBook {
  const taken = new Set<string>();
  const take = (path: string) => {
    const key = path.normalize('NFC').toLowerCase();
    if (taken.has(key)) return false;
    taken.add(key);
    return true;
  };
  return {
    claim(...wanted) {
      for (const path of wanted) if (take(path)) return path;
      const last = wanted.at(-1) ?? '';
      for (let number = 2; ; number++) {
        const path = last.replace(/(\.[^./]*)?$/, `-${number}$1`);
        if (take(path)) return path;
      }
    },
  };
}
