import type { ResumePoint } from '../core/resume-point.js';
import type { Connection } from '../core/connection.js';
import type { Approvals, History, ResumePoints, Records, SecretStore } from '../core/ports.js';
import type { Requests } from '../core/sealed/ports.js';
import type { Secret } from '../core/secret.js';

/** A store for the sandbox. Its contents are lost when the run ends. */
export function createMemoryStore(): SecretStore {
  const items = new Map<string, Secret>();
  return {
    description: { kind: 'sandbox', backend: 'memory of this run', persistent: false },
    nullIsReliable: true,
    async getPassword(account) {
      return items.get(account) ?? null;
    },
    async setPassword(account, password) {
      items.set(account, password);
    },
    async deletePassword(account) {
      return items.delete(account);
    },
    async accounts() {
      return [...items.keys()].toSorted();
    },
  };
}

/** Approvals that are lost when the run ends. */
export function createMemoryApprovals(): Approvals {
  const approved = new Set<string>();
  return {
    has: (kind, id) => approved.has(`${kind} ${id}`),
    async add(kind, id) {
      approved.add(`${kind} ${id}`);
    },
    async remove(kind, id) {
      approved.delete(`${kind} ${id}`);
    },
  };
}

/** Records that are lost when the run ends. */
export function createMemoryRecords(): Records {
  const connections = new Map<string, Connection>();
  return {
    async list(name) {
      const all = [...connections.values()].filter((each) => [each.name, undefined].includes(name));
      return { connections: all, unreadable: [], unlisted: [] };
    },
    async read(name) {
      return connections.get(name);
    },
    async write(connection) {
      connections.set(connection.name, connection);
    },
    async update(connection) {
      if (connections.has(connection.name)) connections.set(connection.name, connection);
    },
    async remove(name) {
      return connections.delete(name);
    },
  };
}

/** Resume points that are lost when the run ends. */
export function createMemoryResumePoints(): ResumePoints {
  const places = new Map<string, ResumePoint>();
  return {
    persistent: false,
    async read(provider) {
      return places.get(provider);
    },
    async write(resumePoint) {
      places.set(resumePoint.provider, structuredClone(resumePoint));
    },
    async remove(provider) {
      places.delete(provider);
    },
  };
}

/** The sandbox makes no request files. */
export function createNoRequests(): Requests {
  return {
    list: async () => ({ open: [], closed: [], unreadable: [] }),
    write: async () => {},
    remove: async () => false,
  };
}

/** A rehearsal leaves no trace. */
export function createNoHistory(): History {
  return {
    record: () => [],
    read: () => ({ events: [], skipped: 0 }),
    clear: () => 0,
  };
}
