import type { LocalPage } from '../core/page/data.js';
import type { PageReply } from '../core/page/ports.js';
import {
  button,
  createSaid,
  element,
  focusHeading,
  paragraph,
  section,
  submitButton,
} from './dom.js';
import { createForm } from './form.js';
import { factsView, labelsOf, needsView, noticeView, providerAt } from './frame.js';
import { guideView } from './guide.js';

/** The page of this machine. What is entered goes to the program that serves it. */
export function showLocalPage(page: LocalPage): readonly HTMLElement[] {
  const labels = labelsOf(page.fields);
  const said = createSaid();
  let busy = false;

  const submitting = submitButton('Check and save');
  const cancelling = button('Cancel', () => void send({ cancel: true }));
  const send = async (body: object): Promise<void> => {
    if (busy) return;
    setBusy(true);
    said.say('plain', 'cancel' in body ? 'Cancelling.' : `Asking ${page.provider.name}...`);
    const reply = await post(body);
    setBusy(false);
    if (reply.ended) return end(reply);
    said.say('bad', ...reply.paragraphs);
  };
  const setBusy = (is: boolean): void => {
    busy = is;
    for (const each of [submitting, cancelling]) each.setAttribute('aria-disabled', String(is));
  };
  const end = (reply: PageReply): void => {
    form.clear();
    const over = section(reply.title, ...reply.paragraphs.map((text) => paragraph(text)));
    content.replaceChildren(over);
    focusHeading(over);
  };

  const form = createForm(page.fields, [submitting, cancelling], () => {
    const values = busy ? undefined : form.take();
    if (values !== undefined) void send({ fields: values });
  });
  const content = element(
    'div',
    {},
    element(
      'p',
      { class: 'lead' },
      `The program checks what you enter with ${providerAt(page)}${page.store === null ? '. It stores nothing.' : `, then keeps it in: ${page.store}.`} It does not show it in the terminal.`,
    ),
    ...needsView(page),
    section(`1. Get the ${labels}`, guideView(page)),
    section(
      `2. Enter the ${labels}`,
      ...(page.selfHosted ? [whereItGoes(page)] : []),
      form.view,
      said.view,
    ),
    factsView([
      ['Program', page.program],
      ['Run by', page.user],
      ['Machine', page.machine],
      ['Kept in', page.store ?? 'nowhere: it is only checked'],
    ]),
  );
  return [
    noticeView(`${page.program}, run by ${page.user} on ${page.machine}`),
    element('h1', {}, `${labels} of ${providerAt(page)}`),
    content,
  ];
}

/** The person who started the command named the host, and may not be the one with the secret. */
function whereItGoes({ host, provider }: LocalPage): HTMLElement {
  const to = element('strong', {}, host ?? 'the host that the command named');
  return element(
    'p',
    {},
    'What you enter goes to ',
    to,
    `, which can be anybody's. Enter it only if that is your ${provider.name}.`,
  );
}

const GONE: PageReply = {
  ended: true,
  title: 'The program cannot be reached',
  paragraphs: [
    'It has ended, or the connection to it was lost. Look at the terminal: it says what was stored.',
  ],
};

async function post(body: object): Promise<PageReply> {
  try {
    const response = await fetch(location.href, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.ok) return (await response.json()) as PageReply;
    return { ended: false, title: 'Not taken', paragraphs: [await response.text()] };
  } catch {
    return GONE;
  }
}
