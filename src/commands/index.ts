import type { Provider } from '../core/provider.js';
import { acceptCommand } from './accept.js';
import { checkCommand } from './check.js';
import type { Command } from './command.js';
import { completionCommand } from './completion.js';
import { connectCommand } from './connect.js';
import { doctorCommand } from './doctor.js';
import { execCommand } from './exec.js';
import { guideCommand } from './guide.js';
import { historyCommand } from './history.js';
import { importCommand } from './import.js';
import { listCommand } from './list.js';
import { moveCommand } from './move.js';
import { providersCommand } from './providers.js';
import { removeCommand } from './remove.js';
import { requestCommand } from './request.js';
import { rotateCommand } from './rotate.js';
import { tokenCommand } from './token.js';

/** Every command, in the order in which help lists them: a row here is all that a new one needs. */
export function allCommands(providers: readonly Provider[]): {
  readonly wizards: readonly Command[];
  readonly others: readonly Command[];
} {
  return {
    wizards: providers.map((provider) => connectCommand(provider, providers)),
    others: [
      checkCommand,
      listCommand,
      tokenCommand,
      execCommand,
      rotateCommand(providers),
      requestCommand(providers),
      acceptCommand(providers),
      moveCommand,
      removeCommand,
      guideCommand,
      importCommand,
      historyCommand,
      doctorCommand,
      providersCommand,
      completionCommand,
    ],
  };
}
