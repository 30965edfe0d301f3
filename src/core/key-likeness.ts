import { once } from './once.js';

/**
 * Tells a key or token from a name that people chose. In a random key, letters and digits
 * alternate, and letters stand together that no language puts together. A name has words, and
 * digits at its ends. Tests hold this against random keys and company names.
 */
export function looksLikeKey(value: string): boolean {
  if (!/^[\w+/=-]{16,}$/u.test(value)) return false;
  if (UUID.test(value)) return true;
  const parts = value.split(/[-_]/u);
  if (parts.length > 1) {
    return (
      parts.some((part) => looksLikeKey(part) || isScrambled(part)) || isRestless(parts.join(''))
    );
  }
  const letters = pairsOf(value).filter((pair) => /^[a-z]{2}$/iu.test(pair));
  if (letters.length < FEWEST_PAIRS) return true;
  const usual = letters.filter((pair) => usualPairs().has(pair.toLowerCase())).length;
  return turns(value) >= MOST_TURNS || isMixed(value) || usual / letters.length < LEAST_USUAL;
}

/** The part is too short to judge by its letters, but alternates too often for a name. */
function isScrambled(part: string): boolean {
  return part.length >= 10 && turns(part) > MOST_TURNS;
}

/** The whole name, whatever separates its parts, alternates too often for words and numbers. */
function isRestless(joined: string): boolean {
  return turns(joined) > MOST_TURNS + 1 || isMixed(joined);
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

/**
 * `acme24x7` alternates three times between letters and digits. Of random keys with 16 characters,
 * 99 in 100 alternate more often.
 */
const MOST_TURNS = 4;

/** Fewer adjacent letters don't make words. */
const FEWEST_PAIRS = 4;

/** The share of common pairs in English words and names. Random letters have half of it. */
const LEAST_USUAL = 0.62;

function pairsOf(value: string): string[] {
  return Array.from({ length: value.length - 1 }, (_, index) => value.slice(index, index + 2));
}

/** How often a letter follows a digit or a digit follows a letter. */
function turns(value: string): number {
  return pairsOf(value).filter((pair) => /^(?:\d[a-z]|[a-z]\d)$/iu.test(pair)).length;
}

/** Capital letters inside words, and a digit. No name is written like that. */
function isMixed(value: string): boolean {
  return /\d/u.test(value) && (value.match(/[a-z][A-Z]/gu)?.length ?? 0) >= 3;
}

/** Pairs of letters that are common in English words and company names. */
const usualPairs = once(
  (): ReadonlySet<string> =>
    new Set(
      (
        'ab ac ad ag ai al am an ap ar as at av ay bb be bl bo br bs by ca cc ce ch ck cl co cr ct da dd de ' +
        'di do ds ea eb ec ed ee eg ei ek el em en eo ep er es et ev ew ex ey fa fe ff fi fl fo fr fu ga ge ' +
        'gg gh gi gl go gr gs gu ha he hi ho hu hy ia ib ic id ie if ig il im in io ir is it iv iz ja jo ju ' +
        'ke ki kn ks la ld le li lk ll lo lp ls lt lu ly ma mb me mi mo mp ms mu my na nc nd ne nf ng ni nk ' +
        'nn no ns nt nu oa ob oc od of og oh oi ok ol om on oo op or os ot ou ov ow pa pe ph pl po pp pr ps ' +
        'pu qu ra rc rd re rg ri rk rm rn ro rp rr rs rt ru rv ry sa sc se sh si sk sm so sp ss st su sw ta ' +
        'te th ti to tr ts tt tu tw ty ua ub uc ue ui uk ul um un up ur us ut va ve vi vo wa we wh wi wo ws ' +
        'xa xi xo xp ya ye yo za ze zo'
      ).split(' '),
    ),
);
