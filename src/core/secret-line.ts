import { UsageError } from './errors.js';

/**
 * A secret that comes by a variable, a file or a pipe: without a BOM in front and one line ending at
 * its end, which editors and programs add.
 *
 * @param from where it comes from, for the message: `it`, or the name of a variable.
 * @throws {UsageError} it has more than one line.
 */
export function secretLine(label: string, text: string, from = 'it'): string {
  const value = text.replace(/^\uFEFF/u, '').replace(/\r?\n$|\r$/u, '');
  if (!/[\r\n]/u.test(value)) return value;
  throw new UsageError({
    what: `${label} could not be read`,
    why: `${from} has more than one line`,
    next: 'Give the value alone, on one line.',
  });
}

/** What a build system or a vault puts in where nobody has resolved a name to its secret. */
const REFERENCES: readonly RegExp[] = [
  // $(NAME) of Azure Pipelines and make, ${{ secrets.NAME }} of GitHub, ${NAME}, $NAME.
  /^\$\(.*\)$/u,
  /^\$\{.*\}$/u,
  /^\$[A-Z_][A-Z0-9_]*$/u,
  // {{NAME}} of Ansible, Helm and GitLab, #{NAME}# of Octopus, %NAME% of Windows, ((NAME)) of Concourse.
  /^\{\{.*\}\}$/u,
  /^#\{.*\}#?$/u,
  /^%\w+%$/u,
  /^\(\(.*\)\)$/u,
  /^<%.*%>$/u,
  // Addresses in a vault: 1Password, HashiCorp, Bitwarden, Infisical, Google, AWS, vals, chamber.
  /^(?:op|vault|bw|bws|keeper|infisical|doppler|gcpsecretmanager|gsm|sm|awssm|awsssm|ssm|akv|secretsmanager|secret|env|file):\/{0,2}\S/iu,
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
  /^[[<(]?(?:redacted|masked|hidden|secret|filtered)[\])>]?$/iu,
  /^<.*>$/u,
];

/** Is it the name of a secret, or a mask of one, and not the secret itself? */
export function isUnresolved(value: string): boolean {
  return REFERENCES.some((pattern) => pattern.test(value.trim()));
}

export const UNRESOLVED =
  'it is the name of a secret that nobody has put in, not the secret itself';
