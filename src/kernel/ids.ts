import { randomUUID } from 'node:crypto';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const ZERO_GUID = '00000000-0000-0000-0000-000000000000';

/** Virtual groups of Intune: they have no directory object (graph-api spec 4.1). */
export const ALL_DEVICES_GROUP = 'adadadad-808e-44e2-905a-0b7873a8a531';
export const ALL_USERS_GROUP = 'acacacac-9df4-4c7d-9d50-4ef0226f57a9';

/** Directory role template ids that make a delegated caller an Intune administrator (graph-api spec 6.2). */
export const INTUNE_ADMINISTRATOR = '3a2c62db-5318-420d-8d74-23affee5d9d5';
export const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10';

export function isGuid(text: string): boolean {
  return GUID.test(text);
}

/** A new random lower-case GUID. */
export function newGuid(): string {
  return randomUUID();
}
