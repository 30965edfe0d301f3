import type { Provider } from '../core/provider.js';
import { acceptCommand } from './accept.js';
import { checkCommand } from './check.js';
import type { Command } from './command.js';
import { completionCommand } from './completion.js';
import { doctorCommand } from './doctor.js';
import { execCommand } from './exec.js';
import { openOptions, secretOptions } from './field-options.js';
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

/** Every command but the providers' own, in the order in which help lists them. */
export const commands: readonly Command[] = [
  checkCommand,
  listCommand,
  tokenCommand,
  execCommand,
  rotateCommand,
  requestCommand,
  acceptCommand,
  moveCommand,
  removeCommand,
  guideCommand,
  importCommand,
  historyCommand,
  doctorCommand,
  providersCommand,
  completionCommand,
];

/** The command with the flags of the providers' fields, if it takes them. */
export function withFields(command: Command, providers: readonly Provider[]): Command {
  const { takesFields, options } = command;
  if (takesFields === undefined) return command;
  const fields = takesFields === 'secret' ? secretOptions(providers) : openOptions(providers);
  return { ...command, options: [...fields, ...options] };
}
