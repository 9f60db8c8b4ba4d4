import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { catalogue } from '../../src/kernel/errors.js';
import { errorPage, errorRows } from '../../tools/error-table/table.js';

it('docs/reference/errors.md says what the catalogue says (npm run document-errors writes it)', () => {
  expect(readFileSync(new URL('../../docs/reference/errors.md', import.meta.url), 'utf8')).toBe(errorPage());
});

it('has every error of the catalogue, with a message and an occasion', () => {
  const rows = errorRows();
  expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(catalogue).sort());
  for (const { name, message, when, detail } of rows) {
    expect(message, name).toMatch(/\S/);
    expect(when, name).toMatch(/\.$/);
    expect(`${message}${detail ?? ''}`, name).not.toMatch(/\[object|undefined|NaN/);
  }
});

it.each([
  ['segmentUnknown', "Resource not found for the segment '{segment}'."],
  ['optionPropertyUnknown', "Could not find a property named '{property}' on type 'microsoft.graph.{type}'."],
  [
    'permissionMissing',
    '{subject} is not authorized to perform this operation. Application must have one of the following scopes: {permissions}',
  ],
])('writes the parameters of %s as their names', (name, message) => {
  expect(errorRows().find((row) => row.name === name)?.message).toBe(message);
});
