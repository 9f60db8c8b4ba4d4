const QUOTE = 39;

/** `'O''Brien'` -> `O'Brien`; undefined for what is not one well-formed quoted text. */
export function unquote(text: string): string | undefined {
  const last = text.length - 1;
  if (last < 1 || text.charCodeAt(0) !== QUOTE || text.charCodeAt(last) !== QUOTE) return undefined;
  const inner = text.slice(1, last);
  if (!inner.includes("'")) return inner;
  let result = '';
  let from = 0;
  for (let at = 0; at < inner.length; at++) {
    if (inner.charCodeAt(at) !== QUOTE) continue;
    if (inner.charCodeAt(at + 1) !== QUOTE) return undefined;
    at++;
    result += inner.slice(from, at);
    from = at + 1;
  }
  return result + inner.slice(from);
}
