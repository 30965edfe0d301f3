import { ConnectionError, UsageError } from '../../core/errors.js';
import { isoDate } from '../../core/duration.js';
import { encodingOf } from '../../core/decode-text.js';
import type { Context } from '../../core/ports.js';
import { readPayload, type AnsweredFields } from '../../core/sealed/payload.js';
import {
  readRequestItem,
  REQUEST_PREFIX,
  type ClosedRequest,
  type RequestItem,
  type RequestRecord,
} from '../../core/sealed/request.js';
import { findSealedTexts, isAgeFile, type SealedText } from '../../core/sealed/text.js';
import type { Secret } from '../../core/secret.js';
import type { RequestPorts } from './ports.js';

type OpenContext = Pick<Context, 'stores'> & Pick<RequestPorts, 'requests' | 'sealing'>;

/** A sealed answer, opened. */
export interface OpenedAnswer {
  readonly record: RequestRecord;
  /**
   * It comes from the store. The host, the fields and what was asked for are only trusted from
   * here.
   */
  readonly item: RequestItem;
  /** The values that were asked for, by field id. */
  readonly fields: AnsweredFields;
}

/**
 * Finds the sealed answer in a paste or a file, and opens it with its request's key.
 *
 * @param answer text, or the bytes of an age file without armor.
 * @throws {UsageError} it contains no answer, was changed on its way, or isn't what was asked for.
 * @throws {ConnectionError} `not-stored`: no open request here opens it. `other-tenant`: it's for
 *   another provider or host.
 * @throws {StoreError} a request's store can't be read.
 */
export async function openAnswer(
  context: OpenContext,
  answer: string | Uint8Array,
): Promise<OpenedAnswer> {
  const texts = await sealedTexts(answer);
  const errors: unknown[] = [];
  for (const text of texts) {
    try {
      return await openText(context, text);
    } catch (error) {
      errors.push(error);
    }
  }
  throw isPage(answer) ? noAnswer(...PAGE_ITSELF) : errors[0];
}

/** The page's own file, whose script contains the words of an answer. */
function isPage(answer: string | Uint8Array): boolean {
  return typeof answer === 'string' && answer.includes('"use":"seal"');
}

/** Texts with our line come first, since they tell most about why they can't be opened. */
async function sealedTexts(answer: string | Uint8Array): Promise<readonly SealedText[]> {
  if (typeof answer !== 'string') return [{ file: answer }];
  const found = await findSealedTexts(answer);
  if (typeof found === 'string' && isPage(answer)) throw noAnswer(...PAGE_ITSELF);
  if (found === 'none') throw noAnswer('there is no sealed text in it');
  if (found === 'cut') throw noAnswer('a part of the sealed text is missing');
  return found.toSorted(
    (a, b) => Number(b.request !== undefined) - Number(a.request !== undefined),
  );
}

/** Decodes text, and returns an age file without armor as it is. */
export function readAnswer(bytes: Uint8Array): string | Uint8Array {
  if (isAgeFile(bytes)) return bytes;
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

async function openText(context: OpenContext, text: SealedText): Promise<OpenedAnswer> {
  const { open, closed } = await context.requests.list();
  const name = text.request === undefined ? undefined : `${REQUEST_PREFIX}${text.request}`;
  const candidates = name === undefined ? open : open.filter((each) => each.name === name);
  if (name !== undefined && candidates.length === 0) {
    throw unknownRequest(
      name,
      closed.find((each) => each.name === name),
    );
  }
  if (!text.file) throw changed();
  for (const record of candidates) {
    const item = await itemOf(context, record);
    const plaintext = item && (await context.sealing.open(text.file, item.key));
    if (item && plaintext) return { record, item, fields: readPayload(plaintext.reveal(), item) };
  }
  throw notOpened(name);
}

/** @returns undefined if its key is gone from the store. */
export async function itemOf(
  { stores }: Pick<Context, 'stores'>,
  { name, store }: RequestRecord,
): Promise<RequestItem | undefined> {
  const stored: Secret | null = await stores.open(store).getPassword(name);
  return stored ? readRequestItem(stored, name) : undefined;
}

const PAGE_ITSELF = [
  'it is the page of a request, on which the answer is made',
  'Send the page to whoever has the credential: they open it in a browser, and send back what it seals.',
] as const;

const COPY_IT =
  'Copy the whole text, from the line "connect-wizard answer" to the line with END, or save it as a file and give its path.';

function noAnswer(why: string, next = COPY_IT): UsageError {
  return new UsageError({ what: 'No sealed answer was found', why, next });
}

function changed(): UsageError {
  return new UsageError({
    what: 'The sealed answer cannot be opened',
    why: 'it was changed on its way: a program in between changed or lost characters',
    next: 'Ask for the answer as a file (Save as a file, on the page), or by another channel. Nothing was stored.',
  });
}

function unknownRequest(name: string, closed: ClosedRequest | undefined): ConnectionError {
  const was = closed?.closed === 'answered' ? 'was answered' : 'was ended';
  const advice = closed
    ? {
        what: `${name} is closed`,
        why: `it ${was} on ${isoDate(closed.closedAt)}`,
        next: 'Nothing was stored. To see what is: connect-wizard list',
      }
    : {
        what: `There is no ${name} here`,
        why: 'the answer is for a request of another machine, or of another user',
        next: 'Accept it where the request was made. To see what is open here: connect-wizard list',
      };
  return new ConnectionError(name, 'not-stored', advice, { recorded: false });
}

function notOpened(name: string | undefined): ConnectionError {
  return new ConnectionError(
    name ?? 'request',
    'not-stored',
    {
      what: `${name ?? 'No open request here'} ${name === undefined ? 'opens' : 'does not open'} the answer`,
      why: 'it was changed, is answered already, or is for another machine',
      next: 'Nothing was stored. Ask for a new answer, made on the page of the request; connect-wizard list shows what is open here.',
    },
    { recorded: false },
  );
}
