import { describe, expect, it } from 'vitest';
import { readYaml } from './read-yaml.js';

const read = (text: string) => readYaml(text) as { value?: unknown; reason?: string; at?: string };

describe('readYaml', () => {
  it.each([
    ['a: yes', true],
    ['a: Off', false],
    ['a: ~', null],
    ['a:', null],
    ['a: 12', 12],
    ['a: 1_000', 1000],
    ['a: 010', 8],
    ['a: 0x1F', 31],
    ['a: -0b11', -3],
    ['a: 1.5', 1.5],
    ['a: 1.0e+3', 1000],
    // Thumbprints look like numbers to YAML 1.2; PyYAML writes them plain.
    ['a: 1e3', '1e3'],
    ['a: 12345e67', '12345e67'],
    ['a: 0o17', '0o17'],
    ['a: 2024-01-31T10:00:00Z', '2024-01-31T10:00:00Z'],
    ["a: '12'", '12'],
    ['a: "yes"', 'yes'],
    ['a: #microsoft', null],
    ["a: '#microsoft.graph.x'", '#microsoft.graph.x'],
    ['a: |-\n  one\n  two', 'one\ntwo'],
    ['a: one\n  two', 'one two'],
    ['a: []', []],
    ['a: {}', {}],
  ])('%s', (text, value) => expect(read(text)).toEqual({ value: { a: value } }));

  it('writes anchors out', () => {
    expect(read('a: &id001\n- x: 1\nb: *id001')).toEqual({ value: { a: [{ x: 1 }], b: [{ x: 1 }] } });
    expect(read('base: &b\n  x: 1\na:\n  <<: *b\n  y: 2').value).toEqual({ base: { x: 1 }, a: { x: 1, y: 2 } });
  });

  it.each([
    ['a:\n\t- x', 'line 2, column 1', /tab stands/],
    ['a: 1\na: 2', 'line 2, column 1', /second time/],
    ['a: "x', 'line 1, column 6', /not YAML/],
    ['a: 1\n---\nb: 2', 'line 2, column 1', /second document/],
    ['a: *none', undefined, /not YAML: Unresolved alias/],
    ['', undefined, /empty/],
  ])('says what is wrong with %j', (text, at, reason) => {
    const found = read(text);
    expect(found.reason).toMatch(reason);
    expect(found.at).toBe(at);
  });

  it('does not let aliases grow', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 9; n++)
      lines.push(
        `a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      );
    expect(read(lines.join('\n')).reason).toMatch(/aliases/);
  });

  it('bounds the depth', () => {
    expect(read(`a: ${'['.repeat(300)}${']'.repeat(300)}`).reason).toMatch(/nested/);
    expect(read(`a: ${'['.repeat(100_000)}`).reason).toMatch(/nested|not YAML/);
  });
});
