import { UsageError } from './errors.js';
import { comparable, fieldFlags, kebab, variableName } from './field-names.js';
import { loadProvider, type KnownProvider } from './known-provider.js';

/** The parts of a secret field that the command line needs. */
interface SecretField {
  readonly provider: string;
  readonly id: string;
  readonly flag: string;
}

/**
 * Stops a run in which a secret was typed as an argument: it's now in the shell's history and in
 * the process list. Checks every spelling before anything else reads the arguments, because a
 * parser would repeat what it doesn't know.
 *
 * @param options the command's own options as they are written: `--name <name>`. They are never
 *   taken for a secret.
 * @throws {UsageError} a secret was typed. The error doesn't contain it.
 */
export async function refuseSecretArguments(
  providers: readonly KnownProvider[],
  args: readonly string[],
  options: readonly string[],
): Promise<void> {
  const secrets = providers.flatMap(({ id: provider, secrets: ids }) =>
    ids.map((id): SecretField => ({ provider, id, flag: kebab(id) })),
  );
  const valued = new Set(
    options.filter((each) => each.includes(' ')).map((each) => each.split(' ', 1)[0]),
  );
  for (const [index, arg] of args.entries()) {
    if (!arg.startsWith('-')) continue;
    const [option = '', value] = arg.split(/=(.*)/su, 2);
    if (valued.has(option)) continue;
    const spelled = comparable(option);
    // `--…-stdin` takes no value, so a value after it was meant as the secret.
    const next = args[index + 1] ?? '-';
    const isNext = !next.startsWith('-') && !providers.some((each) => isAbout(next, each));
    const hasValue = value !== undefined || isNext;
    const meant = secrets.filter(
      ({ flag }) =>
        spelled === comparable(flag) || (hasValue && spelled === comparable(`${flag}-stdin`)),
    );
    if (meant.length > 0) throw await typedSecret(providers, meant, args);
  }
}

/** An argument names a provider, or one of its connections. */
export function isAbout(word: string, { id }: { readonly id: string }): boolean {
  return word === id || word.startsWith(`${id}/`);
}

/** @param meant the fields that have this flag. Several providers may share one. */
async function typedSecret(
  providers: readonly KnownProvider[],
  meant: readonly SecretField[],
  args: readonly string[],
): Promise<UsageError> {
  const [first, ...others] = meant;
  const own = meant.find(({ provider: id }) => args.some((word) => isAbout(word, { id })));
  const only = own ?? (others.length === 0 ? first : undefined);
  const [stdin = '', file = ''] = fieldFlags({ flag: first?.flag ?? '', kind: 'secret' });
  const variable = only ? `the variable ${variableName(only.provider, only.id)}` : 'its variable';
  return new UsageError({
    what: `${only ? await labelOf(providers, only) : 'A secret'} was not taken from the command line`,
    why: 'what is typed there stays in the history of the shell and is visible to other programs',
    next: `Give it with ${stdin}, ${file} or ${variable}, or wait to be asked. If it was a real one, replace it at the provider: it is in the history now.`,
  });
}

async function labelOf(
  providers: readonly KnownProvider[],
  { provider, id }: SecretField,
): Promise<string> {
  const { fields = [] } = (await loadProvider(providers, provider)) ?? {};
  return fields.find((field) => field.id === id)?.label ?? 'The secret';
}
