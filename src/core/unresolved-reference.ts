/** References of CI systems, secret managers and templates, and what they print for a secret. */
const REFERENCES: readonly RegExp[] = [
  // Azure Pipelines, Docker Compose, GitHub Actions and GitLab
  /^\$\([\w.-]+\)$/u,
  /^\$\{[^}]+\}$/u,
  /^\$\{\{.*\}\}$/u,
  // 1Password, Azure App Service, SOPS and eyaml, AWS, Vault
  /^op:\/\//u,
  /^@Microsoft\.KeyVault\(/iu,
  /^ENC\[.*\]$/u,
  /^arn:aws[\w-]*:/u,
  /^vault:/u,
  /^\*{3,}$/u,
  /^[[<]?redacted[\]>]?$/iu,
  // The example of a page or of a README: <your key>
  /^<[^<>]*>$/u,
];

/**
 * Is `value` a reference that nobody resolved, or what stands where a secret was taken out? It is
 * no secret, and is never sent.
 */
export function isUnresolvedReference(value: string): boolean {
  const text = value.trim();
  return REFERENCES.some((pattern) => pattern.test(text));
}
