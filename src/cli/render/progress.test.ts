import { describe, expect, it } from 'vitest';
import type { Terminal } from '../composition.js';
import { createProgress, duration } from './progress.js';

const CLEAR = '\r\u001b[2K';

/** What is written for updates at times in milliseconds. */
function drawn(
  updates: readonly (readonly [at: number, objects: number, share: number | undefined])[],
  interactive: boolean,
  quiet = false,
): string {
  let now = 0;
  let written = '';
  const terminal = {
    interactive,
    now: () => now,
    error: (text: string) => {
      written += text;
    },
  } as unknown as Terminal;
  const progress = createProgress(terminal, quiet, 'things');
  for (const [at, objects, share] of updates) {
    now = at;
    progress.update(objects, share);
  }
  progress.clear();
  return written;
}

describe('progress', () => {
  it.each<[string, Parameters<typeof drawn>, string]>([
    ['at once: nothing', [[[50, 1, 0.1]], true], ''],
    ['a bar', [[[1000, 1000, 0.25]], true], `[######------------------] 25%, 1,000 things, 1,000/s, 3.0 s left${CLEAR}`],
    [
      'a bar that is drawn over',
      [
        [
          [1000, 10, 0.5],
          [1050, 11, 0.55],
          [2000, 15, 0.75],
        ],
        true,
      ],
      `[############------------] 50%, 10 things, 10/s, 1.0 s left${CLEAR}[##################------] 75%, 15 things, 7.5/s, 0.7 s left${CLEAR}`,
    ],
    ['minutes', [[[60_000, 600_000, 0.25]], true], `[######------------------] 25%, 600,000 things, 10,000/s, 3 min 0 s left${CLEAR}`],
    ['no end in sight', [[[1000, 5000, undefined]], true], `5,000 things, 5,000/s${CLEAR}`],
    [
      'plain lines, seldom',
      [
        [
          [1000, 1, 0.1],
          [4000, 40, 0.4],
          [5000, 50, 0.5],
          [8000, 80, 0.8],
        ],
        false,
      ],
      '40%, 40 things, 10/s, 6.0 s left\n80%, 80 things, 10/s, 2.0 s left\n',
    ],
    ['the end', [[[4000, 10, 1]], false], ''],
    ['quiet', [[[4000, 10, 0.5]], true, true], ''],
  ])('%s', (_name, args, expected) => {
    expect(drawn(...args)).toBe(expected);
  });
});

it.each([
  [0.04, '0.0 s'],
  [9.94, '9.9 s'],
  [9.97, '10 s'],
  [59.4, '59 s'],
  [59.6, '1 min 0 s'],
  [119.7, '2 min 0 s'],
  [3725, '62 min 5 s'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
