import { compileFilterRule, validateFilterRule } from '../../../src/engine/rules/filter/index.js';
import { median } from '../harness/report.js';

const ROUNDS = 7;
const RULES = 20_000;

/** One to three clauses, as tenants write them; no two alike. */
function rules(): readonly string[] {
  return Array.from({ length: RULES }, (_, index) => {
    const clauses = [
      `(device.deviceName -startsWith "LON-${index}")`,
      `(device.manufacturer -in ["Microsoft", "Dell Inc.", "Vendor ${index}"])`,
      `(device.operatingSystemVersion -ge 10.0.${20_000 + (index % 7000)}.1)`,
    ];
    return clauses.slice(0, 1 + (index % 3)).join(index % 2 === 0 ? ' and ' : ' or ');
  });
}

export function measureParsing(): Readonly<Record<string, number>> {
  const texts = rules();
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    for (const text of texts) {
      const verdict = validateFilterRule(text, 'windows10AndLater');
      if (!verdict.valid) throw new Error(`a rule of the benchmark is invalid: ${text}`);
      compileFilterRule(verdict.ast);
    }
    rounds.push((RULES / (performance.now() - start)) * 1000);
  }
  return { rulesParsedPerSecond: median(rounds) };
}
