import type { PageData } from '../core/page/data.js';
import { element, paragraph } from './dom.js';
import { showLocalPage } from './local-page.js';
import { showSealPage } from './seal-page.js';

/** Replaces the text that is on the page until the script starts. */
async function start(): Promise<void> {
  const data = JSON.parse(document.querySelector('#data')?.textContent ?? '') as PageData;
  const content = await contentOf(data);
  document.title = `${data.provider.name}: connect-wizard`;
  document.querySelector('#page')?.replaceChildren(...content);
}

async function contentOf(data: PageData): Promise<readonly HTMLElement[]> {
  if (data.use === 'local') return showLocalPage(data);
  // Browsers only encrypt in a secure context. Elsewhere `crypto.subtle` doesn't exist.
  return isSecureContext ? showSealPage(data) : [noSecureContext()];
}

function noSecureContext(): HTMLElement {
  return element(
    'div',
    { role: 'alert' },
    element('h1', {}, 'This page cannot seal anything here'),
    paragraph(
      'The browser lets a page encrypt only if it comes from your own disk or over https. Save the file, then open it from your disk in a current desktop browser: Chrome, Edge, Firefox or Safari.',
    ),
    paragraph(
      'If that does not work either, ask whoever sent the page for the message for people who have age.',
    ),
  );
}

void start();
