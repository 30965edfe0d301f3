import { counted } from '../../core/counted.js';
import type { PublicSuffix, Taken } from '../../core/definition-check/check.js';
import { hashOfConnections, hashOfFile } from '../../core/definition/hash.js';
import type { Definition } from '../../core/definition/schema.js';
import { UsageError, type Fault } from '../../core/errors.js';
import type { GuidedProvider } from '../../core/guide.js';
import type { KnownProvider } from '../../core/known-provider.js';
import type { Approvals, ProviderFile, ProviderFiles } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import { pathWord } from '../../core/shell.js';

/** A file of a person's own: a definition without faults, or what is wrong with it. */
export type OwnFile =
  | {
      readonly definition: Definition;
      readonly faults: readonly [];
      /** Of all of it: what is approved. */
      readonly sha256: string;
    }
  | {
      readonly definition?: undefined;
      readonly faults: readonly Fault[];
      readonly sha256?: undefined;
    };

/** The definition in a file. What reads it is large, and loaded for it. */
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

/** What it takes to use the definitions in a person's own folder. */
export interface OwnDefinitions {
  readonly files: ProviderFiles;
  /** Words and variables that no definition may have. */
  readonly taken: () => Promise<Taken>;
  /** Left out: what was not approved is used to read a command line, and for nothing else. */
  readonly approval?: Approval | undefined;
}

interface Approval {
  readonly approvals: Approvals;
  /** Shows a definition and asks whether it may be used; left out where nobody can be asked. */
  readonly ask?: ((file: ApprovableFile) => Promise<boolean>) | undefined;
  /** Told of each definition that may be used. */
  readonly onUse?: ((provider: Provider) => void) | undefined;
}

export interface ApprovableFile {
  readonly definition: Definition;
  readonly sha256: string;
  readonly path: string;
}

/**
 * The providers that a person added, by the names of their files: none is read before it is used.
 *
 * @param shipped the ids that ship; a file of one of these is set aside.
 */
export function ownProviders(own: OwnDefinitions, shipped: ReadonlySet<string>): KnownProvider[] {
  // One question at a time, however many connections are under way.
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
      let loaded: Promise<Usable> | undefined;
      const use = (): Promise<Usable> => (loaded ??= inTurn(() => useOwn(own, id)));
      return {
        id,
        name: id,
        summary: 'one of your own',
        secrets: [],
        own: true,
        used: () => loaded !== undefined,
        load: async () => (await use()).provider,
        loadQuietly: async () => (await useOwn(withoutQuestions(own), id)).provider,
        loadGuided: async (today) => withGuide(await use(), today),
      };
    });
}

function withoutQuestions({ approval, ...own }: OwnDefinitions): OwnDefinitions {
  return { ...own, approval: approval && { ...approval, ask: undefined } };
}

interface Usable {
  readonly definition: Definition;
  readonly provider: Provider;
}

async function withGuide({ definition, provider }: Usable, today: Date): Promise<GuidedProvider> {
  const { expandGuide } = await import('../../core/expand/guide.js');
  const day = today.toISOString().slice(0, 10);
  return { ...provider, guide: expandGuide(definition, provider, day) };
}

/**
 * @throws {UsageError} it has faults, or nobody approved it on this machine.
 * @throws {StoreError} it cannot be read, or others can change it.
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

/** A person's own definition as the engine reads it, with the hash that its connections are stored under. */
export async function expandOwn(definition: Definition): Promise<Provider> {
  const { expand } = await import('../../core/expand/expand.js');
  return { ...expand(definition), definition: await hashOfConnections(definition) };
}

const ADD_AGAIN = 'Add it again: connect-wizard providers add <file>';

/** The name of a file is the id in it. */
export function withOwnName(read: OwnFile, id: string): OwnFile {
  if (!read.definition || read.definition.id === id) return read;
  const message = `the file is called ${id}.json, and this is another id`;
  return { faults: [{ path: 'id', message }] };
}

/** A definition in a person's folder that has faults. */
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
