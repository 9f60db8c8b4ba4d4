/**
 * Which texts a key may be made of: those that every store gives back unchanged. NUL ends a text in SQLite and is refused by PostgreSQL;
 * an unpaired surrogate has no UTF-8 form.
 */
import { graphError } from '../kernel/errors.js';
import type { ChangeSet } from './change-set.js';
import type { EntityKey, Link } from './store.js';

/** Every Node this program runs on has it (ES2024); the compiler's library is a year older. */
type WellFormed = string & { isWellFormed(): boolean };

export function isStorable(text: string): boolean {
  return !text.includes('\0') && (text as WellFormed).isWellFormed();
}

/**
 * Every text of every key, link and type that a change set names can be stored.
 * @throws GraphError requestInvalid
 */
export function assertStorable(changes: ChangeSet): void {
  for (const operation of changes.operations) {
    if (operation.kind === 'put') {
      assertText(operation.type);
      // A frame is the program's own.
      if (operation.framed === undefined) assertText(operation.json);
      else assertText(operation.framed.fillings);
    }
    if (operation.kind === 'put' || operation.kind === 'delete') assertKey(operation.key);
    else assertLink(operation.link);
  }
}

function assertKey(key: EntityKey): void {
  assertText(key.set);
  assertText(key.parent);
  assertText(key.id);
}

function assertLink(link: Link): void {
  assertText(link.kind);
  assertText(link.from);
  assertText(link.to);
  assertText(link.toSet);
}

function assertText(text: string): void {
  if (isStorable(text)) return;
  const start = JSON.stringify(text.slice(0, 60));
  throw graphError('requestInvalid', { reason: `The text ${start} has a character that cannot be stored: NUL or an unpaired surrogate.` });
}
