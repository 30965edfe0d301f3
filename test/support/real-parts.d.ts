/**
 * `describe` where the programs are installed; elsewhere a skip that names what is
 * missing, or, where skipping is forbidden, tests that run and fail.
 */
export declare function describeWith(programs: readonly string[], name: string, body: () => void): void;
