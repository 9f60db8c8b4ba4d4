/**
 * Texts that are alike but for some stretches: a frame that they share, and what each puts in place of stretches of it. An object of which
 * little is given is mostly frame.
 */
export interface Frame {
  readonly text: string;
  /** Of the stretches that can be replaced, in order: where each begins and ends, two numbers for one. */
  readonly ends: readonly number[];
}

export interface FramedText {
  readonly frame: Frame;
  /**
   * In one text, for many are kept at a time: `PLACE,LENGTH,PLACE,LENGTH…` up to the first line's end, in order (place 0 is the frame's first
   * stretch, lengths are in UTF-16 code units); then what stands in the places, one after the other.
   */
  readonly fillings: string;
}

/** @param texts what stands in place n, undefined where the frame's own text does */
export function framedText(frame: Frame, texts: readonly (string | undefined)[]): FramedText {
  let places = '';
  let filled = '';
  for (let place = 0; place < texts.length; place++) {
    const text = texts[place];
    if (text === undefined) continue;
    places += places === '' ? `${place},${text.length}` : `,${place},${text.length}`;
    filled += text;
  }
  return { frame, fillings: `${places}\n${filled}` };
}

/** The whole text. */
export function wholeText({ frame: { text, ends }, fillings }: FramedText): string {
  const line = fillings.indexOf('\n');
  const places = line === 0 ? [] : fillings.slice(0, line).split(',');
  let out = '';
  let from = 0;
  let filled = line + 1;
  for (let at = 0; at < places.length; at += 2) {
    const place = Number(places[at]) * 2;
    const next = filled + Number(places[at + 1]);
    out += text.slice(from, ends[place]!) + fillings.slice(filled, next);
    from = ends[place + 1]!;
    filled = next;
  }
  return out + text.slice(from);
}
