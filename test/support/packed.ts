import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** What npm prints about a tarball. */
export interface Packed {
  readonly filename: string;
  /** In bytes. */
  readonly size: number;
  readonly files: readonly {
    readonly path: string;
    readonly size: number;
    readonly mode: number;
  }[];
}

/**
 * Packs what is built into `folder`, as `npm pack` does. It works in a copy, since tests that run
 * meanwhile must not see a new build, or a package.json without scripts.
 */
export function packInto(folder: string, root: string, env = process.env): Packed {
  const source = join(folder, 'source');
  mkdirSync(source);
  for (const name of ['bin', 'dist', 'LICENSE', 'README.md', 'package.json']) {
    cpSync(join(root, name), join(source, name), { recursive: true });
  }
  const options = { cwd: source, env, encoding: 'utf8', stdio: 'pipe' } as const;
  execFileSync(process.execPath, [join(root, '.github', 'package.mjs'), 'prepack'], options);
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [packed] = JSON.parse(execFileSync('npm', pack, options)) as [Packed];
  return packed;
}
