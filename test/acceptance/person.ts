import type { Pty } from '../support/pty.js';

/** Questions that wait for an answer, in both modes. */
export const ASKS = {
  domain: asked('Domain'),
  slug: asked('Organization slug'),
  email: asked('Agent email'),
  apiKey: secretAsked('API key'),
  token: secretAsked('API token'),
} as const;

/** The question has an optional default value. */
function asked(label: string): RegExp {
  return new RegExp(String.raw`${label}(?: \(Enter for \S+\))?: ?(?:\(\S+\) ?)?$`, 'u');
}

/** @param label the label of a secret or a passphrase. */
export function secretAsked(label: string): RegExp {
  const onScreen = String.raw`: (?:type or paste it; it is not shown|Enter takes \S+|Enter keeps the one typed before \(.*\))`;
  const byLine = String.raw` \(not shown while you type(?:; Enter keeps the one typed before|; Enter takes \S+)?\):`;
  return new RegExp(`${label}(?:${onScreen}|${byLine}) ?$`, 'u');
}

/** A menu that is drawn completely. */
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

/** The last question on the screen, and its choices in order. */
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

/** The first line of the choice under the cursor. */
const ACTIVE = /^[→>] {3}(\S.*)$/mu;

/** Chooses by number if the mode is line by line, and otherwise by going down to the choice. */
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

/** Puts the cursor on a choice without choosing it. */
export async function pointAt(pty: Pty, question: string, label: string | RegExp): Promise<void> {
  await pty.waitFor(choiceOf(question));
  for (const _ of menuOf(pty).choices) {
    // The lowest one was drawn last.
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

/** Answers "What do you see?" with "I have the …", and then gives the secret. */
export async function giveSecret(pty: Pty, question: RegExp, value: string): Promise<void> {
  await choose(pty, 'What do you see?', /^I have the/u);
  await answer(pty, question, value);
}

/** Answers what the credential is for, by the numbers in the list. */
export async function tick(pty: Pty, ...numbers: readonly number[]): Promise<void> {
  await pty.waitFor(/What is it for\?.*(?:Enter to go on.*|Enter goes on.*|or back\):) ?$/u);
  if (pty.screen().endsWith('or back):')) pty.type(numbers.join(','));
  else for (const number of numbers) pty.type(String(number));
  pty.key('enter');
}

export async function skipNeeds(pty: Pty): Promise<void> {
  await tick(pty);
}
