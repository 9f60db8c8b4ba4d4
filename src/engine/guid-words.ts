/** Canonical GUIDs (36 characters, lower case) as four words of 32 bits; the zero GUID stands for "none" and is no such GUID here. */

/** A GUID's four words; what `readGuid` leaves its result in, valid until the next call. */
export const guidWords = new Uint32Array(4);

const GUID_LENGTH = 36;

/** Value of a lower-case hexadecimal digit by character code, 16 and up for any other character. */
const NIBBLES = new Uint8Array(128).fill(16);
for (let value = 0; value < 16; value += 1) NIBBLES['0123456789abcdef'.charCodeAt(value)] = value;

/** For each of the four words, where in the text its eight digits stand. */
const PLACES = [
  [0, 1, 2, 3, 4, 5, 6, 7],
  [9, 10, 11, 12, 14, 15, 16, 17],
  [19, 20, 21, 22, 24, 25, 26, 27],
  [28, 29, 30, 31, 32, 33, 34, 35],
].flat();

const DASH = 0x2d;

/** Reads the text from `start` to `end` into `guidWords`. @returns whether it is a canonical GUID other than zero */
export function readGuid(text: string, start = 0, end = text.length): boolean {
  if (end - start !== GUID_LENGTH) return false;
  if (
    text.charCodeAt(start + 8) !== DASH ||
    text.charCodeAt(start + 13) !== DASH ||
    text.charCodeAt(start + 18) !== DASH ||
    text.charCodeAt(start + 23) !== DASH
  ) {
    return false;
  }
  let some = 0;
  for (let word = 0, place = 0; word < 4; word += 1) {
    let value = 0;
    let seen = 0;
    for (const last = place + 8; place < last; place += 1) {
      const code = text.charCodeAt(start + PLACES[place]!);
      if (code > 127) return false;
      const nibble = NIBBLES[code]!;
      seen |= nibble;
      value = (value << 4) | nibble;
    }
    if (seen > 15) return false;
    guidWords[word] = value;
    some |= value;
  }
  return some !== 0;
}

/** The same of ASCII bytes. */
export function readGuidBytes(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== GUID_LENGTH) return false;
  if (bytes[start + 8] !== DASH || bytes[start + 13] !== DASH || bytes[start + 18] !== DASH || bytes[start + 23] !== DASH) return false;
  let some = 0;
  let seen = 0;
  for (let word = 0, place = 0; word < 4; word += 1) {
    let value = 0;
    for (const last = place + 8; place < last; place += 1) {
      const nibble = NIBBLES[bytes[start + PLACES[place]!]! & 127]!;
      seen |= nibble;
      value = (value << 4) | nibble;
    }
    guidWords[word] = value;
    some |= value;
  }
  return seen <= 15 && some !== 0;
}

/** Whether the GUID that was read last has the words that begin at `words[at]`. */
export function isGuidAt(words: Uint32Array, at: number): boolean {
  return words[at] === guidWords[0] && words[at + 1] === guidWords[1] && words[at + 2] === guidWords[2] && words[at + 3] === guidWords[3];
}

const DIGITS = new Uint8Array(16);
for (let value = 0; value < 16; value += 1) DIGITS[value] = '0123456789abcdef'.charCodeAt(value);

const scratch = Buffer.alloc(GUID_LENGTH, '-');

/** Writes the GUID whose words begin at `words[at]` to 36 bytes of `bytes`; the dashes' places are written too. */
export function writeGuid(words: Uint32Array, at: number, bytes: Uint8Array, start: number): void {
  for (let word = 0, place = 0; word < 4; word += 1) {
    const value = words[at + word]!;
    for (let shift = 28; shift >= 0; shift -= 4, place += 1) bytes[start + PLACES[place]!] = DIGITS[(value >>> shift) & 15]!;
  }
  bytes[start + 8] = DASH;
  bytes[start + 13] = DASH;
  bytes[start + 18] = DASH;
  bytes[start + 23] = DASH;
}

/** The text of the GUID whose words begin at `words[at]`. */
export function guidText(words: Uint32Array, at: number): string {
  writeGuid(words, at, scratch, 0);
  return scratch.toString('latin1');
}
