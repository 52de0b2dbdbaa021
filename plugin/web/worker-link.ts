import type { ConnectedPerformer } from '../protocol/client.ts';
import type { Performer } from '../protocol/requests.ts';

/** The worker, reached over as many connections as are needed. */
export interface WorkerLink {
  /** Uses a connection for one request. @throws {Failure} `worker-unreachable`, and what `use` throws. */
  with<Result>(session: string | undefined, use: (performer: Performer) => Promise<Result>): Promise<Result>;
  close(): void;
}

interface Line {
  readonly connected: Promise<ConnectedPerformer>;
  isEnded: boolean;
  open: number;
  usedAt: number;
}

/** Below what the worker takes over one connection, and below after how long it closes one that is idle. */
const mostRequests = 12;
const freshMilliseconds = 40_000;

/** @param now monotonic milliseconds. */
export function openWorkerLink(connect: () => Promise<ConnectedPerformer>, now: () => number): WorkerLink {
  const lines = new Set<Line>();
  return {
    async with(session, use) {
      const line = freeLine(lines, now()) ?? openLine(lines, connect, now());
      line.open += 1;
      try {
        const connected = await line.connected;
        return await use(session === undefined ? connected.performer : connected.withSession(session));
      } finally {
        line.open -= 1;
        line.usedAt = now();
      }
    },
    close() {
      for (const { connected } of lines) void connected.then((open) => open.close()).catch(() => {});
      lines.clear();
    },
  };
}

function freeLine(lines: ReadonlySet<Line>, now: number): Line | undefined {
  return [...lines].find(({ isEnded, open, usedAt }) => {
    const isFresh = open > 0 || now - usedAt < freshMilliseconds;
    return !isEnded && isFresh && open < mostRequests;
  });
}

function openLine(lines: Set<Line>, connect: () => Promise<ConnectedPerformer>, now: number): Line {
  const line: Line = { connected: connect(), isEnded: false, open: 0, usedAt: now };
  const end = (): void => {
    line.isEnded = true;
    lines.delete(line);
  };
  line.connected.then((open) => open.ended.addEventListener('abort', end, { once: true })).catch(end);
  lines.add(line);
  return line;
}
