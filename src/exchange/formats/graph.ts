import { graphRecords } from './graph-objects.js';
import { type FormatReader, partsOf } from './reader.js';

/** Answers of Graph as somebody saved them: pages, objects and lists of them, whatever the files are called. */
export const graphReader: FormatReader = {
  format: 'graph',
  title: 'Graph JSON',
  *records({ path, shown }, content, model) {
    if (content.kind === 'dsc') return;
    const { stem, folders } = partsOf(path);
    const folder = [...folders].reverse().join('/');
    const hints = { folder: folder || stem, base: folder === '' ? stem : `${folder}/${stem}` };
    yield* graphRecords(content.value, { file: shown }, hints, model);
  },
};
