import type { Environment } from './adapters/environment.js';
import type { StandardStream } from './adapters/standard-stream.js';
import type { Definitions, SharedOptions } from './commands/command.js';
import type { Interruption } from './core/interruption.js';
import { written, type Output } from './output/output.js';
import type { StyleOptions } from './output/style.js';

/** What a run is made of. */
export interface Parts {
  readonly process: NodeJS.Process;
  readonly version: string;
  readonly environment: Environment;
  readonly definitions: Omit<Definitions, 'approvals'>;
  readonly interruption: Interruption;
  readonly stdout: StandardStream;
  readonly stderr: StandardStream;
  /** Edits a text so that its commands run as printed. */
  readonly runnable: (text: string) => string;
  /** Closes what is still open when the run ends. */
  readonly closers: (() => Promise<void>)[];
  /** Returns what to print if the run is interrupted. */
  interrupted?: (exitCode: number) => Output | undefined;
}

/** Prints on `stream`, through the gate. */
export function lineOn(
  { runnable: edit }: Pick<Parts, 'runnable'>,
  stream: StandardStream,
): (output: Output) => void {
  return (output) => stream.writeAsItIs(edit(written(output)));
}

export async function closeAll(closers: Parts['closers']): Promise<void> {
  await Promise.all(closers.splice(0).map((close) => close()));
}

/** Output on stderr and stdout looks the same, with colours if both are terminals. */
export function styleOptions(parts: Parts, { color }: Pick<SharedOptions, 'color'>): StyleOptions {
  const { environment, stdout, stderr } = parts;
  const { colour, dumb, unicode } = environment;
  const wanted = colour ?? (!dumb && stderr.isTerminal && stdout.isTerminal);
  return {
    colour: color !== false && wanted,
    unicode,
    columns: columnsOf(parts),
    runnable: parts.runnable,
  };
}

const USUAL_COLUMNS = 80;

/** The width of the output terminal; undefined without one. */
export function columnsOf({ stdout, stderr }: Parts): number | undefined {
  const terminal = [stderr, stdout].find(({ isTerminal }) => isTerminal);
  // Terminals without a size of their own say 0 (`script`, `expect`).
  return terminal && (terminal.stream.columns || USUAL_COLUMNS);
}
