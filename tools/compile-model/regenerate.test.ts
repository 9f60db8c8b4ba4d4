import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { compileModel } from './compile.js';
import { readSources } from './sources.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

// Some seconds of parsing: the SDK's models are 15 MB.
it('regenerates the committed schemas byte by byte, with every correction in use', { timeout: 60_000 }, async () => {
  const model = compileModel(await readSources(root));
  expect(model.problems).toEqual([]);
  for (const version of ['beta', 'v1.0'] as const) {
    const committed = readFileSync(`${root}/api/model/${version}/schema.json`, 'utf8');
    expect(model[version] === committed, `api/model/${version}/schema.json is stale: run npm run compile-model`).toBe(true);
  }
});
