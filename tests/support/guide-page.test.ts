import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { printedPattern, readBlocks, runnable } from './guide-page.js';

const page = `# Page

\`\`\`sh
muster one
\`\`\`

\`\`\`text
1
\`\`\`

<!-- not run: needs a tenant -->

<!-- server stopped -->

\`\`\`sh
muster two
\`\`\`

It prints:

\`\`\`text
2
\`\`\`

- \`\`\`yaml
  # plans/a.yaml
  policies: []
  \`\`\`

\`\`\`\`diff
\`\`\`sh
muster three
\`\`\`
\`\`\`\`
`;

describe('blocks of a page', () => {
  const blocks = readBlocks(page);
  const of = <K extends keyof (typeof blocks)[number]>(key: K) => blocks.map((block) => block[key]);

  it('are found, a fence inside a longer fence being none', () => {
    expect(of('language')).toEqual(['sh', 'text', 'sh', 'text', 'yaml', 'diff']);
    expect(of('line')).toEqual([3, 7, 15, 21, 25, 30]);
  });

  it('carry the markers before them, and no others', () => {
    expect(of('notRun')).toEqual([undefined, undefined, 'needs a tenant', undefined, undefined, undefined]);
    expect(of('serverStopped')).toEqual([false, false, true, false, false, false]);
  });

  it('print the text directly after them, and none that stands further off', () => {
    expect(of('prints')).toEqual(['1', undefined, undefined, undefined, undefined, undefined]);
  });

  it('lose the indentation of the list that they stand in', () => {
    expect([of('file')[4], of('text')[4]]).toEqual(['plans/a.yaml', '# plans/a.yaml\npolicies: []\n']);
  });

  it.each([
    ['# plan.yaml\na: 1', 'plan.yaml'],
    ['// tests/a.spec.mjs\nimport x', 'tests/a.spec.mjs'],
    ['# a comment\na: 1', undefined],
    ['a: 1 # plan.yaml', undefined],
  ])('%j is saved as %s', (text, file) => {
    expect(readBlocks(`\`\`\`yaml\n${text}\n\`\`\`\n`)[0]?.file).toBe(file);
  });
});

describe('what a page says that is printed', () => {
  it.each([
    ['a\nb', 'a\nb\n', true],
    ['a\nb', 'a\nb\nc\n', false],
    ['a', 'b\n', false],
    ['a  ', 'a\n', true],
    ['a…z', 'a and z\n', true],
    ['a…z', 'a and\nz\n', false],
    ['…\nz', 'x\ny\nz\n', true],
    ['…\nz', 'z\n', true],
    ['a\n…', 'a\n', true],
    ['a\n…', 'b\na\n', false],
    ['(1) [a].*', '(1) [a].*\n', true],
  ])('%j for %j: %s', (says, prints, matches) => {
    expect(printedPattern(says).test(prints)).toBe(matches);
  });
});

const bash = (script: string): number => {
  try {
    execFileSync('bash', ['-c', `set -eo pipefail\n${script}`], { stdio: 'ignore' });
    return 0;
  } catch (error) {
    return (error as { readonly status: number }).status;
  }
};

describe('a command that says its exit code', () => {
  it.skipIf(process.platform === 'win32').each([
    ['(exit 3) # exit code 3', 0],
    ['(exit 3)   # stops: exit code 3', 0],
    ['(exit 2) # exit code 3', 1],
    ['true # exit code 3', 1],
    ['true # exit code 0', 0],
    ['(exit 3)', 3],
    ['(exit 3) | cat # exit code 3', 0],
    ['echo "# exit code 3"', 0],
    ['true \\\n  && (exit 3) # exit code 3', 0],
    ['(exit 3) # exit code 3\n(exit 4)', 4],
  ])('%j ends with %i', (text, code) => {
    expect(bash(runnable(text))).toBe(code);
  });
});
