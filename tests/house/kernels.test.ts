import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { assembled } from '../../tools/kernels/assemble.js';

it('the kernels that are checked in are those of tools/kernels (npm run assemble-kernels)', async () => {
  expect(await readFile('src/engine/words/kernels.generated.ts', 'utf8')).toBe(await assembled());
});
