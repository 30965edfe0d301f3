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
  /** Edits a text so that its commands can be run as they are printed. */
  readonly runnable: (text: string) => string;
  /** What is open when the run ends. */
  readonly closers: (() => Promise<void>)[];
  /** What there is to print when the run is interrupted. */
  interrupted?: (exitCode: number) => Output | undefined;
}

/** Prints on `stream`, through the wall. */
export function lineOn(
  { runnable: edit }: Pick<Parts, 'runnable'>,
  stream: StandardStream,
): (output: Output) => void {
  return (output) => stream.writeAsItIs(edit(written(output)));
}

export async function closeAll(closers: Parts['closers']): Promise<void> {
  await Promise.all(closers.splice(0).map((close) => close()));
}

/** What is printed on stderr and on stdout looks the same: in colour where both are terminals. */
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

/** Of the terminal that is printed on; undefined without one. */
export function columnsOf({ stdout, stderr }: Parts): number | undefined {
  const terminal = [stderr, stdout].find(({ isTerminal }) => isTerminal);
  // Terminals without a size of their own say 0 (`script`, `expect`).
  return terminal && (terminal.stream.columns || USUAL_COLUMNS);
}
