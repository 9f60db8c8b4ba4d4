/** Bytes of a file as text. Windows PowerShell writes UTF-16 with a byte order mark; everything else writes UTF-8. */
import { isUtf8 } from 'node:buffer';

/** Whether a text begins as UTF-16 does. */
export const isUtf16 = (bytes: Uint8Array): boolean => (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);

/** @returns undefined where it is neither */
export function decodeText(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2, even(bytes.length)).toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return Buffer.from(bytes.subarray(2, even(bytes.length)))
      .swap16()
      .toString('utf16le');
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

const even = (length: number) => length - (length % 2);
