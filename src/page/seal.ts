import { Encrypter } from 'age-encryption';
import type { SealPage } from '../core/page/data.js';
import { writePayload } from '../core/sealed/payload.js';
import { writeSealedText } from '../core/sealed/text.js';

/** Seals what was entered, so that only the computer that made the request can read it. */
export async function sealAnswer(
  { request, provider, host, recipient }: SealPage,
  fields: Readonly<Record<string, string>>,
): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const payload = writePayload({ request, provider: provider.id, host, fields });
  return writeSealedText(request, await encrypter.encrypt(payload));
}
