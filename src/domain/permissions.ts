/** May this caller do this? Decided from the plan alone; what a user's Intune roles allow is looked up only where they count (spec 6.2). */

import type { Caller } from '../kernel/caller.js';
import { graphError } from '../kernel/errors.js';
import { GLOBAL_ADMINISTRATOR, INTUNE_ADMINISTRATOR } from '../kernel/ids.js';
import type { OperationSurface, SetSurface, Surface } from '../model/surface.js';
import { homeSetOf } from '../model/surface.js';
import { type PathStep, type Plan, READ_OPERATIONS } from '../query/plan.js';
import { resourceAction } from './roles/resource-actions.js';

/**
 * @returns the resource action that the user's Intune roles must allow (`intuneRights`); undefined for callers they do not bind:
 *   applications and the directory's administrators
 * @throws GraphError permissionMissing, directoryPermissionMissing (403) as the area's own layer words it;
 *   delegatedOnly (400) for an application that asks about /me
 */
export function authorize(caller: Caller, plan: Plan, surface: Surface): string | undefined {
  if (isAboutMe(plan) && caller.kind !== 'delegated') throw graphError('delegatedOnly');
  const rule = requiredPermissions(plan, surface);
  if (rule === undefined) return undefined;
  for (const permissions of rule.also === undefined ? [rule.permissions] : [rule.permissions, rule.also]) {
    if (permissions.some((permission) => caller.permissions.has(permission))) continue;
    if (rule.layer === 'directory') throw graphError('directoryPermissionMissing', { permissions });
    throw graphError('permissionMissing', { subject: caller.kind === 'application' ? 'Application' : 'User', permissions });
  }
  if (rule.layer !== 'service' || caller.kind !== 'delegated' || isIntuneAdministrator(caller)) return undefined;
  return resourceAction(plan, setOf(plan.path, surface)?.name);
}

/** A delegated caller acts with the user's own rights: the token's scope is not enough. */
function isIntuneAdministrator(caller: Caller): boolean {
  return caller.directoryRoles.some((role) => role === INTUNE_ADMINISTRATOR || role === GLOBAL_ADMINISTRATOR);
}

interface Rule {
  readonly layer: 'service' | 'directory';
  readonly permissions: readonly string[];
  readonly also?: readonly string[];
}

/** @returns undefined where the path leads to nothing that is served; the walk answers that */
export function requiredPermissions(plan: Plan, surface: Surface): Rule | undefined {
  if (plan.call !== undefined) {
    const operation = operationSurface(plan, surface);
    if (operation !== undefined && isAboutMe(plan)) return { layer: operation.layer, permissions: ['User.Read', ...operation.permissions] };
    if (operation !== undefined) return operation;
  }
  const set = setOf(plan.path, surface);
  if (set === undefined) return undefined;
  return { layer: set.layer, permissions: READ_OPERATIONS.has(plan.operation) ? set.read : set.write };
}

function isAboutMe(plan: Plan): boolean {
  const [first] = plan.path;
  return first?.kind === 'singleton' && first.name === 'me';
}

/** What the surface says of the operation a plan calls. */
export function operationSurface(plan: Plan, surface: Surface): OperationSurface | undefined {
  const operation = plan.call?.operation;
  if (operation === undefined) return undefined;
  const name = operation.bound === undefined ? operation.name : `${operation.bound.type.name}.${operation.name}`;
  const found = surface.operations.get(name);
  return found?.versions.includes(plan.version) ? found : undefined;
}

/** The set a path ends in, as far as it can be told without data: references lead to the home set of their type. */
export function setOf(path: readonly PathStep[], surface: Surface): SetSurface | undefined {
  let name = '';
  let served: SetSurface | undefined;
  for (const step of path) {
    if (step.kind === 'singleton' || step.kind === 'entitySet') name = step.name;
    else if (step.kind === 'navigation' || step.kind === 'derivedNavigation') {
      const property = step.kind === 'navigation' ? step.property : step.candidates[0];
      if (property === undefined) continue;
      const home = property.contains || property.type.kind === 'unknown' ? undefined : homeSetOf(surface, property.type);
      const below = `${name}/${property.name}`;
      name = home ?? below;
      // What a reference asks for may be said of the reference itself: a device's users are read as a part of the device.
      served = surface.sets.get(below) ?? served;
      if (surface.sets.has(below)) continue;
    } else continue;
    // A path into something unserved keeps asking for what its nearest served ancestor asks for.
    served = surface.sets.get(name) ?? served;
  }
  return served;
}
