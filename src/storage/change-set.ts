import { type FramedText, wholeText } from '../kernel/framed-text.js';
import type { JsonObject } from '../kernel/json.js';
import type { EntityKey, Link } from './store.js';

/** One decided write: what must still hold, and what changes. Pure data, made by `domain`, carried out by a store. */
export interface ChangeSet {
  readonly tenant: string;
  /** Who: `{appId, userId?, userPrincipalName?}`; kept in the change records. */
  readonly actor: JsonObject;
  /** ISO instant of the change records. */
  readonly at: string;
  readonly expect: readonly Expectation[];
  readonly operations: readonly ChangeOperation[];
}

export type Expectation =
  /** The entity has exactly this version; 0: it does not exist. */
  | { readonly kind: 'version'; readonly key: EntityKey; readonly version: number }
  /** The link exists, or does not. */
  | { readonly kind: 'link'; readonly link: Link; readonly exists: boolean };

export type ChangeOperation =
  /** Create or overwrite; the store counts the version up. */
  | {
      readonly kind: 'put';
      readonly key: EntityKey;
      readonly type: string;
      readonly json: string;
      /** The same text as a frame and its fillings, for stores that keep what many entities share once (see FramedPut). */
      readonly framed?: FramedText;
      /** False keeps the text out of the change records (secrets). Default true. */
      readonly recorded?: boolean;
    }
  /** Remove one entity. Nothing happens where there is none. */
  | { readonly kind: 'delete'; readonly key: EntityKey; readonly recorded?: boolean }
  /** Nothing happens where it exists already. */
  | { readonly kind: 'link'; readonly link: Link }
  | { readonly kind: 'unlink'; readonly link: Link };

/**
 * A put of a framed text. Its `json` is made each time somebody asks, and a store that keeps frames never does: the whole texts of a large
 * change set would cost more than everything else about it.
 */
export class FramedPut {
  readonly kind = 'put';

  constructor(
    readonly key: EntityKey,
    readonly type: string,
    readonly framed: FramedText,
  ) {}

  get json(): string {
    return wholeText(this.framed);
  }
}

/** An expectation of a change set did not hold: somebody else was first. Nothing was written. */
export class VersionConflict extends Error {
  constructor(readonly expectation: Expectation) {
    super('the state changed since it was read');
    this.name = 'VersionConflict';
  }
}
