import { publicSuffix } from '../../src/adapters/public-suffix.js';
import { createMemoryApprovals } from '../../src/adapters/memory.js';
import type { Definitions } from '../../src/commands/command.js';
import { UsageError } from '../../src/core/errors.js';
import type { ProviderFile, ProviderFiles } from '../../src/core/ports.js';
import { shippedDefinitions } from '../../src/known-providers.js';
import { TAKEN } from './taken.js';

export interface FakeProviderFiles extends ProviderFiles {
  /** By id. */
  readonly kept: Map<string, ProviderFile>;
}

/**
 * A person's own definitions, in memory.
 *
 * @param elsewhere files that are not in the folder, by their paths.
 */
export function fakeProviderFiles(
  elsewhere: Readonly<Record<string, ProviderFile>> = {},
): FakeProviderFiles {
  const kept = new Map<string, ProviderFile>();
  return {
    kept,
    ids: () => [...kept.keys()].toSorted(),
    pathOf: (id) => `/home/ines/.config/connect-wizard/providers/${id}.json`,
    read: (id) => kept.get(id),
    readAny(path) {
      const file = elsewhere[path];
      if (!file) throw new UsageError({ what: 'There is no such file', next: 'Check the path.' });
      return { ...file, path: `/home/ines/${path.replace(/^\.\//u, '')}` };
    },
    async write(id, text) {
      kept.set(id, fileOf(text));
    },
    remove: (id) => kept.delete(id),
  };
}

/** A file with a text, or with JSON. */
export function fileOf(content: string | object): ProviderFile {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return { bytes: new TextEncoder().encode(text) };
}

export function fakeDefinitions(files: ProviderFiles = fakeProviderFiles()): Definitions {
  return {
    shipped: shippedDefinitions,
    files,
    approvals: createMemoryApprovals(),
    taken: async () => TAKEN,
    suffixes: async () => publicSuffix,
    schema: () => '{}\n',
    schemaAddress: './provider.schema.json',
    inLetters: (host) => host,
  };
}
