import { valueHint } from '../core/field.js';
import { isoDate } from '../core/duration.js';
import { fieldFlags } from '../core/field-names.js';
import { saidFirst } from '../core/provenance.js';
import type { Provider } from '../core/provider.js';
import type { Style } from './style.js';

/**
 * What a provider asks for, what can be asked of it, and what can be rehearsed.
 *
 * @param situations what happens, by the reason that the rehearsal ends with.
 */
export function providerText(
  style: Style,
  provider: Provider,
  now: Date,
  situations: ReadonlyMap<string, { readonly title: string }>,
): string {
  const { id, name, summary, fields, hosts, capabilities } = provider;
  const said = saidFirst(provider, isoDate(now));
  const entry = (head: string, text: string): string =>
    style.paragraph(text, '      ', `    ${style.bold(head)}\n      `);
  return [
    style.paragraph(`${style.bold(name)} (${id}): ${summary}`, ''),
    ...said.map((text) => style.paragraph(text, '  ', '  ')),
    '',
    '  What it asks for',
    ...fields.map((field) =>
      entry(
        field.label,
        // A secret's example is a description, not a value.
        `${[...fieldFlags(field), field.env].join(', ')}${field.kind === 'secret' ? `: ${field.example}` : `, ${valueHint(field)}`}`,
      ),
    ),
    '',
    '  Where it may be',
    ...hosts.templates.flatMap(({ template, environment }) =>
      hostForms(provider, template).map((form) =>
        style.paragraph(`${form} (${environment})`, '      ', '    '),
      ),
    ),
    ...(capabilities.length === 0
      ? []
      : [
          '',
          '  What --need can ask for',
          ...capabilities.map((capability) =>
            entry(capability.id, `granted by: ${capability.grantedBy}`),
          ),
        ]),
    '',
    '  What --sandbox=<reason> can rehearse',
    ...situationLines(style, situations),
  ].join('\n');
}

function situationLines(
  style: Style,
  situations: ReadonlyMap<string, { readonly title: string }>,
): string[] {
  const widest = Math.max(...[...situations.keys()].map(({ length }) => length));
  return [...situations].map(([reason, { title }]) =>
    style.paragraph(title, ' '.repeat(widest + 6), `    ${style.bold(reason.padEnd(widest))}  `),
  );
}

/** The hosts of a template: each of them if there are few, otherwise their form. */
function hostForms(provider: Provider, template: string): string[] {
  const [, id] = /\{(\w+)\}/u.exec(template) ?? [];
  if (id === undefined) return [template.replaceAll(/[*#]/gu, '<anything>')];
  const { choices } = provider.fields.find((field) => field.id === id) ?? {};
  const values = choices?.map(({ value }) => value) ?? ['<anything>'];
  return values.flatMap((value) => hostForms(provider, template.replace(`{${id}}`, value)));
}
