/** The platform of a managedDevice, as filters and policies name it (rule-languages spec, A3; graph-api spec 3). */
import type { JsonObject } from '../kernel/json.js';

const text = (device: JsonObject, name: string) => {
  const value = device[name];
  return typeof value === 'string' ? value : '';
};

/**
 * @param device wire JSON of a managedDevice
 * @returns a devicePlatformType member; undefined for an operating system that has none
 */
export function managedDevicePlatform(device: JsonObject): string | undefined {
  const system = text(device, 'operatingSystem').toLowerCase();
  if (system.startsWith('windows')) return text(device, 'deviceType') === 'windowsPhone' ? 'windowsPhone81' : 'windows10AndLater';
  if (system === 'ios' || system === 'ipados' || system === 'iphone' || system === 'ipad') return 'iOS';
  if (system.startsWith('mac')) return 'macOS';
  if (!system.startsWith('android')) return undefined;
  const enrollment = text(device, 'deviceEnrollmentType');
  if (enrollment.startsWith('androidAOSP') || system.includes('aosp')) return 'androidAOSP';
  const enterprise = enrollment.startsWith('androidEnterprise') || /^androidforwork|^androidenterprise/i.test(text(device, 'deviceType'));
  return enterprise || system !== 'android' ? 'androidForWork' : 'android';
}
