import { counted } from './counted.js';
import { clean, strip, stripLines } from './clean.js';
import { spellings } from './encoding.js';
import { REDACTED, Redactor } from './redactor.js';

/**
 * A value that must never be shown. It prints as `[redacted]` wherever it's printed by accident
 * (string, JSON, `console.log`, a template). Only `reveal()` returns it, so one search finds every
 * such place.
 */
export class Secret {
  #value: string;

  constructor(value: string) {
    this.#value = value;
    remember(value);
  }

  /**
   * Wraps a text that adds nothing to redact. Its secrets are already `Secret`s (a stored item, a
   * header), or it's a value of the sandbox, which may be shown.
   */
  static around(text: string): Secret {
    const secret = new Secret('');
    secret.#value = text;
    return secret;
  }

  /**
   * The value itself. Only for a request header, a store, and a hand-over that the user asked for.
   */
  reveal(): string {
    return this.#value;
  }

  /** The number of characters as a person counts them. */
  get length(): number {
    return countCharacters(this.#value);
  }

  /** Has the same value as another secret or a text. */
  matches(other: Secret | string): boolean {
    return this.#value === (other instanceof Secret ? other.#value : other);
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  // `console.log` and `util.inspect` call this. The symbol is global, so core doesn't need
  // node:util.
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}

/** Returns a value in the clear, for a request, a store or a program that should have it. */
export function reveal(value: string | Secret): string {
  return value instanceof Secret ? value.reveal() : value;
}

/** Returns the values in the clear, each as `reveal` does. */
export function revealAll(
  values: Readonly<Record<string, string | Secret>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, reveal(value)]));
}

/** Returns the values that aren't secret. */
export function plainValues(
  values: Readonly<Record<string, string | Secret>>,
): Record<string, string> {
  const plain = Object.entries(values).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(plain);
}

/** The number of characters as a person counts them: an emoji is one. */
export function countCharacters(text: string): number {
  return Array.from(text).length;
}

/** In a shorter secret, two characters would give too much away. */
const SHORTEST_FINGERPRINTED = 8;

/** Shows a person which secret has arrived. Only for a terminal. */
export function fingerprint(value: string): string {
  const characters = Array.from(value);
  const count = counted(characters.length, 'character');
  if (characters.length < SHORTEST_FINGERPRINTED) return count;
  return `${count}, ends in ${characters.slice(-2).join('')}`;
}

/**
 * Shorter values are never taken for credentials (see `field.ts`). Redacting every "a" of an output
 * would hide the output and protect nothing.
 */
export const SHORTEST_SECRET = 4;

/** In characters. A longer value is a file that was taken for a value. */
export const LONGEST_VALUE = 64 * 1024;

/**
 * Knows every secret of this process, in each spelling it could turn up in. It's global on purpose:
 * somebody would forget to pass the secrets to a redactor that needs them.
 */
const redactor = new Redactor();

function remember(value: string): void {
  if (value.length < SHORTEST_SECRET) return;
  // Text is cleaned before it's redacted, and cleaning may change how a secret is spelled.
  const cleaned = [clean, strip, stripLines].map((change) => change(value));
  for (const spelling of [...spellings(value), ...cleaned]) {
    if (spelling.length >= SHORTEST_SECRET) redactor.add(spelling);
  }
}

/** Removes every secret that this process knows from `text`. */
export function redact(text: string): string {
  return redactor.redact(text);
}
