/** What the plain message says about a request. */
export interface MessageTerms {
  readonly provider: string;
  readonly host: string | null;
  /** The value of `--from`: who asks. */
  readonly from: string | null;
  /** The fields that are asked for. */
  readonly fields: readonly { readonly id: string; readonly label: string }[];
  readonly recipient: string;
  readonly fingerprint: string;
}

/**
 * The request for somebody who has the `age` command. It's plain text without a page, so no mail
 * program blocks it. The values are typed into `age`, so no command has them in its arguments.
 */
export function plainMessage(terms: MessageTerms): string {
  const { provider, host, from, fields, recipient, fingerprint } = terms;
  const labels = fields.map(({ label }) => label).join(' and ');
  const typing =
    fields.length === 1
      ? `Paste the ${labels}, press Enter, then Ctrl-D (on Windows Ctrl-Z and Enter).`
      : `Type a line for each, press Enter, then Ctrl-D (on Windows Ctrl-Z and Enter):\n${fields
          .map(({ id, label }) => `   ${id}: <${label}>`)
          .join('\n')}`;
  return `${[
    `${from ?? 'Somebody'} asks you for: ${labels} of ${provider}${host === null ? '' : ` (${host})`}.`,
    'Please do not send it as it is. Seal it with age (age-encryption.org), so that only the computer that asks can read it:',
    '1. Run this in a terminal:',
    `age -a -r ${recipient} > answer.txt`,
    `2. ${typing}\n3. Reply with what is in answer.txt, or attach the file.`,
    `Fingerprint of this request: ${fingerprint}`,
  ].join('\n\n')}\n`;
}
