/** Why a rule was refused, and where. */
export interface Diagnostic {
  /** UTF-16 offset into the rule's text; its length when the text ends too early. */
  readonly position: number;
  /** UTF-16 units the fault covers; 0 at the end of the text. */
  readonly length: number;
  /** Stable name of the kind of fault, e.g. `unterminatedString`. */
  readonly code: string;
  /** The service's own text where it has one, else a sentence in plain words. */
  readonly message: string;
  /** In plain words what is wrong with this very rule, where `message` is the service's text. */
  readonly explanation?: string;
  /** What could stand there, as it would be typed; empty when there is no short list. */
  readonly expected: readonly string[];
}

/** The service accepts no longer rule, in either language. UTF-16 units. */
export const MAX_RULE_LENGTH = 3072;

/** Parentheses and `-not` may nest so deep; the service documents no limit. */
export const MAX_RULE_DEPTH = 200;
