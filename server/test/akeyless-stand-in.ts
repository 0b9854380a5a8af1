import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

type Members = Record<string, unknown>;

/** What the stand-in does wrong, once, before it does what it was asked. */
export interface Fault {
  path: string;
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface AkeylessStandIn {
  url: string;
  /** Every request, as `path` and body without the key. */
  asked: { path: string; body: Members }[];
  analytics: Members;
  items: Members[];
  authMethods: Members[];
  faults: Fault[];
  /** Tokens that were given out end now. */
  expireTokens: () => void;
  close: () => Promise<void>;
}

export const accessId = 'p-collector';
export const accessKey = 'key-of-the-collector';

/** Akeyless's API as far as it is asked: POST everywhere, the token in the body, pages of two items. */
export async function startAkeyless(): Promise<AkeylessStandIn> {
  const tokens = new Set<string>();
  let given = 0;
  const stand: Omit<AkeylessStandIn, 'url' | 'close'> = {
    asked: [],
    analytics: {},
    items: [],
    authMethods: [],
    faults: [],
    expireTokens: () => tokens.clear(),
  };

  const page = (all: readonly Members[], member: string, body: Members): Members => {
    const start = Number(body['pagination-token'] ?? 0);
    const next = start + 2 < all.length ? { next_page: String(start + 2) } : { next_page: '' };
    return { [member]: all.slice(start, start + 2), ...next };
  };

  const answers: Record<string, (body: Members) => Members> = {
    '/get-analytics-data': () => stand.analytics,
    '/list-items': (body) => page(stand.items, 'items', body),
    '/list-auth-methods': (body) => page(stand.authMethods, 'auth_methods', body),
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    const body = (await json(request)) as Members;
    const send = (status: number, content: unknown, headers = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof content === 'string' ? content : JSON.stringify(content));
    };
    const { 'access-key': key, ...shown } = body;
    stand.asked.push({ path, body: shown });
    const fault = stand.faults.findIndex((each) => each.path === path);
    const [wrong] = fault === -1 ? [] : stand.faults.splice(fault, 1);
    if (wrong) return send(wrong.status, wrong.body ?? { error: 'no' }, wrong.headers);
    if (path === '/auth') {
      if (body['access-id'] !== accessId || key !== accessKey) return send(401, { error: 'no' });
      const token = `t-${(given += 1)}`;
      tokens.add(token);
      return send(200, { token, expiration: '' });
    }
    if (!tokens.has(String(body.token))) return send(401, { error: 'expired token' });
    const of = answers[path];
    return of ? send(200, of(body)) : send(404, { error: 'no' });
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(stand, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** A few items as list-items describes them: of each kind that matters, with both spellings of dates. */
export const someItems: readonly Members[] = [
  {
    item_id: 1001,
    item_name: '/prod/db/password',
    item_type: 'STATIC_SECRET',
    item_state: 'Enabled',
    creation_date: '2025-01-02T03:04:05Z',
    modification_date: '2025-06-01T00:00:00.123456789Z',
    access_date: '2026-03-14T12:00:00Z',
    last_version: 3,
    item_tags: ['db'],
    item_metadata: 'what people wrote',
    item_size: '17',
    public_value: 'must not be kept',
  },
  {
    item_id: '1002',
    item_name: '/prod/aws',
    item_type: 'DYNAMIC_SECRET',
    creation_date: 1_735_787_045,
    access_date: '0001-01-01T00:00:00Z',
  },
  {
    item_id: 1003,
    item_name: '/prod/postgres',
    item_type: 'ROTATED_SECRET',
    auto_rotate: true,
    rotation_interval: 30,
    last_rotation_date: '2026-03-01T00:00:00Z',
    next_rotation_date: '2026-03-31T00:00:00Z',
    item_general_info: {
      rotated_secret_details: {
        rotator_type: 'target',
        rotator_status: 'RotationFailed',
        last_rotation_error: 'connection refused',
        rotation_interval_min: false,
        rotation_hour: 4,
      },
    },
  },
  { item_id: 1004, item_name: 'at-the-root', item_type: 'CLASSIC_KEY' },
  { item_id: 1005, item_name: '/pki/issuer', item_type: 'PKI_CERT_ISSUER' },
  { item_id: 1006, item_name: '/of/tomorrow', item_type: 'A_TYPE_OF_TOMORROW' },
];

export const someAuthMethods: readonly Members[] = [
  {
    auth_method_access_id: 'p-saml',
    auth_method_name: '/auth/saml',
    account_id: 'acc-1a2b3c4d5e6f',
    access_date: '2026-03-14T09:00:00Z',
    access_info: { rules_type: 'saml2', product_types: ['sm', 'pm'] },
  },
  {
    auth_method_access_id: 'p-idle',
    auth_method_name: '/auth/idle',
    account_id: 'acc-1a2b3c4d5e6f',
    access_date: '2026-01-01T00:00:00Z',
    access_info: { rules_type: 'k8s' },
  },
  { auth_method_access_id: 'p-new', auth_method_name: 'new', is_approved: false },
];
