/**
 * Texts with commas between them. Put together without being copied: the engine copies the parts of a concatenation when somebody reads it, once,
 * where `Array.join` would copy every level of a long answer.
 */
export function joined(parts: readonly string[]): string {
  let text = parts[0] ?? '';
  for (let at = 1; at < parts.length; at += 1) text += `,${parts[at]}`;
  return text;
}
