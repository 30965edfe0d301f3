import * as z from 'zod/mini';
import { reasons } from '../verdict.js';
import { fieldId, key, optional, page, partId, sources, text, texts } from './values.js';

/** The guide: what `guide` prints, and what the wizard offers with its questions. */

const reason = z.enum(reasons);

const paragraph = z.strictObject({ text: key('A paragraph.', text) });
const steps = z.strictObject({
  title: optional('A heading.', text),
  steps: key('In order.', texts),
});
const bullets = z.strictObject({
  title: optional('A heading.', text),
  bullets: key('In any order.', texts),
});

const branch = z.strictObject({
  id: optional('By which other parts lead here.', partId),
  reasons: optional('A run that ends for one of these reasons leads here.', z.array(reason)),
  sees: key(
    'What a person has in front of them: a situation, a status, or in double quotes what the screen says.',
    text,
  ),
  choice: optional('The same in at most 60 characters, if `sees` is longer.', text),
  means: key('What that means.', text),
  todo: key('What to do, in order.', texts),
  page: optional('The page on which `todo` starts.', page),
  next: optional('The ids of at most four parts where it may go on.', z.array(partId)),
  change: optional('The field whose answer may have to be another one.', fieldId),
  sources: optional('Where the facts are from.', sources),
});

const message = z.strictObject({
  id: key('By which other parts lead here.', partId),
  choice: key('What it asks for, in at most 60 characters.', text),
  title: key('For whom it is.', text),
  subject: key('The subject line.', text),
  message: key(
    'The message. It never contains a secret.',
    z.array(z.union([paragraph, steps, bullets])).check(z.minLength(1)),
  ),
});

const topic = z.strictObject({
  id: key('`guide <provider> <id>` prints it.', partId),
  title: key('The heading.', text),
  body: key(
    'In the order they are read; the last says what to do.',
    z.array(z.union([paragraph, steps, bullets, branch, message])).check(z.minLength(1)),
  ),
  sources: optional('Where the facts are from.', sources),
});

const blank = z.strictObject({
  blank: key('What is printed if it is not known.', text),
  ask: optional(
    'How the wizard asks for it; `field` is the field whose answer it most likely is.',
    z.strictObject({
      label: key('The question.', text),
      kind: key('What is typed.', z.enum(['email', 'text'])),
      field: optional('A field that is not secret.', fieldId),
      default: optional('The usual answer, which Enter takes.', text),
    }),
  ),
});

export const guide = z.strictObject({
  blanks: optional(
    'What is filled in between braces, by name. `{host}` is known in a run.',
    z.record(
      z.string().check(z.regex(/^[a-z]+$/u, 'a blank is called by small letters'), z.maxLength(40)),
      blank,
    ),
  ),
  starts: optional(
    'The parts that a person is offered at a field, by its id: at most five, the commonest first.',
    z.record(fieldId, z.array(partId)),
  ),
  topics: key(
    'A topic replaces the generated one of the same id.',
    z.array(topic).check(z.minLength(1)),
  ),
});
