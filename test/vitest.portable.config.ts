import { defineConfig } from 'vitest/config';
import config from './vitest.config.js';

const FOLDERS = ['docs', 'core', 'flows', 'output', 'providers', 'commands', 'terminal'];
const ADAPTERS = [
  'http',
  'http-fuzz',
  'passphrase',
  'secret-input',
  'standard-stream',
  'stores',
  'system-keychain',
];

/**
 * The tests that need only Node: they run on Linux, macOS, Windows, and with Windows' Node under
 * Wine. The others need a POSIX shell, a Secret Service, Linux's /proc or its file permissions.
 */
export default defineConfig({
  test: {
    ...config.test,
    include: [
      ...FOLDERS.map((name) => `test/${name}/**/*.test.ts`),
      ...ADAPTERS.map((name) => `test/adapters/${name}.test.ts`),
      'test/acceptance/everywhere.test.ts',
    ],
  },
});
