/** What is used of the package, which says no types itself. */
declare module 'wrap-ansi' {
  export default function wrapAnsi(text: string, columns: number, options?: { readonly hard?: boolean; readonly trim?: boolean }): string;
}
