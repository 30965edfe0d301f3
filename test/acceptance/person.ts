import type { Pty } from '../support/pty.js';

/** Questions that have not been answered yet, in either mode. */
export const ASKS = {
  domain: asked('Domain'),
  slug: asked('Organization slug'),
  email: asked('Agent email'),
  apiKey: secretAsked('API key'),
  token: secretAsked('API token'),
} as const;

/** With or without a value that Enter takes. */
function asked(label: string): RegExp {
  return new RegExp(String.raw`${label}(?: \(Enter for \S+\))?: ?(?:\(\S+\) ?)?$`, 'u');
}

/** @param label of the secret, or of a passphrase. */
export function secretAsked(label: string): RegExp {
  const onScreen = String.raw`: (?:type or paste it; it is not shown|Enter takes \S+|Enter keeps the one typed before \(.*\))`;
  const byLine = String.raw` \(not shown while you type(?:; Enter keeps the one typed before|; Enter takes \S+)?\):`;
  return new RegExp(`${label}(?:${onScreen}|${byLine}) ?$`, 'u');
}

/** A choice is asked for, and all of it stands there. */
export function choiceOf(question: string): RegExp {
  const words = question.replaceAll(/[.?]/gu, String.raw`\$&`);
  return new RegExp(
    `${words}.*(?:Enter to choose(?:, Esc to go back)?|(?:Enter chooses|Paste it, or choose)[,;] Esc goes back|Number:) ?$`,
    'u',
  );
}

export async function answer(pty: Pty, question: RegExp, value: string): Promise<void> {
  await pty.waitFor(question);
  pty.type(value);
  pty.key('enter');
}

/** The question that stands last on the screen, and its choices in order. */
export function menuOf(pty: Pty): { readonly question: string; readonly choices: string[] } {
  const lines = pty.screen().split('\n');
  const last = lines.findLastIndex((line) => /^ {2}(?:\? )?[A-Z][^?:]*\?$/u.test(line));
  const question = (lines[last] ?? '').replace(/^ {2}(?:\? )?/u, '');
  const rest = lines.slice(last + 1);
  const end = rest.findIndex(
    (line) => line === '' || /^ {2}(?:Number:|up and down|Enter chooses)/u.test(line),
  );
  const choices = rest
    .slice(0, end < 0 ? rest.length : end)
    .flatMap((line) => /^(?:[→>] {3}| {4}| {2}\d+\. )(\S.*)$/u.exec(line)?.[1] ?? []);
  return { question, choices };
}

/** The choice the cursor is at: its first line, where it has several. */
const ACTIVE = /^[→>] {3}(\S.*)$/mu;

/** By its number line by line, else by going down to it. */
export async function choose(pty: Pty, question: string, label: string | RegExp): Promise<void> {
  await pty.waitFor(choiceOf(question));
  if (pty.screen().endsWith('Number:')) {
    const index = menuOf(pty).choices.findIndex((choice) => matches(label, choice));
    if (index < 0) throw new Error(`no choice ${String(label)}\n${pty.screen()}`);
    pty.type(`${index + 1}\r`);
    return;
  }
  await pointAt(pty, question, label);
  pty.key('enter');
}

/** Puts the cursor on a choice, and does not take it. */
export async function pointAt(pty: Pty, question: string, label: string | RegExp): Promise<void> {
  await pty.waitFor(choiceOf(question));
  for (const _ of menuOf(pty).choices) {
    // What was drawn last stands lowest.
    const active =
      pty
        .screen()
        .split('\n')
        .findLast((line) => ACTIVE.test(line)) ?? '';
    if (matches(label, ACTIVE.exec(active)?.[1] ?? '')) return;
    pty.key('down');
    await pty.waitFor(choiceOf(question));
  }
  throw new Error(`no choice ${String(label)}\n${pty.screen()}`);
}

function matches(label: string | RegExp, choice: string): boolean {
  return typeof label === 'string' ? label.startsWith(choice) : label.test(choice);
}

/** "What do you see?" "I have it", and then what it is. */
export async function giveSecret(pty: Pty, question: RegExp, value: string): Promise<void> {
  await choose(pty, 'What do you see?', /^I have the/u);
  await answer(pty, question, value);
}

/** What the accepted credential is for, by the numbers in the list. */
export async function tick(pty: Pty, ...numbers: readonly number[]): Promise<void> {
  await pty.waitFor(/What is it for\?.*(?:Enter to go on.*|Enter goes on.*|or back\):) ?$/u);
  if (pty.screen().endsWith('or back):')) pty.type(numbers.join(','));
  else for (const number of numbers) pty.type(String(number));
  pty.key('enter');
}

export async function skipNeeds(pty: Pty): Promise<void> {
  await tick(pty);
}
