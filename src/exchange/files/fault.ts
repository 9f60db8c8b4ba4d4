/** Where something stands: a file as the person named it, and the place in it where that is known. */
export interface Place {
  readonly file: string;
  /** `line 3, column 7`, `value[12]`. */
  readonly at?: string;
}

/** What is wrong with one file, or one thing in it. The rest of an export may still be good. */
export interface Fault extends Place {
  readonly reason: string;
}

export const placeText = ({ file, at }: Place): string => (at === undefined ? file : `${file}, ${at}`);

export const faultText = (fault: Fault): string => `${placeText(fault)}: ${fault.reason}`;
