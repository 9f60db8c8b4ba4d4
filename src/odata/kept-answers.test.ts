import { describe, expect, it } from 'vitest';
import { textOf } from '../kernel/utf8.js';
import type { StructuredType } from '../model/schema.js';
import { withPlace } from '../query/kept-place.js';
import type { Item } from '../query/outcome.js';
import { createKeptAnswers } from './kept-answers.js';

const type = { kind: 'entity', name: 'thing' } as unknown as StructuredType;

function itemOf(id: string, text = `{"id":"${id}"}`): Item {
  const { place } = withPlace<{ readonly place?: NonNullable<Item['place']> }>({});
  return { set: 's', parent: '', id, type, text, json: () => ({ id }), version: 1, expanded: [], place };
}

function keeper(most?: number) {
  const answers = createKeptAnswers(most);
  let written = 0;
  const ask = (items: readonly Item[], head: string, shape: string) =>
    answers.page(head, items, shape, (out, { text }) => {
      written += 1;
      out.push(text);
    });
  const announced = new Set<string>();
  /** What is asked for once is not kept: so it is asked for before, uncounted. */
  const page = (items: readonly Item[], head = '{"value":[', shape = 'shape') => {
    const name = `${shape} ${items.map(({ id }) => id).join()}`;
    if (!announced.has(name)) {
      const before = written;
      expect(textOf(ask(items, head, shape))).toBe(textFor(items, head));
      written = before;
    }
    announced.add(name);
    return ask(items, head, shape);
  };
  return { ask, page, written: () => written };
}

const textFor = (items: readonly Item[], head = '{"value":[') => `${head}${items.map(({ text }) => text).join(',')}]}`;
const many = (count: number) => Array.from({ length: count }, (_, at) => itemOf(String(at)));

describe('a page', () => {
  it('that is asked for once is not kept', () => {
    const { ask, written } = keeper();
    const items = many(20);
    const [first, second] = [1, 2].map(() => ask(items, '[', 'shape'));
    expect(second).not.toBe(first);
    expect(ask(items, '[', 'shape')).toBe(second);
    expect(written()).toBe(40);
  });

  it('of the same items is the same bytes', () => {
    const { page, written } = keeper();
    const items = many(20);
    const first = page(items);
    expect(textOf(first)).toBe(textFor(items));
    expect(page([...items])).toBe(first);
    expect(written()).toBe(20);
  });

  it.each([
    ['first', 0],
    ['middle', 9],
    ['last', 19],
  ])('is written where its %s item has changed, and copied elsewhere', (_which, at) => {
    const { page, written } = keeper();
    const items = many(20);
    const first = page(items);
    const changed = items.map((item, place) => (place === at ? itemOf(item.id, '{"id":"é","more":1}') : item));
    expect(textOf(page(changed))).toBe(textFor(changed));
    expect(written()).toBe(21);
    expect(textOf(first)).toBe(textFor(items));
  });

  it('is put together of several others', () => {
    const { page, written } = keeper();
    const items = many(30);
    page(items.slice(0, 10));
    page(items.slice(20));
    page(items.slice(10, 20));
    const mixed = [...items].reverse();
    expect(textOf(page(mixed))).toBe(textFor(mixed));
    expect(textOf(page(items, '{"other":['))).toBe(textFor(items, '{"other":['));
    expect(written()).toBe(30);
  });

  it('with an item twice is whole', () => {
    const { page } = keeper();
    const [one, other] = [itemOf('1'), itemOf('2')];
    for (const items of [
      [one, one, other],
      [other, one, one],
      [one, other, one, other],
    ])
      for (let time = 0; time < 3; time += 1) expect(textOf(page(items))).toBe(textFor(items));
  });

  it('is written anew in another shape, and both are kept', () => {
    const { page, written } = keeper();
    const items = many(20);
    const [first, second] = [page(items), page(items, undefined, 'other')];
    expect(written()).toBe(40);
    expect([page(items), page(items, undefined, 'other')]).toEqual([first, second]);
    expect(written()).toBe(40);
  });

  it('of items without a place is written each time', () => {
    const { page, written } = keeper();
    const items = many(20).map((item) => ({ ...item, place: undefined }));
    for (let time = 0; time < 2; time += 1) expect(textOf(page(items))).toBe(textFor(items));
    expect(written()).toBe(40);
  });

  it('that there is no room for is forgotten', () => {
    const { page, written } = keeper(800);
    const pages = Array.from({ length: 9 }, () => many(10));
    for (const items of pages) page(items);
    expect(written()).toBe(90);
    page(pages[8] ?? []);
    expect(written()).toBe(90);
    expect(textOf(page(pages[0] ?? []))).toBe(textFor(pages[0] ?? []));
    expect(written()).toBe(100);
    const large = many(100);
    for (let time = 0; time < 2; time += 1) expect(textOf(page(large))).toBe(textFor(large));
    expect(written()).toBe(300);
  });
});
