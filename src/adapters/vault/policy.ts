/** The place of a `vault:` store: `secret/` and `team/wizard` for `vault:secret/team/wizard`. */
export interface Location {
  /** With a slash at its end, as the server says it. */
  readonly mount: string;
  /** Without slashes around it; empty if the engine itself is the folder. */
  readonly folder: string;
}

/**
 * What the tool needs at a place, by the two roots of a version 2 engine, in the policy's order.
 */
export const CAPABILITIES = {
  data: ['create', 'update', 'read'],
  metadata: ['list', 'delete'],
} as const;

/** The policy that allows exactly what a save, a check and a removal need, in Vault's own HCL. */
export function policyFor({ mount, folder }: Location): string {
  return Object.entries(CAPABILITIES)
    .map(([root, capabilities]) => {
      const path = [`${mount}${root}`, folder, '*'].filter((part) => part !== '').join('/');
      const listed = capabilities.map((each) => `"${each}"`).join(', ');
      return `path "${path}" { capabilities = [${listed}] }`;
    })
    .join('\n');
}
