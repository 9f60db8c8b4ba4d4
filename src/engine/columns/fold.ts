/**
 * The form in which text is compared when case does not count: ordinal, as .NET's OrdinalIgnoreCase, by simple case mapping of each character.
 *
 * ASCII letters become small; any other character becomes its capital where that is one character of the same length outside ASCII (so the Kelvin
 * sign is no `k`, the dotless i no `i`, and `ß` no `ss`). The result is as long as the text. A lone surrogate becomes U+FFFD.
 */
export function foldText(text: string): string {
  return ASCII.test(text) ? text.toLowerCase() : foldUnicode(text);
}

const ASCII = /^[\0-\x7f]*$/;

function foldUnicode(text: string): string {
  let folded = '';
  for (const character of text) folded += character < '\x80' ? character.toLowerCase() : foldCharacter(character);
  return folded;
}

function foldCharacter(character: string): string {
  if (character.length === 1 && character >= '\ud800' && character <= '\udfff') return '\ufffd';
  const capital = character.toUpperCase();
  return capital.length === character.length && capital >= '\x80' ? capital : character;
}

/** The text as UTF-8 can hold it: a lone surrogate becomes U+FFFD. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}
