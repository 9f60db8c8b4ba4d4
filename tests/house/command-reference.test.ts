import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { catalogue } from '../../src/cli/catalogue.js';
import { commandsPage } from '../../tools/command-pages/page.js';

const page = readFileSync(new URL('../../docs/reference/commands.md', import.meta.url), 'utf8');

it('docs/reference/commands.md says what the commands say (npm run document-commands writes it)', async () => {
  expect(page).toBe(await commandsPage());
});

it.each(catalogue.map(({ name }) => name))('has muster %s with two examples', (name) => {
  const section = page.split(/^## /m).find((part) => part.startsWith(`muster ${name}\n`)) ?? '';
  expect(section.match(new RegExp(`^(?:.*[ (])?muster ${name}\\b`, 'gm'))?.length ?? 0).toBeGreaterThanOrEqual(3);
  expect(section).not.toMatch(/undefined|\[object/);
});
