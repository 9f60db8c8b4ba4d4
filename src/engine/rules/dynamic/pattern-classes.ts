/**
 * Character classes of .NET's regular expressions in RE2's spelling. RE2's own `\d`, `\w` and `\s` know ASCII alone; .NET's know Unicode, and names of
 * people are rarely ASCII (.NET documentation, "Character classes in regular expressions").
 */
export const SHORTHANDS: Readonly<Record<string, string>> = {
  d: String.raw`\p{Nd}`,
  D: String.raw`\P{Nd}`,
  w: String.raw`\p{L}\p{Mn}\p{Nd}\p{Pc}`,
  W: String.raw`\p{Mc}\p{Me}\p{Nl}\p{No}\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\p{S}\p{Z}\p{Cc}\p{Cf}\p{Co}\p{Cn}`,
  s: String.raw`\x{9}-\x{d}\x{85}\p{Z}`,
  S: String.raw`\p{L}\p{M}\p{N}\p{P}\p{S}\p{Cf}\p{Co}\p{Cn}\x{0}-\x{8}\x{e}-\x{1f}\x{7f}-\x{84}\x{86}-\x{9f}`,
};

/** Unicode general categories, which both engines name alike. */
export const CATEGORIES: ReadonlySet<string> = new Set(
  'L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Co Cn'.split(' '),
);

/** Escapes that stand for one control character. */
export const CONTROLS: Readonly<Record<string, number>> = { a: 0x07, t: 0x09, r: 0x0d, v: 0x0b, f: 0x0c, n: 0x0a, e: 0x1b };
