/** The steps from nothing to a verified credential, in order. */
export type Rung = 'name' | 'tls' | 'provider' | 'credential' | 'capabilities';

/** A step, and whether it was passed. */
export interface LadderRung {
  readonly rung: Rung;
  /** `null` if it couldn't be determined. */
  readonly ok: boolean | null;
  /** What was found, in a few words for a person. */
  readonly detail: string;
}

/** Something that a credential can be needed for, such as reading tickets. */
export interface Capability {
  /** The id that `--need` takes. */
  readonly id: string;
  /** `null` if it couldn't be determined. */
  readonly granted: boolean | null;
}

/** Something odd that stops nothing. */
export interface Warning {
  /** Identifies the kind of warning for programs: `odd-value`, `vault-not-read`. */
  readonly code: string;
  /** One sentence or more for a person. */
  readonly message: string;
  /** Advice for a person. It's in the JSON, but not in a script's log. */
  readonly forPerson?: true;
  /** It was already printed. The JSON has it anyway. */
  readonly said?: true;
}
