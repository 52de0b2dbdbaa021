import type { Performer, Request } from './requests.ts';

/**
 * A performer that answers the first request equal to `request` with what is asked right away, before anybody wants it:
 * whoever will want it can get ready meanwhile. Everything else goes to `performer` as ever.
 */
export function askAhead(performer: Performer, request: Request, signal: AbortSignal): Performer {
  const answer = performer.perform(request, () => {}, signal);
  answer.catch(() => {}); // who wants it is told
  const asked = JSON.stringify(request);
  let isWanted = false;
  return {
    perform(wanted, onProgress, stop) {
      if (isWanted || JSON.stringify(wanted) !== asked) return performer.perform(wanted, onProgress, stop);
      isWanted = true;
      return answer as ReturnType<typeof performer.perform<typeof wanted.kind>>;
    },
    download: (wanted, sink, stop) => performer.download(wanted, sink, stop),
  };
}
