import { fillText } from '../fill.js';
import { fillPart, findPart, messageText, partLabel, type Guide } from '../guide.js';
import type { Field, Provider } from '../provider.js';

/**
 * What differs between two pages for a credential, as one JSON data block (see `html.ts`). The same
 * page has two uses: to seal an answer for somebody else, and to enter a secret on this machine.
 */
export type PageData = SealPage | LocalPage;

export interface PageContent {
  readonly provider: { readonly id: string; readonly name: string };
  readonly host: string | null;
  /** The fields to enter. */
  readonly fields: readonly PageField[];
  /** What the credential must be able to do. */
  readonly needs: readonly PageNeed[];
  /** The ways to get the credential. */
  readonly cases: readonly PageCase[];
}

export interface SealPage extends PageContent {
  readonly use: 'seal';
  /** The id of the request. */
  readonly request: string;
  readonly recipient: string;
  /** The value of `--from`: who asks. */
  readonly from: string | null;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
}

export interface LocalPage extends PageContent {
  readonly use: 'local';
  /** The system's user, the machine, and the program that serve the page. */
  readonly user: string;
  readonly machine: string;
  readonly program: string;
  /** The host could be any host, so the person is asked to check it. */
  readonly selfHosted: boolean;
  /** Where the credential will be kept; `null` if it is only checked. */
  readonly store: string | null;
}

/** What the page needs to know about a field to ask for it and to check a paste. */
export type PageField = Pick<Field, (typeof PAGE_KEYS)[number]>;

const PAGE_KEYS = [
  'id',
  'label',
  'kind',
  'example',
  'about',
  'where',
  'page',
  'choices',
  'default',
  'mistakes',
] as const;

export interface PageNeed {
  readonly id: string;
  /** A role or a privilege of the provider. */
  readonly grantedBy: string;
}

/** A case of the provider's guide, or a message to somebody else. */
export interface PageCase {
  readonly id: string;
  readonly title: string;
  readonly means?: string;
  /** In order. */
  readonly todo?: readonly string[];
  /** The provider's page where the steps start. */
  readonly page?: string | undefined;
  readonly message?: string;
  /** Cases that can come next. */
  readonly next: readonly string[];
  /**
   * The field that people look for when they see this. Cases without one follow from other cases.
   */
  readonly field?: string;
}

/** @param placeholders values for `{…}` in the address of the field's page: the host. */
export function pageField(field: Field, placeholders: Readonly<Record<string, string>>): PageField {
  const known = Object.fromEntries(PAGE_KEYS.map((key) => [key, field[key]])) as PageField;
  const page = known.page === undefined ? undefined : knownPage(fillText(known.page, placeholders));
  return { ...known, page };
}

/** An address with an unknown host leads nowhere. */
function knownPage(address: string): string | undefined {
  return URL.canParse(address) && !/[<{]/u.test(address) ? address : undefined;
}

export function pageNeeds({ capabilities }: Provider, needs: readonly string[]): PageNeed[] {
  return capabilities
    .filter(({ id }) => needs.includes(id))
    .map(({ id, grantedBy }) => ({ id, grantedBy }));
}

/**
 * The cases that lead to `fields`, and all cases that follow from them.
 *
 * @param placeholders values for the guide's blanks.
 */
export function pageCases(
  guide: Guide,
  fields: readonly string[],
  placeholders: Readonly<Record<string, string>>,
): PageCase[] {
  const cases = new Map<string, PageCase>();
  const wanted = fields.flatMap((field) =>
    (guide.starts[field] ?? []).map((id): { id: string; field?: string } => ({ id, field })),
  );
  for (const { id, field } of wanted) {
    const found = findPart(guide, id)?.part;
    if (!found || cases.has(id)) continue;
    const part = fillPart(found, placeholders);
    const next = 'sees' in part ? (part.next ?? []) : [];
    const title = partLabel(part) ?? id;
    const of = { id, next, ...(field !== undefined && { field }) };
    cases.set(
      id,
      'sees' in part
        ? {
            ...of,
            title,
            means: part.means,
            todo: part.todo,
            page: part.page === undefined ? undefined : knownPage(part.page),
          }
        : { ...of, title, message: messageText(part) },
    );
    wanted.push(...next.map((each) => ({ id: each })));
  }
  return [...cases.values()];
}
