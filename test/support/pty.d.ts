/** What a person sends: names of keys, as a terminal spells them. */
declare const KEYS: {
    readonly enter: '\r';
    readonly down: '\u001B[B';
    readonly up: '\u001B[A';
    readonly escape: '\u001B';
    readonly backspace: '';
    readonly 'ctrl-c': '\u0003';
    readonly 'ctrl-d': '\u0004';
    readonly 'ctrl-u': '\u0015';
};
export interface PtyOptions {
    /** The whole environment but for PATH and TERM. */
    readonly env: Readonly<Record<string, string>>;
    readonly columns?: number;
    readonly rows?: number;
    readonly cwd?: string;
}
/** A terminal of 80 by 24 with a program in it, and a person in front of it. */
export interface Pty {
    readonly pid: number;
    /** Every byte the program has written. */
    readonly raw: () => string;
    /** What stands on the screen and above it, without trailing blanks. */
    readonly screen: () => string;
    readonly cursorHidden: () => boolean;
    /**
     * Until `text` stands on the screen, in what came since the last key or text was sent:
     * what is asked twice is waited for twice.
     */
    waitFor(text: string | RegExp): Promise<void>;
    type(text: string): void;
    key(name: keyof typeof KEYS): void;
    kill(signal: NodeJS.Signals): void;
    /** Takes the terminal away from a program that has not ended, and ends it. */
    hangUp(): void;
    /** Until the program has ended: its exit code. */
    end(): Promise<number>;
}
export declare function openPty(command: string, args: readonly string[], options: PtyOptions): Pty;
/** Without what moves the cursor and colours the text. */
export declare function plain(raw: string): string;
/** A sentence is found wherever the screen's width has broken it. */
export declare function oneLine(text: string): string;
export {};
