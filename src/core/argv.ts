import { UsageError } from './errors.js';
import { fieldFlags } from './field.js';
import { secretFields } from './field.js';
import type { Field, Provider } from './provider.js';

/**
 * Stops a run in which a secret was typed as an argument: it is in the shell's history
 * and in the process list. Looks at each spelling before anything else reads the
 * arguments, for a parser would repeat what it does not know.
 *
 * @throws {UsageError} without the value.
 */
export function refuseSecretArguments(
  providers: readonly Provider[],
  args: readonly string[],
): void {
  const secrets = providers.flatMap(secretFields);
  for (const [index, arg] of args.entries()) {
    if (!arg.startsWith('-')) continue;
    const [option = '', value] = arg.split(/=(.*)/su, 2);
    const spelled = plain(option);
    const follows = value !== undefined || !(args[index + 1] ?? '-').startsWith('-');
    const field = secrets.find(
      // `--…-stdin` takes no value; one that follows was meant as the secret.
      ({ flag }) => spelled === plain(flag) || (follows && spelled === plain(`${flag}-stdin`)),
    );
    if (field) throw typedSecret(field);
  }
}

/** `--apiKey`, `-api_key` and `--API-KEY` are all `apikey`. */
function plain(option: string): string {
  return option.toLowerCase().replaceAll(/[-_]/gu, '');
}

function typedSecret(field: Field): UsageError {
  const [stdin = '', file = ''] = fieldFlags(field);
  return new UsageError({
    what: `${field.label} was not taken from the command line`,
    why: 'what is typed there stays in the history of the shell and is visible to other programs',
    next: `Give it with ${stdin}, ${file} or the variable ${field.env}, or wait to be asked. If it was a real one, replace it at the provider: it is in the history now.`,
  });
}
