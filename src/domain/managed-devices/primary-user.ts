/** A device's `users`: its primary user, whom its `userId` names. */
import type { EntityKey } from '../../storage/store.js';
import type { Found } from '../read/place.js';

export function primaryUserKeys(device: Found): readonly EntityKey[] {
  const { userId } = device.json();
  return typeof userId === 'string' && userId !== '' ? [{ set: 'users', parent: '', id: userId }] : [];
}
