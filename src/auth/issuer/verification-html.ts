import { createHash } from 'node:crypto';
import type { GraphResponse } from '../../kernel/message.js';

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 32rem; margin: 3rem auto; padding: 0 1rem; }
label { display: block; margin: 1rem 0 0.25rem; font-weight: 600; }
input { box-sizing: border-box; width: 100%; padding: 0.5rem; font: inherit; }
button { margin: 1.5rem 0.5rem 0 0; padding: 0.5rem 1rem; font: inherit; }
.hint { margin: 0.25rem 0 0; }
[role='alert'] { padding: 0.5rem 1rem; border-left: 0.25rem solid #c50f1f; }
`;

/** No script, no other origin, no frame; a form that can post here alone. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  // Not no-referrer: browsers then send "Origin: null" with the form, and nothing tells it from a foreign one.
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
} as const;

export interface VerificationForm {
  readonly tenant: string;
  readonly users: readonly { readonly userPrincipalName: string; readonly displayName: string }[];
  readonly code: string;
  readonly user: string;
  /** What was wrong with the last try. */
  readonly problem?: string;
}

export function formPage(form: VerificationForm): GraphResponse {
  const alert = form.problem === undefined ? '' : `<p role="alert" id="problem">${escapeHtml(form.problem)}</p>`;
  const described = (hint: string) => `aria-describedby="${form.problem === undefined ? hint : `problem ${hint}`}"`;
  const options = form.users
    .map((user) => `<option value="${escapeHtml(user.userPrincipalName)}">${escapeHtml(user.displayName)}</option>`)
    .join('\n');
  return page(
    form.problem === undefined ? 200 : 400,
    'Sign in on a device',
    `${alert}
<form method="post">
<p>Sign in to ${escapeHtml(form.tenant)}. Continue only if you asked for this code yourself.</p>
<label for="code">Code</label>
<input id="code" name="code" value="${escapeHtml(form.code)}" required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false" ${described('code-hint')}>
<p class="hint" id="code-hint">The eight letters that the device shows, such as ABCD-EFGH.</p>
<label for="user">User</label>
<input id="user" name="user" value="${escapeHtml(form.user)}" maxlength="320" autocomplete="username" spellcheck="false" list="users" ${described('user-hint')}>
<p class="hint" id="user-hint">The user principal name to sign in as. No password is asked for: this is a local test issuer.</p>
<datalist id="users">
${options}
</datalist>
<button type="submit" name="action" value="approve">Sign in</button>
<button type="submit" name="action" value="decline">Decline</button>
</form>`,
  );
}

export function messagePage(status: number, title: string, message: string): GraphResponse {
  return page(status, title, `<p role="status">${escapeHtml(message)}</p>`);
}

function page(status: number, title: string, content: string): GraphResponse {
  return {
    status,
    headers: HEADERS,
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
</body>
</html>
`,
  };
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
