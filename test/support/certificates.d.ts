import 'reflect-metadata';
export interface Certificate {
    readonly cert: string;
    readonly key: string;
}
/** A certificate authority of a test's own: `pem` is what NODE_EXTRA_CA_CERTS would hold. */
export interface Authority {
    readonly pem: string;
    /** @param validDays negative for one that has expired. */
    issue(host: string, validDays?: number): Promise<Certificate>;
}
export declare function createAuthority(name?: string): Promise<Authority>;
