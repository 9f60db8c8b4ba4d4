import { describe, expect, it } from 'vitest';
import { isGuid } from '../../kernel/ids.js';
import { namedGuid, random } from './random.js';

describe('random', () => {
  it('repeats itself for a name, and differs for another', () => {
    const draw = (name: string) =>
      Array.from(
        { length: 20 },
        (
          (chance) => () =>
            chance.below(1_000_000)
        )(random(name)),
      );
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  it('is the same on every machine', () => {
    const chance = random('muster');
    expect([chance.below(1000), chance.below(1000), chance.below(1000), chance.guid()]).toMatchInlineSnapshot(`
      [
        944,
        858,
        833,
        "bf6fe576-6539-4f97-98b1-64d3a3081938",
      ]
    `);
  });

  it('makes GUIDs of version 4 that do not repeat', () => {
    const ids = Array.from({ length: 20_000 }, (_, at) => namedGuid(`thing/${at}`));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids.slice(0, 500)) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids.every(isGuid)).toBe(true);
  });

  it('spreads evenly', () => {
    const chance = random('dice');
    const counts = new Array<number>(6).fill(0);
    for (let at = 0; at < 60_000; at++) {
      const face = chance.below(6);
      counts[face] = (counts[face] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('follows weights, and never takes what weighs nothing', () => {
    const chance = random('weights');
    const items = [
      { name: 'never', weight: 0 },
      { name: 'one', weight: 1 },
      { name: 'three', weight: 3 },
    ];
    const drawn = Array.from({ length: 8000 }, () => chance.weighted(items).name);
    const share = (name: string) => drawn.filter((one) => one === name).length / drawn.length;
    expect(share('never')).toBe(0);
    expect(share('one')).toBeCloseTo(0.25, 1);
    expect(share('three')).toBeCloseTo(0.75, 1);
  });
});
