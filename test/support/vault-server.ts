import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fakeVault, type FakeVault, type VaultCall, type VaultReply } from './fake-vault.js';

export interface VaultServer {
  readonly server: FakeVault;
  readonly address: string;
  /** Answers before the fake does, if it returns something. */
  meddle: (call: VaultCall) => VaultReply | undefined;
  /** The number of connections, and the largest number at once. */
  readonly connections: { readonly opened: number; readonly most: number };
  close(): Promise<void>;
}

/** The fake on loopback, for a program under test. @param delayMs the delay of every answer. */
export async function startVaultServer(delayMs = 0): Promise<VaultServer> {
  const server = fakeVault();
  const connections = { opened: 0, most: 0, open: 0 };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const call: VaultCall = {
      method: request.method ?? '',
      url: request.url ?? '',
      token: textOf(request.headers['x-vault-token']),
      namespace: textOf(request.headers['x-vault-namespace']),
      body: body === '' ? undefined : body,
    };
    const { status, headers, body: text } = started.meddle(call) ?? server.handle(call);
    setTimeout(() => response.writeHead(status, headers).end(text), delayMs);
  }

  const http = createServer((request, response) => void answer(request, response));
  http.on('connection', (socket) => {
    connections.opened += 1;
    connections.open += 1;
    connections.most = Math.max(connections.most, connections.open);
    socket.on('close', () => (connections.open -= 1));
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const started: VaultServer = {
    server,
    address: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    meddle: () => undefined,
    connections,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return started;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
