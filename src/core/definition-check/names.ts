import { choiceValues, labelOf, definedHosts } from '../definition/parts.js';
import { comparable, kebab, variableName } from '../field-names.js';
import { writtenOut } from '../definition/template.js';
import { DEVICES, firstWord, isTakenFieldId, ownerOf } from './reserved.js';
import type { Subject } from './subject.js';

/**
 * A provider that ships with the tool. Its id and name are taken, and its variables belong to its
 * hosts.
 */
export interface TakenProvider {
  readonly id: string;
  readonly name: string;
  readonly domains: readonly string[];
}

/** Names that can't be used again. */
export interface Taken {
  /** The words of the tool's own command line, and what other tools call its commands. */
  readonly commands: readonly string[];
  /** Without leading dashes. */
  readonly options: readonly string[];
  readonly builtIns: readonly TakenProvider[];
}

export function checkId({ parts, ids, kind, report }: Subject, taken: Taken): void {
  const { id } = parts;
  if (id === undefined) return;
  if (taken.builtIns.some((each) => each.id === id)) {
    report(['id'], `${id} is built in, and built-in providers cannot be replaced; take another id`);
    return;
  }
  for (const [words, what] of [
    [taken.commands, 'a command of the tool'],
    [taken.options, 'an option of the tool'],
    [DEVICES, 'a device on Windows, where no file is called so'],
  ] as const) {
    const same = words.find((word) => comparable(word) === comparable(id));
    if (same === undefined) continue;
    const near = same === id ? '' : `, read as ${same},`;
    report(['id'], `${id}${near} is ${what}; take another id`);
  }
  const secret = ids.find((each) => kind(each) === 'secret') ?? ids[0] ?? 'host';
  checkOwner(parts, id, variableName(id, secret), taken, (message) => report(['id'], message));
}

/** A variable of another program must not become one of this provider's. */
function checkOwner(
  { host, fields = {} }: Subject['parts'],
  id: string,
  variable: string,
  { builtIns }: Taken,
  report: (message: string) => void,
): void {
  const byWord: Record<string, readonly string[]> = {};
  for (const each of builtIns) byWord[firstWord(each.id)] = each.domains;
  const owner = ownerOf(firstWord(id), byWord);
  if (owner === undefined || host === undefined) return;
  const isTheirs = (name: string) =>
    owner.some((domain) => name === domain || name.endsWith(`.${domain}`));
  const hosts = definedHosts(host).flatMap((each) => writtenOut(each.host, fields) ?? []);
  if (hosts.length > 0 && hosts.every(isTheirs)) return;
  const who = owner.length > 0 ? `hosts of ${owner.join(', ')}` : 'that program';
  report(
    `the variable ${variable} belongs to another program: only ${who} may have it; take another id`,
  );
}

export function checkName({ parts, report }: Subject, { builtIns }: Taken): void {
  const { name, id } = parts;
  if (name === undefined) return;
  const same = builtIns.find((each) => folded(each.name) === folded(name));
  if (same && same.id !== id) {
    report(
      ['name'],
      `that is what the built-in ${same.id} is called; say what is different about yours`,
    );
  } else if (isMixed(name)) {
    report(
      ['name'],
      'its letters are of more than one script: one of them is not what it looks like',
    );
  }
}

/** The form in which people compare names: letters and digits, without case, accents and width. */
function folded(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}

const SCRIPTS = 'Latin Greek Cyrillic Armenian Hebrew Arabic Georgian Cherokee Coptic Lisu Deseret'
  .split(' ')
  .map((script) => [script, new RegExp(`\\p{Script=${script}}`, 'u')] as const);

const EAST_ASIA =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u;

/** Latin letters next to an East Asian script are normal. Any other mixture is misleading. */
function isMixed(name: string): boolean {
  const letters = Array.from(name).filter(
    (each) => /\p{L}/u.test(each) && !/[\p{Script=Common}\p{Script=Inherited}]/u.test(each),
  );
  const found = new Set(
    letters.map((each) =>
      EAST_ASIA.test(each)
        ? 'East Asia'
        : (SCRIPTS.find(([, pattern]) => pattern.test(each))?.[0] ?? 'another'),
    ),
  );
  found.delete('Latin');
  const latin = letters.some((each) => /\p{Script=Latin}/u.test(each));
  return found.size > 1 || (found.size === 1 && latin && !found.has('East Asia'));
}

export function checkFields(subject: Subject, { options }: Taken): void {
  const { ids, isSecret, field, parts, report, isWhole } = subject;
  if (!isWhole('fields') && ids.length === 0) return;
  if (ids.length < 1 || ids.length > 12) report(['fields'], 'there must be one to twelve fields');

  const labels = new Map<string, string>();
  for (const id of ids) {
    if (field(id) === undefined || !parts.fields) continue;
    const label = labelOf({ fields: parts.fields }, id).toLowerCase();
    const other = labels.get(label);
    if (other !== undefined) report(['fields', id, 'label'], `${other} has the same label`);
    labels.set(label, other ?? id);
  }
  checkFlags(subject, options);

  const secrets = ids.filter(isSecret);
  const [first] = secrets;
  if (first === undefined) {
    if (ids.length === 0 || !isWhole('fields')) return;
    report(
      ['fields'],
      'there is no secret: one field must be of the kind secret (the default of a field that is not in host)',
    );
  } else if (secrets.every((id) => field(id)?.optional)) {
    report(
      ['fields', first, 'optional'],
      'one secret must not be optional: without any, nothing is proven',
    );
  }
}

function checkFlags({ ids, kind, report }: Subject, options: readonly string[]): void {
  const flags = new Map<string, string>();
  for (const id of ids) {
    if (kind(id) === undefined) continue;
    if (isTakenFieldId(id)) {
      report(['fields', id], `${id} is a word of the tool's own; call it something else`);
    }
    const flag = kebab(id);
    const own = kind(id) === 'secret' ? [`${flag}-stdin`, `${flag}-file`] : [flag];
    for (const each of [flag, ...own]) {
      const option = options.find((word) => comparable(word) === comparable(each));
      if (option === undefined) continue;
      const near = option === each ? '' : `, read as --${option}`;
      report(
        ['fields', id],
        `its flag would be --${each}${near}, which is an option of the tool; call it something else`,
      );
      break;
    }
    const twice = own.find((each) => flags.has(comparable(each)));
    if (twice !== undefined) {
      report(['fields', id], `its flag --${twice} is that of ${flags.get(comparable(twice))} too`);
    }
    for (const each of own) flags.set(comparable(each), id);
  }
}

/** Checks the choices and the default of each field. */
export function checkChoices(subject: Subject): void {
  const { ids, kind, field, inHost, parts, report } = subject;
  for (const id of ids) {
    const each = field(id);
    if (!each) continue;
    const place = ['fields', id];
    const values = choiceValues(each);
    for (const [index, value] of values.entries()) {
      if (values.indexOf(value) < index) {
        report([...place, 'choices', index], `${value} is there twice`);
      }
    }
    if (each.choices && each.kind) report([...place, 'kind'], 'a field with choices has no kind');
    if (each.default !== undefined) {
      if (each.choices && !values.includes(each.default)) {
        report([...place, 'default'], `it must be one of the choices: ${values.join(', ')}`);
      }
      if (kind(id) === 'secret') report([...place, 'default'], 'a secret has no default');
      if (each.optional) {
        report(
          [...place, 'optional'],
          'a field with a default is never empty: leave one of the two out',
        );
      }
    }
    if (each.optional && inHost(id)) {
      report([...place, 'optional'], 'a field of the host cannot be left out');
    }
    if (each.kind === 'host') {
      if (!parts.selfHosted) {
        report([...place, 'kind'], 'a host that is typed whole needs "selfHosted": true');
      }
    } else if (each.kind && inHost(id)) {
      report(
        [...place, 'kind'],
        each.kind === 'secret'
          ? 'a host never holds a secret'
          : 'it is part of the host, so it is a name there: leave kind out',
      );
    }
  }
}
