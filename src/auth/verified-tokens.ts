import type { Caller } from '../kernel/caller.js';

/** What is remembered of a token whose signature has been checked. Times in milliseconds since the epoch, clock skew included. */
export interface VerifiedToken {
  readonly caller: Caller;
  readonly validFrom: number;
  readonly validUntil: number;
}

export interface VerifiedTokens {
  get(text: string): VerifiedToken | undefined;
  set(text: string, token: VerifiedToken): void;
  delete(text: string): void;
  readonly size: number;
}

interface Entry {
  readonly text: string;
  readonly token: VerifiedToken;
}

/**
 * Characters at the end of a token by which it is looked up. They belong to its signature, so verified tokens differ in them, and
 * hashing them alone is several times faster than hashing kilobytes. The whole text is compared before an entry is believed.
 */
const TAIL = 43;

/**
 * Remembers the most recently used tokens, bounded in entries and in characters (tokens grow to kilobytes).
 *
 * Two generations instead of a linked list: a hit in the young one writes nothing, which keeps the common case at one map lookup;
 * when the young one is full the old one is dropped whole. Each generation holds half of the bounds.
 */
export function createVerifiedTokens(maxEntries = 10_000, maxCharacters = 16 * 1024 * 1024): VerifiedTokens {
  const entriesPerGeneration = Math.max(1, Math.floor(maxEntries / 2));
  const charactersPerGeneration = Math.floor(maxCharacters / 2);
  let young = new Map<string, Entry>();
  let old = new Map<string, Entry>();
  let youngCharacters = 0;

  const forget = (tail: string) => {
    youngCharacters -= young.get(tail)?.text.length ?? 0;
    young.delete(tail);
    old.delete(tail);
  };

  const remember = (tail: string, entry: Entry) => {
    forget(tail);
    const { length } = entry.text;
    if (young.size >= entriesPerGeneration || (young.size > 0 && youngCharacters + length > charactersPerGeneration)) {
      old = young;
      young = new Map();
      youngCharacters = 0;
    }
    young.set(tail, entry);
    youngCharacters += length;
  };

  return {
    get(text) {
      const tail = text.slice(-TAIL);
      const recent = young.get(tail);
      if (recent !== undefined) return recent.text === text ? recent.token : undefined;
      const earlier = old.get(tail);
      if (earlier === undefined || earlier.text !== text) return undefined;
      remember(tail, earlier);
      return earlier.token;
    },
    set(text, token) {
      remember(text.slice(-TAIL), { text, token });
    },
    delete(text) {
      forget(text.slice(-TAIL));
    },
    get size() {
      return young.size + old.size;
    },
  };
}
