/** Framed rows for tests, as a store would hand them over. */
import type { FramedRows } from '../../../kernel/framed-rows.js';
import { type Frame, framedText } from '../../../kernel/framed-text.js';
import type { JsonObject } from '../../../kernel/json.js';

/** A frame with a place for each member. */
export function frameOf(defaults: JsonObject): Frame {
  let text = '{';
  const ends: number[] = [];
  for (const [name, value] of Object.entries(defaults)) {
    text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:`;
    ends.push(text.length);
    text += JSON.stringify(value);
    ends.push(text.length);
  }
  return { text: `${text}}`, ends };
}

/** @param objects with members of the frame alone */
export function rowsOf(objects: readonly { readonly id: string; readonly frame: Frame; readonly members: JsonObject }[]): FramedRows {
  const pieces: Buffer[] = [];
  const spans: number[] = [];
  let at = 0;
  const add = (text: string) => {
    const piece = Buffer.from(text);
    pieces.push(piece);
    spans.push(at, at + piece.length);
    at += piece.length;
  };
  for (const { id, frame, members } of objects) {
    const names = Object.keys(JSON.parse(frame.text) as JsonObject);
    add(id);
    add(
      framedText(
        frame,
        names.map((name) => (members[name] === undefined ? undefined : JSON.stringify(members[name]))),
      ).fillings,
    );
  }
  return { bytes: Buffer.concat(pieces), frames: objects.map(({ frame }) => frame), spans: Uint32Array.from(spans) };
}
