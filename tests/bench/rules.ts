/**
 * The rule languages and the directory's sets at fleet scale, in process.
 *
 * Figures: `rulesParsedPerSecond` reads, checks and compiles filter rules; `filterEqMillis1M`, `filterPrefixMillis1M` and `filterContainsMillis1M`
 * are medians of one compiled clause on the names of 1,000,000 devices; `timesPlainLoop` is how many times longer a loop over device objects takes
 * for the same `contains`; `deviceTableMiB` is what the 1,000,000 rows of 17 columns take; `closureSeconds` loads 1,000,000 memberships of 50,000
 * groups and works out the transitive users and devices of every group; `addMemberMillis` adds a member and reads the outermost group again;
 * `importObjectsPerSecond` imports 50,000 objects into a database on disk; `hostileRegexMaxMillis` reads, checks and compiles a rule with the hardest
 * `-match` that is accepted and asks it about a value of 1,024 characters.
 */
import { figuresLine, rounded, table } from './harness/report.js';
import { measureClosure } from './rules-parts/closure.js';
import { measureFilters } from './rules-parts/filters.js';
import { measureHostile } from './rules-parts/hostile.js';
import { measureImporting } from './rules-parts/importing.js';
import { measureParsing } from './rules-parts/parsing.js';

/** Each measures one part and answers its figures by key; a part more is one line more. */
const parts = [measureParsing, measureHostile, measureFilters, measureClosure, measureImporting];

const figures: Record<string, number> = {};
for (const measure of parts) Object.assign(figures, await measure());

console.log(table(Object.entries(figures).map(([name, value]) => [name, rounded(value)])));
console.log(figuresLine('rules', figures));
