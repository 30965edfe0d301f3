import { isoDate } from '../../core/duration.js';
import { WizardError, type MissingInput } from '../../core/errors.js';
import type { Context } from '../../core/ports.js';
import { saidFirst } from '../../core/provenance.js';
import type { Provider } from '../../core/provider.js';
import { recordReport, type Report } from '../../core/report.js';
import type { ResumePoint } from '../../core/resume-point.js';
import { plainValues } from '../../core/secret.js';
import { isAccepted } from '../../core/verdict.js';
import { LadderView } from '../verify/show-ladder.js';
import { askHost } from './ask-host.js';
import { askNeeds } from './ask-needs.js';
import { reportOf } from './draft-result.js';
import { withdraw, type Draft, type Has } from './draft.js';
import { meetExisting } from './existing.js';
import { fillForm } from './fill-form.js';
import { Form } from './form.js';
import { clearResumePoint, offerToResume } from './resume.js';
import { PageEntry } from './page-entry.js';
import { openRotation, type Rotation } from './rotation.js';
import type { ConnectOptions, Outcome, Run } from './run.js';
import { saveConnection } from './save-connection.js';
import { findSlot } from './slot.js';
import { refuseUnchanged, takeSupplied } from './supplied.js';
import { tooLongFor, verifyAnswers } from './verify-answers.js';
import { withoutQuestions } from './without-questions.js';

export interface Connected {
  readonly report: Report;
  /** The person has seen what went wrong. */
  readonly shown: boolean;
  /** The person kept what is stored, so nothing was done. */
  readonly kept?: boolean;
  /** A sealed answer was connected. It may be for another provider. */
  readonly fromAnswer?: { readonly provider: Provider; readonly request: string };
}

/**
 * Leads from nothing to a credential that the provider has accepted and the store holds. With
 * `rotating`, it does the same for a new secret of a stored connection. The old secret stays until
 * the new one is accepted, and is restored if the new one can't be stored.
 *
 * @throws {UsageError} input is wrong or missing, or the name is taken.
 * @throws {ConnectionError} the secret that is to be replaced can't be read.
 * @throws {Interrupted} nothing was saved.
 */
export async function connect(
  context: Context,
  provider: Provider,
  options: ConnectOptions,
): Promise<Connected> {
  const { rotating } = options;
  const rotation = rotating && (await openRotation(context, provider, rotating, options.supplied));
  greet(context, provider, options);
  const { run, draft } = await open(context, provider, options, rotation);
  const connected = await attemptWithPage(run, draft);
  return finish(run, connected, rotation);
}

/** Tells a person who waits at the page how the run ended, too. */
async function attemptWithPage(run: Run, draft: Draft): Promise<Connected> {
  const { page } = run;
  try {
    const connected = await attempt(run, draft);
    await page?.end(connected.report);
    return connected;
  } catch (error) {
    if (error instanceof WizardError) await page?.fail(error.advice);
    throw error;
  } finally {
    await page?.close();
  }
}

/**
 * Host, slot, answers, verification, purpose, save. Each step is finished before the next begins.
 */
async function story(run: Run, draft: Draft): Promise<Outcome<Has<'slot' | 'finding'>>> {
  const tooLong = draft.host ? undefined : tooLongFor(run, draft);
  if (tooLong) return { next: 'stop', draft, ended: tooLong, shown: false };
  const host = await askHost(run, draft);
  if (host.next !== 'on') return host;
  run.page?.hostIsKnown();
  const slot = await findSlot(run, host.draft);
  if (slot.next !== 'on') return slot;
  const met = await meetExisting(run, slot.draft);
  if (met.next !== 'on') return met;
  const form = await fillForm(run, met.draft);
  if (form.next !== 'on') return form;
  const verified = await verifyAnswers(run, form.draft);
  if (verified.next !== 'on') return verified;
  const asked = await askNeeds(run, verified.draft);
  if (asked.next !== 'on') return asked;
  return saveConnection(run, asked.draft);
}

/** Runs the story until it ends. A repeated run only asks for answers that were taken back. */
async function attempt(run: Run, first: Draft): Promise<Connected> {
  const { provider, context } = run;
  let draft = first;
  for (;;) {
    const outcome = await story(run, draft);
    const now = context.clock.now();
    switch (outcome.next) {
      case 'on':
        return {
          report: reportOf(provider, outcome.draft, outcome.draft.finding, now),
          shown: false,
        };
      case 'again':
        draft = outcome.draft;
        break;
      case 'back':
        draft = withdraw(provider, outcome.draft, outcome.to, outcome.why);
        break;
      case 'from-answer': {
        const { provider: answered, request, ...connected } = outcome.connected;
        return { ...connected, fromAnswer: { provider: answered, request } };
      }
      case 'keep': {
        const { existing } = outcome;
        const unchanged = { what: `${existing.name} stays as it is`, next: 'Nothing to do.' };
        const store = context.stores.describe(existing.store);
        const report = recordReport(existing, unchanged, store);
        return { report, shown: true, kept: true };
      }
      case 'stop': {
        const { ended, shown } = outcome;
        return { report: reportOf(provider, outcome.draft, ended, now), shown };
      }
    }
  }
}

function greet(
  { terminal, clock }: Context,
  provider: Provider,
  { rotating, guide }: ConnectOptions,
): void {
  terminal.title(rotating ? `Rotate ${rotating.name}` : `Connect ${provider.name}`);
  if (!rotating) {
    for (const text of saidFirst(provider, isoDate(clock.now()))) terminal.explain(text);
  }
  if (!guide) return;
  const { backKey } = terminal;
  terminal.explain(`Type ? in a field for help. ${backKey} goes one step back, Ctrl-C stops.`);
}

/**
 * Collects what the run works with and what it already knows: what came with the command, and the
 * answers of an earlier run that is being resumed.
 *
 * @throws {UsageError} a value can't be its field's, or a value is missing and no questions are
 *   allowed.
 */
async function open(
  context: Context,
  provider: Provider,
  options: ConnectOptions,
  rotation: Rotation | undefined,
): Promise<{ run: Run; draft: Draft }> {
  const { terminal } = context;
  const resumePoint = await resumed(context, provider, options);
  const former = resumePoint?.options;
  const wanted = {
    name: options.rotating?.name ?? options.name ?? former?.name,
    store: options.store ?? former?.store,
    needs: options.needs ?? former?.needs,
  };
  const supplied = rotation?.supplied ?? options.supplied;
  const required = storeInput(context, provider, { ...options, supplied, store: wanted.store });
  refuseUnchanged(provider, supplied, rotation?.current);
  const onPage = options.page?.atOnce === true;
  const taken = takeSupplied(terminal, provider, supplied, {
    alsoMissing: required,
    onPage,
    rotating: options.rotating?.name,
    waitsFor: options.waitsFor,
  });
  const answers = new Map(taken.answers);
  const typed = new Set<string>();
  for (const { id } of provider.fields) {
    const answer = resumePoint?.fields[id];
    if (answer === undefined || answers.has(id)) continue;
    answers.set(id, answer);
    typed.add(id);
  }
  if (rotation) terminal.explain(provider.rotation.before);
  if (rotation?.shared !== undefined) terminal.explain(rotation.shared);
  const { guide, askDirectly } = options;
  const page = options.page && new PageEntry(terminal, provider, options.page, rotation?.current);
  const asking = page
    ? { ...context, terminal: withoutQuestions(terminal, () => page.isActive) }
    : context;
  const form = new Form(asking, provider, {
    guide,
    askDirectly,
    current: rotation?.current,
    resumePoint,
    started: wanted,
    page,
    fromSomebody: options.fromSomebody,
    rotating: options.rotating,
    defaultStore: options.defaultStore,
    rehearsal: options.rehearsal === true,
    supplied: new Set(taken.answers.keys()),
  });
  const ladder = new LadderView(terminal, provider);
  return {
    run: { context: asking, provider, options, form, ladder, page },
    draft: {
      answers,
      former: new Map(),
      typed,
      wanted,
      warnings: taken.warnings,
      testedStore: options.testedStore,
    },
  };
}

/** The resume point of an earlier run, if this run continues it. */
async function resumed(
  context: Context,
  provider: Provider,
  { guide, rotating, supplied, page }: ConnectOptions,
): Promise<ResumePoint | undefined> {
  if (!guide || rotating || page?.atOnce || !context.terminal.interactive) return undefined;
  const values = Object.fromEntries([...supplied].map(([id, { value }]) => [id, value]));
  return offerToResume(context, provider, guide, plainValues(values));
}

/**
 * What the store needs, listed only if the run will ask for input anyway or the store is certain.
 */
function storeInput(
  { stores }: Context,
  { fields }: Provider,
  { store, defaultStore, supplied }: ConnectOptions,
): MissingInput[] {
  const certain = store !== undefined || fields.some(({ id }) => !supplied.has(id));
  const required = stores.requires(store ?? defaultStore);
  return certain && required ? [required] : [];
}

async function finish(
  { context, provider }: Run,
  connected: Connected,
  rotation: Rotation | undefined,
): Promise<Connected> {
  const { report } = connected;
  // The flow of the sealed answer has cleared the resume point.
  if (connected.fromAnswer) return connected;
  if (report.host !== null && isAccepted(report.reason)) {
    await clearResumePoint(context, provider, report.host);
  }
  if (rotation?.shared === undefined || !report.stored) return connected;
  const also = { code: 'also-stored', message: rotation.shared };
  return { ...connected, report: { ...report, warnings: [...report.warnings, also] } };
}
