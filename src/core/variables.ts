import type { Values } from './stored-item.js';
import type { Provider } from './provider.js';

/** The variables of a provider: those of its fields, and `<PROVIDER>_HOST`. */
export function variableNames(provider: Provider): string[] {
  return [...provider.fields.map(({ env }) => env), hostVariable(provider)];
}

/** A credential as `exec` puts it into the environment of a program. */
export function toVariables(
  provider: Provider,
  host: string,
  values: Values,
): Record<string, Values[string]> {
  const fields = provider.fields.flatMap(({ id, env }) => {
    const value = values[id];
    return value === undefined ? [] : [[env, value] as const];
  });
  return { ...Object.fromEntries(fields), [hostVariable(provider)]: host };
}

function hostVariable({ id }: Provider): string {
  return `${id.toUpperCase().replaceAll('-', '_')}_HOST`;
}
