/** A session bus of a test's own, on which nothing is started by being asked for. */
export interface Bus {
    /** What a program needs to find it. */
    readonly env: Readonly<Record<string, string>>;
    close(): Promise<void>;
}
/** A bus and a real keyring on it, empty. */
export interface SecretService extends Bus {
    /** As another program would: the secret under `account`, or undefined. */
    lookup(account: string): Promise<string | undefined>;
    /** Puts a secret there as another program would. */
    put(account: string, secret: string): Promise<void>;
    /** Takes a secret away as another program would. */
    drop(account: string): Promise<void>;
    /** The account of every item of connect-wizard's that is there, sorted. */
    accounts(): Promise<string[]>;
    lock(): Promise<void>;
    /** Stops the keyring in its tracks: it runs, and answers no more. */
    freeze(): void;
    thaw(): void;
}
/** What has to be installed: Debian's dbus, libglib2.0-bin, gnome-keyring and libsecret-tools. */
export declare const KEYRING_PROGRAMS: readonly string[];
/** A bus without a keyring: what a minimal desktop or a misconfigured server has. */
export declare const startBus: () => Promise<Bus>;
/** @param unlocked false for a keyring that nobody has ever unlocked: it has no default collection. */
export declare function startSecretService({ unlocked }?: {
    unlocked?: boolean | undefined;
}): Promise<SecretService>;
