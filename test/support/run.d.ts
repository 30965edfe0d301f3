import { type ChildProcessWithoutNullStreams } from 'node:child_process';
/** The program as it was built: what a user runs. */
export declare const PROGRAM: string;
export interface RunResult {
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly stdout: string;
    readonly stderr: string;
}
export interface RunOptions {
    /** The whole environment but for PATH: nothing of the machine's own leaks in. */
    readonly env?: Readonly<Record<string, string>>;
    /** What comes on standard input; without it, standard input ends at once. */
    readonly input?: string | Buffer;
    readonly cwd?: string;
}
/** A process under way, and how it will have ended. */
export interface Running {
    readonly child: ChildProcessWithoutNullStreams;
    readonly ended: Promise<RunResult>;
}
/** Starts any command with the environment of `RunOptions` and collects what it prints. */
export declare function start(command: string, args: readonly string[], { env, input, cwd }?: RunOptions): Running;
