import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packInto } from '../support/packed.js';
import type { Program, Row } from './program.js';

/** The size of the download, and of the disk space after `npm install`. */
export const size: Row = {
  name: 'size',
  says: 'tarball; installed',
  atMost: '520 KB; 6 MB, 3 packages, no install script',
  async measure({ root, folder }: Program) {
    const packed = packInto(folder, root);
    const user = join(folder, 'user');
    mkdirSync(user);
    writeFileSync(join(user, 'package.json'), '{"private":true}');
    const flags = ['--no-audit', '--no-fund', '--prefer-offline'];
    const tarball = join(folder, packed.filename);
    execFileSync('npm', ['install', ...flags, tarball], { cwd: user, stdio: 'pipe' });
    const lock = JSON.parse(
      readFileSync(join(user, 'node_modules', '.package-lock.json'), 'utf8'),
    ) as { packages: Record<string, { hasInstallScript?: boolean }> };
    const packages = Object.values(lock.packages);
    const scripts = packages.filter(({ hasInstallScript }) => hasInstallScript).length;
    const megabytes = sizeOf(join(user, 'node_modules')) / 1e6;
    const kilobytes = (packed.size / 1e3).toFixed(0);
    return `${kilobytes} KB; ${megabytes.toFixed(1)} MB, ${packages.length} packages, ${scripts} install scripts`;
  },
};

function sizeOf(path: string): number {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
