import { StoreError } from '../../core/errors.js';
import type { Warning } from '../../core/ladder.js';
import type { Context } from '../../core/ports.js';
import {
  closeRequest,
  isForgettable,
  type ClosedRequest,
  type RequestRecord,
} from '../../core/sealed/request.js';
import { deleteSecret } from '../store/copies.js';
import type { RequestPorts } from './ports.js';

type EndContext = Pick<Context, 'stores' | 'interruption' | 'clock'> &
  Pick<RequestPorts, 'requests'>;

/**
 * Deletes a request's private key, so that no answer can be opened any more. What is kept
 * identifies a late answer.
 *
 * @throws {StoreError} the key may still be there, so the request stays open.
 */
export async function endRequest(
  context: EndContext,
  record: RequestRecord,
  how: ClosedRequest['closed'],
): Promise<void> {
  const { requests, stores, interruption, clock } = context;
  await interruption.shield(async () => {
    await deleteSecret(context, stores.open(record.store), record.name);
    await requests.write(closeRequest(record, how, clock.now()));
  });
  await forgetOld(context);
}

/** Does the same after an answer is stored. A key that stays is only a warning. */
export async function closeAnswered(
  context: EndContext,
  record: RequestRecord,
): Promise<readonly Warning[]> {
  try {
    await endRequest(context, record, 'answered');
    return [];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const message = `the key of ${record.name} could not be deleted. To delete it: connect-wizard remove ${record.name}`;
    return [{ code: 'request-open', message }];
  }
}

/** Closed requests are kept for 90 days. */
async function forgetOld({ requests, clock }: EndContext): Promise<void> {
  const { closed } = await requests.list();
  for (const each of closed) {
    if (isForgettable(each, clock.now())) await requests.remove(each.name);
  }
}
