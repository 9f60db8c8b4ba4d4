import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCorrections } from './corrections.js';
import type { Csdl } from './differences.js';
import { allDifferences, factsFolder } from './facts.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = factsFolder(root);
const schema = (version: string): Csdl =>
  (JSON.parse(readFileSync(`${root}/api/model/${version}/schema.json`, 'utf8')) as Record<string, Csdl>)['microsoft.graph'] ?? {};

describe.skipIf(folder === undefined)('the schemas against facts from other sources (../shared/data)', () => {
  const found = folder === undefined ? [] : allDifferences(folder, { beta: schema('beta'), 'v1.0': schema('v1.0') });
  const corrections = readCorrections(readFileSync(`${root}/api/model/corrections.yaml`, 'utf8'));
  const explained = corrections.explained.flatMap((entry) => entry.differences);

  it('differ nowhere without an explanation', () => {
    expect(found.filter((difference) => !explained.includes(difference))).toEqual([]);
  });

  it('explain only what differs', () => {
    expect(explained.filter((difference) => !found.includes(difference))).toEqual([]);
  });
});
