import { choiceValues, placeholderNames, type FieldDefinition } from './parts.js';

/**
 * Host templates are labels with dots between. In them, `{field}` is a label or a part of one, `*`
 * is letters, digits and hyphens, and `#` is digits. Authors write no patterns; they are compiled
 * here.
 */

/** A DNS label (RFC 1123) in lower case. */
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const LABELS = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`, 'u');

/** A host name of at least two labels. A label that merely looks like punycode isn't allowed. */
export function isHostName(name: string): boolean {
  return name.length <= 253 && LABELS.test(name) && URL.canParse(`https://${name}`);
}

export function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/gu, '\\$&');
}

/** The pattern of a template's field: one label, or the choices. */
function fieldPattern(field: FieldDefinition | undefined): string {
  if (!field?.choices) return LABEL;
  return choiceValues(field).map(escapePattern).join('|');
}

/**
 * The wall of a template, as the source of a pattern. Only its hosts match. Each field is a group
 * with its name.
 */
export function templatePattern(
  template: string,
  fields: Readonly<Record<string, FieldDefinition>>,
): string {
  const seen = new Set<string>();
  const source = pieces(template).map((piece) => {
    const [, id] = /^\{(\w+)\}$/u.exec(piece) ?? [];
    if (id === undefined) return globPiece(piece);
    if (seen.has(id)) return `\\k<${id}>`;
    seen.add(id);
    return `(?<${id}>${fieldPattern(fields[id])})`;
  });
  return `^${source.join('')}$`;
}

/**
 * The pattern of an entry in `refusedHosts`. `.acme.com` matches that host and all hosts below it.
 */
export function globPattern(glob: string): string {
  const source = pieces(glob.replace(/^\./u, '')).map(globPiece).join('');
  return `^${glob.startsWith('.') ? '(?:.+\\.)?' : ''}${source}$`;
}

function pieces(template: string): string[] {
  return template.match(/\{\w+\}|\*|#|[^{}*#]+/gu) ?? [];
}

function globPiece(piece: string): string {
  if (piece === '*') return '[a-z0-9-]{1,63}';
  if (piece === '#') return '[0-9]{1,12}';
  return escapePattern(piece);
}

export function hasGlob(template: string): boolean {
  return /[*#]/u.test(template);
}

/** What is written out after the last field or glob: `acme.com` in `{site}.acme.com`. */
export function domainOf(template: string): string {
  const last = Math.max(...['}', '*', '#'].map((each) => template.lastIndexOf(each)));
  if (last === -1) return template;
  const rest = template.slice(last + 1);
  const dot = rest.indexOf('.');
  return dot === -1 ? '' : rest.slice(dot + 1);
}

/** Nobody would look at more. */
export const MOST_HOSTS = 200;

/**
 * Writes out every combination of a template's choices. Other fields and globs stay. Undefined if
 * there are more than `MOST_HOSTS`.
 */
export function writtenOut(
  template: string,
  fields: Readonly<Record<string, FieldDefinition>>,
): string[] | undefined {
  let all = [template];
  for (const id of new Set(placeholderNames(template))) {
    const field = Object.hasOwn(fields, id) ? fields[id] : undefined;
    if (!field?.choices) continue;
    const values = choiceValues(field);
    if (all.length * values.length > MOST_HOSTS) return undefined;
    all = all.flatMap((each) => values.map((value) => each.replaceAll(`{${id}}`, value)));
  }
  return all;
}
