/** The steps from nothing to a verified credential, in order. */
export type Rung = 'name' | 'tls' | 'provider' | 'credential' | 'capabilities';

export interface LadderRung {
  readonly rung: Rung;
  /** `null` if it couldn't be determined. */
  readonly ok: boolean | null;
  readonly detail: string;
}

export interface Capability {
  readonly id: string;
  /** `null` if it couldn't be determined. */
  readonly granted: boolean | null;
}

export interface Warning {
  readonly code: string;
  readonly message: string;
  /** Advice for a person. It's in the JSON, but not in a script's log. */
  readonly forPerson?: true;
  /** It was already printed. The JSON has it anyway. */
  readonly said?: true;
}
