/** The library is loaded when a YAML file is there to be read. @throws the library's error when the text is no YAML */
export async function parseYaml(text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  return parse(text, { maxAliasCount: 100 });
}
