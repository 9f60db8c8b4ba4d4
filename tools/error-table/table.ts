/** `docs/reference/errors.md` out of the error catalogue. */
import { catalogue, describeError, type ErrorCode, type ErrorLayer, GraphError } from '../../src/kernel/errors.js';
import { when } from './when.js';

const INTRODUCTION = `# Errors

Every answer that is not a success has one of the errors below. This page is generated from the catalogue in \`src/kernel/errors.ts\`:
\`npm run document-errors\` writes it, and a test fails when the two differ.

\`\`\`json
{
  "error": {
    "code": "BadRequest",
    "message": "Invalid filter clause: …",
    "target": "$filter",
    "innerError": {
      "@muster.detail": "what is wrong and how to mend it, where the message does not say",
      "date": "2026-03-01T08:00:00",
      "request-id": "0f5a…",
      "client-request-id": "the client's own id, else the request id"
    }
  }
}
\`\`\`

\`error.code\` is the outer layer, which Graph's gateway writes. What stands in \`error.message\` depends on who found the fault:

| Layer     | \`error.message\`                                                                                                      |
| --------- | -------------------------------------------------------------------------------------------------------------------- |
| gateway   | the message                                                                                                          |
| model     | the message, which \`innerError.message\` repeats                                                                      |
| service   | JSON text of Intune, with CRLF: \`{"_version": 3, "Message": "{message} - Operation ID … - Activity ID: {request-id} - Url: …", "CustomApiErrorPhrase": "", "RetryAfter": null, "ErrorSourceService": "", "HttpHeaders": "{}"}\` |
| directory | the message                                                                                                          |

Where \`error.code\` is \`UnknownError\`, Intune's text is wrapped once more: \`{"ErrorCode": "{message}", "Message": "{Intune's JSON text}", "Target": null, "Details": null, "InnerError": null, "InstanceAnnotations": [], "TypeAnnotation": null}\`.

Words in braces stand for what the request gave. The *name* is that of the catalogue; it is not on the wire. All answers carry \`request-id\` and
\`client-request-id\` as headers too, a 401 also \`WWW-Authenticate\`, a 405 \`Allow\`, a 429 of the directory \`x-ms-throttle-scope\` and \`x-ms-throttle-information\`.
`;

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  424: 'Failed Dependency',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

export interface ErrorRow {
  readonly name: ErrorCode;
  readonly status: number;
  readonly code: string;
  readonly layer: ErrorLayer;
  /** With `{parameter}` in the places of its parameters. */
  readonly message: string;
  readonly detail: string | undefined;
  readonly when: string;
}

/** Parameters that show as their own names, whatever a message does with them. */
const placeholders = new Proxy<Record<string, unknown>>(
  {},
  {
    get: (_target, name) => {
      const text = `{${String(name)}}`;
      return Object.assign(Object(text), { join: () => text });
    },
  },
);

/** By status, then as in the catalogue. */
export function errorRows(): readonly ErrorRow[] {
  const names = Object.keys(catalogue) as ErrorCode[];
  const rows = names.map((name) => {
    const { status, code, layer, message, detail } = describeError(new GraphError(name, placeholders));
    // A message that is nothing but a parameter comes back as the placeholder itself.
    return {
      name,
      status,
      code,
      layer,
      message: String(message),
      detail: detail === undefined ? undefined : String(detail),
      when: when[name],
    };
  });
  return rows.sort((a, b) => a.status - b.status);
}

/** The whole page. */
export function errorPage(): string {
  const rows = errorRows();
  const sections = [...new Set(rows.map(({ status }) => status))].map((status) => {
    const lines = rows.filter((row) => row.status === status).map(line);
    return [`## ${status} ${TITLES[status] ?? ''}`.trim(), '', ...HEADER, ...lines, ''].join('\n');
  });
  return [INTRODUCTION, ...sections].join('\n');
}

const HEADER = ['| Name | `error.code` | Layer | Message | Detail | When |', '| --- | --- | --- | --- | --- | --- |'];

function line({ name, code, layer, message, detail, when: occasion }: ErrorRow): string {
  const cells = [name, code, layer, codeText(message), detail === undefined ? '' : codeText(detail), cell(occasion)];
  return `| ${cells.join(' | ')} |`;
}

function codeText(text: string): string {
  return `\`${cell(text)}\``;
}

function cell(text: string): string {
  return text.replaceAll('\n', ' ').replaceAll('|', '\\|');
}
