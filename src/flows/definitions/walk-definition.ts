import { hiddenRules, placedRules } from '../../core/definition-check/hidden-rules.js';
import { fault } from '../../core/definition/faults.js';
import type { Definition } from '../../core/definition/schema.js';
import { HostError, nextStep, sentence, UsageError, type Fault } from '../../core/errors.js';
import { withValue } from '../../core/expand/body.js';
import { expandRules } from '../../core/expand/reading.js';
import { refuseValue, secretFields } from '../../core/field.js';
import type { Finding } from '../../core/finding.js';
import { readHost } from '../../core/host.js';
import type { Provider } from '../../core/provider.js';
import { isRefusalOfApi } from '../../core/reading.js';
import { readJson, type HttpResponse } from '../../core/response.js';
import { Secret } from '../../core/secret.js';
import type { Reason } from '../../core/verdict.js';
import { rehearse } from '../rehearsal/rehearse.js';
import { sandboxValues } from '../rehearsal/simulation.js';
import { matching, situationsOf, type Situation } from '../rehearsal/situation.js';

/** How a run ends in a situation. */
export interface Walked {
  readonly title: string;
  readonly reason: Reason;
  readonly message: string;
  readonly nextStep: string;
}

/**
 * Runs the wizard through a definition: how it ends in each situation, and what is wrong with that.
 */
export async function walkDefinition(
  definition: Definition,
): Promise<{ readonly faults: readonly Fault[]; readonly walked: readonly Walked[] }> {
  const { expand } = await import('../../core/expand/expand.js');
  const provider = expand(definition);
  const faults = [...hiddenRules(definition), ...exampleFaults(provider)];
  if (faults.length > 0) return { faults, walked: [] };
  const walked: Walked[] = [];
  const walk = async (
    situation: Situation,
    path: readonly (string | number)[],
    values = sandboxValues(provider),
  ): Promise<Reason> => {
    const found = walkedOf(situation.title, await rehearse(provider, situation, values));
    walked.push(found);
    const [left] = /\{\w+\}/u.exec(`${found.message} ${found.nextStep}`) ?? [];
    if (left !== undefined) {
      const message = `the message of ${found.reason} has ${left} left in it, if this comes: ${found.title}`;
      faults.push(fault(path, message));
    }
    return found.reason;
  };

  const [right, ...others] = situationsOf(provider);
  if (right) {
    const reason = await walk(right, ['messages', 'ok']);
    if (reason !== 'ok') {
      const message = `the right credential ends with ${reason} in the sandbox: its replies, expect or a rule do not go together`;
      faults.push(fault(['sandbox'], message));
    }
  }
  for (const field of secretFields(provider)) {
    const values = { ...sandboxValues(provider), [field.id]: new Secret(`wrong-${field.id}`) };
    const reason = await walk({ title: `a wrong ${field.label}` }, ['fields', field.id], values);
    if (reason === 'ok') {
      faults.push(fault(['fields', field.id], 'a wrong one is accepted in the sandbox'));
    }
  }
  for (const situation of others) await walk(situation, ['messages']);
  for (const { rule, path, of } of placedRules(definition)) {
    const [{ when } = { when: {} }] = expandRules([rule], {});
    const reply = asFromApi(provider, matching(provider, when));
    const { path: place } = fault(path, '');
    await walk({ title: place, [of]: reply }, path);
  }
  return { faults: distinctFaults(faults), walked };
}

/**
 * A refusal only counts if the API is known to have sent it. If nothing else shows that, a code is
 * added.
 */
function asFromApi(provider: Provider, reply: HttpResponse): HttpResponse {
  const { status } = reply;
  const isRefusal = status === 401 || status === 403;
  const [pointer] = provider.errorCodes;
  const json = readJson(reply);
  if (!isRefusal || pointer === undefined || json === undefined) return reply;
  if (isRefusalOfApi(provider, reply)) return reply;
  return { ...reply, body: JSON.stringify(withValue(json, pointer, 'sandbox')) };
}

function walkedOf(title: string, ended: Finding | HostError): Walked {
  const { reason, advice } = ended;
  return { title, reason, message: sentence(advice), nextStep: nextStep(advice) };
}

/** The examples must be values that a person may type. */
function exampleFaults(provider: Provider): Fault[] {
  const { values } = provider.sandbox;
  const faults = provider.fields.flatMap((field) => {
    const value = values[field.id] ?? '';
    const why = field.kind === 'host' ? undefined : refuseValue(field, value);
    return why === undefined
      ? []
      : [fault(['fields', field.id, 'example'], `it cannot be typed: ${why}`)];
  });
  try {
    readHost(provider, values, { allowPrivate: true });
  } catch (error) {
    if (!(error instanceof HostError) && !(error instanceof UsageError)) throw error;
    const [id = ''] = provider.hosts.fields;
    faults.push(fault(['fields', id, 'example'], `it leads to no host: ${sentence(error.advice)}`));
  }
  return faults;
}

function distinctFaults(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((each) => [`${each.path} ${each.message}`, each])).values()];
}
