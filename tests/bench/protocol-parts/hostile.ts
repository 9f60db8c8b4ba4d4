/** The longest that a URL of 16 KiB holds the server up: what parsers, binders and evaluators could be made to do too often. */
import { openPipeline, requestOf } from './pipeline.js';

const LENGTH = 16_000;
const DC = '/beta/deviceManagement/deviceConfigurations';
const MD = '/beta/deviceManagement/managedDevices';

/** `part` as often as it fits, between `head` and `tail`. */
const repeated = (head: string, part: string, tail = '') =>
  head + part.repeat(Math.max(0, Math.floor((LENGTH - head.length - tail.length) / part.length))) + tail;
const nested = (head: string, open: string, inner: string, close: string, tail = '') => {
  const times = Math.floor((LENGTH - head.length - inner.length - tail.length) / (open.length + close.length));
  return head + open.repeat(times) + inner + close.repeat(times) + tail;
};

const HOSTILE: readonly string[] = [
  ...['(', ')', "'", "''", '%27', '%28', '/', 'a/', "a('", "('x')", 'assignments/x/', '$', '%24', '.', 'microsoft.graph.'].map((part) =>
    repeated(`${DC}/`, part),
  ),
  ...['(', "'", ',', ';', '/', 'id,', '*,', 'id/id/', 'microsoft.graph.iosCustomConfiguration/id,', 'roleScopeTagIds,', '%2C'].map((part) =>
    repeated(`${DC}?$select=`, part),
  ),
  ...['(', ')', "'", ';', ',', 'assignments(', 'assignments($expand=', 'assignments($select=id;', '*,', 'a(;)', "a('"].map((part) =>
    repeated(`${DC}?$expand=`, part),
  ),
  repeated(`${DC}?$expand=assignments($select=`, 'id,', 'id)'),
  repeated(`${DC}?$expand=assignments($filter=`, "id eq 'x' or ", "id eq 'y')"),
  ...['(', "'", ',', 'id,', 'id desc,', 'length(', '-', 'not ', 'id add '].map((part) => repeated(`${DC}?$orderby=`, part)),
  ...['(', ')', "'", "''", 'not ', '-', '1 add ', 'true and ', "id eq 'x' or ", 'id/', '$it/', 'any(', 'x:', "'x',", '9', '1e', '@p '].map(
    (part) => repeated(`${DC}?$filter=`, part),
  ),
  nested(`${DC}?$filter=`, '(', 'true', ')'),
  nested(`${DC}?$filter=`, 'tolower(', 'id', ')', " eq 'x'"),
  nested(`${DC}?$filter=`, 'concat(id,', 'id', ')', " eq 'x'"),
  nested(`${DC}?$filter=`, 'not(', 'true', ')'),
  nested(`${DC}?$filter=`, 'roleScopeTagIds/any(t:', 'true', ')'),
  repeated(`${DC}?$filter=id in (`, "'a',", "'b')"),
  repeated(`${DC}?$filter=version in (`, '1,', '2)'),
  repeated(`${MD}?$filter=deviceName in (`, "'a',", "'b')"),
  repeated(`${MD}?$filter=`, "startswith(deviceName,'a') or ", "startswith(deviceName,'b')"),
  repeated(`${MD}?$filter=`, "deviceName eq 'a' and ", "deviceName eq 'b'"),
  repeated(`${MD}?$filter=contains(deviceName,'`, 'a', "')"),
  repeated(`${MD}?$filter=`, "complianceState eq 'compliant' or ", 'true'),
  repeated(`${DC}?$filter=displayName in @p&@p=(`, "'a',", "'b')"),
  repeated(`${DC}?$filter=displayName in @p&@p=[`, '"a",', '"b"]'),
  `${repeated(`${DC}?$filter=`, 'displayName in @p or ', 'displayName in @p').slice(0, 8000)} or true&@p=${"('a'".padEnd(7000, ",'a'")})`,
  `${repeated(`${DC}?$filter=`, 'version eq @p or ', 'true').slice(0, 8000)}&@p=${'9'.repeat(7000)}`,
  ...['"', '"a" ', 'a ', '(', 'NOT ', 'a OR ', '"a:b" AND ', '\\', '"\\'].map((part) => repeated(`${MD}?$search=`, part)),
  ...['&', '&a', '=', '&$top=1', '&@a=1', '?', '%', '%25', '+', '&a=&'].map((part) => repeated(`${DC}?`, part)),
  repeated(`${DC}?$filter=version eq `, '9'),
  repeated(`${DC}?$filter=createdDateTime gt 2024-01-01T00:00:00.`, '1', 'Z'),
  repeated(`${DC}?$filter=now() sub createdDateTime gt duration'P`, '1D', "'"),
  repeated(`${DC}?$skiptoken=`, 'a'),
  repeated(`${DC}?$top=`, '9'),
];

const TIMES = 7;

/** Every URL answered by the whole pipeline over 50 configurations: the quickest of a few times, and of those the slowest URL. */
export async function measureHostileUrls(): Promise<Readonly<Record<string, number>>> {
  const { handle } = await openPipeline(50);
  const answered = HOSTILE.map((url) => ({ url, millis: Number.POSITIVE_INFINITY, status: 0 }));
  for (let time = 0; time < TIMES; time += 1) {
    for (const one of answered) {
      const request = requestOf('GET', one.url);
      const from = performance.now();
      const { status } = await handle(request);
      one.millis = Math.min(one.millis, performance.now() - from);
      one.status = status;
    }
  }
  answered.sort((a, b) => b.millis - a.millis);
  const failed = answered.find(({ status }) => status >= 500);
  if (failed !== undefined) throw new Error(`${failed.status} for ${failed.url.slice(0, 100)}`);
  for (const { url, millis, status } of answered.slice(0, 5)) console.error(`  ${millis.toFixed(1)} ms, ${status}: ${url.slice(0, 90)}…`);
  return { hostileUrlMaxMillis: answered[0]?.millis ?? Number.NaN };
}
