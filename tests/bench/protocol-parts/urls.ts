/** How many URLs a second are parsed and bound: those that clients send, each to its plan. */
import { bind } from '../../../src/odata/bind.js';
import { requestOf, schemas } from './pipeline.js';

const ID = '6e1e4b7a-1111-4000-8000-000000000001';
const DM = '/beta/deviceManagement';
const DC = `${DM}/deviceConfigurations`;

const TYPICAL: readonly string[] = [
  `GET ${DC}`,
  `GET ${DC}/${ID}`,
  `GET ${DC}('${ID}')/assignments`,
  `GET ${DC}/${ID}/assignments`,
  `PATCH ${DC}/${ID}/assignments/${ID}_${ID}`,
  `POST ${DC}/${ID}/assign`,
  `GET ${DC}/$count`,
  `GET ${DC}?$expand=assignments`,
  `GET ${DC}?$select=id,displayName,lastModifiedDateTime&$top=50`,
  `GET ${DC}?$filter=displayName%20eq%20'Corp%20Wi-Fi'`,
  `GET ${DC}?$filter=startswith(displayName,'Corp')&$orderby=displayName&$count=true`,
  `GET ${DC}?$filter=isof('microsoft.graph.iosCustomConfiguration')`,
  `GET ${DC}/${ID}/microsoft.graph.iosScepCertificateProfile/rootCertificate/$ref`,
  `PATCH ${DC}/${ID}/rootCertificate/assignments/${ID}_${ID}`,
  `GET ${DM}/managedDevices?$filter=operatingSystem%20eq%20'Windows'%20and%20startswith(deviceName,'A')&$count=true`,
  `GET ${DM}/managedDevices?$select=id,deviceName,userPrincipalName&$top=100&$skiptoken=abc`,
  `GET ${DM}/assignmentFilters`,
  `GET /beta/groups?$filter=groupTypes/any(c:c+eq+'DynamicMembership')`,
  `GET /beta/groups/${ID}/transitiveMembers/microsoft.graph.user/$count`,
  `GET /beta/users/${ID}?$select=id,displayName`,
];

const ROUNDS = 15;
const ROUND_MILLIS = 200;

/** The median of rounds; the compiler of the engine has seen them all by then. */
export async function measureUrls(): Promise<Readonly<Record<string, number>>> {
  const requests = TYPICAL.map((line) => {
    const [method = '', url = ''] = line.split(' ', 2);
    return requestOf(method, url);
  });
  const round = (millis: number): number => {
    const from = performance.now();
    let bound = 0;
    while (performance.now() - from < millis) {
      for (let repeat = 0; repeat < 50; repeat += 1) for (const request of requests) bind(request, schemas.beta);
      bound += 50 * requests.length;
    }
    return (bound / (performance.now() - from)) * 1000;
  };
  round(1000);
  const perSecond = Array.from({ length: ROUNDS }, () => round(ROUND_MILLIS)).sort((a, b) => a - b);
  return { urlsPerSecond: perSecond[Math.floor(ROUNDS / 2)] ?? Number.NaN };
}
