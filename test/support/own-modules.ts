import { vi } from 'vitest';

// A file of tests shares its process with others but not its modules: a secret that one has made is
// redacted in no other.
vi.resetModules();
