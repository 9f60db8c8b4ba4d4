import { isObject, type JsonObject } from '../../kernel/json.js';

/** Microsoft Intune Plan 1 (semantics, section 1). */
const INTUNE_PLAN = 'c1ec4a95-1f05-45b3-a911-aa3fa01094f5';
const INTUNE_SERVICE = 'SCO';

/** Whether a user holds an Intune service plan that is enabled. @param user wire JSON */
export function isLicensed(user: JsonObject): boolean {
  const plans = user.assignedPlans;
  if (!Array.isArray(plans)) return false;
  return plans.some(
    (plan) =>
      isObject(plan) &&
      plan.capabilityStatus === 'Enabled' &&
      (plan.service === INTUNE_SERVICE || String(plan.servicePlanId).toLowerCase() === INTUNE_PLAN),
  );
}
