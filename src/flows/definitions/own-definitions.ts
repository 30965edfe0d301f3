import { counted } from '../../core/counted.js';
import type { PublicSuffix, Taken } from '../../core/definition-check/check.js';
import { hashOfConnections, hashOfFile } from '../../core/definition/hash.js';
import type { Definition } from '../../core/definition/schema.js';
import { isoDate } from '../../core/duration.js';
import { UsageError, type Fault } from '../../core/errors.js';
import type { GuidedProvider } from '../../core/guide.js';
import type { KnownProvider } from '../../core/known-provider.js';
import type { Approvals, ProviderFile, ProviderFiles } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import { once } from '../../core/once.js';
import { pathWord } from '../../core/shell.js';

/** A user's own file: a definition without faults, or its faults. */
export type OwnFile =
  | {
      readonly definition: Definition;
      readonly faults: readonly [];
      /** The hash of the whole file, which is what a user approves. */
      readonly sha256: string;
    }
  | {
      readonly definition?: undefined;
      readonly faults: readonly Fault[];
      readonly sha256?: undefined;
    };

/** Reads the definition in a file. The code for that is large, so it's loaded on demand. */
export async function readOwnFile(
  file: ProviderFile,
  taken: Taken,
  suffixOf?: PublicSuffix,
): Promise<OwnFile> {
  if ('fault' in file) return { faults: [{ path: '(the file)', message: file.fault }] };
  const { readDefinition } = await import('../../core/definition-check/read-definition.js');
  const { definition, faults } = readDefinition(file.bytes, taken, suffixOf);
  if (!definition) return { faults };
  return { definition, faults: [], sha256: await hashOfFile(definition) };
}

/** What is needed to use the definitions in a user's own folder. */
export interface OwnDefinitions {
  readonly files: ProviderFiles;
  /** Words and variables that no definition may have. */
  readonly taken: () => Promise<Taken>;
  /** If left out, unapproved definitions serve to read the command line and nothing else. */
  readonly approval?: Approval | undefined;
}

interface Approval {
  readonly approvals: Approvals;
  /** Shows a definition and asks whether it may be used; left out if no questions are allowed. */
  readonly ask?: ((file: ApprovableFile) => Promise<boolean>) | undefined;
  /** Called with each definition that may be used. */
  readonly onUse?: ((provider: Provider) => void) | undefined;
}

export interface ApprovableFile {
  readonly definition: Definition;
  readonly sha256: string;
  readonly path: string;
}

/**
 * The providers that a user added, by their file names. A file is only read when it's used.
 *
 * @param shipped the ids of the built-in providers. A file with one of these ids is ignored.
 */
export function ownProviders(own: OwnDefinitions, shipped: ReadonlySet<string>): KnownProvider[] {
  // Ask one question at a time, however many connections are under way.
  let asking: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = asking.then(work, work);
    asking = turn;
    return turn;
  };
  return own.files
    .ids()
    .filter((id) => !shipped.has(id))
    .map((id) => {
      const use = once(() => inTurn(() => useOwn(own, id)));
      const useQuietly = once(() => useOwn(unasked(own), id));
      return {
        id,
        name: id,
        summary: 'one of your own',
        secrets: [],
        own: true,
        load: async () => (await use()).provider,
        loadQuietly: async () => (await useQuietly()).provider,
        loadGuided: async (today) => withGuide(await use(), today),
      };
    });
}

function unasked({ approval, ...own }: OwnDefinitions): OwnDefinitions {
  return { ...own, approval: approval && { ...approval, ask: undefined } };
}

interface Usable {
  readonly definition: Definition;
  readonly provider: Provider;
}

async function withGuide({ definition, provider }: Usable, today: Date): Promise<GuidedProvider> {
  const { expandGuide } = await import('../../core/expand/guide.js');
  return { ...provider, guide: expandGuide(definition, provider, isoDate(today)) };
}

/**
 * @throws {UsageError} it has faults, or isn't approved on this machine.
 * @throws {StoreError} it can't be read, or others can change it.
 */
async function useOwn({ files, taken, approval }: OwnDefinitions, id: string): Promise<Usable> {
  const path = files.pathOf(id);
  const file = files.read(id);
  if (!file) throw new UsageError({ what: `There is no definition of ${id}`, next: ADD_AGAIN });
  const read = withOwnName(await readOwnFile(file, await taken()), id);
  if (!read.definition) throw unusable(id, path, read.faults);
  const { definition, sha256 } = read;
  if (approval && !approval.approvals.has('providers', sha256)) {
    if (!(await approval.ask?.({ definition, sha256, path }))) throw notApproved(id, path, sha256);
    await approval.approvals.add('providers', sha256);
  }
  const provider = await expandOwn(definition);
  approval?.onUse?.(provider);
  return { definition, provider };
}

/**
 * A user's own definition as the engine reads it, with the hash under which its connections are
 * stored.
 */
export async function expandOwn(definition: Definition): Promise<Provider> {
  const { expand } = await import('../../core/expand/expand.js');
  return { ...expand(definition), definition: await hashOfConnections(definition) };
}

const ADD_AGAIN = 'Add it again: connect-wizard providers add <file>';

/** A file must be named after the id in it. */
export function withOwnName(read: OwnFile, id: string): OwnFile {
  if (!read.definition || read.definition.id === id) return read;
  const message = `the file is called ${id}.json, and this is another id`;
  return { faults: [{ path: 'id', message }] };
}

/** The error for a definition with faults in a user's folder. */
export function unusable(id: string, path: string, faults: readonly Fault[]): UsageError {
  const count = counted(faults.length, 'fault');
  return new UsageError(
    {
      what: `The definition of ${id} cannot be used`,
      why: `${path} has ${count}`,
      next: `Fix the file that it was added from and run connect-wizard providers add <file> again, or connect-wizard providers remove ${id}.`,
    },
    'usage',
    { faults, definition: id },
  );
}

function notApproved(id: string, path: string, sha256: string): UsageError {
  return new UsageError(
    {
      what: `The definition of ${id} was not used`,
      why: `${path} was not approved on this machine, and whoever wrote it chose where secrets go`,
      next: `Look at it: connect-wizard providers ${id}. If you trust it:`,
      command: `connect-wizard providers add ${pathWord(path)} --sha256 ${sha256}`,
    },
    'usage',
    { definition: id },
  );
}
