/** Each rule of the ABNF that Graph uses, with texts that are accepted and texts that are refused: `odata-abnf.txt`, one line a case. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { searchExpression } from '../../src/domain/read/search.js';
import { describeError } from '../../src/kernel/errors.js';
import { thrown } from '../../src/model/testing/thrown.js';
import { plan, steps } from '../../src/odata/testing/model.js';
import type { Expression } from '../../src/query/expression.js';
import type { ExpandItem, Plan, QueryOptions } from '../../src/query/plan.js';
import { printExpression, printOrderBy } from '../../src/query/print.js';

interface Case {
  readonly accepted: boolean;
  readonly path: string;
  readonly text: string;
  readonly expected: string;
}

const CASE = /^([+-]) (.*) ->(?: (.*))?$/;

function readCases(): ReadonlyMap<string, readonly Case[]> {
  const rules = new Map<string, Case[]>();
  let cases: Case[] = [];
  let path = '';
  for (const line of readFileSync(new URL('odata-abnf.txt', import.meta.url), 'utf8').split('\n')) {
    const found = CASE.exec(line);
    if (line.startsWith('## ')) {
      cases = [];
      rules.set(line.slice(3), cases);
    } else if (line.startsWith('@ ')) path = line.slice(2);
    else if (found !== null) cases.push({ accepted: found[1] === '+', path, text: found[2] ?? '', expected: found[3] ?? '' });
    else expect(line, 'a line of odata-abnf.txt').toMatch(/^(#.*)?$/);
  }
  return rules;
}

/** Options in one way of writing. */
function written(options: QueryOptions, separator: string): string {
  const { select, expand, filter, orderBy, top, skip, count, search, skipToken } = options;
  const parts: (readonly [name: string, value: string | number | undefined])[] = [
    [
      'select',
      select?.map(({ name, cast, path }) => [...(cast === undefined ? [] : [`<${cast.name}>`]), name, ...path].join('/')).join(','),
    ],
    ['expand', expand.length === 0 ? undefined : expand.map(writtenItem).join(',')],
    ['filter', filter === undefined ? undefined : printExpression(filter)],
    ['orderby', orderBy.length === 0 ? undefined : printOrderBy(orderBy)],
    ['top', top],
    ['skip', skip],
    ['count', count ? 'true' : undefined],
    ['search', search === undefined ? undefined : meaningOfSearch(search)],
    ['skiptoken', skipToken],
  ];
  return parts.flatMap(([name, value]) => (value === undefined ? [] : [`$${name}=${value}`])).join(separator);
}

function writtenItem({ cast, property, form, levels, options }: ExpandItem): string {
  const own = `${cast === undefined ? '' : `<${cast.name}>/`}${property.name}${{ entities: '', references: '/$ref', count: '/$count' }[form]}`;
  const inner = [levels > 1 ? `$levels=${levels}` : '', written(options, ';')].filter((part) => part !== '').join(';');
  return inner === '' ? own : `${own}(${inner})`;
}

const searched = (value: string): Expression => ({ kind: 'literal', type: 'string', value });

/** A search is a filter over words and phrases, which are shown as texts here. */
function meaningOfSearch(text: string): string {
  return printExpression(searchExpression(text, { phrase: searched, word: searched }));
}

/** What is wrong with a search is found when it is carried out. */
function requireSearch({ search, expand }: QueryOptions): void {
  if (search !== undefined) meaningOfSearch(search);
  for (const { options } of expand) requireSearch(options);
}

function meaningOf(bound: Plan, text: string): string {
  const call = bound.call === undefined ? '' : `/${bound.call.operation.name}${JSON.stringify(bound.call.arguments)}`;
  const path = text.startsWith('?') ? '' : `${bound.operation} ${steps(bound)}${call}`;
  const options = written(bound.options, '&');
  return [path, options === '' ? '' : `?${options}`].filter((part) => part !== '').join(' ');
}

const rules = readCases();

it('has cases of both kinds for every rule', () => {
  const lacking = [...rules].filter(([, cases]) => ![true, false].every((accepted) => cases.some((one) => one.accepted === accepted)));
  // What Graph does not use is refused.
  expect(lacking.map(([rule]) => rule).filter((rule) => !rule.startsWith('not used: '))).toEqual([]);
});

describe.each([...rules])('%s', (_rule, cases) => {
  it.each(cases.map((one) => [one.text, one] as const))('%s', (_text, { accepted, path, text, expected }) => {
    const [, method = 'GET', rest = ''] = /^(?:([A-Z]{3,6}) )?(.*)$/.exec(text) ?? [];
    const line = `${method} ${path}${/^[?/]/.test(rest) ? rest : `/${rest}`}`;
    if (accepted) {
      expect(meaningOf(plan(line), text)).toBe(expected);
      return;
    }
    const refusal = thrown(() => requireSearch(plan(line).options));
    expect(refusal === undefined ? 'accepted' : describeError(refusal).message).toContain(expected);
    expect([400, 404, 405, 406]).toContain(describeError(refusal!).status);
  });
});
