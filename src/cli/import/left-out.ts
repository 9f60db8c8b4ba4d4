/** What an import of a living service's objects left out of them, for a person. */
import { count } from '../render/progress.js';

const MOST_NAMED = 10;

/** @param counts how often, by `type.property` */
export function leftOutTexts(counts: Readonly<Record<string, number>>): readonly string[] {
  const all = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  const texts = all.slice(0, MOST_NAMED).map(([name, number]) => {
    const what = name.endsWith('.missing')
      ? `${name.replace('.missing', '')} links whose ends are not there`
      : `${name}, which this Muster does not know`;
    return `Left out, ${count(number)} times: ${what}.`;
  });
  return all.length > MOST_NAMED
    ? [...texts, `And ${count(all.length - MOST_NAMED)} more kinds are left out; --json names them all.`]
    : texts;
}
