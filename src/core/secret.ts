import { counted } from './counted.js';
import { clean, strip, stripLines } from './clean.js';
import { spellings } from './encoding.js';
import { REDACTED, Redactor } from './redactor.js';

/**
 * A value that must never be shown. It prints as `[redacted]` wherever something
 * prints it by accident (string, JSON, `console.log`, a template). Only `reveal()`
 * gives it out: one search finds every such place.
 */
export class Secret {
  #value: string;

  constructor(value: string) {
    this.#value = value;
    remember(value);
  }

  /**
   * A text with nothing new to redact. It's around secrets that are each a `Secret` already, such as a
   * stored item or a header, or it's a value of the sandbox, which is shown.
   */
  static around(text: string): Secret {
    const secret = new Secret('');
    secret.#value = text;
    return secret;
  }

  /** The value itself. Only for the request header, the store and an explicit hand-over. */
  reveal(): string {
    return this.#value;
  }

  /** Characters, as a person counts them. */
  get length(): number {
    return countCharacters(this.#value);
  }

  /** Is it the same value as another secret, or as a text? */
  matches(other: Secret | string): boolean {
    return this.#value === (other instanceof Secret ? other.#value : other);
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  // What `console.log` and `util.inspect` ask for; the symbol is global, so core needs no node:util.
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}

/** The values in the clear: for a request, a store or a program that is to have them. */
export function revealAll(
  values: Readonly<Record<string, string | Secret>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      value instanceof Secret ? value.reveal() : value,
    ]),
  );
}

/** Characters of a text, as a person counts them: an emoji is one. */
export function countCharacters(text: string): number {
  return Array.from(text).length;
}

/** So short that two of its characters would give too much away. */
const SHORTEST_FINGERPRINTED = 8;

/** What confirms to a person which secret has arrived; for a terminal only. */
export function fingerprint(value: string): string {
  const characters = Array.from(value);
  const count = counted(characters.length, 'character');
  if (characters.length < SHORTEST_FINGERPRINTED) return count;
  return `${count}, ends in ${characters.slice(-2).join('')}`;
}

/**
 * Shorter values are not taken for credentials anywhere (see `field.ts`): blotting
 * out every "a" of an output would hide the output and protect nothing.
 */
export const SHORTEST_SECRET = 4;

/** In characters. What is longer is a file that was taken for a value. */
export const LONGEST_VALUE = 64 * 1024;

/**
 * Knows every secret of this process, in each spelling in which it could turn up. Global on purpose:
 * a redactor that has to be handed the secrets is one that somebody forgets to hand them to.
 */
const redactor = new Redactor();

function remember(value: string): void {
  if (value.length < SHORTEST_SECRET) return;
  // Text is cleaned before it is redacted, and cleaning may change the spelling of a secret.
  const cleaned = [clean, strip, stripLines].map((change) => change(value));
  for (const spelling of [...spellings(value), ...cleaned]) {
    if (spelling.length >= SHORTEST_SECRET) redactor.add(spelling);
  }
}

/** `text` without any secret this process knows. */
export function redact(text: string): string {
  return redactor.redact(text);
}
