import type { Field } from './provider.js';

/** What a build system or a vault puts in where nobody has resolved a name to its value. */
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
  // Encrypted in its file: sops, Ansible, Spring.
  /^ENC(?:\[|\()/u,
  /^\$ANSIBLE_VAULT;/u,
  /^\{cipher\}/u,
  // Hidden in a log, or to be filled in.
  /^\*{3,}$/u,
  /^[[<(]?redacted[\])>]?$/iu,
  // A call or a look-up with a quoted name: credentials("x") of Jenkins, os.environ["X"].
  /^[a-z_][\w.]*(?:\((["'])[^"']*\1\)|\[(["'])[^"']*\2\])$/iu,
  /^process\.env\.\w+$/u,
  // An address may come between the same signs: <https://acme.example>.
  /^<[^.:@]*>$/u,
];

/** The same, but for a value that is no secret it may be the value itself: an account called `hidden`. */
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
  // Of others that say in their scheme what they are; and the file of a secret of Docker's or Kubernetes'.
  /^[a-z][a-z+.-]*(?:vault|secret|kms|-sm)[a-z+.-]*:\/\/\S/iu,
  /^\/(?:var\/)?run\/secrets\/\S/u,
  /^<.*>$/u,
  /^[[<(]?(?:masked|hidden|secret|filtered)[\])>]?$/iu,
];

/**
 * Is `value` the name of a value, or a mask of one, and not the value itself? Such a one is never sent.
 *
 * @param kind of the field that it is for.
 */
export function isUnresolved(value: string, kind: Field['kind']): boolean {
  const text = value.trim();
  const patterns = kind === 'secret' ? [...REFERENCES, ...REFERENCES_OF_SECRETS] : REFERENCES;
  return patterns.some((pattern) => pattern.test(text));
}

export const UNRESOLVED = 'it is the name of a value that nobody has put in, not the value itself';
