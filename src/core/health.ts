import { nextStep, sentence, WizardError } from './errors.js';
import type { Verdict } from './verdict.js';

/** One thing that `doctor` looked at. */
export interface HealthCheck {
  /** `node`, `store:keychain`, `host:acme.freshservice.com`. */
  readonly id: string;
  readonly ok: boolean;
  /** What was found; no secret, no part of one, no user or password of a proxy. */
  readonly detail: string;
  readonly nextStep: string | null;
  /** What a check that is not ok means for the exit code. */
  readonly verdict: Verdict;
}

export function healthy(id: string, detail: string): HealthCheck {
  return { id, ok: true, detail, nextStep: null, verdict: 'valid' };
}

export function unhealthy(id: string, verdict: Verdict, detail: string, next: string): HealthCheck {
  return { id, ok: false, detail, nextStep: next, verdict };
}

/** What a failure of a store, or a missing home or passphrase, means as a check. Other errors go on. */
export function broken(id: string, error: unknown): HealthCheck {
  if (!(error instanceof WizardError)) throw error;
  return unhealthy(id, 'store-error', sentence(error.advice), nextStep(error.advice));
}
