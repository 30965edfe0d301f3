import { listed } from '../core/counted.js';
import type { PageData, PageField } from '../core/page/data.js';
import { element, list, paragraph } from './dom.js';

/** Comes first, because the page can't prove who made it. */
export function noticeView(from: string | null): HTMLElement {
  const origin =
    from === null
      ? ['It does not say who it is from.']
      : ['It says that it is from: ', element('strong', {}, from), ' (not checked).'];
  return element(
    'div',
    { class: 'notice', role: 'note' },
    element(
      'p',
      {},
      element('strong', {}, 'Whoever made this page can read what you enter.'),
      ' Continue only if you expected it. ',
      ...origin,
    ),
  );
}

export const labelsOf = (fields: readonly PageField[]): string =>
  listed(fields.map(({ label }) => label));

/** The provider, and the host if it's known. */
export const providerAt = ({ provider, host }: PageData): string =>
  host === null ? provider.name : `${provider.name} (${host})`;

/** What the credential must be able to do. */
export function needsView({ needs }: PageData): readonly HTMLElement[] {
  if (needs.length === 0) return [];
  return [
    paragraph('It has to allow:'),
    list(
      'ul',
      needs.map(({ id, grantedBy }) => `${id}: given by ${grantedBy}`),
    ),
  ];
}

/** Facts as pairs of a name and a value. */
export function factsView(facts: readonly (readonly [string, string])[]): HTMLElement {
  return element(
    'footer',
    {},
    element(
      'dl',
      {},
      ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
    ),
  );
}
