import { UsageError } from './errors.js';
import { fieldFlags } from './field.js';
import { secretFields } from './field.js';
import type { Field, Provider } from './provider.js';

/**
 * Stops a run in which a secret was typed as an argument: it is in the shell's history
 * and in the process list. Looks at each spelling before anything else reads the
 * arguments, for a parser would repeat what it does not know.
 *
 * @param providers the one that the command names first: if two share a flag, its words count.
 * @param options the command's own, as they are written: `--name <name>`. They are never taken for a secret.
 * @throws {UsageError} without the value.
 */
export function refuseSecretArguments(
  providers: readonly Provider[],
  args: readonly string[],
  options: readonly string[],
): void {
  const secrets = providers.flatMap(secretFields);
  const valued = new Set(
    options.filter((each) => each.includes(' ')).map((each) => each.split(' ', 1)[0]),
  );
  for (const [index, arg] of args.entries()) {
    if (!arg.startsWith('-')) continue;
    const [option = '', value] = arg.split(/=(.*)/su, 2);
    if (valued.has(option)) continue;
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
