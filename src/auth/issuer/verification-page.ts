import type { GraphRequest, GraphResponse } from '../../kernel/message.js';
import type { IssuerContext } from './context.js';
import { readForm } from './form.js';
import { OAuthError } from './oauth-error.js';
import type { IssuerTenant, IssuerUser } from './options.js';
import { admits, type TenantChoice, tenantsOf } from './tenant.js';
import { formPage, messagePage } from './verification-html.js';

/** Users offered per tenant, and tenants whose users are offered: the page stays small in a large directory. */
const USERS_OFFERED = 20;
const TENANTS_OFFERED = 10;
const MAX_USER_LENGTH = 320;

/** `GET /{tenant}/oauth2/deviceauth`: where a user types the code that a device shows. */
export async function showVerificationPage(context: IssuerContext, choice: TenantChoice, query: URLSearchParams): Promise<GraphResponse> {
  return form(context, choice, { code: query.get('code')?.slice(0, 20) ?? '', user: '' });
}

/**
 * `POST /{tenant}/oauth2/deviceauth`: the user approves or declines. Posts that another site's page sends are refused, since they
 * would let it approve a code of its own in the name of a user here.
 */
export async function submitVerificationPage(context: IssuerContext, request: GraphRequest, choice: TenantChoice): Promise<GraphResponse> {
  if (isCrossOrigin(request)) return messagePage(403, 'Refused', 'This form must be sent from its own page.');
  const fields = fieldsOf(request);
  if (fields === undefined) return messagePage(400, 'Not understood', 'The form could not be read.');
  const { code: typed, user: name, action } = fields;
  const again = (problem: string) => form(context, choice, { code: typed.slice(0, 20), user: name.slice(0, MAX_USER_LENGTH), problem });

  const code = context.deviceCodes.find(typed);
  if (code === undefined || (code.tenantId !== undefined && !admits(choice, code.tenantId))) {
    return again('This code is not known here, has expired or was used already.');
  }
  if (action === 'decline') {
    context.deviceCodes.decide(code, { kind: 'declined' });
    return messagePage(200, 'Declined', 'The sign-in was declined. You can close this page.');
  }
  if (action !== 'approve') return again('Choose to sign in or to decline.');
  if (name === '') return again('Enter the user to sign in as.');
  const open = tenantsOf(choice, context.tenants).filter(({ id }) => code.tenantId === undefined || code.tenantId === id);
  const found = await findUser(context, open, name);
  if (found === undefined) return again(`There is no user '${name.slice(0, MAX_USER_LENGTH)}' here.`);
  if (found.user.disabled === true) return again(`The account of ${found.user.userPrincipalName} is disabled.`);
  context.deviceCodes.decide(code, { kind: 'approved', tenantId: found.tenant.id, user: found.user });
  return messagePage(
    200,
    'Signed in',
    `${found.user.userPrincipalName} is signed in to ${code.clientName} on the device. You can close this page.`,
  );
}

async function form(
  context: IssuerContext,
  choice: TenantChoice,
  values: { readonly code: string; readonly user: string; readonly problem?: string },
): Promise<GraphResponse> {
  const tenants = tenantsOf(choice, context.tenants).slice(0, TENANTS_OFFERED);
  const users = await Promise.all(tenants.map(({ id }) => context.directory.listUsers(id, USERS_OFFERED)));
  const tenant = choice.kind === 'one' ? `the tenant ${choice.tenant.name} (${choice.tenant.domain})` : 'your tenant';
  return formPage({ tenant, users: users.flat(), ...values });
}

async function findUser(
  context: IssuerContext,
  tenants: readonly IssuerTenant[],
  name: string,
): Promise<{ readonly tenant: IssuerTenant; readonly user: IssuerUser } | undefined> {
  if (name.length > MAX_USER_LENGTH) return undefined;
  const domain = name.slice(name.indexOf('@') + 1).toLowerCase();
  const likely = (tenant: IssuerTenant) => (tenant.domain.toLowerCase() === domain ? 0 : 1);
  for (const tenant of tenants.toSorted((a, b) => likely(a) - likely(b))) {
    const user = await context.directory.findUser(tenant.id, name);
    if (user !== undefined) return { tenant, user };
  }
  return undefined;
}

function isCrossOrigin({ headers, origin }: GraphRequest): boolean {
  const from = headers.origin;
  if (from !== undefined && from.toLowerCase() !== origin.toLowerCase()) return true;
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

function fieldsOf(request: GraphRequest): { readonly code: string; readonly user: string; readonly action: string } | undefined {
  try {
    const fields = readForm(request);
    return { code: fields.get('code') ?? '', user: fields.get('user')?.trim() ?? '', action: fields.get('action') ?? '' };
  } catch (failure) {
    if (failure instanceof OAuthError) return undefined;
    throw failure;
  }
}
