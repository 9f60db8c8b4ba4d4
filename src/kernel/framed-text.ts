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
  let out = '';
  let from = 0;
  let filled = line + 1;
  // The numbers of the first line by hand: there are many of them, and cutting them out costs more than all that is done with them.
  let number = 0;
  let place = -1;
  for (let at = line === 0 ? 1 : 0; at <= line; at++) {
    const code = fillings.charCodeAt(at);
    if (code >= ZERO) {
      number = number * 10 + code - ZERO;
      continue;
    }
    if (place < 0) place = 2 * number;
    else {
      out += text.slice(from, ends[place]!) + fillings.slice(filled, filled + number);
      from = ends[place + 1]!;
      filled += number;
      place = -1;
    }
    number = 0;
  }
  return out + text.slice(from);
}

const ZERO = 48;
