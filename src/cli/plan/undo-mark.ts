/** How an undo file is told from a plan that somebody wrote. */
export const UNDO_MARK = '# Takes back what muster apply ';

export const isUndo = (text: string): boolean => text.startsWith(UNDO_MARK);
