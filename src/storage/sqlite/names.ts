/** The numbers of set names, type names and link kinds, kept in memory as far as one connection has met them. */
import type { SqliteDatabase } from './connection.js';

export interface Names {
  /** Undefined where the name was never stored. */
  find(text: string): number | undefined;
  /** The name of a number that a row holds. */
  text(key: number): string;
  /** Find or store a name; needs an open write transaction. */
  intern(text: string): number;
  /** Drop what is remembered: a rolled back transaction may have taken names with it. */
  forget(): void;
}

export function createNames(database: SqliteDatabase): Names {
  const byText = new Map<string, number>();
  const byKey = new Map<number, string>();
  const selectKey = database.prepare('SELECT key FROM names WHERE text = ?');
  const selectText = database.prepare('SELECT text FROM names WHERE key = ?');
  const insert = database.prepare('INSERT INTO names (text) VALUES (?)');

  function remember(text: string, key: number): number {
    byText.set(text, key);
    byKey.set(key, text);
    return key;
  }

  function find(text: string): number | undefined {
    const known = byText.get(text);
    if (known !== undefined) return known;
    const row = selectKey.get(text) as { key: number } | undefined;
    return row === undefined ? undefined : remember(text, row.key);
  }

  return {
    find,
    text(key) {
      const known = byKey.get(key);
      if (known !== undefined) return known;
      const { text } = selectText.get(key) as { text: string };
      remember(text, key);
      return text;
    },
    intern: (text) => find(text) ?? remember(text, Number(insert.run(text).lastInsertRowid)),
    forget() {
      byText.clear();
      byKey.clear();
    },
  };
}
