/** evaluateDynamicMembership: would a rule take this object in, and why (reference, beta; rule-languages spec, B7). */
import type { ExpressionDetails } from '../../engine/rules/dynamic/index.js';
import { graphError } from '../../kernel/errors.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import type { Decision } from '../write/change.js';
import { parametersOf } from './membership-functions.js';
import { checkMembershipRule, explainMembership } from './membership-rule.js';
import { findObjects, isDynamic } from './objects.js';

/** POST /groups/{id}/evaluateDynamicMembership: the group's own rule. */
export async function evaluateMembershipOfGroup(
  owner: Found,
  body: JsonValue | undefined,
  plan: Plan,
  context: DomainContext,
): Promise<Decision> {
  const group = owner.json();
  if (!isDynamic(group) || typeof group.membershipRule !== 'string') {
    throw graphError('directoryRequestInvalid', {
      reason: `The group '${owner.stored.id}' is not dynamic: it has no membershipRule to evaluate.`,
    });
  }
  return await evaluate(group.membershipRule, parametersOf(body, plan, context), context);
}

/** POST /groups/evaluateDynamicMembership: a rule that no group needs to have. */
export async function evaluateMembershipRule(body: JsonValue | undefined, plan: Plan, context: DomainContext): Promise<Decision> {
  const parameters = parametersOf(body, plan, context);
  const { membershipRule } = parameters;
  if (typeof membershipRule !== 'string' || membershipRule.trim() === '') throw missing('membershipRule');
  return await evaluate(membershipRule, parameters, context);
}

function missing(parameter: string): Error {
  return graphError('directoryRequestInvalid', { reason: `The parameter '${parameter}' is required.` }, parameter);
}

async function evaluate(text: string, { memberId }: JsonObject, context: DomainContext): Promise<Decision> {
  if (typeof memberId !== 'string' || memberId === '') throw missing('memberId');
  const rule = checkMembershipRule(text);
  const [member] = await findObjects([memberId], context);
  if (member === undefined) throw graphError('directoryNotFound', { id: memberId }, 'memberId');
  const { result, details } = await explainMembership(rule, member, context);
  const value: JsonObject = {
    membershipRule: text,
    membershipRuleEvaluationResult: result,
    membershipRuleEvaluationDetails: details === undefined ? null : jsonOf(details),
  };
  return { outcome: { kind: 'value', typeName: 'microsoft.graph.evaluateDynamicMembershipResult', value, raw: false }, changes: undefined };
}

/** A tree of details, member by member: the engine's own type says nothing of JSON. */
function jsonOf({ expression, expressionResult, propertyToEvaluate, expressionEvaluationDetails }: ExpressionDetails): JsonObject {
  return {
    expression,
    expressionResult,
    ...(propertyToEvaluate === undefined ? {} : { propertyToEvaluate: { ...propertyToEvaluate } }),
    ...(expressionEvaluationDetails === undefined ? {} : { expressionEvaluationDetails: expressionEvaluationDetails.map(jsonOf) }),
  };
}
