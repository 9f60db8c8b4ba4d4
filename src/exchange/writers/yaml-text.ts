import { Document, visit } from 'yaml';
import type { JsonValue } from '../../kernel/json.js';

/** Words that only PyYAML, or only YAML 1.1, takes for something else than a text: they are quoted, whoever reads them. */
const DOUBTFUL = /^[-+.\d]|[eE][-+]?\d+$|^[=~]$|^<<$/;

/** YAML that PyYAML and every reader of YAML 1.2 understand alike. */
export function yamlText(value: JsonValue): string {
  const document = new Document(value, { version: '1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && DOUBTFUL.test(node.value)) node.type = 'QUOTE_SINGLE';
    },
  });
  return document.toString({ lineWidth: 0, singleQuote: true });
}
