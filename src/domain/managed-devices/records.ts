/** How enrolled devices and their categories lie in the store. */
import type { Expectation } from '../../storage/change-set.js';
import type { Link } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import { type Touch, touch, untouched } from '../write/marker.js';

export const MANAGED_DEVICES = 'deviceManagement/managedDevices';
export const DEVICE_CATEGORIES = 'deviceManagement/deviceCategories';
export const CATEGORY_LINK = 'deviceCategory';

export function categoryLink(deviceId: string, categoryId: string): Link {
  return { kind: CATEGORY_LINK, from: deviceId, to: categoryId, toSet: DEVICE_CATEGORIES };
}

/** The id of a device's category; undefined where it has none. */
export async function categoryIdOf(deviceId: string, context: Pick<DomainContext, 'reader' | 'tenant'>): Promise<string | undefined> {
  const [link] = await context.reader.links(context.tenant, { kind: CATEGORY_LINK, from: deviceId });
  return link?.to;
}

/** Goes with every change of a device's category: who writes to all devices of the category relies on it (renaming, deleting). */
export function touchMembers(categoryId: string): Touch {
  return touch('deviceCategoryMembers', categoryId);
}

export async function membersUntouched(categoryId: string, context: Pick<DomainContext, 'reader' | 'tenant'>): Promise<Expectation> {
  return await untouched('deviceCategoryMembers', categoryId, context);
}
