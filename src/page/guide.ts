import type { PageCase, PageData } from '../core/page/data.js';
import { element, list, paragraph } from './dom.js';

/** The ways to each field: where it is, what people see there and, collapsed, what to do then. */
export function guideView({ fields, cases }: PageData): HTMLElement {
  const view = element('div');
  for (const field of fields) {
    const own = cases.filter((each) => each.field === field.id);
    if (fields.length > 1) view.append(element('h3', {}, field.label));
    if (field.where !== undefined) view.append(paragraph(`Where: ${field.where}`));
    if (field.page !== undefined) view.append(element('p', {}, 'Page: ', link(field.page)));
    view.append(...own.map((each) => caseView(each, cases)));
  }
  const others = cases.filter(({ field }) => field === undefined);
  if (others.length > 0) {
    const inner = element('div', {}, ...others.map((each) => caseView(each, cases)));
    const title = `Other situations, roles and messages (${others.length})`;
    view.append(element('details', {}, element('summary', {}, title), inner));
  }
  const opened = fields.length === 1 ? view.querySelector('details') : null;
  if (opened) opened.open = true;
  openAllInPrint(view);
  return view;
}

function caseView(of: PageCase, all: readonly PageCase[]): HTMLElement {
  const body = element('div');
  if (of.means !== undefined) body.append(paragraph(of.means));
  if (of.page !== undefined) body.append(element('p', {}, 'Page: ', link(of.page)));
  const [step, ...more] = of.todo ?? [];
  if (step !== undefined) {
    body.append(more.length === 0 ? paragraph(step) : list('ol', [step, ...more]));
  }
  if (of.message !== undefined) body.append(element('pre', {}, of.message));
  const next = all.filter(({ id }) => of.next.includes(id));
  if (next.length > 0) {
    const links = next.flatMap((each, index) => [index === 0 ? '' : ', ', caseLink(each)]);
    body.append(element('p', { class: 'hint' }, 'See also: ', ...links));
  }
  return element('details', { id: anchor(of) }, element('summary', {}, of.title), body);
}

function caseLink(to: PageCase): HTMLElement {
  const made = element('a', { href: `#${anchor(to)}` }, to.title);
  made.addEventListener('click', () => {
    let folded = document.querySelector(`#${anchor(to)}`)?.closest('details');
    while (folded) {
      folded.open = true;
      folded = folded.parentElement?.closest('details');
    }
  });
  return made;
}

const anchor = ({ id }: PageCase): string => `case-${id}`;

/** Opens in a new tab and sends no referrer. */
function link(address: string): HTMLElement | string {
  if (!address.startsWith('https://')) return address;
  return element('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, address);
}

/** Opens everything for printing, since collapsed parts would be missing on paper. */
function openAllInPrint(view: HTMLElement): void {
  let folded: HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    folded = [...view.querySelectorAll('details')].filter(({ open }) => !open);
    for (const each of folded) each.open = true;
  });
  addEventListener('afterprint', () => {
    for (const each of folded) each.open = false;
  });
}
