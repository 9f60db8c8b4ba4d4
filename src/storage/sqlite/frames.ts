/**
 * Framed texts as rows hold them: the frame once, in a table of its own, the row its number and the fillings. Such a text begins with `#`,
 * which no JSON does: `#FRAME;FILLINGS`. It is as good as the whole text wherever one is stored.
 */
import { type Frame, type FramedText, wholeText } from '../../kernel/framed-text.js';
import type { SqliteDatabase } from './connection.js';

export interface Frames {
  /** Needs an open write transaction. */
  pack(text: FramedText): string;
  /** The frame and fillings of a text that a row holds; undefined for one that is whole. The same frame is the same object. */
  framed(stored: string): FramedText | undefined;
  /** The same of a row's text that begins at `at`: the frame, and where the fillings begin. */
  framedAt(bytes: Buffer, at: number): { readonly frame: Frame; readonly start: number } | undefined;
  /** The whole of a text that a row holds. */
  whole(stored: string): string;
  /** Drop what is remembered: a rolled back transaction may have taken frames with it. */
  forget(): void;
}

const [MARK, END, ZERO] = [0x23, 0x3b, 0x30];

export function createFrames(database: SqliteDatabase): Frames {
  const keys = new Map<Frame, number>();
  const byKey = new Map<number, Frame>();
  const selectKey = database.prepare('SELECT key FROM frames WHERE text = ? AND ends = ?');
  const selectFrame = database.prepare('SELECT text, ends FROM frames WHERE key = ?');
  const insert = database.prepare('INSERT INTO frames (text, ends) VALUES (?, ?)');

  function keyOf(frame: Frame): number {
    const known = keys.get(frame);
    if (known !== undefined) return known;
    const ends = JSON.stringify(frame.ends);
    const found = selectKey.get(frame.text, ends) as { readonly key: number } | undefined;
    const key = found?.key ?? Number(insert.run(frame.text, ends).lastInsertRowid);
    keys.set(frame, key);
    return key;
  }

  function frameOf(key: number): Frame {
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const { text, ends } = selectFrame.get(key) as { readonly text: string; readonly ends: string };
    const frame = { text, ends: JSON.parse(ends) as number[] };
    byKey.set(key, frame);
    return frame;
  }

  const framed = (stored: string): FramedText | undefined => {
    if (stored.charCodeAt(0) !== MARK) return undefined;
    const end = stored.indexOf(';');
    return { frame: frameOf(Number(stored.slice(1, end))), fillings: stored.slice(end + 1) };
  };

  return {
    framed,
    framedAt(bytes, at) {
      if (bytes[at] !== MARK) return undefined;
      let [start, key] = [at + 1, 0];
      for (; bytes[start] !== END; start += 1) key = key * 10 + bytes[start]! - ZERO;
      return { frame: frameOf(key), start: start + 1 };
    },
    pack: ({ frame, fillings }) => `#${keyOf(frame)};${fillings}`,
    whole(stored) {
      const parts = framed(stored);
      return parts === undefined ? stored : wholeText(parts);
    },
    forget() {
      keys.clear();
      byKey.clear();
    },
  };
}
