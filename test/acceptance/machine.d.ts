import { type Pty } from '../support/pty.js';
import { type Running, type RunResult } from '../support/run.js';
export declare const SECRETS: {
    readonly apiKey: 'fs-KEY-4tEq8wZ1xN6v';
    readonly token: 'gl-TOKEN-9sYb2kD7uH3m';
};
/** A computer with nothing on it: an empty home and an empty temporary folder. */
export interface Machine {
    readonly folder: string;
    /** Where the records are, by the platform's own rule. */
    readonly records: string;
    /** Runs `connect-wizard` without a terminal. */
    run(args: readonly string[], more?: More): Promise<RunResult>;
    /** Starts any command, at once. */
    start(command: string, args: readonly string[], more?: More): Running;
    /** Runs a line of a POSIX shell, in which `connect-wizard` is a command. */
    shell(line: string, more?: More): Promise<RunResult>;
    /** Runs `connect-wizard` on a terminal. */
    pty(args: readonly string[], more?: More): Pty;
    /** Runs a line of a POSIX shell on a terminal. */
    ptyShell(line: string, more?: More): Pty;
    /** Writes a file and gives its path. */
    file(name: string, content: string | Buffer): Promise<string>;
    /** The record of a connection, or undefined. */
    record(name: string): Promise<Record<string, unknown> | undefined>;
    recordNames(): Promise<string[]>;
    /** Every file on the machine with its content, but for what the test itself put there. */
    files(): Promise<Map<string, string>>;
    close(): Promise<void>;
}
interface More {
    readonly env?: Readonly<Record<string, string>>;
    readonly input?: string | Buffer;
}
/** @param env what every run on it has besides HOME and TMPDIR. */
export declare function createMachine(env: Readonly<Record<string, string>>): Promise<Machine>;
/** The document of `--json`: one, on stdout, with the exit code it tells of. */
export declare function documentOf(result: RunResult): Document;
interface Document {
    readonly schemaVersion: number;
    readonly command: string | null;
    readonly checkedAt?: string;
    readonly connections?: readonly ConnectionJson[];
    readonly error?: {
        readonly code: string;
        readonly message: string;
        readonly nextStep: string;
    };
    readonly exitCode: number;
}
interface ConnectionJson {
    readonly name: string | null;
    readonly provider: string;
    readonly host: string | null;
    readonly fields: Readonly<Record<string, string>>;
    readonly identity: {
        readonly label: string;
        readonly id: string;
    } | null;
    readonly verdict: string;
    readonly reason: string;
    readonly httpStatus: number | null;
    readonly message: string;
    readonly nextStep: string | null;
    readonly ladder: readonly {
        readonly rung: string;
        readonly ok: boolean;
    }[];
    readonly capabilities: readonly {
        readonly id: string;
        readonly granted: boolean | null;
    }[];
    readonly store: unknown;
    readonly stored: boolean;
    readonly createdAt: string | null;
    readonly verifiedAt: string | null;
    readonly lastValidAt: string | null;
}
/** The one connection of a document. */
export declare function onlyConnection(result: RunResult): ConnectionJson;
/** Nobody but us may see a stack. */
export declare function expectNoStack({ stdout, stderr }: RunResult): void;
export declare function modeOf(path: string): Promise<string>;
export {};
