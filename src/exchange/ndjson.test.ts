import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineSplitter, type LineBatch, readBatches } from './ndjson.js';

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function* pieces(...texts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array, void, void> {
  for (const text of texts) yield typeof text === 'string' ? encode(text) : text;
}

async function batches(source: AsyncIterable<Uint8Array>, lines = 1000, bytes = 1e6): Promise<readonly LineBatch[]> {
  const all: LineBatch[] = [];
  for await (const batch of readBatches(source, { lines, bytes })) all.push(batch);
  return all;
}

async function linesOf(...texts: readonly (string | Uint8Array)[]): Promise<readonly (readonly [number, string])[]> {
  return (await batches(pieces(...texts))).flatMap(({ lines }) => lines.map(({ line, bytes }) => [line, decode(bytes)] as const));
}

describe('lines', () => {
  it.each([
    ['nothing', [''], []],
    [
      'two lines',
      ['a\nb\n'],
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'no newline at the end',
      ['a\nb'],
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'CRLF',
      ['a\r\nb\r\n'],
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'CRLF over two pieces',
      ['a\r', '\nb'],
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'blank lines count',
      ['\n  \na\n\r\n\t\nb'],
      [
        [3, 'a'],
        [6, 'b'],
      ],
    ],
    [
      'a line over three pieces',
      ['a', 'b', 'c\nd'],
      [
        [1, 'abc'],
        [2, 'd'],
      ],
    ],
    [
      'a newline that comes alone',
      ['a', '\n', '\n', 'b'],
      [
        [1, 'a'],
        [3, 'b'],
      ],
    ],
    ['spaces stay', [' a \n'], [[1, ' a ']]],
  ])('%s', async (_, texts, expected) => {
    expect(await linesOf(...texts)).toEqual(expected);
  });

  it('are the same wherever the pieces end, inside of characters too', async () => {
    const text = fc
      .array(fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\n', '\r\n', ' ') }), { maxLength: 8 })
      .map((all) => all.join(''));
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(40), { maxLength: 6 }), async (whole, cuts) => {
        const bytes = encode(whole);
        const ends = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const parts = ends.slice(1).map((end, at) => bytes.slice(ends[at], end));
        expect(await linesOf(...parts)).toEqual(await linesOf(bytes));
      }),
    );
  });

  it('do not change when the memory of a piece is used again', () => {
    const splitter = createLineSplitter();
    const piece = encode('abc');
    splitter.push(piece);
    piece.fill(0x78);
    expect(splitter.end().map(({ bytes }) => decode(bytes))).toEqual(['abc']);
  });
});

describe('a line that is too long', () => {
  it.each([
    ['in one piece', ['a\n', `b${'x'.repeat(9)}\nc\n`]],
    ['in the piece of good lines', [`a\nb${'x'.repeat(9)}\nc\n`]],
    ['over pieces', ['a\nbx', 'xxxxxx', 'xx', 'x']],
  ])('%s: the lines before it come first, then an error with its number', (_, texts) => {
    const splitter = createLineSplitter(8);
    const seen: string[] = [];
    const read = () => {
      for (const text of texts) for (const { bytes } of splitter.push(encode(text))) seen.push(decode(bytes));
      splitter.end();
    };
    expect(read).toThrow(expect.objectContaining({ kind: 'importLineInvalid', params: expect.objectContaining({ line: 2 }) }));
    expect(seen).toEqual(['a']);
  });

  it('comes with the batch of the lines before it', async () => {
    const [only, ...more] = await batches(pieces('a\n', 'x'.repeat(2 * 1024 * 1024)));
    expect(only?.lines.map(({ line }) => line)).toEqual([1]);
    expect(only?.fault).toMatchObject({ kind: 'importLineInvalid' });
    expect(more).toEqual([]);
  });
});

describe('batches', () => {
  it.each([
    [2, 1e6, [[1, 2], [3, 4], [5]]],
    [10, 4, [[1, 2], [3, 4], [5]]],
    [10, 1, [[1], [2], [3], [4], [5]]],
    [5, 1e6, [[1, 2, 3, 4, 5]]],
  ])('hold at most %i lines and %i bytes', async (lines, bytes, expected) => {
    const all = await batches(pieces('a\nb\nc\n', 'd\ne'), lines, bytes);
    expect(all.map((batch) => batch.lines.map(({ line }) => line))).toEqual(expected);
    expect(all.at(-1)?.bytesRead).toBe(9);
  });
});
