import type { SealPage } from '../core/page/data.js';
import { fingerprintOf } from '../core/sealed/request.js';
import {
  button,
  createSaid,
  element,
  focusHeading,
  list,
  paragraph,
  section,
  submitButton,
} from './dom.js';
import { createForm } from './form.js';
import { factsView, labelsOf, needsView, noticeView, providerAt } from './frame.js';
import { guideView } from './guide.js';
import { sealAnswer } from './seal.js';

/** The page for somebody else. What is entered is sealed here, and the person sends it. */
export async function showSealPage(page: SealPage): Promise<readonly HTMLElement[]> {
  const labels = labelsOf(page.fields);
  const said = createSaid();
  const sealedView = element('div');

  const seal = async (): Promise<void> => {
    const values = form.take();
    if (values === undefined) return;
    try {
      const sealed = await sealAnswer(page, values);
      form.clear();
      said.say('plain');
      entering.hidden = true;
      const result = sealedSection(page, sealed, () => {
        sealedView.replaceChildren();
        entering.hidden = false;
        focusHeading(entering);
      });
      sealedView.replaceChildren(result);
      focusHeading(result);
    } catch {
      said.say(
        'bad',
        'This browser could not seal it. Open the page in a newer one, such as Chrome, Edge, Firefox or Safari on a desktop.',
      );
    }
  };
  const form = createForm(page.fields, [submitButton('Seal')], () => void seal());
  const entering = section(
    `2. Enter the ${labels} and seal it`,
    paragraph(
      'What you enter stays in this page. Nothing is sent from here: sealing makes a text that only the computer that asks can open.',
    ),
    form.view,
    said.view,
  );

  return [
    noticeView(page.from),
    element('h1', {}, `${labels} of ${providerAt(page)}`),
    element(
      'p',
      { class: 'lead' },
      `${page.from ?? 'Somebody'} asks for the ${labels} of ${providerAt(page)}, to connect a program to it.`,
    ),
    ...needsView(page),
    section(`1. Get the ${labels}`, guideView(page)),
    entering,
    sealedView,
    factsView([
      ['Request', page.request],
      [
        'Made on',
        new Date(page.createdAt).toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short' }),
      ],
      ['Fingerprint', await fingerprintOf(page.recipient)],
      ['Made with', 'connect-wizard'],
    ]),
  ];
}

function sealedSection(page: SealPage, sealed: string, onAgain: () => void): HTMLElement {
  const said = createSaid();
  const text = element('textarea', {
    id: 'sealed',
    rows: String(sealed.split('\n').length),
    readonly: true,
    spellcheck: 'false',
  });
  text.value = sealed;
  text.addEventListener('focus', () => text.select());
  const copy = async (): Promise<void> => {
    const copied = await copyText(text);
    if (copied) said.say('good', 'Copied. Paste it into your reply.');
    else
      said.say(
        'bad',
        'This browser does not let the page copy. Select the whole text and copy it.',
      );
  };
  const save = (): void => {
    const name = `answer-${page.request}.txt`;
    saveFile(name, sealed);
    said.say(
      'good',
      `Saved as ${name}, where your browser keeps downloads. Attach it to your reply.`,
    );
  };
  return section(
    '3. Send it back',
    paragraph(
      'It is sealed, and the page has forgotten what you entered. Only the computer that made this page can open it.',
    ),
    element('label', { for: 'sealed' }, 'Sealed answer'),
    text,
    element(
      'div',
      { class: 'buttons' },
      button('Copy', () => void copy()),
      button('Save as a file', save),
      button('Enter something else', onAgain),
    ),
    said.view,
    list('ul', [
      'Reply to whoever sent you the page with the whole text, by any channel: mail, chat, a ticket.',
      'In Jira and Zendesk attach the file: they change text that is pasted.',
      'Do not send the key itself with it.',
    ]),
  );
}

/** @returns whether the text is in the clipboard now. */
async function copyText(text: HTMLTextAreaElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text.value);
    return true;
  } catch {
    text.select();
    // The only way left if the page may not use the clipboard API.
    return document.execCommand('copy');
  }
}

function saveFile(name: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: 'text/plain' }));
  const link = element('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // Safari reads it after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
