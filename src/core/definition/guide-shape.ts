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
  id: optional('The id that other parts use to lead here.', partId),
  reasons: optional('A run that ends for one of these reasons leads here.', z.array(reason)),
  sees: key(
    'What the person sees: a situation, a status, or in double quotes what the screen says.',
    text,
  ),
  choice: optional('The same in at most 60 characters, if `sees` is longer.', text),
  means: key('What that means.', text),
  todo: key('What to do, in order.', texts),
  page: optional('The page on which `todo` starts.', page),
  next: optional('The ids of at most four parts that may come next.', z.array(partId)),
  change: optional('The field whose answer may have to change.', fieldId),
  sources: optional('Where the facts are from.', sources),
});

const message = z.strictObject({
  id: key('The id that other parts use to lead here.', partId),
  choice: key('What it asks for, in at most 60 characters.', text),
  title: key('Who it is for.', text),
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
    'The parts in reading order; the last one says what to do.',
    z.array(z.union([paragraph, steps, bullets, branch, message])).check(z.minLength(1)),
  ),
  sources: optional('Where the facts are from.', sources),
});

const blank = z.strictObject({
  blank: key('What is printed if the value is not known.', text),
  ask: optional(
    'How the wizard asks for it. `field` is the field that very likely has the same answer.',
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
    'What is filled in between braces, by name. In a run, `{host}` is known.',
    z.record(
      z
        .string()
        .check(z.regex(/^[a-z]+$/u, 'the name of a blank is small letters'), z.maxLength(40)),
      blank,
    ),
  ),
  starts: optional(
    "The parts that are offered at a field, by the field's id: at most five, the most common first.",
    z.record(fieldId, z.array(partId)),
  ),
  topics: key(
    'A topic replaces the generated topic with the same id.',
    z.array(topic).check(z.minLength(1)),
  ),
});
