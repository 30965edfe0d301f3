import { capital } from '../counted.js';
import { definedSecretLabels, kindOf, testsOf } from '../definition/parts.js';
import { kebab } from '../field-names.js';
import type { Definition } from '../definition/schema.js';
import { shortChoice, type Block, type Branch, type Guide, type Topic } from '../guide.js';
import { saidFirst } from '../provenance.js';
import type { Provider, Source } from '../provider.js';
import { troubleshooting } from './troubleshooting.js';

type OwnGuide = NonNullable<Definition['guide']>;

/**
 * The guide of a provider. It has one topic about what is asked, one about limits and one about
 * troubleshooting, unless the author wrote a better one. The author's other topics follow.
 *
 * @param today in UTC. A notice is left out after its last day.
 */
export function expandGuide(definition: Definition, provider: Provider, today: string): Guide {
  const own: OwnGuide = definition.guide ?? { topics: [] };
  const topics = own.topics.map((topic) => expandTopic(topic, definition.sources));
  const isOwn = (id: string) => topics.some((topic) => topic.id === id);
  const find = findTopic(definition, provider, today);
  const generated = [find, limitsTopic(definition, provider), troubleshooting(provider)];
  const [before, after] = [generated.slice(0, 1), generated.slice(1)];
  const starts = isOwn('find') ? {} : startsOf(definition);
  return {
    blanks: { host: { blank: blankHost(provider) }, ...own.blanks },
    starts: { ...starts, ...own.starts },
    topics: [
      ...before.filter(({ id }) => !isOwn(id)),
      ...topics,
      ...after.filter(({ id }) => !isOwn(id)),
    ],
  };
}

function expandTopic(
  { id, title, body, sources }: OwnGuide['topics'][number],
  usual: Source[],
): Topic {
  const own = sources ?? usual;
  return {
    id,
    title,
    body: body.map((block) =>
      'sees' in block ? { ...block, sources: block.sources ?? own } : block,
    ),
    sources: own,
  };
}

/** What the guide shows for the host if no account is known. */
function blankHost({ hosts }: Provider): string {
  const [{ template } = { template: '' }] = hosts.templates;
  return template.replaceAll(/\{(\w+)\}/gu, (_, id: string) => `<${id}>`);
}

/** A case for each field: what it is, and how to get to it. */
function findTopic(definition: Definition, provider: Provider, today: string): Topic {
  const { name, sources } = definition;
  const cases = provider.fields.map((field): Branch => {
    const kind = kindOf(definition, field.id);
    const where =
      field.where === undefined
        ? `Look for it in the settings of ${name}.`
        : `${capital(field.where)}.`;
    const asked = `I do not know ${kind === 'secret' ? `where the ${field.label} is` : `the ${field.label}`}`;
    return {
      id: partId(field.id),
      sees: `You are looking for the ${field.label}`,
      choice: shortChoice(asked),
      means: field.about.join(' '),
      todo: [
        ...(kind === 'choice' && field.where === undefined
          ? [
              `Choose the one that fits: ${(field.choices ?? []).map(({ label }) => label).join(', ')}.`,
            ]
          : [where]),
        ...(kind === 'secret' ? ['Copy it whole, without spaces or quotes.'] : []),
      ],
      ...(field.page !== undefined && { page: field.page }),
      sources: field.sources,
    };
  });
  return {
    id: 'find',
    title: `Find what ${name} asks for`,
    body: [
      ...saidFirst(provider, today).map((text) => ({ text })),
      ...cases,
      {
        title: `Somebody else has the ${definedSecretLabels(definition)}, or has to create it`,
        steps: [
          `connect-wizard request ${definition.id} writes a page on which they enter it. Only this machine can open what comes back.`,
        ],
      },
    ],
    sources,
  };
}

function partId(field: string): string {
  return `find-${kebab(field).replaceAll(/\d/gu, '')}`;
}

function startsOf(definition: Definition): Record<string, readonly string[]> {
  return Object.fromEntries(Object.keys(definition.fields).map((id) => [id, [partId(id)]]));
}

function limitsTopic(definition: Definition, provider: Provider): Topic {
  const { name, exchange, sources } = definition;
  const { requests, seconds } = provider.budget;
  const { before, after } = provider.rotation;
  const posts = testsOf(definition.test).flatMap(({ post }) => post ?? []);
  const body: Block[] = [
    {
      text: `connect-wizard asks ${name} at most ${requests === 1 ? 'once' : `${requests} times`} ${seconds === 1 ? 'a second' : `in ${seconds} seconds`}.`,
    },
    ...(exchange
      ? [
          {
            text: `It asks for a new token each time, with the ${definedSecretLabels(definition)}, and never stores it.`,
          },
        ]
      : []),
    ...posts.map((path) => ({
      text: `To test the ${definedSecretLabels(definition)}, it sends POST ${path}. The author of this definition says that it only reads.`,
    })),
    { title: 'When the secret is replaced', steps: [before, after] },
  ];
  return { id: 'limits', title: 'Limits, and a new secret', body, sources };
}
