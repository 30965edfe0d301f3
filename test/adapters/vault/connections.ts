import type { Connection } from '../../../src/core/connection.js';

/** A proven connection of an invented brand, after a save. */
export function testConnection(changes: Partial<Connection> = {}): Connection {
  return {
    v: 1,
    name: 'parcels/acme',
    provider: 'parcels',
    host: 'acme.parcels.example',
    fields: { domain: 'acme' },
    identity: { id: '21000123', label: 'Ines Okafor <ines.okafor@acme.example>' },
    store: 'vault:secret/team/wizard',
    needs: [],
    reason: 'ok',
    recognised: true,
    createdAt: '2026-11-01T09:00:00.000Z',
    verifiedAt: '2026-11-19T18:00:00.000Z',
    lastValidAt: '2026-11-19T18:00:00.000Z',
    ...changes,
  };
}
