/** A request to a fake provider, which is served over TLS or directly. */
export interface FakeRequest {
  readonly host: string;
  /** With the query. */
  readonly path: string;
  readonly authorization: string | undefined;
}

export interface FakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type FakeProvider = (request: FakeRequest) => FakeAnswer;

export const json = (
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): FakeAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(value),
});

export const page = (status: number, text = 'Welcome'): FakeAnswer => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: `<!doctype html><title>${text}</title><p>${text}</p>`,
});

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

export interface FreshserviceWorld {
  /** Subdomains with an account. */
  readonly tenants: readonly string[];
  readonly apiKey: string;
  /** Paths that answer 403 `access_denied` to the right key, by their beginning. */
  readonly denied?: readonly string[];
  /** The status of a wrong key: 401 is documented, 403 reported. */
  readonly wrongKeyStatus?: 401 | 403;
}

const PROOF = { 'x-freshservice-api-version': 'latest=v2; requested=v2' };
const ACCESS_DENIED = {
  code: 'access_denied',
  message: 'You are not authorized to perform this action.',
};

/** Freshservice as its reference and other people's recordings have it. */
export function fakeFreshservice(world: FreshserviceWorld): FakeProvider {
  return ({ host, path, authorization }) => {
    const tenant = host.replace(/\.freshservice\.com$/u, '');
    if (!world.tenants.includes(tenant)) return page(404, 'Maybe this is still fresh!');
    if (authorization === undefined) return json(403, ACCESS_DENIED, PROOF);
    if (authorization !== basic(world.apiKey, 'X')) {
      const status = world.wrongKeyStatus ?? 401;
      const body = status === 401 ? { code: 'invalid_credentials', message: 'No.' } : ACCESS_DENIED;
      return json(status, body, PROOF);
    }
    if (world.denied?.some((start) => path.startsWith(start)))
      return json(403, ACCESS_DENIED, PROOF);
    const answers: Readonly<Record<string, unknown>> = {
      '/api/v2/agents/me': {
        agent: {
          id: 21_000_123,
          first_name: 'Ines',
          last_name: 'Okafor',
          email: 'ines.okafor@acme.example',
        },
      },
      '/api/v2/tickets?per_page=1': { tickets: [] },
      '/api/v2/agents?per_page=1': { agents: [] },
      '/api/v2/groups?per_page=1': { groups: [] },
      '/api/v2/requesters?per_page=1': { requesters: [] },
      '/api/v2/itam/assets?per_page=1': { assets: [] },
      '/api/v2/ticket_form_fields': { ticket_fields: [] },
      '/api/v2/workspaces': { workspaces: [] },
      '/api/v2/sla_policies': { sla_policies: [] },
      '/api/v2/business_hours': { business_hours: [] },
    };
    const answer = answers[path];
    return answer === undefined ? json(404, {}, PROOF) : json(200, answer, PROOF);
  };
}

export interface GladlyWorld {
  /** The organization's own host. */
  readonly host: string;
  /** Other hosts that lead to it. */
  readonly aliases?: readonly string[];
  readonly email: string;
  readonly token: string;
  /** The status for the right pair; 403 means a missing API User permission. */
  readonly status?: number;
  readonly agents?: readonly { id: string; name: string; emailAddress: string }[];
}

/** Gladly as its reference has it. */
export function fakeGladly(world: GladlyWorld): FakeProvider {
  const agents = world.agents ?? [
    { id: 'deKiBNpPRTKXoAL0IrvK8A', name: 'Amy Agent', emailAddress: world.email },
  ];
  return ({ host, path, authorization }) => {
    if (![world.host, ...(world.aliases ?? [])].includes(host)) return { status: 404 };
    if (authorization !== basic(world.email, world.token)) return { status: 401 };
    if (world.status !== undefined) return { status: world.status };
    const answers: Readonly<Record<string, unknown>> = {
      '/api/v1/organization': {
        id: 'cOJOqxfWSlKuuLzPBlMhZg',
        loginDomain: 'acme.example',
        name: 'Acme',
        timezone: 'America/Los_Angeles',
        gladlyUrl: `https://${world.host}`,
      },
      '/api/v1/agents': agents,
      '/api/v1/inboxes': [],
      '/api/v1/topics': [],
      '/api/v1/teams': [],
    };
    const answer = answers[path];
    if (answer !== undefined) return json(200, answer);
    return path.startsWith('/api/v1/webhooks') || path.startsWith('/api/v1/export')
      ? { status: 403 }
      : json(404, { errors: [{ code: 'not_exist', detail: 'no' }] });
  };
}

/** Both at once, by host; any other host fails the test. */
export function fakeWorld(freshservice: FakeProvider, gladly: FakeProvider): FakeProvider {
  return (request) => {
    if (request.host.endsWith('.freshservice.com')) return freshservice(request);
    if (/\.gladly\.(?:com|qa)$/u.test(request.host)) return gladly(request);
    throw new Error(`unexpected request to ${request.host}`);
  };
}
