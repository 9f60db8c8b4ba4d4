/** Packages and corrections in, the two schema texts out. */
import { applyCorrections } from './apply-corrections.js';
import { type Corrections, type ModelVersion, readCorrections } from './corrections.js';
import { writeCsdl } from './csdl.js';
import type { Draft } from './draft.js';
import { findScope } from './scope.js';
import { readSdkModels } from './sdk-models.js';
import type { Sources } from './sources.js';
import { readTypePackage } from './type-package.js';
import { setBetaNullability, settleV1Kinds } from './unite-sources.js';

export interface CompiledModel {
  readonly beta: string;
  readonly 'v1.0': string;
  /** Corrections that did not apply; empty when all is well. */
  readonly problems: readonly string[];
}

function finish(draft: Draft, corrections: Corrections, version: ModelVersion): { text: string; problems: readonly string[] } {
  const problems = applyCorrections(draft, corrections, version);
  const scope = findScope(draft, corrections, version);
  return { text: writeCsdl(draft, scope, corrections, version), problems: [...problems, ...scope.problems] };
}

export function compileModel(sources: Sources): CompiledModel {
  const corrections = readCorrections(sources.corrections);
  const beta = readSdkModels(sources.betaSdk);
  const betaPackage = readTypePackage(sources.betaTypes);
  const v1 = readTypePackage(sources.v1Types);
  setBetaNullability(beta, betaPackage, v1);
  const compiledBeta = finish(beta, corrections, 'beta');
  settleV1Kinds(v1, beta);
  const compiledV1 = finish(v1, corrections, 'v1.0');
  return { beta: compiledBeta.text, 'v1.0': compiledV1.text, problems: [...compiledBeta.problems, ...compiledV1.problems] };
}
