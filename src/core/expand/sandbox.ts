import { testsOf } from '../definition/parts.js';
import { kebab } from '../field-names.js';
import type { Definition } from '../definition/schema.js';
import type { Hosts } from '../provider-hosts.js';
import type { Field, SandboxTemplate, SimulatedResponse } from '../provider.js';
import { withExpected, withIdentity, withValue } from './body.js';
import { errorCodesOf } from './reading.js';

/** The sandbox of a provider: an invented account that accepts one credential. */
export function expandSandbox(
  definition: Definition,
  fields: readonly Field[],
  hosts: Hosts,
): SandboxTemplate {
  const { sandbox = {}, apiHeader, unauthenticated } = definition;
  const marks = apiHeader === undefined ? {} : { headers: { [apiHeader]: 'sandbox' } };
  const refused: SimulatedResponse = { status: 401, ...marks };
  const values = Object.fromEntries(
    fields.map((field) => [field.id, sandbox.values?.[field.id] ?? valueOf(definition, field)]),
  );
  const forbidden = withValue(undefined, errorCodesOf(definition)[0] ?? 'code', 'forbidden');
  const expected = unauthenticated?.expect;
  return {
    host: sandbox.host ?? hostOf(hosts, values),
    values,
    unsigned:
      sandbox.unauthenticated ??
      (expected ? { status: 200, ...marks, body: withExpected(undefined, expected) } : refused),
    refused: sandbox.refused ?? refused,
    unknownHost: sandbox.unknownHost ?? { status: 404 },
    replies: sandbox.replies ?? replies(definition),
    unknownPath: sandbox.otherPath ?? { status: 403, ...marks, body: forbidden },
  };
}

function valueOf(definition: Definition, { id, kind, example }: Field): string {
  if (kind === 'secret') return `sandbox-${kebab(id)}-of-acme`;
  if (kind === 'email') return 'integration@acme.example';
  if (kind === 'text' && definition.fields[id]?.example === undefined)
    return `${kebab(id)}-of-acme`;
  return example;
}

function hostOf({ templates }: Hosts, values: Readonly<Record<string, string>>): string {
  const { template = '' } = templates[0] ?? {};
  return template
    .replaceAll(/\{(\w+)\}/gu, (_, id: string) => values[id] ?? 'acme')
    .replaceAll('*', 'a1')
    .replaceAll('#', '1');
}

/** For the right credential: what each test expects, and the owner. */
function replies(definition: Definition): Record<string, unknown> {
  return Object.fromEntries(
    testsOf(definition.test).map(({ get, post, expect, identity }) => {
      const expected = expect ? withExpected(undefined, expect) : undefined;
      const body = identity ? withIdentity(expected, identity) : expected;
      return [get ?? post ?? '/', body ?? {}];
    }),
  );
}
