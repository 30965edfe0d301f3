import type { Field } from './provider.js';

/** What build systems and vaults leave in place of a value that wasn't resolved. */
const REFERENCES: readonly RegExp[] = [
  // $(NAME) and $[ variables.NAME ] of Azure Pipelines, ${{ secrets.NAME }} of GitHub, ${NAME}.
  /^\$\(.*\)$/u,
  /^\$\[.*\]$/u,
  /^\$\{.*\}$/u,
  // {{NAME}} of Ansible, Helm and GitLab, #{NAME}# of Octopus, ((NAME)) of Concourse.
  /^\{\{.*\}\}$/u,
  /^#\{.*\}#?$/u,
  /^\(\(.*\)\)$/u,
  /^<%.*%>$/u,
  // %(NAME)s of Python.
  /^%\(.*\)s$/u,
  // Addresses in a vault: 1Password, HashiCorp, vals, AWS, Google, Azure.
  /^(?:op|vault):\/{0,2}\S/iu,
  /^ref\+\w+:\/\//u,
  /^arn:aws[\w-]*:/u,
  /^projects\/[^/]+\/secrets\//u,
  /^@Microsoft\.KeyVault\(/iu,
  // Values that are still encrypted: sops, Ansible, Spring.
  /^ENC(?:\[|\()/u,
  /^\$ANSIBLE_VAULT;/u,
  /^\{cipher\}/u,
  // Masked in a log, or not filled in yet.
  /^\*{3,}$/u,
  /^[[<(]?redacted[\])>]?$/iu,
  // A call or a look-up with a quoted name: credentials("x") in Jenkins, os.environ["X"].
  /^[a-z_][\w.]*(?:\((["'])[^"']*\1\)|\[(["'])[^"']*\2\])$/iu,
  /^process\.env\.\w+$/u,
  // An address may be in the same brackets: <https://acme.example>.
  /^<[^.:@]*>$/u,
];

/**
 * Patterns only for secrets. A value that isn't secret may really look like this, such as an
 * account called `hidden`.
 */
const REFERENCES_OF_SECRETS: readonly RegExp[] = [
  /^\$[A-Z_][A-Z0-9_]*$/u,
  /^%\w+%$/u,
  // $env:NAME of PowerShell, secrets.NAME of GitHub, __NAME__ and @NAME@ of templates.
  /^\$env:\w+$/iu,
  /^(?:env|secrets|vars)\.[A-Z_][A-Z0-9_]*$/u,
  /^__[A-Z][A-Z0-9_]*__$/u,
  /^@[\w.-]+@$/u,
  // Bitwarden, Keeper, Infisical, Doppler, Google, AWS, Azure, chamber.
  /^(?:bw|bws|keeper|infisical|doppler|gcpsecretmanager|gsm|sm|awssm|awsssm|ssm|akv|akeyless|secretsmanager|secret|env|file):\/{0,2}\S/iu,
  // Other systems whose scheme says what they are, and the path of a secret file of Docker or
  // Kubernetes.
  /^[a-z][a-z+.-]*(?:vault|secret|kms|-sm)[a-z+.-]*:\/\/\S/iu,
  /^\/(?:var\/)?run\/secrets\/\S/u,
  /^<.*>$/u,
  /^[[<(]?(?:masked|hidden|secret|filtered)[\])>]?$/iu,
];

/**
 * Tells whether `value` is the name or the mask of a value instead of the value itself. Such a text
 * is never sent.
 *
 * @param kind the kind of the field that it's for.
 */
export function isUnresolved(value: string, kind: Field['kind']): boolean {
  const text = value.trim();
  const patterns = kind === 'secret' ? [...REFERENCES, ...REFERENCES_OF_SECRETS] : REFERENCES;
  return patterns.some((pattern) => pattern.test(text));
}

export const UNRESOLVED =
  'it is the name or the mask of a value that was never filled in, not the value itself';
