/** What a fake provider was asked, and what it answers. Served over msw, TLS or nothing at all. */
export interface FakeRequest {
    readonly host: string;
    /** With the query. */
    readonly path: string;
    readonly authorization: string | undefined;
}
export interface FakeAnswer {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
}
export type FakeProvider = (request: FakeRequest) => FakeAnswer;
export declare const json: (status: number, value: unknown, headers?: Record<string, string>) => FakeAnswer;
export declare const page: (status: number, text?: string) => FakeAnswer;
export interface FreshserviceWorld {
    /** Subdomains with an account. */
    readonly tenants: readonly string[];
    readonly apiKey: string;
    /** Paths that answer 403 `access_denied` to the right key, by their beginning. */
    readonly denied?: readonly string[];
    /** The status of a wrong key: 401 is documented, 403 reported. */
    readonly wrongKeyStatus?: 401 | 403;
}
/** Freshservice as facts/freshservice.md tells it: table 4.2. */
export declare function fakeFreshservice(world: FreshserviceWorld): FakeProvider;
export interface GladlyWorld {
    /** The organization's own host. */
    readonly host: string;
    /** Other hosts that lead to it. */
    readonly aliases?: readonly string[];
    readonly email: string;
    readonly token: string;
    /** Status for the right pair; 403 stands for a missing API User permission. */
    readonly status?: number;
    readonly agents?: readonly {
        id: string;
        name: string;
        emailAddress: string;
    }[];
}
/** Gladly as facts/gladly.md tells it: section 5. */
export declare function fakeGladly(world: GladlyWorld): FakeProvider;
/** Both at once, told apart by host; any other host is refused as a fault of the test. */
export declare function fakeWorld(freshservice: FakeProvider, gladly: FakeProvider): FakeProvider;
