import type { PlanReport, ReportedPolicy } from '../report.js';
import { impactText } from './words.js';

interface Result {
  readonly ruleId: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly message: { readonly text: string };
  readonly locations: readonly unknown[];
}

/** SARIF 2.1.0: limits and refusals are errors, risks and findings warnings, changes notes; each at the policy's line of the plan. */
export function sarifReport(report: PlanReport, version: string): unknown {
  const { policies, over, risks, findings } = report;
  const byId = new Map(policies.map((policy) => [policy.deviceConfigurationId, policy]));
  const at = (id: string | null) => locations((id === null ? undefined : byId.get(id)) ?? policies[0]);
  const results: Result[] = [
    ...over.map((text): Result => ({ ruleId: 'limit', level: 'error', message: { text }, locations: locations(policies[0]) })),
    ...policies.map((policy): Result => {
      const text = `${policy.displayName}: ${impactText(policy)}`;
      const refused = policy.refusal !== undefined;
      return { ruleId: refused ? 'refused' : 'change', level: refused ? 'error' : 'note', message: { text }, locations: locations(policy) };
    }),
    ...[...risks, ...findings].map(
      ({ code, message, deviceConfigurationId }): Result => ({
        ruleId: code,
        level: 'warning',
        message: { text: message },
        locations: at(deviceConfigurationId),
      }),
    ),
  ];
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))].map((id) => ({ id }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'Muster', semanticVersion: version, rules } }, results }],
  };
}

function locations(policy: ReportedPolicy | undefined): readonly unknown[] {
  if (policy === undefined) return [];
  const uri = policy.file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: policy.line } } }];
}
