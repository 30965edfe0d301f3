import type { Provider } from '../core/provider.js';
import { Secret } from '../core/secret.js';
import { connect } from '../flows/connect/connect.js';
import type { SuppliedValue } from '../flows/connect/supplied.js';
import { guideFor, type Session } from './command.js';
import { chosenStore, defaultStore } from './options.js';
import type { ConnectLine, Options } from './connect.js';
import { askDirectly, readSupplied } from './field-options.js';
import { announceRequests, finishRun, fromSomebody, waitsFor } from './from-somebody.js';
import { pageFor } from './web-option.js';

/** Runs the wizard, from the command line to the exit code. */
export async function runConnect(
  session: Session,
  provider: Provider,
  { options, web, ...parsed }: ConnectLine,
): Promise<number> {
  const { sandbox } = options;
  const { situation } = session;
  if (sandbox) announceSandbox(session, provider);
  const open = await announceRequests(session, (each) => each.provider === provider.id);
  const store = chosenStore(session, options);
  const { name, replace, allowUnverified, timeoutMs } = parsed;
  const supplied = await withSandboxValues(provider, session, options);
  const connected = await connect(session, provider, {
    ...parsed,
    needs: parsed.needs ?? situation?.needs,
    store,
    defaultStore: defaultStore(session),
    rehearsal: Boolean(sandbox),
    supplied,
    askDirectly: askDirectly(provider, options),
    reservedNames: session.providers.map(({ id }) => id),
    guide: await guideFor(session, provider),
    page: await pageFor(session, provider, web),
    fromSomebody: await fromSomebody(session, provider, Boolean(sandbox), {
      name,
      store,
      replace,
      allowUnverified,
      timeoutMs,
    }),
    waitsFor: waitsFor(open, provider, supplied),
  });
  return finishRun(session, 'connect', provider, connected);
}

/** Shows what the sandbox accepts, before anything is asked. */
function announceSandbox(session: Session, provider: Provider): void {
  const { terminal, json, quiet, situation } = session;
  if (json || quiet) return;
  terminal.note(`Sandbox: a simulated ${provider.name}; nothing is sent, nothing is stored.`);
  terminal.note('It takes:');
  for (const { id, label } of provider.fields) {
    terminal.note(`  ${label}: ${provider.sandbox.values[id]}`);
  }
  if (situation) terminal.note(`What happens then: ${situation.title}.`);
  if (terminal.interactive) session.printError('');
}

/** Without a terminal, the sandbox's own values replace missing ones. */
async function withSandboxValues(
  provider: Provider,
  session: Session,
  options: Options,
): Promise<Map<string, SuppliedValue>> {
  const supplied = await readSupplied(provider, session, options);
  if (!options.sandbox || options.web || session.terminal.interactive) return supplied;
  for (const { id, kind } of provider.fields) {
    const value = provider.sandbox.values[id];
    if (value === undefined || supplied.has(id)) continue;
    supplied.set(id, { value: kind === 'secret' ? new Secret(value) : value });
  }
  return supplied;
}
