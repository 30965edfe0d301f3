import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from './adapters/environment.js';
import { namesIn, readText } from './adapters/files.js';
import { ownProviderIds } from './adapters/provider-files.js';
import type { CompletionData } from './commands/completable.js';
import {
  complete,
  type Candidate,
  type CompletableCommand,
  type CompletableOption,
  type Lists,
} from './core/completion/complete.js';
import { formatCompletion } from './core/completion/format-completion.js';
import { wordsAfterProgram } from './core/completion/split-line.js';
import { kindOf } from './core/definition/parts.js';
import { fieldFlags, kebab } from './core/field-names.js';
import type { Definition } from './core/definition/schema.js';

/**
 * Answers a shell's request for candidates. The line up to the cursor comes on stdin, and the
 * candidates go to stdout. It's a separate program because it runs at each press of TAB: it loads
 * no command, touches no store and reads no record, and it's silent about any error.
 *
 * @param written where the build wrote a `CompletionData`.
 */
export function answerCompletion(process: NodeJS.Process, written: URL): void {
  try {
    const data = JSON.parse(readFileSync(written, 'utf8')) as CompletionData;
    const line = readFileSync(0, 'utf8').replace(/\r?\n$/u, '');
    const { folders, variable } = readEnvironment(process, []);
    const home = folders.home();
    const lists = listsOf(data, home, variable('CONNECT_WIZARD_STORE'));
    const words = wordsAfterProgram(line, 'connect-wizard');
    const commands = [...data.line.commands, ...ownWizards(home, words, data)];
    process.stdout.write(formatCompletion(complete({ ...data.line, commands }, words, lists)));
  } catch {
    // An error message under the cursor helps nobody.
  }
}

function listsOf(data: CompletionData, home: string, store: string | undefined): Lists {
  const stored = (): Candidate[] =>
    namesIn('', join(home, 'connections'), '.json').map((value) => ({ value }));
  const providers = (): Candidate[] => [
    ...Object.entries(data.providers).map(([value, { name }]) => ({ value, about: name })),
    ...ownProviders(home),
  ];
  const stores = (): Candidate[] => [...STORES, ...(store === undefined ? [] : [{ value: store }])];
  return (kind, { command, operands }) => {
    const [first = ''] = operands;
    switch (kind) {
      case 'connection':
        return stored();
      case 'connections':
      case 'provider or connection':
        return [...providers(), ...stored()];
      case 'provider':
        return providers();
      case 'provider or action':
        return [...data.actions, ...providers()];
      case 'own provider':
        return ownProviders(home);
      case 'topic':
        return data.providers[first]?.topics ?? [];
      case 'capabilities':
        return data.providers[command]?.capabilities ?? [];
      case 'field':
        return fieldsOf(data, first);
      case 'store':
        return stores();
      case 'store or none':
        return [...stores(), { value: 'none', about: 'verify only' }];
    }
  };
}

const STORES: readonly Candidate[] = [
  { value: 'keychain', about: 'the keychain of your login' },
  { value: 'file', about: 'encrypted files under a passphrase' },
  { value: 'helper:', about: 'a docker credential helper' },
  { value: 'vault:', about: 'a path in Vault or OpenBao' },
];

/** The user's own providers, by their file names. */
function ownProviders(home: string): Candidate[] {
  return ownProviderIds(() => home).map((value) => ({ value }));
}

/**
 * The wizards of the user's own providers. A definition is only read if the line names it, and that
 * approves nothing.
 */
function ownWizards(
  home: string,
  words: readonly string[],
  { wizard }: CompletionData,
): CompletableCommand[] {
  return ownProviders(home).map(({ value: id }) => ({
    name: id,
    about: 'a provider of your own',
    operands: [],
    options: [...(words.slice(0, -1).includes(id) ? ownFields(home, id) : []), ...wizard],
  }));
}

function ownFields(home: string, id: string): CompletableOption[] {
  try {
    const text = readText('', join(home, 'providers', `${id}.json`));
    const definition = JSON.parse(text ?? '') as Definition;
    return Object.keys(definition.fields).flatMap((field) => {
      const kind = kindOf(definition, field) === 'secret' ? 'secret' : 'text';
      return fieldFlags({ flag: kebab(field), kind }).map(completableFlag);
    });
  } catch {
    // If the file has faults, offer the other options.
    return [];
  }
}

/** A flag with its placeholder as completion knows it. */
function completableFlag(flags: string): CompletableOption {
  const [flag = '', placeholder] = flags.split(' ');
  if (placeholder === undefined) return { flag, about: '' };
  return { flag, about: '', value: placeholder === '<path>' ? 'file' : 'text' };
}

/** A connection's name begins with its provider's id, unless somebody chose another name. */
function fieldsOf({ providers }: CompletionData, name: string): readonly Candidate[] {
  const [id = ''] = name.split('/', 1);
  return providers[id]?.fields ?? Object.values(providers).flatMap(({ fields }) => fields);
}
