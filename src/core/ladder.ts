/** The steps from nothing to a proven credential, in the order they are climbed. */
export type Rung = 'name' | 'tls' | 'provider' | 'credential' | 'capabilities';

export interface LadderRung {
  readonly rung: Rung;
  /** `null`: it could not be told. */
  readonly ok: boolean | null;
  readonly detail: string;
}

export interface Capability {
  readonly id: string;
  /** `null`: it could not be told. */
  readonly granted: boolean | null;
}

export interface Warning {
  readonly code: string;
  readonly message: string;
  /** Advice to a person: JSON has it, the log of a script does without it. */
  readonly forPerson?: true;
  /** The person has been told already: JSON has it, too. */
  readonly said?: true;
}
