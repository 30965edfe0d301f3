import { nextStep, sentence, WizardError } from './errors.js';
import type { Verdict } from './verdict.js';

/** One check of `doctor`. */
export interface HealthCheck {
  /** `node`, `store:keychain`, `host:acme.freshservice.com`. */
  readonly id: string;
  readonly ok: boolean;
  /**
   * What was found. It never contains a secret or a part of one, nor a proxy's user name or
   * password.
   */
  readonly detail: string;
  readonly nextStep: string | null;
  /** What a failed check means for the exit code. */
  readonly verdict: Verdict;
}

export function healthy(id: string, detail: string): HealthCheck {
  return { id, ok: true, detail, nextStep: null, verdict: 'valid' };
}

export function unhealthy(id: string, verdict: Verdict, detail: string, next: string): HealthCheck {
  return { id, ok: false, detail, nextStep: next, verdict };
}

/**
 * The failed check for a store failure, or for a missing home or passphrase. Other errors are
 * thrown again.
 */
export function broken(id: string, error: unknown): HealthCheck {
  if (!(error instanceof WizardError)) throw error;
  return unhealthy(id, 'store-error', sentence(error.advice), nextStep(error.advice));
}
