// The HTTP API as the pages use it: the session's cookie, the CSRF token, problems as exceptions.
export interface FieldFault { pointer: string; code: string; detail: string }
export class Problem extends Error {
  constructor(readonly status: number, readonly code: string, detail: string, readonly errors: FieldFault[] = [], readonly provider = '', readonly retryAfter = 0) {
    super(detail);
  }
}

let csrf = '';
const gone: Array<() => void> = [];
export const whenSignedOut = (then: () => void) => gone.push(then);
export const setCsrf = (token: string) => { csrf = token; };

const newKey = () => crypto.randomUUID();

async function problemOf(answer: Response): Promise<Problem> {
  try {
    const body = await answer.json();
    const provider = [body.provider_code, body.provider_message].filter(Boolean).join(': ');
    return new Problem(answer.status, body.code, body.detail ?? body.title, body.errors, provider, Number(answer.headers.get('Retry-After') ?? 0));
  } catch {
    return new Problem(answer.status, 'unreadable', `HTTP ${answer.status}`);
  }
}

export async function call<T>(method: string, path: string, body?: unknown, key = method === 'POST' ? newKey() : ''): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (csrf) headers['X-CSRF-Token'] = csrf;
  if (key) headers['Idempotency-Key'] = key;
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: 'same-origin' });
  if (!answer.ok) {
    const problem = await problemOf(answer);
    if (['not_signed_in', 'sign_in_unfinished'].includes(problem.code) && !path.startsWith('/v1/sessions')) gone.forEach((then) => then());
    throw problem;
  }
  const value = answer.status === 204 ? undefined : await answer.json();
  if (value?.csrf_token) setCsrf(value.csrf_token);
  return value as T;
}
export const get = <T>(path: string) => call<T>('GET', path);
export const post = <T>(path: string, body: unknown = {}, key?: string) => call<T>('POST', path, body, key);

export interface List<T> { data: T[]; next: string | null }
export interface Challenge { id: string; status: string; reason: string | null; factor: string; verification_code: string | null; next_action: { type: string; url: string } | null }
export interface Session {
  id: string; site: string; username: string | null; role: string | null; customer: string | null; status: string; csrf_token: string; scopes: string[]; reads: string[];
  second_factor: { integration: string; factors: string[] } | null; challenge: Challenge | null;
}
export interface NextAction {
  type: string; url?: string; payload?: string; image_url?: string; address?: string; memo?: string; network?: string; asset?: string; amount?: string; valid_until?: string;
  text?: string; reference?: string; public_key?: string;
}
export interface Payment {
  id: string; status: string; reason: string | null; outcome: string; origin: string; amount: string; surcharge: string; total: string; captured: string; refunded: string; disputed: string;
  fee: string | null; fee_status: string; credited: string; currency: string; mode: string; integration: string; customer: string | null; reference: string; provider_reference: string | null;
  next_action: NextAction | null; description: string | null; expires_at: string | null; created_at: string;
}
export interface Setting { key: string; type: string; label: string; required: boolean; help?: string; default?: unknown; values?: string[]; pattern?: string; visible_if?: string }
export interface Provider { id: string; name: string; version: string; category: string; operations: string[]; currencies: string[]; settings: Setting[]; webhook_setup?: string }
export interface Integration {
  id: string; provider: string; mode: string; label?: string; enabled: boolean; available: boolean; unavailable: string | null; runs_in: 'host' | 'worker' | null; health: string; failing: { host: string; since: string } | null; emulated: boolean; source: string; declared_at: string | null; account: string | null;
  webhook_url: string | null; currencies?: string[]; settings: Record<string, unknown>; surcharge?: Record<string, string>; limits?: Record<string, { min?: string; max?: string }>; surcharge_percent?: string; deduct_payment_fees?: boolean;
}
export interface LogRow { id: string; at: string; kind: string; integration: string; customer: string | null; payment: string | null; status: string; reason: string | null; amount: string | null; currency: string | null; event_type?: string }
export interface Customer { id: string; name: string | null; email: string | null; phone: string | null; paypal_email: string | null; created_at: string }
export interface Balance { currency: string; mode: string; balance: string; pending?: string }
export interface Entry { id: string; at: string; type: string; payment: string | null; amount: string; currency: string; mode: string; balance_after: string; description: string | null }
