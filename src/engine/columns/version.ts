/**
 * A version as a tuple of its parts, most significant first; a missing part counts as 0. Parts are decimal digits without leading zeros, kept as
 * text so that a part of any length compares exactly (the service itself accepts parts beyond any number type).
 */
export type Version = readonly string[];

const VERSION = /^\d+(?:\.\d+)*$/;

/** The version that this text is; null when it is none (`14.1.2a`, `10.0-beta`, blank). */
export function parseVersion(text: string): Version | null {
  return VERSION.test(text) ? text.split('.').map((part) => part.replace(/^0+(?=\d)/, '')) : null;
}

/** Below, at or above zero as `left` is older than, the same as or newer than `right`. */
export function compareVersions(left: Version, right: Version): number {
  const parts = Math.max(left.length, right.length);
  for (let index = 0; index < parts; index += 1) {
    const a = left[index] ?? '0';
    const b = right[index] ?? '0';
    if (a.length !== b.length) return a.length - b.length;
    if (a !== b) return a < b ? -1 : 1;
  }
  return 0;
}

/**
 * The number as which the service's evaluation shows a version: four parts of eight digits each, run together (`10.0.26100.9457` is
 * 1.00000000000026e25). It is for showing alone: its last digits are lost, and a part of more than eight digits runs into the next.
 */
export function paddedVersion(version: Version): number {
  return Number([0, 1, 2, 3].map((index) => (version[index] ?? '0').padStart(8, '0')).join(''));
}
