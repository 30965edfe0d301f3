import { describe, expect, it } from 'vitest';
import { plainMessage } from '../../../src/core/sealed/message.js';

const terms = {
  provider: 'Lumina',
  host: 'acme.lumina.example',
  from: 'Ines Okafor',
  fields: [{ id: 'accessKey', label: 'Access key' }],
  recipient: 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
  fingerprint: 'ABCD EFGH IJKL MNOP',
};

describe('the message for people who have age', () => {
  it('says who asks, for what, and the one command', () => {
    const message = plainMessage(terms);
    expect(message).toContain(
      'Ines Okafor asks you for: Access key of Lumina (acme.lumina.example).',
    );
    expect(message).toContain(`age -a -r ${terms.recipient} > answer.txt\n`);
    expect(message).toContain('Paste the Access key, press Enter, then Ctrl-D');
    expect(message).toContain('ABCD EFGH IJKL MNOP');
    expect(message).toContain('Please do not send it as it is. Seal it with age');
    expect(message).toContain('\n1. Run this in a terminal:\n');
  });

  it('asks for a line for each of several fields', () => {
    const fields = [...terms.fields, { id: 'email', label: 'Agent email' }];
    expect(plainMessage({ ...terms, host: null, from: null, fields })).toMatch(
      /^Somebody asks you for: Access key and Agent email of Lumina\.[^]*\n {3}accessKey: <Access key>\n {3}email: <Agent email>\n/u,
    );
  });
});
