import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DscResource, readResources } from './resources.js';

const read = (text: string) => readResources(text) as { resources?: readonly DscResource[]; reason?: string; at?: string };
const value = (literal: string) => read(`AADGroup 'x'\n{\n  P = ${literal}\n}`).resources?.[0];

describe('literal values', () => {
  it.each<[string, unknown]>([
    ["'a'", 'a'],
    ["'it''s'", "it's"],
    ['"a"', 'a'],
    ['"a ""b"" c"', 'a "b" c'],
    ['"(device.model -eq `"X`")"', '(device.model -eq "X")'],
    ['"a`nb`$c"', 'a\nb$c'],
    ['"100% $ sure"', '100% $ sure'],
    ["'$notExpanded'", '$notExpanded'],
    ['12', 12],
    ['-3.5', -3.5],
    ['0x1F', 31],
    ['$True', true],
    ['$false;', false],
    ['$NULL', null],
    ["@('a','b')", ['a', 'b']],
    ["@(\n 'a'\n 'b'\n)", ['a', 'b']],
    ['@()', []],
    ["MSFT_X{ A = 1; B = 'c' }", { CIMInstance: 'MSFT_X', A: 1, B: 'c' }],
    [
      '@(MSFT_X{\n A = 1\n}\n MSFT_X\n {\n A = @(2)\n})',
      [
        { CIMInstance: 'MSFT_X', A: 1 },
        { CIMInstance: 'MSFT_X', A: [2] },
      ],
    ],
    ["@{ A = 'b'; 'C d' = 2 }", { A: 'b', 'C d': 2 }],
    ["@'\nline 1\n  'line' 2\n'@", "line 1\n  'line' 2"],
    ['@"\na `"b`"\n"@', 'a "b"'],
    ["'a' # a comment", 'a'],
    ["<# before #> 'a'", 'a'],
  ])('%s', (literal, expected) => expect(value(literal)).toMatchObject({ properties: { P: expected }, open: [] }));

  it.each([
    '$Credential',
    '$ConfigurationData.NonNodeData.ApplicationId;',
    '"admin@$TenantId"',
    '"$(Get-Date)"',
    "'a' + $b",
    "New-Object System.Management.Automation.PSCredential('Password', (ConvertTo-SecureString ('x') -AsPlainText -Force));",
    "$OrganizationName.Split('@')[1]",
    '(1 + 2)',
    '30MB',
  ])('%s is no literal, is said, and is never run', (literal) => {
    const found = read(`AADGroup 'x' {\n P = ${literal}\n Q = 1\n}`).resources?.[0];
    expect(found).toMatchObject({ properties: { Q: 1 }, open: ['P'] });
    expect(found?.properties).not.toHaveProperty('P');
  });
});

it('resources stand wherever they stand, by their line', () => {
  const text = `param([string]$x)\nConfiguration C\n{\n  Node localhost\n  {\n    AADGroup First { DisplayName = 'a' }\n    IntuneX "Second"\n    {\n      A = @(MSFT_Y{ Z = $open })\n    }\n  }\n}\nC -Credential $x`;
  expect(read(text).resources).toEqual([
    { type: 'AADGroup', title: 'First', properties: { DisplayName: 'a' }, open: [], line: 6 },
    { type: 'IntuneX', title: 'Second', properties: { A: [{ CIMInstance: 'MSFT_Y' }] }, open: ['Z'], line: 7 },
  ]);
});

describe('what does not end is said with its line', () => {
  it.each([
    ["AADGroup 'x' {\n A = 1", 'line 1', /block begins here and does not end/],
    ["AADGroup 'x' {\n A = 'b\n}", 'line 2', /text begins and does not end/],
    ['<# no end', 'line 1', /comment begins/],
    ["AADGroup 'x' {\n A = @(1, 2\n}", 'line 3', /stands where a value is due|list begins/],
    ["AADGroup 'x' {\n 1 = 2\n}", 'line 2', /a name and '=' are due/],
    ["AADGroup 'x' {\n A =", 'line 2', /a value is due/],
    ["AADGroup 'x' {\n A = @'\n b", 'line 2', /text begins/],
    [`AADGroup 'x' {\n A = ${'@('.repeat(100)}`, 'line 2', /deep in each other/],
  ])('%j', (text, at, reason) => expect(read(text)).toMatchObject({ at, reason: expect.stringMatching(reason) }));
});

it('comes to an end with every text', () => {
  const words = fc.constantFrom(
    'AADGroup',
    "'x'",
    '{',
    '}',
    '=',
    '@(',
    ')',
    '$a',
    '"b$c"',
    '\n',
    ';',
    ',',
    'A',
    '1',
    '@{',
    '#',
    '<#',
    '`',
    "@'",
    '"',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words).map((list) => list.join(' ')),
      ),
      (text) => void readResources(text),
    ),
    { numRuns: 500 },
  );
});
