import { describe, expect, it } from 'vitest';
import { switchedQuirks, wireNames, wireProfile } from './wire.js';

describe('wire profiles', () => {
  it.each(switchedQuirks)('differ in %s', (quirk) => {
    const [documented, observed] = wireNames.map((name) => wireProfile(name)[quirk]);
    expect(documented).not.toBe(observed);
    expect(typeof documented).toBe(typeof observed);
  });
});
