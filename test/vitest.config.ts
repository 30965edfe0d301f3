import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/**/*.test.ts'],
    // Real processes, a real keychain and real terminals take their time on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Vitest takes one worker fewer than there are cores: on two cores, one file at a time.
    maxWorkers: 2,
    // A process for each file takes 0.25 s of each, and under Wine several seconds.
    isolate: false,
    setupFiles: ['test/support/own-modules.ts'],
    // A pseudo-terminal may be slow on a busy machine. A test that fails twice is broken.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    restoreMocks: true,
    unstubEnvs: true,
  },
});
