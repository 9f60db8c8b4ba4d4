/** Stored entities as the engine knows them: policies, assignments, filters. */
import type { ApplicabilityRule, AssignedFilter, Filter, Policy, PolicyAssignment, PolicyTarget } from '../../engine/targeting/index.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { readTarget } from '../assignments/target.js';
import { platformOf } from '../platform.js';

/**
 * Platforms of devices by platform of policy. Profiles that began with Windows 8.1 go to Windows 10 devices; a work profile's devices are
 * Android Enterprise; no managed device is a Windows Phone any more.
 */
const DEVICE_PLATFORMS: Readonly<Record<string, readonly string[]>> = {
  windows81AndLater: ['windows10AndLater'],
  androidWorkProfile: ['androidForWork'],
  windowsPhone81: [],
};

/** Members of the wire JSON that `enginePolicy`, `engineFilter` and `engineAssignment` read. */
export const CONFIGURATION_MEMBERS: ReadonlySet<string> = new Set([
  'deviceManagementApplicabilityRuleOsEdition',
  'deviceManagementApplicabilityRuleOsVersion',
  'deviceManagementApplicabilityRuleDeviceMode',
]);
export const FILTER_MEMBERS: ReadonlySet<string> = new Set(['platform', 'rule']);
export const ASSIGNMENT_MEMBERS: ReadonlySet<string> = new Set(['intent', 'target']);

/** @param type unqualified type of the configuration; `json` its wire JSON */
export function enginePolicy(id: string, type: string, json: JsonObject): Policy {
  const platform = platformOf(type);
  const platforms = platform === undefined ? undefined : new Set(DEVICE_PLATFORMS[platform] ?? [platform]);
  return { id, platforms, rules: applicabilityRules(json) };
}

export function engineAssignment(id: string, json: JsonObject): PolicyAssignment | undefined {
  const target = isObject(json.target) ? json.target : undefined;
  const pointsAt = target === undefined ? undefined : engineTarget(target);
  if (target === undefined || pointsAt === undefined) return undefined;
  const { deviceAndAppManagementAssignmentFilterId: filterId, deviceAndAppManagementAssignmentFilterType: mode } = target;
  const filter: AssignedFilter | undefined =
    typeof filterId === 'string' && (mode === 'include' || mode === 'exclude') ? { id: filterId, mode } : undefined;
  return { id, target: pointsAt, intent: json.intent === 'remove' ? 'remove' : 'apply', filter };
}

export function engineFilter(id: string, json: JsonObject): Filter {
  return { id, platform: text(json.platform), rule: text(json.rule) };
}

/** Whom a scope tag's target reaches [M]. */
function engineTarget(target: JsonObject): PolicyTarget | undefined {
  const read = readTarget(target);
  if (read?.kind !== 'scopeTag') return read;
  const side = read.targetType === 'user' || read.targetType === 'device' ? read.targetType : 'both';
  return { kind: 'scopeTag', side, objectId: read.entraObjectId };
}

/** The operating system SKUs (names of the filter property `operatingSystemSKU`, lower case) that an edition stands for. */
const EDITION_SKUS: Readonly<Record<string, readonly string[]>> = {
  windows10Enterprise: ['enterprise', 'enterpriseeval', 'enterprises', 'enterpriseseval', 'enterpriseg', 'serverrdsh'],
  windows10EnterpriseN: ['enterprisen', 'enterpriseneval', 'enterprisesn', 'enterprisegn'],
  windows10Education: ['education'],
  windows10EducationN: ['educationn'],
  windows10HolographicEnterprise: ['holographic'],
  windows10Professional: ['professional', 'professionalsinglelanguage'],
  windows10ProfessionalN: ['professionaln'],
  windows10ProfessionalEducation: ['professionaleducation'],
  windows10ProfessionalEducationN: ['professionaleducationn'],
  windows10ProfessionalWorkstation: ['professionalworkstation'],
  windows10ProfessionalWorkstationN: ['professionalworkstationn'],
  windows10Home: ['core'],
  windows10HomeChina: ['corecountryspecific'],
  windows10HomeN: ['coren'],
  windows10HomeSingleLanguage: ['coresinglelanguage'],
  windows10IoTCore: ['iotuap'],
  windows10IoTCoreCommercial: ['iotuapcommercial'],
};

function applicabilityRules(json: JsonObject): readonly ApplicabilityRule[] {
  const rules: ApplicabilityRule[] = [];
  const edition = json.deviceManagementApplicabilityRuleOsEdition;
  if (isObject(edition)) {
    const types: readonly JsonValue[] = Array.isArray(edition.osEditionTypes) ? edition.osEditionTypes : [];
    const skus = new Set(types.flatMap((type) => EDITION_SKUS[String(type)] ?? []));
    rules.push({ kind: 'edition', include: includes(edition), skus });
  }
  const version = json.deviceManagementApplicabilityRuleOsVersion;
  if (isObject(version)) {
    rules.push({ kind: 'version', include: includes(version), min: end(version.minOSVersion), max: end(version.maxOSVersion) });
  }
  const mode = json.deviceManagementApplicabilityRuleDeviceMode;
  if (isObject(mode)) rules.push({ kind: 'mode', include: includes(mode), sMode: mode.deviceMode === 'sModeConfiguration' });
  return rules;
}

const includes = (rule: JsonObject) => rule.ruleType !== 'exclude';
const end = (value: JsonValue | undefined) => (typeof value === 'string' && value !== '' ? value : null);
const text = (value: JsonValue | undefined) => (typeof value === 'string' ? value : '');
