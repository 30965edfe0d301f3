import type { Path } from '../definition/faults.js';
import { reachableReasons, testsOf, type MessageDefinition } from '../definition/parts.js';
import { isOwnReason } from '../definition/request-shapes.js';
import { TEXT_NAMES } from './reserved.js';
import { checkPlaceholders } from './sending.js';
import type { Subject } from './subject.js';

const HINT = `texts may have {${TEXT_NAMES.join('}, {')}} and fields that are not secret`;

/** Checks the placeholders of a text that a run prints. */
export function checkText(
  subject: Subject,
  place: Path,
  text: string | undefined,
  more: readonly string[] = [],
): void {
  const isKnown = (name: string) =>
    TEXT_NAMES.includes(name) || more.includes(name) || subject.isPlain(name);
  checkPlaceholders(subject, place, text, isKnown, HINT);
}

/** Checks the parts of a message: each must fit its sentence. */
export function checkMessage(subject: Subject, place: Path, message: MessageDefinition): void {
  const { ids, report } = subject;
  const { what, why, next, causes = [], ask = [] } = message;
  for (const [key, text] of Object.entries({ what, why, next })) {
    checkText(subject, [...place, key], text);
    if (key !== 'next' && text?.endsWith('.')) {
      report([...place, key], 'no full stop at its end: it becomes part of a sentence');
    }
  }
  for (const [index, cause] of causes.entries())
    checkText(subject, [...place, 'causes', index], cause);
  if (next !== undefined && !next.endsWith('.')) {
    report([...place, 'next'], 'it says what to do, in a sentence that ends with a full stop');
  }
  for (const [index, id] of ask.entries()) {
    if (!ids.includes(id))
      report([...place, 'ask', index], `there is no such field; the fields are ${ids.join(', ')}`);
  }
}

export function checkMessages(subject: Subject): void {
  const { parts, report, isWhole } = subject;
  const mayCome = reachableReasons(parts);
  const isKnown = ['test', 'responses', 'unauthenticated', 'exchange', 'unresolved'].every((part) =>
    isWhole(part),
  );
  for (const [reason, message] of Object.entries(parts.messages ?? {})) {
    if (message === undefined || isOwnReason(reason)) continue;
    const place = ['messages', reason];
    checkMessage(subject, place, message);
    for (const key of ['what', 'why', 'next'] as const) {
      if (/\b(?:invalid|expired)\b/iu.test(message[key] ?? '')) {
        report(
          [...place, key],
          'a response has to prove "invalid" or "expired": say "refused" or "not known"',
        );
      }
    }
    if (isKnown && !mayCome.has(reason)) {
      report(
        place,
        `no response of this provider leads to ${reason}: leave it out, or let a response mean it`,
      );
    }
  }
}

/** Checks the other texts that a run prints. */
export function checkTexts(subject: Subject): void {
  const { parts, ids, isPlain, report } = subject;
  for (const [index, message] of (parts.refusedHosts ?? []).entries()) {
    checkHostMessage(subject, ['refusedHosts', index], message);
  }
  if (parts.otherHost) checkHostMessage(subject, ['otherHost'], parts.otherHost);
  for (const key of ['before', 'after', 'end', 'shared'] as const) {
    const more = key === 'shared' ? ['names'] : [];
    checkText(subject, ['rotation', key], parts.rotation?.[key], more);
  }
  for (const [key, text] of [
    ['name', parts.name],
    ['summary', parts.summary],
  ] as const) {
    if (text !== undefined && /[{}]/u.test(text)) report([key], NOTHING_FILLED_IN);
  }
  if (/[{}]/u.test(parts.notice?.message ?? '')) report(['notice', 'message'], NOTHING_FILLED_IN);
  for (const id of ids) {
    const field = subject.field(id);
    if (!field) continue;
    const { label, example, where, about = [] } = field;
    for (const [key, text] of Object.entries({ label, example, where })) {
      if (/[{}]/u.test(text ?? '')) report(['fields', id, key], NOTHING_FILLED_IN);
    }
    for (const [index, text] of [about].flat().entries()) {
      const place = ['fields', id, 'about'];
      if (/[{}]/u.test(text)) {
        report(Array.isArray(about) ? [...place, index] : place, NOTHING_FILLED_IN);
      }
    }
  }
  for (const [index, { code, when, message }] of (parts.owner?.warnings ?? []).entries()) {
    const place = ['owner', 'warnings', index];
    checkText(subject, [...place, 'message'], message, ['label']);
    if ('onlyRole' in when && !parts.owner?.roles && subject.isWhole('owner')) {
      report([...place, 'when'], 'onlyRole needs owner.roles');
    }
    const hasIdentity = testsOf(parts.test).some(({ identity }) => identity);
    if (
      'looksPersonal' in when &&
      !parts.owner?.lookUp &&
      !hasIdentity &&
      subject.isWhole('test')
    ) {
      report([...place, 'when'], 'looksPersonal needs an identity in a test');
    }
    const twice = parts.owner?.warnings?.findIndex((each) => each.code === code);
    if (twice !== undefined && twice < index) report([...place, 'code'], `${code} is there twice`);
  }
  const { lookUp } = parts.owner ?? {};
  if (lookUp && !isPlain(lookUp.field)) {
    report(['owner', 'lookUp', 'field'], 'it is a field that is not secret');
  }
  if (lookUp && !lookUp.absent.message.endsWith('.')) {
    report(['owner', 'lookUp', 'absent', 'message'], 'a sentence, with a full stop');
  }
  if (lookUp) checkText(subject, ['owner', 'lookUp', 'absent', 'message'], lookUp.absent.message);
}

const NOTHING_FILLED_IN = 'nothing is filled in here: no { or }';

function checkHostMessage(
  subject: Subject,
  place: Path,
  message: { what?: string | undefined; why?: string | undefined; next?: string | undefined },
): void {
  for (const [key, text] of Object.entries({
    what: message.what,
    why: message.why,
    next: message.next,
  })) {
    checkPlaceholders(
      subject,
      [...place, key],
      text,
      (name) => name === 'host' || name === 'provider',
      'only {host} and {provider} are known here',
    );
    if (key !== 'next' && text?.endsWith('.')) {
      subject.report([...place, key], 'no full stop at its end: it becomes part of a sentence');
    }
  }
  if (message.next !== undefined && !message.next.endsWith('.')) {
    subject.report(
      [...place, 'next'],
      'it says what to do, in a sentence that ends with a full stop',
    );
  }
}
