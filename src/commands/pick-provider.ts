import { exitCodes } from '../core/verdict.js';
import { TIMEOUT, type Program, type SharedOptions } from './command.js';
import { runConnect } from './connect.js';

/** `connect-wizard` alone: choose a provider, then its wizard. Without a terminal, help and exit code 2. */
export async function pickProvider(
  program: Program,
  shared: SharedOptions,
  showHelp: () => void,
): Promise<number> {
  const session = await program.begin(shared);
  if (!session.terminal.interactive) {
    showHelp();
    return exitCodes.usage;
  }
  const provider = await session.terminal.choose(
    'What do you want to connect?',
    program.providers.map((each) => ({
      value: each,
      label: `${each.name}: ${each.summary}`,
      short: each.name,
    })),
  );
  return runConnect(program, provider, session, { ...shared, timeout: TIMEOUT[2] });
}
