/** What a line of an import says, read by itself. */
import { type GraphError, graphError } from '../../kernel/errors.js';
import type { ValidatedPayload } from '../../model/validate.js';
import type { EntityKey } from '../../storage/store.js';
import type { Claim } from '../directory/claims.js';
import type { ObjectRef } from '../resident.js';

/** The bytes of a line without its end, and its number in the file, from 1. */
export interface ImportLine {
  readonly line: number;
  readonly bytes: Uint8Array;
}

export interface EntityRecord {
  readonly kind: 'entity';
  /** What it counts as: `user`, `device`, `group`, `managedDevice`, `deviceCategory`, `deviceConfiguration` and so on. */
  readonly name: string;
  readonly set: string;
  readonly id: string;
  readonly key: EntityKey;
  readonly payload: ValidatedPayload;
  /** What it alone may hold; nothing that a line completes is claimed. */
  readonly claims: readonly Claim[];
  /** Other entities that it shows in its references, by property: their ids, none where it shows that there is none. */
  readonly shown: ReadonlyMap<string, readonly string[]>;
  /** Properties that were left out because the model does not know them, or cannot read their values. */
  readonly leftOut: readonly string[];
}

export interface LinkRecord {
  readonly kind: 'link';
  /** What it counts as: `member`, `owner`, `manager`. */
  readonly name: string;
  readonly property: 'members' | 'owners' | 'manager';
  readonly ownerSet: 'groups' | 'users';
  readonly owner: string;
  readonly target: string;
  /** Where the target lies; undefined: it is looked for. */
  readonly targetSet: ObjectRef['set'] | undefined;
}

/** Something that is kept as it is. */
export interface KeptRecord {
  readonly kind: 'kept';
  readonly name: 'kept';
  readonly key: EntityKey;
  readonly text: string;
}

export type ImportRecord = EntityRecord | LinkRecord | KeptRecord;

/** What is wrong with a line, in one text. */
export function refusal(reason: string, target?: string): GraphError {
  return graphError('requestInvalid', { reason }, target);
}
