import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleBeta } from '../model/testing/sample-schema.js';
import { thrown } from '../model/testing/thrown.js';
import { evaluate } from '../query/evaluate.js';
import { printExpression } from '../query/print.js';
import { bind } from './bind.js';
import { bindFilter } from './filter.js';
import { expression } from './testing/expressions.js';
import { beta } from './testing/model.js';

const run = (method: string, url: string, headers: Record<string, string> = {}) =>
  thrown(() => bind({ method, url, origin: 'https://localhost', headers, body: undefined }, beta));

const word = fc.constantFrom(
  'deviceManagement',
  'deviceConfigurations',
  'assignments',
  'assign',
  'microsoft.graph.assign',
  'microsoft.graph.iosVpnConfiguration',
  'rootCertificate',
  'identityCertificate',
  'groups',
  'members',
  '$ref',
  '$count',
  '$value',
  'target',
  'id',
  'x',
  "('x')",
  "(id='x')",
  '()',
  "assignments('a')",
  'getState()',
  "getPlatformSupportedProperties(platform='iOS')",
  "f(a='b',c=@p)",
  '%27',
  '%2F',
  '%',
  '%zz',
  "'",
  '(',
  ')',
  '',
  'microsoft.graph.',
  'displayName',
  'roleScopeTagIds',
);
const piece = fc.constantFrom(
  'displayName',
  'version',
  'id',
  'target',
  'assignments',
  'roleScopeTagIds',
  'createdDateTime',
  'microsoft.graph.groupAssignmentTarget',
  'any',
  'all',
  '(',
  ')',
  '/',
  ',',
  ';',
  ':',
  "'",
  "''",
  "'x'",
  '5',
  '-5',
  '1.5e3',
  'null',
  'true',
  'eq',
  'ne',
  'gt',
  'in',
  'has',
  'and',
  'or',
  'not',
  'add',
  'div',
  'startswith',
  'isof',
  'cast',
  'now',
  '$it',
  '$count',
  '$ref',
  '@p',
  '2024-01-01',
  '2024-01-01T00:00:00Z',
  "duration'P1D'",
  '08:00',
  '*',
  '-',
  '=',
  '$select=',
  '$expand=',
  '$filter=',
  't',
  'desc',
  '6e1e4b7a-0000-4000-8000-000000000000',
  '€',
  '\u0000',
  'groupAssignments',
  'deviceConfiguration',
);
const option = fc.constantFrom(
  '$filter',
  'filter',
  '$orderby',
  '$select',
  '$expand',
  '$top',
  '$skip',
  '$count',
  '$search',
  '$skiptoken',
  '$format',
  '$id',
  '@p',
  'x',
);
const value = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(' '));
const tight = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));

describe('fuzz: only errors of the catalogue come out', () => {
  it('for any text as URL', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'POST', ''),
        fc.string({ unit: 'binary', maxLength: 200 }),
        (method, url) => void run(method, url),
      ),
    );
    fc.assert(fc.property(fc.string({ maxLength: 100 }), (text) => void run('GET', `/beta/${text}`)));
  });

  it('for paths made of real pieces', () => {
    const method = fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'DELETE');
    fc.assert(
      fc.property(
        method,
        fc.array(word, { maxLength: 8 }),
        (m, words) => void run(m, `/beta/deviceManagement/deviceConfigurations/${words.join('/')}`),
      ),
      { numRuns: 1500 },
    );
  });

  it('for options made of real pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(option, fc.oneof(value, tight)), { maxLength: 3 }), (options) => {
        const query = options.map(([name, text]) => `${name}=${encodeURIComponent(text)}`).join('&');
        run('GET', `/beta/deviceManagement/deviceConfigurations?${query}`);
      }),
      { numRuns: 3000 },
    );
  });

  it('for any headers', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (accept, prefer) => void run('GET', '/beta/groups', { accept, prefer })));
  });

  it('for 16 KiB of hostile text', () => {
    const hostile = [
      '(',
      '((a))',
      "'",
      "''",
      '%',
      '%27',
      '/',
      '//',
      ',',
      ';',
      '=',
      '&',
      '&a',
      '=&',
      'a(',
      'a/',
      'not ',
      '-',
      'a eq ',
      "a('",
      '$expand=a(',
      '@a=@a&',
    ];
    for (const part of hostile) {
      const text = part.repeat(Math.floor(16_000 / part.length));
      for (const prefix of [
        '/beta/',
        '/beta/groups/',
        "/beta/groups('",
        '/beta/groups?',
        '/beta/groups?$filter=',
        '/beta/groups?$expand=',
        '/beta/groups?$select=',
        '/beta/groups?$orderby=',
      ]) {
        expect(run('GET', prefix + text)?.kind ?? 'bound').toMatch(/^\w+$/);
      }
    }
  });
});

describe('print then parse', () => {
  const schema = sampleBeta();
  const type = schema.types.get('everythingConfiguration')!;
  const parse = (text: string) => bindFilter(text, { schema, type, aliases: new Map(), inner: false });

  it('is the identity', () => {
    fc.assert(
      fc.property(expression, (text) => {
        const parsed = parse(text);
        expect(parse(printExpression(parsed))).toEqual(parsed);
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves the meaning alone, and every expression has one for any item', () => {
    const item = fc.record(
      {
        text: fc.oneof(fc.string(), fc.constant(null)),
        int32: fc.integer(),
        flag: fc.boolean(),
        numbers: fc.array(fc.integer()),
        days: fc.constantFrom('none', 'monday', 'monday,friday'),
      },
      { requiredKeys: [] },
    );
    const context = { typeName: 'everythingConfiguration', isA: () => true, now: 0 };
    fc.assert(
      fc.property(expression, item, (text, json) => {
        const parsed = parse(text);
        const result = evaluate(parsed, json, context);
        expect([true, false, null]).toContain(result);
        expect(evaluate(parse(printExpression(parsed)), json, context)).toBe(result);
      }),
      { numRuns: 1000 },
    );
  });
});
