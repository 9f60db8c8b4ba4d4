import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { MAX_PATTERN_WEIGHT, translatePattern } from './pattern.js';
import { compilePattern } from './regex.js';

function found(pattern: string, text: string): boolean | string {
  const compiled = compilePattern(pattern);
  return compiled.ok ? compiled.matches(text) : compiled.explanation;
}

describe('patterns mean what they mean in .NET', () => {
  it.each([
    ['^Da.*', 'David', true],
    ['^Da.*', 'aDa', false],
    ['.*vid', 'David', true],
    ['.*vid', 'Da', false],
    ['ago', 'Lagos', true],
    ['.*?ago.*', 'LAGOS', true],
    ['', 'x', true],
    ['@domain.ext$', 'a@DOMAIN.EXT', true],
    [String.raw`\d{5}$`, 'x12345', true],
    [String.raw`\d{5}$`, 'x1234', false],
    [String.raw`^\d$`, '٣', true],
    [String.raw`^\w+$`, 'Müller', true],
    [String.raw`^\W+$`, 'Müller', false],
    [String.raw`^[\W_]+$`, '_ -€', true],
    [String.raw`^[^\w]$`, 'é', false],
    [String.raw`a\sb`, 'a\u00a0b', true],
    [String.raw`a\Sb`, 'a\u00a0b', false],
    [String.raw`^[\S]$`, 'é', true],
    [String.raw`^[\S]$`, '\u2003', false],
    [String.raw`^[\D]$`, '٣', false],
    [String.raw`[\w-.]+@x`, 'a-b.c@x', true],
    [String.raw`^[a\-z]$`, 'b', false],
    ['^[]a]$', ']', true],
    ['^[^]a]$', ']', false],
    ['^[a-]$', '-', true],
    ['^[a[]$', '[', true],
    [String.raw`^\u00e9\x41\cI\t\e$`, 'Éa\t\t\u001b', true],
    [String.raw`^\0\07$`, '\0\u0007', true],
    [String.raw`[\b]`, '\b', true],
    [String.raw`\p{Lu}\P{L}`, 'A1', true],
    [String.raw`\Aab\z`, 'AB', true],
    [String.raw`ab\Z`, 'ab\n', true],
    ['(?<name>a)(?:b)(c)', 'abc', true],
    ["(?'name'a)b", 'ab', true],
    ['a(?#comment)b', 'ab', true],
    ['a(?-i)B', 'Ab', false],
    ['a(?-i:B)c', 'ABC', true],
    ['(?s)a.b', 'a\nb', true],
    ['a.b', 'a\nb', false],
    ['(?m)^b', 'a\nb', true],
    ['(?n)(a)', 'a', true],
    ['a{2}b', 'aab', true],
    ['^a{2,3}?$', 'aaaa', false],
    ['^a{2,}$', 'aaaa', true],
    ['a{,5}', 'a{,5}', true],
    ['{', '{', true],
    ['a}', 'a}', true],
    [']', ']', true],
    ['a|b|', 'x', true],
    ['😀+x', '😀😀x', true],
  ] as const)('%s in %s: %s', (pattern, text, expected) => {
    expect(found(pattern, text)).toBe(expected);
  });
});

describe('what linear time cannot do is named', () => {
  it.each([
    ['(?=a)', 'Lookahead'],
    ['(?!a)', 'Negative lookahead'],
    ['(?<=a)b', 'Lookbehind'],
    ['(?<!a)b', 'Negative lookbehind'],
    [String.raw`(a)\1`, 'A backreference'],
    [String.raw`(?<n>a)\k<n>`, 'A backreference'],
    ['(?>a+)b', 'An atomic group'],
    ['(?(1)a|b)', 'A condition'],
    ['(?<a-b>x)', 'A balancing group'],
    [String.raw`\Ga`, String.raw`The anchor \G`],
    ['(?x) a', 'The option x'],
    ['[a-z-[aeiou]]', 'Subtraction'],
    ['[a-[b]]', 'Subtraction'],
    [String.raw`\p{IsGreek}`, 'A Unicode block'],
  ])('%s', (pattern, name) => {
    expect(found(pattern, '')).toMatch(new RegExp(`^${name.replace(/\\/g, '\\\\')}.* is not supported`));
  });
});

describe('what is no regular expression is refused where it goes wrong', () => {
  it.each([
    ['*@domain.ext', 0, '\\* has nothing before it'],
    ['a|+', 2, 'nothing before it'],
    ['(?', 0, 'means nothing'],
    ['(?P<n>a)', 0, 'means nothing'],
    ['a(b', 1, 'not closed'],
    ['a)b', 1, 'never opened'],
    ['a[bc', 1, 'not closed'],
    ['a[]', 1, 'not closed'],
    ['[z-a]', 1, 'ends before it begins'],
    [String.raw`[a-\d]`, 1, 'ends in a single character'],
    ['a{3,2}', 1, 'greater than the most'],
    ['a++', 2, 'repeated again'],
    ['a{2}{3}', 4, 'repeated again'],
    ['a\\', 1, 'escapes nothing'],
    [String.raw`a\q`, 1, 'no escape sequence'],
    [String.raw`\Qa\E`, 0, 'no escape sequence'],
    [String.raw`\p{Greek}`, 0, 'no Unicode category'],
    [String.raw`\pL`, 0, 'no escape sequence'],
    ['(?#a', 0, 'not closed'],
    ['a{1001}', 1, 'too much work'],
  ])('%s', (pattern, at, explanation) => {
    const refused = translatePattern(pattern);
    expect(refused.ok ? undefined : refused.at).toBe(at);
    expect(found(pattern, '')).toMatch(new RegExp(explanation));
  });
});

describe('work is bounded', () => {
  it.each([
    ['nested repetitions', '(((a{10}){10}){10}){10}'],
    ['classes repeated', String.raw`[\p{L}]{500}`],
    ['wildcards repeated', '(.*a){200}'],
    ['wildcards in a row', '.*'.repeat(1500)],
    ['optional letters', '(?:a?){1000}a{1000}'],
    ['a late choice', '.*[ab].{400}c'],
    ['classes in a row', String.raw`\w`.repeat(1500)],
    ['nested groups', `${'('.repeat(51)}a${')'.repeat(51)}`],
    ['groups without end', '('.repeat(3000)],
  ])('%s', (_, pattern) => {
    expect(compilePattern(pattern).ok).toBe(false);
  });

  it.each([
    ['a long list of words', `^(${Array.from({ length: 300 }, (_, index) => 50_000 + index).join('|')})$`],
    ['an identifier', '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'],
    ['an address', String.raw`^[\w.+-]+@([\w-]+\.)+[a-z]{2,}$`],
    ['stars within stars', '(a*)*(a|aa)+$'],
    ['a whole rule of letters', 'x'.repeat(2900)],
  ])('and leaves room for %s', (_, pattern) => {
    expect(compilePattern(pattern)).toMatchObject({ ok: true });
  });

  const piece = fc.constantFrom(
    'a',
    'b',
    '.',
    '[a-c]',
    String.raw`\w`,
    String.raw`\d`,
    '(',
    ')',
    '|',
    '*',
    '+',
    '?',
    '{3}',
    '{2,9}',
    '{40}',
    '^',
    '$',
    '(?:',
    '\\',
  );

  it('by the weight, which no program outgrows', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const pattern = translatePattern(pieces.join(''));
        if (!pattern.ok) return;
        expect(pattern.weight).toBeLessThanOrEqual(MAX_PATTERN_WEIGHT);
        expect(RE2JS.compile(pattern.re2, RE2JS.CASE_INSENSITIVE).programSize()).toBeLessThanOrEqual(pattern.weight + 4);
      }),
      { numRuns: 1000 },
    );
  });

  it('and everything that is translated compiles', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece).map((pieces) => pieces.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (source) => {
          const pattern = translatePattern(source);
          if (pattern.ok) RE2JS.compile(pattern.re2, RE2JS.CASE_INSENSITIVE).test('abc');
        },
      ),
      { numRuns: 1500 },
    );
  });
});
